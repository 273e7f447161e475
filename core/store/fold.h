/* fold.h -- what turns the log into something that can be asked.
 *
 * A fold sees every event once, in order, and depends on nothing else: no
 * clock, no chance, no other fold. It reads and writes families of its own
 * through the batch, so what it makes becomes durable together with the event.
 * Therefore its families may be emptied at any time and folded again from the
 * first event, and come out byte for byte the same. Live and replay run the
 * very same function.
 *
 * An event whose personal fields are forgotten has them empty; a fold copes.
 *
 * THREADS   The thread that owns the batch.
 * MEMORY    `scratch` is the fold's to use until it returns.
 * ERRORS    None: an event cannot be refused. A read that fails is kept by the
 *           batch's reader (reader_note) and stops the turn before it commits.
 */
#ifndef PIOT_FOLD_H
#define PIOT_FOLD_H

#include "core/store/store.h"

struct event;

struct fold {
    const char *name;
    enum family families[4]; /* the ones it owns */
    size_t      family_count;
    void (*apply)(struct batch *batch, struct arena *scratch, const struct event *event);
};

#endif

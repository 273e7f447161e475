/* gate.h -- what is looked at before a log is served, and made whole.
 *
 *     the anchor    first of all: before anything is written, dropped or folded. The log has to
 *                   reach its last checkpoint, with that root (core/log/anchor.h)
 *     the views     a rebuild that was cut short begins again; other versions are refused
 *     everything    with `verify_at_start`, as piot verify looks at it
 *
 * Without the last, old events and views are not read: the anchor is about the log's end.
 *
 * THREADS   main()'s, before all others.
 * ERRORS    STATUS_CORRUPT   not the log that was signed, or something in it is wrong
 *           STATUS_CONFLICT  the views are another version's
 */
#ifndef PIOT_API_SERVICE_GATE_H
#define PIOT_API_SERVICE_GATE_H

#include "api/ground/ground.h"
#include "api/service/data.h"

struct gate {
    const char            *anchor; /* path */
    const struct note_key *key;    /* the log's */
};
/* A log that was signed is not begun again: an empty store would stand where a backup or the
 * rest of an import belongs. */
must_use struct status gate_check_there(const struct data_paths *paths);
/* A struct store_options' accept(); its context is a struct gate. */
must_use struct status gate_accept_recovered(void *gate, struct reader *recovered);
/* `note`: the anchor's, in `arena`; data NULL: there is none yet. */
must_use struct status gate_check_anchor(const struct gate *gate, struct store *store,
                                         struct arena *arena, struct slice *note);
/* With store and vault open. */
must_use struct status gate_make_views_ready(const struct ground *ground);
must_use struct status gate_verify(const struct ground *ground);

#endif

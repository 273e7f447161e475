/* folding.h -- running the folds over a stretch of the log; for this room.
 *
 * THREADS   The one that owns the batch.
 * MEMORY    The scratch is empty between two runs; all else is the caller's.
 * ERRORS    STATUS_CORRUPT, STATUS_IO: what was committed up to there stays.
 */
#ifndef PIOT_REPLAY_FOLD_FOLDING_H
#define PIOT_REPLAY_FOLD_FOLDING_H

#include "core/log/log.h"
#include "core/store/fold.h"

struct folding {
    struct reader            *from;
    struct vault             *vault;
    const struct fold *const *folds; /* ends at NULL; the registry's comes first */
    struct batch             *batch;
    size_t                    batch_max; /* events in one commit, or REPLAY_BATCH_BYTES */
    bool                      logged;    /* each commit, and synced; else see store.h */
    /* After each commit; not OK ends the run. NULL: nobody asks. */
    struct status (*between)(void *context, uint64_t done);
    void        *context;
    uint64_t     done; /* the last position that was folded */
    struct arena arena;
};
/* Folds what follows `done`, as far as `from` can see, at most `max` events, and commits. */
must_use struct status folding_run(struct folding *folding, uint64_t max);

#endif

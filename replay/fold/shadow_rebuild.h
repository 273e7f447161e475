/* shadow_rebuild.h -- folding all views again while they are served.
 *
 * THREADS   One of its own. The writer's does the last few hundred events.
 * MEMORY    Bounded; on disk the views are there twice until it is over.
 * ERRORS    Whatever happens before the switch, the live views are served on, and what
 *           was made is dropped, by the next opening if the process ended. A status
 *           after the switch tells that comparing failed or that something of the old
 *           views stays until the next opening.
 *           STATUS_CONFLICT  it was stopped, or the ledger has
 */
#ifndef PIOT_REPLAY_FOLD_SHADOW_REBUILD_H
#define PIOT_REPLAY_FOLD_SHADOW_REBUILD_H

#include "core/ledger/ledger.h"
#include "replay/fold/replay.h"

#include <stdatomic.h>

struct shadow_rebuild {
    struct ledger            *ledger; /* running, of this store */
    struct store             *store;  /* not in memory */
    struct vault             *vault;
    const struct fold *const *folds;
    uint64_t                  events_per_second; /* 0: as many as half a processor folds */
    const struct differences *differences; /* between both, at the switch; NULL: not compared */
    const struct progress    *progress;
    const atomic_bool        *stop; /* true: give up soon */
};
/* Folds the registry and `folds` from event 1 into families of their own, catches up, and
 * switches to them between two turns. `count`: how many events were folded; `switched`,
 * which is set in any case: did it come to that? */
must_use struct status replay_shadow_rebuild(const struct shadow_rebuild *shadow, uint64_t *count,
                                             bool *switched);

#endif

/* wipe.h -- rewriting files, so that none holds what was erased.
 *
 * Compacting while a snapshot is open would keep what it shows, and what was folded beside
 * the served views before something was erased may lie in files of its own; both are waited
 * for, and so is room on the disk, which rewriting takes.
 *
 * THREADS   A chore's.
 * ERRORS    STATUS_CONFLICT  the service stops
 */
#ifndef PIOT_API_CHORES_WIPE_H
#define PIOT_API_CHORES_WIPE_H

#include "api/ground/chore.h"

/* `vault`: its files, too, after the waiting and before the families. */
must_use struct status wipe_files(struct chore *chore, bool vault, const enum family *families,
                                  size_t count);

#endif

/* lease_sweep.h -- forgetting address leases in time, a step at a time, in the writer's turn,
 * where rows are erased as they are put. */
#ifndef PIOT_API_CHORES_LEASE_SWEEP_H
#define PIOT_API_CHORES_LEASE_SWEEP_H

#include "api/ground/chore.h"

#define SWEEP_EVERY (10 * SECOND)
#define SWEEP_SOON  (100 * MILLISECOND) /* there was more to see */

extern const struct chore_row lease_sweep_chore;

#endif

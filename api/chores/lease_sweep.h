/* lease_sweep.h -- forgetting address leases in time, a step at a time, by an intent of the
 * system's, so that rows are erased where they are put: in the writer's turn.
 *
 * THREADS   Opened before the first loop starts, whose timer it uses; its step runs
 *           in the turn.
 */
#ifndef PIOT_API_CHORES_LEASE_SWEEP_H
#define PIOT_API_CHORES_LEASE_SWEEP_H

#include "api/service/service.h"

enum { SWEEP_EVERY_MS = 10 * 1000, SWEEP_SOON_MS = 100 }; /* soon: there was more to see */

struct sweep *sweep_open(struct service *service);
void          sweep_close(struct sweep *sweep); /* after the ledger; before the loops' servers */

#endif

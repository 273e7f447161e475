/* health.h -- how a vendor's endpoint does: a part of the outbox's fold.
 *
 * THREADS   The owner of the batch.
 */
#ifndef PIOT_PROJECTIONS_HEALTH_H
#define PIOT_PROJECTIONS_HEALTH_H

#include "projections/projection.h"

/* A try got through at that instant. */
void health_succeeded(struct batch *batch, struct arena *scratch, struct id vendor, int64_t at_us,
                      uint64_t latency_ms);
/* One did not. */
void health_failed(struct batch *batch, struct arena *scratch, struct id vendor, int64_t at_us,
                   struct slice why);

#endif

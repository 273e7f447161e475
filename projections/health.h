/* health.h -- how a vendor's endpoint does: a part of the outbox's fold, and what is read of it.
 *
 * THREADS   Folding: the owner of the batch. Reading: any.
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

/* Its vendor was told; `event` is endpoint_health_changed. */
void health_told(struct batch *batch, struct arena *scratch, const struct event *event);

/* Of the last tries that got through, in milliseconds. False: none did. */
struct health_latency {
    uint64_t p50_ms, p95_ms;
};
must_use bool health_latency_of(const struct health_row *row, struct health_latency *latency);

#endif

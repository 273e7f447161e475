/* endpoint_state.h -- how a vendor's webhooks are getting on, for itself and for operators:
 *
 *     {url?, mode, state, since, failures, lastError?, lastSuccessAt?, nextAttemptAt?, backlog,
 *      oldestAt?, latency?}
 *
 * THREADS   The loop's.
 */
#ifndef PIOT_API_DELIVERIES_ENDPOINT_STATE_H
#define PIOT_API_DELIVERIES_ENDPOINT_STATE_H

#include "api/call/call.h"
#include "projections/projection.h"

/* Nothing is sent to it: it said so, or never said where to. */
bool endpoint_is_pull(const struct vendor_row *vendor);

/* As one object; of a vendor that is there. */
void endpoint_state_put(struct call *call, struct reader *reader, struct id vendor,
                        struct json *json);

#endif

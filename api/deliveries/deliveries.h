/* deliveries.h -- what became of the webhooks of a vendor, for itself and for operators: the
 * calls that both have, of `vendor`.
 *
 *     {deliveryId, vendorId, type, status, createdAt, attempt, httpStatus?, reason?,
 *      nextAttemptAt?}
 *
 * One alone also has the event, as its vendor was told it, and its attempts; both are gone when
 * what they tell of was forgotten.
 *
 * THREADS   The loop's.
 * ERRORS    As api/call/query.h; a delivery that is not this vendor's is DELIVERY_UNKNOWN.
 */
#ifndef PIOT_API_DELIVERIES_DELIVERIES_H
#define PIOT_API_DELIVERIES_DELIVERIES_H

#include "api/call/call.h"

/* ?status= type= from= to=, the newest first. */
void deliveries_answer_list(struct call *call, struct id vendor);
/* Those about one of the vendor's devices, by its name for it. */
void deliveries_answer_found(struct call *call, struct id vendor, struct slice vendor_device_id);
void deliveries_answer_one(struct call *call, struct id vendor, struct id delivery);

/* Owes it once more; 202 {count}. */
void deliveries_redeliver(struct call *call, struct id vendor, struct id delivery);
enum { REDELIVERED_MAX = 500 }; /* at once; a caller comes again until fewer are counted */
/* The same of all that the body's {status?, type?, from?, to?} fits, the oldest of the newest
 * first; dead ones if it names no status. */
void deliveries_redeliver_fitting(struct call *call, struct id vendor);

/* {deliveryId} of the path. False: 404 has been answered. */
must_use bool deliveries_parameter(struct call *call, struct id *delivery);

#endif

/* waiting.h -- reported addresses that wait until somebody has looked whose they are.
 *
 * Who reports a detection waits for the report alone; where its address leads is looked up
 * later. The address is personal and in no event, so it waits here, sealed under the system's
 * key, in the turn of its device-detected and until that of its detection-resolved:
 *
 *     detections   position of the device-detected -> nonce (12), the observation sealed
 *
 * All rows are of one size, so that they tell nothing.
 *
 * THREADS   Putting and erasing: the turn's. Reading: any.
 * ERRORS    A failure to put is noted with the batch's reader. STATUS_CORRUPT: a row is not as
 *           written. STATUS_NOT_FOUND: no observation waits there.
 */
#ifndef PIOT_API_PLACES_WAITING_H
#define PIOT_API_PLACES_WAITING_H

#include "api/places/resolve.h"

/* Of the device-detected at that position. */
void waiting_put(struct batch *batch, struct vault *vault, uint64_t position,
                 const struct observation *seen);
void waiting_erase(struct batch *batch, uint64_t position);

/* Where observations wait, rising: after `after`, up to `until`, at most `max`; how many. */
must_use struct status waiting_list(struct reader *reader, uint64_t after, uint64_t until,
                                    uint64_t *positions, size_t max, size_t *count);
must_use struct status waiting_get(struct reader *reader, struct vault *vault, uint64_t position,
                                   struct arena *arena, struct observation *seen);

#endif

/* delivery.h -- what a vendor sent at once: one CloudEvent, or a batch of them; and what becomes
 * of each.
 *
 * Each event is read and decided by itself: what does not parse, is malformed, or is refused,
 * touches no other. A batch is refused as a whole only if it is no list, one event alone if it
 * is no JSON.
 *
 * THREADS   The call's.
 * MEMORY    All of it is the call's.
 */
#ifndef PIOT_API_VENDORS_DELIVERY_H
#define PIOT_API_VENDORS_DELIVERY_H

#include "api/call/call.h"
#include "api/vendors/vendor_event.h"
#include "core/ledger/ledger.h"

/* What becomes of one event: an item of the request, or why it is not one. */
struct delivery_result {
    struct slice              id;   /* the CloudEvent's; data NULL: it had none we could read */
    const struct ledger_item *item; /* NULL: rejected before it was asked */
    struct slice              code, message, pointer;
};
struct delivery_events {
    struct call            *call;
    const struct node      *alone; /* the event that is no batch */
    const struct slice     *texts; /* of a batch: an event each */
    struct vendor_event    *incoming;
    struct delivery_result *results;
    size_t                  count, looked_at, well_formed;
};

/* NULL: an error has been answered. */
struct delivery_events *delivery_read(struct call *call);
/* Reads the next event and finds its place; or says why it is rejected. */
void delivery_look_at_next(struct delivery_events *delivery);
bool delivery_is_well_formed(const struct vendor_event *incoming);
/* The answer: what became of each. */
void delivery_write(struct delivery_events *delivery, struct buffer *out);

#endif

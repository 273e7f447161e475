/* webhook_event.h -- an event as the vendor concerned sees it.
 *
 * Vendors get less than apps and auditors do: neither the account nor the network nor
 * our device has a name here that another vendor could have seen, too. So `subject` is
 * the grant, command or detection, which live between this vendor and one device; account
 * and network are pairwise references; the extensions that tell of positions and actors are
 * left out, and those that tell of requests are new for each webhook.
 *
 * THREADS   Any.
 * ERRORS    STATUS_NOT_FOUND  it has to tell of something that was forgotten since
 *           STATUS_IO, STATUS_CORRUPT  as the vault says
 */
#ifndef PIOT_API_COURIER_WEBHOOK_EVENT_H
#define PIOT_API_COURIER_WEBHOOK_EVENT_H

#include "core/facts/webhook.h"
#include "core/vault/vault.h"

/* The structured CloudEvent that tells its vendor of the event, as its row of webhooks.def
 * has it, after what `out` holds. `attempt` counts from 1: commands tell it. */
must_use struct status courier_event(const struct event *event, const struct webhook *webhook,
                                     uint64_t attempt, const struct event_view *view,
                                     struct vault *vault, struct buffer *out);

#endif

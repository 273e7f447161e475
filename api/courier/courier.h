/* courier.h -- carrying webhooks to vendors: what the outbox says is due goes out,
 * and its outcome comes back as an intent.
 *
 * ORDER     Deliveries of one `order` (a device) go one after the other: the next
 *           only when the one before it got through or was given up. Others overtake.
 * AT LEAST ONCE  A webhook leaves the outbox when the ledger knows of its outcome; until
 *           then this process does not send it again, but the next one would after a kill.
 *           webhook-id is the event's id on every attempt, so that vendors can tell.
 * FAIRNESS  At most settings.webhooks_at_once are under way, and at most one part in
 *           COURIER_SHARE of that to one vendor; one whose endpoint fails again and again
 *           is left alone for a while (courier_backoff.h), or until it is changed.
 * ANSWERS   2xx      it got through. A command's answer may be its outcome, that to a
 *                    withdrawal its acknowledgement, if it is JSON and says so; a body that
 *                    says nothing we know is reported and ignored.
 *           410      ends the endpoint, if it still is the one that said so; the webhook
 *                    waits for another one.
 *           else     is tried again later, 4xx and redirects too (an endpoint may be
 *                    deployed wrongly for a weekend), for webhook_tried_for; what a vendor
 *                    has to know of its grants, for as long as it stands (webhooks.def).
 *                    Retry-After is respected up to webhook_retry_max. A command is given
 *                    up when the next try would come after its deadline.
 * VENDORS   Without an endpoint: their webhooks wait. Suspended: only the one that says so goes.
 *           Offboarded: what was not sent by then is given up.
 *
 * THREADS   The chore's. SIGPIPE is ignored by then.
 */
#ifndef PIOT_API_COURIER_COURIER_H
#define PIOT_API_COURIER_COURIER_H

#include "api/ground/chore.h"

enum { COURIER_SHARE = 8 };

struct courier;
/* It looks at the outbox at once. At the stop it lets what is under way come to its end
 * within seconds, and reports it. */
extern const struct chore_row courier_chore;

/* Does what was committed owe a vendor a webhook, settle one, or change a vendor? */
bool courier_concerns(const struct commit *commit);

/* Look at the outbox. Any thread; cheap, never blocks. */
void courier_wake(struct courier *courier);

/* -- what the thread does, for tests to do it themselves ---------------------- */

must_use struct status courier_open(struct courier **courier, struct ground *ground);
/* One round: takes back what the ledger has heard, looks for what is due and sends it,
 * waits for something to happen, at most that long, and tells the ledger how it went. */
void courier_step(struct courier *courier, int64_t at_most_us);
/* How many webhooks are under way, those the ledger still has to hear of included. */
size_t courier_under_way(const struct courier *courier);
/* Drops what is under way as a kill would. What the ledger was told has come back. NULL
 * is fine. */
void courier_close(struct courier *courier);

#endif

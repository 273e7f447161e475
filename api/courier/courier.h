/* courier.h -- carrying webhooks to vendors: what the outbox says is due goes out,
 * and its outcome comes back as an intent.
 *
 * ORDER     Deliveries of one `order` (a device) go one after the other: the next
 *           only when the one before it got through or was given up. Others overtake. One that
 *           was refused (4xx) webhook_refusals_max times is tried besides from then on: commands
 *           go past it. Notices of grants stay in order among themselves, for the last tells
 *           what a vendor may do.
 * AT LEAST ONCE  A webhook leaves the outbox when the ledger knows of its outcome; until
 *           then this process does not send it again, but the next one would after a kill.
 *           webhook-id is the event's id on every attempt, so that vendors can tell.
 * FAIRNESS  At most settings.webhooks_at_once are under way, and at most webhooks_per_vendor
 *           of them to one vendor; those that take long count apart, up to some, and those that
 *           failed before get a part of them, so that neither endpoints that hang nor devices
 *           that are stuck hold up others. An endpoint that fails again and again is left alone
 *           for a while (api/post/backoff.h), or until its vendor changes it or calls us.
 * ANSWERS   2xx      it got through. A command's answer may be its outcome, that to a
 *                    withdrawal its acknowledgement, if it is JSON and says so; a body that
 *                    says nothing we know is reported and ignored.
 *           410      ends the endpoint, if it still is the one that said so; the webhook
 *                    waits for another one.
 *           else     is tried again later, 4xx and redirects too (an endpoint may be
 *                    deployed wrongly for a weekend), for webhook_tried_for; what a vendor
 *                    has to know of its grants, for as long as it stands (webhooks.def).
 *                    Retry-After is respected up to webhook_retry_max. A command is given
 *                    up when the next try would come after its deadline; past that it is
 *                    not sent, however far it has come.
 *           pause    webhook-delivery: pause, with whatever status: nothing more is sent
 *                    until Retry-After (if there is none, an hour; at most a day), or until
 *                    the vendor calls us.
 * OUR FAULT A name that we cannot resolve, an address that we do not call: that was no try. It
 *           counts neither for the breaker nor for the tries, and puts off the giving up.
 * VENDORS   Without an endpoint: their webhooks wait. Suspended: only the one that says so goes.
 *           Offboarded: what was not sent by then is given up.
 *
 * THREADS   The chore's. SIGPIPE is ignored by then.
 */
#ifndef PIOT_API_COURIER_COURIER_H
#define PIOT_API_COURIER_COURIER_H

#include "api/ground/chore.h"

/* Attempts without an answer for long may be so many for each of webhooks_at_once, besides. */
enum { COURIER_SLOW_SHARE = 3 };

struct courier;
/* It looks at the outbox at once. At the stop it lets what is under way come to its end
 * within seconds, and reports it. */
extern const struct chore_row courier_chore;

/* Does what was committed owe a vendor a webhook, settle one, or change a vendor? */
bool courier_concerns(const struct commit *commit);

/* What the writer has committed; that a vendor has called us. Any thread; cheap. */
void courier_note(struct courier *courier, const struct commit *commit);
void courier_heard(struct courier *courier, struct id vendor);
/* Look at the whole outbox. Any thread; cheap. */
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

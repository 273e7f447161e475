/* feed.h -- what a subscriber is told of the account's events, live and in history.
 *
 * All events of the account's stream, as CloudEvents with their personal fields, but:
 *
 *     webhook-delivered, webhook-deferred, webhook-dead-lettered are left out: they
 *     stand there beside the event that was carried, but say how a vendor's server
 *     is doing, which is between the vendor and the operator;
 *     what event_redact() empties is left out of those that have it.
 *
 * Events in other streams that name the account are not told: a claim's, say, names
 * other people's accounts beside it.
 *
 * So that a screen needs no call besides, `data` has more than the event's own fields:
 *
 *     vendorName  what the vendor is called now that the event names
 *     shown       live only: what the event changed, as its own GET shows it now; null: that
 *                 would answer 404. Of consent-requested and consent-reopened the question, for
 *                 those who may answer it, and to them it was shown then; of command-… the
 *                 command; of network-created, network-changed, gateway-attached and
 *                 gateway-detached the network; of device-… and consent-changed the device, but
 *                 not where the event says all: device-removed, device-state-reported and
 *                 device-connectivity-changed
 *     commands    live only, of device-state-reported, if there are any: the commands whose
 *                 `effective` is by this report, as GET commands/{id} shows them
 *
 * "Now" is when it is sent: never before the event, and later for one who catches up. An app
 * that takes each as it comes ends where a GET would.
 *
 * THREADS   Any; with a call, its loop's.
 * ERRORS    A read that fails is noted with the reader: look there before sending.
 */
#ifndef PIOT_APP_FEED_H
#define PIOT_APP_FEED_H

#include "api/call/call.h"
#include "api/call/show.h"
#include "core/facts/event.h"

struct feed {
    const struct event_view *view;
    struct showing          *showing; /* where names are looked up; NULL: only the event's fields */
    struct call             *call;    /* whose app hears it live; NULL: it is not live */
};

/* Is it for the subscriber? */
bool feed_has(const struct event *event);
/* Takes out what is secret, then writes the CloudEvent. */
void feed_event(const struct feed *feed, struct event *event, struct json *json);

/* -- server-sent events (WHATWG HTML, 9.2) ------------------------------------------- */

/* "id: 1/42", "data: {…}" and the empty line; feed_event() does the rest. */
void feed_frame(const struct feed *feed, struct event *event, struct buffer *out);
/* The word that what came before is lost, and that `position` is where it goes on. */
void feed_reset(struct buffer *out, struct position position);
/* Where a client stands that has seen nothing yet: an id without data, which nobody
 * sees but which is sent back at the next connection. */
void feed_place(struct buffer *out, struct position position);
/* How long to wait before connecting again. */
void feed_retry(struct buffer *out, unsigned wait_ms);

#endif

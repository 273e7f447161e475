/* feed.h -- what a subscriber is told of the account's events, live and in history.
 *
 * All events of the account's stream, as CloudEvents with their personal fields, but:
 *
 *     webhook-delivered, webhook-deferred, webhook-dead-lettered are left out: they
 *     stand there beside the event that was carried, but say how a vendor's server
 *     is doing, which is between the vendor and the operator;
 *     what event_hush() empties is left out of those that have it.
 *
 * Events in other streams that name the account are not told: a claim's, say, names
 * other people's accounts beside it.
 *
 * THREADS   Any.
 */
#ifndef PIOT_APP_FEED_H
#define PIOT_APP_FEED_H

#include "core/facts/event.h"

/* Is it for the subscriber? */
bool feed_has(const struct event *event);
/* Takes out what is secret, then writes the CloudEvent. */
void feed_event(struct event *event, const struct event_view *view, struct json *json);

/* -- server-sent events (WHATWG HTML, 9.2) ------------------------------------------- */

/* "id: 1/42", "data: {…}" and the empty line; feed_event() does the rest. */
void feed_frame(struct buffer *out, struct event *event, const struct event_view *view);
/* The word that what came before is lost, and that `position` is where it goes on. */
void feed_reset(struct buffer *out, struct position position);
/* Where a client stands that has seen nothing yet: an id without data, which nobody
 * sees but which is sent back at the next connection. */
void feed_place(struct buffer *out, struct position position);
/* How long to wait before connecting again. */
void feed_retry(struct buffer *out, unsigned wait_ms);

#endif

/* submit.h -- from a call to the ledger and back.
 *
 *     struct submission *submission = submit_new(call, 1);
 *     struct intent *intent = submit_intent(submission, 0, INTENT_delete_network, account);
 *     intent->delete_network.network = network;
 *     submission->write = write_nothing;
 *     submit_send(submission);
 *
 * Idempotency-Key (api/call/idempotency.h), If-Match, x-correlator and traceparent are taken from
 * the call.
 * The answer is written inside the turn, from what happened and from a reader that
 * sees it, so that it can be kept for repeats; it goes out on the loop once the
 * turn is durable, with X-Log-Position. A single intent that is refused answers
 * with its refusal; with several, or when `itemized`, `write` looks at each outcome.
 *
 * A submission may also be what comes before a call is done: a note that has to be
 * durable first. Then `then` is set, and runs on the loop in place of the answer, if
 * nothing was refused and nothing failed:
 *
 *     submission->then = show_account;
 *     submit_send(submission);
 *
 * A call whose client has left is carried out and finished all the same.
 *
 * THREADS   submit_new() to submit_send(), and `then`: the loop. The other hooks:
 *           the writer.
 * MEMORY    A submission lives in its call's arena, which is the writer's to use
 *           while it has it.
 * ERRORS    Ledger full or stopped, the wall clock off, or the disk almost full: 503 with
 *           Retry-After. A failed turn: 503, and the outcome is unknown. A read that failed
 *           before: 500, and nothing is submitted; one that fails in the turn, by `reader`,
 *           fails the turn.
 */
#ifndef PIOT_API_CALL_SUBMIT_H
#define PIOT_API_CALL_SUBMIT_H

#include "api/call/call.h"
#include "core/ledger/ledger.h"

/* The answer in the making: what a repeat gets, too. */
struct reply {
    int           status;       /* the route's success status, unless changed; 0: the handler
                                 * goes on, with `body` as the call's `kept` */
    struct slice  location;     /* of a 201 or 202; nothing: none */
    struct slice  etag;         /* without quotes; nothing: none */
    struct slice  cookie;       /* for Set-Cookie: api/call/cookie.h; nothing: none */
    const char   *content_type; /* application/json unless changed */
    struct buffer body;         /* for json_to(&reply->body); empty: none */
};

struct submission {
    struct call          *call;
    struct ledger_request request;

    /* Hooks of the handler; all may be NULL.
     * changed: the position that the resource's ETag is made of, to hold against
     *          If-Match; false: there is no such resource.
     * check:   a refusal refuses all intents; runs after If-Match.
     * make:    makes `ask.change`, if any intent was accepted.
     * write:   the answer. Not called if a single intent was refused, unless
     *          `itemized`; nor if the whole ask was. */
    bool (*changed)(struct submission *submission, struct reader *reader, uint64_t *position);
    enum refusal (*check)(struct submission *submission, struct reader *reader);
    void (*make)(struct submission *submission, struct batch *batch);
    void (*write)(struct submission *submission, struct reader *reader, struct reply *reply);
    bool itemized; /* write() speaks of each outcome, even of a single refused one */
    /* Goes on with the call, which it has to answer, as a handler does; X-Log-Position
     * is among its headers already. No answer is kept for repeats: an Idempotency-Key
     * counts for nothing. */
    void (*then)(struct submission *submission);
    uint64_t position; /* for `then`: of the last event the intents led to */
    void    *context;  /* the handler's own */

    uint64_t if_match; /* ours: a position, or one of the three below */
};
#define IF_MATCH_NONE  UINT64_C(0)
#define IF_MATCH_ANY   UINT64_MAX
#define IF_MATCH_NEVER (UINT64_MAX - 1) /* no tag of ours */

struct submission *submit_new(struct call *call, size_t count);
/* Item `index`, with type, stream and the caller as actor; on behalf of nobody. */
struct intent *submit_intent(struct submission *submission, size_t index, enum intent_type type,
                             struct id stream);
/* Hands it over. The call is answered from here on; do not touch it. */
void submit_send(struct submission *submission);

/* Most writes are this: reads the body into the route's intent and checks it.
 * NULL: 400 has been answered. `others`: see json_read_intent(). */
struct submission *submit_body(struct call *call, struct id stream, const char *const *others);

/* The first item's intent and outcome. */
static inline struct intent *submission_intent(struct submission *submission)
{
    return &submission->request.items[0].intent;
}
static inline const struct outcome *submission_outcome(const struct submission *submission)
{
    return &submission->request.items[0].outcome;
}

/* For reply->etag: what is made of a row's `changed`. */
struct slice etag_text(struct arena *arena, uint64_t changed);

/* An intent of the service's own (a note that a question was shown): no caller waits for it.
 * Copied whole. False: the queue is full, nothing happens. */
must_use bool submit_quietly(struct ground *ground, const struct intent *intent);

#endif

/* idempotency.h -- a write that comes again under its Idempotency-Key.
 *
 * The same request gets the answer that was kept, another one under the same key is
 * told 422. A key belongs to whoever is proven to ask, and is looked up the moment that
 * is proven: at the door for a token (api/call/call.c), after its signature for a delivery,
 * whose webhook-id is its key, and after its password for signing in. Only then does a
 * handler read the body or a view; so a repeat is answered even if what it was about is
 * gone. What is still under way then is found by the ledger, in its turn.
 *
 * A request that was refused did not use its key.
 *
 * Requests are compared by a hash under the vault's key: the body may hold a password, a
 * login or a telephone number, and whoever reads the store must not be able to try which.
 *
 * THREADS   The loop's.
 * MEMORY    In the call's arena.
 */
#ifndef PIOT_API_CALL_IDEMPOTENCY_H
#define PIOT_API_CALL_IDEMPOTENCY_H

#include "api/call/call.h"

/* From here on the call's key is this caller's. False: the call has been answered, with
 * what was kept, or 422 IDEMPOTENCY_KEY_REUSED, or 400 for a key that is too long.
 * Without a key, and on a read, always true. */
must_use bool idempotency_is_new(struct call *call, struct id caller);

/* Who has nothing but a name and a secret before being signed in: a caller that is the
 * same for the same name, which cannot be guessed back from it. */
struct id idempotency_stranger(struct call *call, const char *label, struct slice name);

/* An answer as it is kept. Status 0: the route's handler makes it of `body`, which is the call's
 * `kept` then, new each time. */
struct kept_reply {
    uint64_t     status;
    struct slice content_type, location, etag, body, cookie;
};
void idempotency_encode(const struct kept_reply *kept, struct buffer *out);
/* Answers with it. */
void idempotency_answer(struct call *call, struct slice bytes);

#endif

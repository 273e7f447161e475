/* auth.h -- who is asking.
 *
 * "Authorization: Bearer TOKEN": the token's SHA-256 is looked up in the tokens
 * view at every request, so a revoked token is good for nothing from the commit
 * on; there is no cache to outlive it. A token is "piot_", a letter for its role,
 * "_", and 32 random bytes in base64url; only its hash is kept. A browser has it in
 * a cookie instead (api/call/cookie.h), or a ticket for it in the query
 * (api/call/ticket.h).
 *
 * The vendor events path may be signed instead (Standard Webhooks): then the
 * caller is nobody yet, and the handler proves it with auth_as_vendor().
 *
 * THREADS   Any.
 */
#ifndef PIOT_API_CALL_AUTH_H
#define PIOT_API_CALL_AUTH_H

#include "core/base/clock.h"
#include "core/facts/caller.h"
#include "core/facts/event.h"
#include "core/store/store.h"

struct call;

/* What a call knows of who is asking, beyond who it is. */
struct credentials {
    struct caller caller;
    struct id     token;             /* none for a signature */
    struct slice  token_hash;        /* in the call's arena */
    int64_t       expires_at;        /* of the token; 0: never */
    bool          personal;          /* an auditor's token says: personal fields, too */
    uint64_t      events_per_second; /* a vendor may report; 0: no limit of its own */
};

/* What a token text stands for. False: nothing; unknown, expired, of no role
 * that may call. The hash is in `arena`. */
must_use bool auth_look_up(struct reader *reader, int64_t now_us, struct slice token,
                           struct arena *arena, struct credentials *credentials);

/* The same by the token's hash. */
must_use bool auth_look_up_hash(struct reader *reader, int64_t now_us, struct slice hash,
                                struct arena *arena, struct credentials *credentials);
/* The token that comes with the call: of Authorization, which goes first whatever it says, else
 * of the cookie that is due here. False: there is none. */
must_use bool auth_find_token(struct call *call, struct slice *token);

/* Proves who is calling, by the head alone, if the call's route asks for it. False: 401 has been
 * answered. */
must_use bool auth_prove(struct call *call);
/* May that caller do what the route is for? False: 401, 403 or 404 has been answered. A path's
 * {vendorId} has to be the calling vendor itself, which is not offboarded; a suspended one reads,
 * and does what the route lets it. */
must_use bool auth_allow(struct call *call);

/* The body took a while to come, or what was waited for: is the token that was good then good
 * still? False: 401 has been answered. */
must_use bool auth_check_late(struct call *call);

/* Is the token good still, long after the call began? For answers that take a while. */
must_use bool auth_still(struct call *call, struct arena *scratch);

/* Can an event of that type end a token? Then whoever goes on for long asks auth_still(). */
bool auth_may_end(enum event_type type);

/* After a handler has checked a signature with this one of a vendor's secrets: from
 * now on the caller is this vendor, within its rate. False: it is suspended, unknown or beyond
 * its rate, and that has been answered. */
must_use bool auth_as_vendor(struct call *call, struct id vendor, struct id key);

/* A token that nobody has had before. */
struct fresh_token {
    struct slice text; /* what is shown once */
    struct slice hash; /* what is kept: 32 bytes */
};
struct fresh_token auth_new_token(struct arena *arena, enum caller_kind kind);
/* A code people type: 4 × 4 characters of Crockford base32, 80 bits:
 * "7K2M-9QXF-30BT-HW5R". The hash is of the 16 characters in upper case. */
struct fresh_token auth_new_code(struct arena *arena);
/* The hash of a code as typed: case, dashes and blanks do not matter, O is 0, I
 * and L are 1. False: it is not one. */
must_use bool auth_code_hash(struct arena *arena, struct slice typed, struct slice *hash);

#endif

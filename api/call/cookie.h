/* cookie.h -- sessions of browsers: the token is in a cookie (RFC 6265) that no script sees.
 *
 *     Set-Cookie: __Host-piot=piot_a_…; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=…
 *
 * Each row of the table in cookie.c is a cookie: its name, below which path it is good, and for
 * tokens of which roles. The browser vouches for "__Host-": only this very host can have set
 * it, over TLS. Over plain HTTP to loopback, where no browser would take that, its name is without
 * "__Host-" and it is not Secure. Over plain HTTP to anywhere else there is no cookie, neither
 * given nor taken. Whether it is TLS, our own origin says (origin.h): a proxy that ends TLS
 * needs public_url.
 *
 * Not taken: two of a name (who set the other?), one whose name is not the one that is due
 * here, and any beside an Authorization header, which goes first. Who comes by a cookie and
 * writes has to come from a page of ours, as has who wants a cookie: origin_check(). So nobody
 * is signed in to somebody else's account by a foreign page either.
 *
 * THREADS   cookie_text() and cookie_end_text(): the loop's, or the writer's while it has the
 *           call. The rest: the loop's.
 * MEMORY    In the call's arena.
 */
#ifndef PIOT_API_CALL_COOKIE_H
#define PIOT_API_CALL_COOKIE_H

#include "api/call/call.h"

/* The token in the cookie that is due at the call's path. False: there is none. */
must_use bool cookie_find(const struct call *call, struct slice *token);
/* May a token of this kind come in that cookie? */
bool cookie_takes(const struct call *call, enum caller_kind kind);
/* May a call with a cookie do this? False: 403 has been answered. */
must_use bool cookie_check(struct call *call);
/* Can this caller be given a cookie? False: 400 or 403 has been answered. */
must_use bool cookie_may_be_set(struct call *call);

/* For Set-Cookie: the cookie of the call's path with that token, for so long; or its end. The
 * latter is nothing where there is none. */
struct slice cookie_text(const struct call *call, struct slice token, int64_t life_us);
struct slice cookie_end_text(const struct call *call);

#endif

/* session.h -- signing a subscriber in, by password or by activation code.
 *
 * The answer holds the session's token, which is otherwise kept nowhere but as a hash;
 * for a repeat under its Idempotency-Key it is kept sealed, like every answer. What a
 * repeat gets is that token, whether or not the session has ended since. A browser may have
 * it in a cookie instead (api/call/cookie.h): then no script of a page ever sees it. Either way
 * each sign-in makes a new token, so that nobody can choose another's.
 *
 * THREADS   The loop's.
 */
#ifndef PIOT_APP_SESSION_H
#define PIOT_APP_SESSION_H

#include "api/app/guesses.h"
#include "api/call/submit.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 256 }; /* bytes */

/* Of all who sign in, by login, and of who repeats an activation, by code. */
extern struct guesses session_guesses;
/* Counts a guess at the password of `who` from where the call comes; `unlocked_us` as in
 * guesses_take(). False: too many were wrong, and 429 with Retry-After has been answered. */
must_use bool session_may_guess(struct call *call, struct id who, int64_t unlocked_us);

/* How somebody wants to be signed in. */
struct session_wish {
    bool cookie;      /* the token in a cookie, and not in the answer */
    bool shows_login; /* the answer names the login: whoever has a code may not know it */
};
/* Reads the members "cookie" … of a body. False: see json_read_flag(). */
must_use bool session_read_wish(const struct node *body, struct session_wish *wish,
                                struct bad_field *bad);
/* Can the wish be fulfilled here? False: 400 or 403 has been answered. */
must_use bool session_may_have(struct call *call, const struct session_wish *wish);

/* A submission of `count` intents whose last opens a session for `account`, and whose
 * answer is the session, or the refusal of the first that was refused. */
struct submission *session_submission(struct call *call, struct id account, size_t count,
                                      const struct session_wish *wish);

#endif

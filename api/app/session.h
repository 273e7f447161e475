/* session.h -- signing a subscriber in, by password or by activation code.
 *
 * The answer holds the session's token, which is kept nowhere but as a hash. So it is
 * not kept for repeats either: Idempotency-Key does nothing here, and whoever lost the
 * answer signs in again.
 *
 * THREADS   The loop's.
 */
#ifndef PIOT_APP_SESSION_H
#define PIOT_APP_SESSION_H

#include "api/submit.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 256 }; /* bytes */

/* A submission of `count` intents whose last opens a session for `account`, and whose
 * answer is the session, or the refusal of the first that was refused. */
struct submission *session_submission(struct call *call, struct id account, size_t count);

#endif

/* passwords.h -- where passwords are hashed: tens of milliseconds and 32 MiB each, so on
 * threads of their own, as many as there are processors, PASSWORDS_AT_ONCE_MAX at most. Of the
 * settings.passwords_max
 * places to wait one address block gets no more than are still free, and the blocks take
 * turns: whoever guesses by the hundred waits behind themselves.
 */
#ifndef PIOT_API_APP_PASSWORDS_H
#define PIOT_API_APP_PASSWORDS_H

#include "api/call/worker.h"

enum { PASSWORDS_AT_ONCE_MAX = 4 }; /* so 128 MiB together: crypto_password() */
_Static_assert((int)PASSWORDS_AT_ONCE_MAX <= WORKER_THREADS_MAX, "a worker has that many threads");

/* worker_submit(&passwords_chore, job); job->whose is the caller's peer_block(). */
extern const struct chore_row passwords_chore;

#endif

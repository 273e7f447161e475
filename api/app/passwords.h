/* passwords.h -- where passwords are hashed: tens of milliseconds and 64 MiB each, so on a
 * thread of their own, settings.passwords_max waiting at most. */
#ifndef PIOT_API_APP_PASSWORDS_H
#define PIOT_API_APP_PASSWORDS_H

#include "api/call/worker.h"

/* worker_submit(&passwords_chore, job). */
extern const struct chore_row passwords_chore;

#endif

/* historian.h -- where the past is folded for auditors: a thread of its own, so that nobody
 * who signs in waits behind a question about it. */
#ifndef PIOT_API_AUDIT_HISTORIAN_H
#define PIOT_API_AUDIT_HISTORIAN_H

#include "api/call/worker.h"

/* worker_submit(&historian_chore, job); job->tool is the empty store that struct past wants. */
extern const struct chore_row historian_chore;

#endif

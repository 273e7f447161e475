/* look.h -- whoever looks at people is on record before anything is shown.
 *
 *     call->own = …;
 *     look_record(call, &(struct look){ .subjects = &account, .count = 1, .show = show_account });
 *
 * For each subject there is an event (audit_read, in the system's stream), durable before `show`
 * runs. It says whose token it was, which call by its path's template, whom or what it was about,
 * and whether personal fields were to be seen; never the query or the body, which may themselves
 * tell of a person. Because the subject is an id among its fields, the log's index of an account
 * leads to everyone who looked; name_everybody() leads to the lists.
 *
 * THREADS   The loop's.
 * ERRORS    Answers by itself if it cannot be recorded: 503 when the ledger is full or
 *           stopping, 403 TOKEN_REVOKED.
 */
#ifndef PIOT_API_CALL_LOOK_H
#define PIOT_API_CALL_LOOK_H

#include "api/call/call.h"

enum { LOOK_SUBJECTS_MAX = 50 }; /* in one call: as many as a look-up finds */

/* Shows what was asked for: answers the call, as a handler does. `position` is the last
 * event's, and is in the answer's X-Log-Position already; all that was committed before it can
 * be read. */
typedef void look_show(struct call *call, uint64_t position);

struct look {
    const struct id *subjects; /* accounts, networks, devices, vendors, name_everybody(); NO_ID: no
                                  single one. Read before look_record() returns */
    size_t           count;    /* from 1 to LOOK_SUBJECTS_MAX */
    bool             personal; /* personal fields, too */
    look_show       *show;
};
void look_record(struct call *call, const struct look *look);

#endif

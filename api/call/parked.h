/* parked.h -- a call that waits for a commit that concerns somebody, for so long at most.
 *
 *     struct command_wait {
 *         struct parked parked; // first
 *         struct id     command;
 *     };
 *
 *     parked_begin(&waiting->parked, &(struct parking){ .call    = call,
 *                                                       .whom    = call_account(call),
 *                                                       .most_us = 30 * SECOND,
 *                                                       .is_over = command_is_over,
 *                                                       .answer  = command_answer });
 *
 * While nothing that concerns them is committed, nothing is read. `answer` runs once: when
 * `is_over` says so, when the time is up, or when the service stops; then it waits no more. Who
 * is not let in any longer has been answered 401 instead, and one that left is forgotten.
 *
 * THREADS   The loop's.
 * MEMORY    The caller's, in the call's arena: gone once the call has been answered.
 */
#ifndef PIOT_API_CALL_PARKED_H
#define PIOT_API_CALL_PARKED_H

#include "api/call/subscriptions.h"

struct parked;
struct parking {
    struct call *call;
    struct id    whom;    /* an account or a vendor */
    int64_t      most_us; /* from now on */
    /* Is there something to answer? It may keep what it read. */
    bool (*is_over)(struct parked *parked, struct arena *scratch);
    void (*answer)(struct parked *parked);
};
struct parked {
    struct subscription subscription; /* first: a look is given this */
    struct deadline     deadline;
    struct parking      as;
};
void parked_begin(struct parked *parked, const struct parking *as);

#endif

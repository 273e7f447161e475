/* rebuilds.h -- the views folded again beside those that are served, when the operator
 * says so: one rebuild at a time, the last one remembered until the service ends.
 *
 * A rebuild is no event. It is no fact about anybody, changes no answer that was right,
 * and a log folded elsewhere needs not know how often it was folded here.
 *
 * One that runs is given up at the stop.
 *
 * THREADS   Any.
 * MEMORY    What is looked at is copied.
 */
#ifndef PIOT_API_CHORES_REBUILDS_H
#define PIOT_API_CHORES_REBUILDS_H

#include "api/call/call.h"
#include "api/ground/chore.h"

enum {
    REBUILD_RATE_MIN  = 100, /* events a second: a stop waits for what a thousand cost */
    REBUILD_RATE_MAX  = 10000000,
    REBUILD_FIRST_MAX = 16, /* differences that are shown, of however many */
};

enum rebuild_status { REBUILD_NONE, REBUILD_RUNNING, REBUILD_SWITCHED, REBUILD_FAILED };

struct rebuild_order {
    struct id               id;
    uint64_t                events_per_second; /* 0: half a processor's worth */
    bool                    compare;
    struct call_idempotency idempotency; /* under which key it was asked for */
};

struct rebuild_look {
    struct rebuild_order order; /* its key in the arena */
    enum rebuild_status  status;
    uint64_t             position, head, differences;
    uint64_t             first_head;         /* when it was asked for */
    int64_t              began_us, ended_us; /* 0: not ended */
    uint64_t             rate;               /* events a second, on the whole */
    struct slice         first;              /* differences as members of a JSON array */
    struct slice         failure;            /* a sentence; nothing: none */
};

extern const struct chore_row rebuilds_chore;

/* STATUS_CONFLICT: one is running. */
must_use struct status rebuilds_start(struct ground *ground, const struct rebuild_order *order);
/* Is one, with its files not yet gone if it was given up, or those it replaced? */
bool rebuilds_running(struct ground *ground);
/* The last one. False: there is none. */
must_use bool rebuilds_look(struct ground *ground, struct arena *arena, struct rebuild_look *look);

#endif

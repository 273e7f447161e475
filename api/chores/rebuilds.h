/* rebuilds.h -- the views folded anew beside those that are served, when the operator
 * says so: one rebuild at a time, the last one remembered until the service ends.
 *
 * A rebuild is no event. It is no fact about anybody, changes no answer that was right,
 * and a log folded elsewhere needs not know how often it was folded here.
 *
 * THREADS   Any. Each rebuild has a thread of its own.
 * MEMORY    What is looked at is copied.
 */
#ifndef PIOT_API_CHORES_REBUILDS_H
#define PIOT_API_CHORES_REBUILDS_H

#include "api/call/call.h"

enum {
    REBUILD_RATE_MIN  = 100, /* events a second: a stop waits for what a thousand cost */
    REBUILD_RATE_MAX  = 10000000,
    REBUILD_FIRST_MAX = 16, /* differences that are shown, of however many */
};

enum rebuild_status { REBUILD_NONE, REBUILD_RUNNING, REBUILD_SWITCHED, REBUILD_FAILED };

struct rebuild_order {
    struct id          id;
    uint64_t           events_per_second; /* 0: half a processor's worth */
    bool               compare;
    struct call_repeat repeat; /* under which key it was asked for */
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

struct rebuilds;
struct rebuilds *rebuilds_open(struct service *service);
/* Gives up one that runs; the ledger has to be there still, running or stopped. */
void rebuilds_close(struct rebuilds *rebuilds);

/* STATUS_CONFLICT: one is running. */
must_use struct status rebuilds_start(struct rebuilds *rebuilds, const struct rebuild_order *order);
/* Is one, with its files not yet gone if it was given up, or those it replaced? NULL: no. */
bool rebuilds_running(struct rebuilds *rebuilds);
/* The last one. False: there is none. */
must_use bool rebuilds_look(struct rebuilds *rebuilds, struct arena *arena,
                            struct rebuild_look *look);

#endif

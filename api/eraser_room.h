/* eraser_room.h -- between the files of the eraser. */
#ifndef PIOT_ERASER_ROOM_H
#define PIOT_ERASER_ROOM_H

#include <pthread.h>

#include "api/eraser.h"
#include "core/base/queue.h"
#include "projections/projection.h"

enum { ERASURES_AT_ONCE = 256 }; /* looked at; those behind them come with the next look */

struct eraser {
    struct service *service;
    struct queue   *wake, *done;
    pthread_t       thread;
    bool            running;
    atomic_bool     stopping;
    int64_t         wiped_us; /* monotonic, when files were last rewritten; 0: not yet */
};

/* One ask of the writer, waited for. `alongside`, if given, runs in the turn. */
struct errand {
    struct eraser  *eraser;
    struct ask      ask;
    struct ask_item item;
    void (*alongside)(struct errand *errand, struct batch *batch);
    void *context;
};
/* STATUS_CONFLICT: the service stops. */
must_use struct status eraser_ask(struct eraser *eraser, struct errand *errand,
                                  struct intent intent);

/* -- eraser_rows.c ----------------------------------------------------------------- */

/* Destroys the account's key, and then every row that is sealed under it, or names its
 * gateways' addresses, or was kept for its repeats. */
must_use struct status eraser_erase_rows(struct eraser *eraser, struct id account);

#endif

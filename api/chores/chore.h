/* chore.h -- what goes on in the background, on a thread of its own.
 *
 * A chore looks for what is to be done, does it, rests, and looks again. What changes the
 * log or its rows it has the writer do, and waits for that.
 *
 * THREADS   chore_open() to chore_close(): the service's; from open to close any may
 *           chore_wake(). All else: the chore's own, which starts when the ledger has.
 * MEMORY    A chore is a member of whoever does it, and starts as { 0 }.
 */
#ifndef PIOT_API_CHORES_CHORE_H
#define PIOT_API_CHORES_CHORE_H

#include <pthread.h>

#include "api/service/service.h"
#include "core/base/queue.h"

struct chore {
    struct service *service;
    struct queue   *wake, *done;
    pthread_t       thread;
    bool            running;
    atomic_bool     stopping;
};

/* On an error nothing is left. */
must_use struct status chore_open(struct chore *chore, struct service *service);
/* Runs work(owner), which returns once chore_stopping(). */
must_use struct status chore_start(struct chore *chore, void *(*work)(void *owner), void *owner);
/* Wakes it and waits for its end, if it runs; before the ledger is stopped. */
void chore_stop(struct chore *chore);
/* Frees what it had, when nobody can wake it any more. */
void chore_close(struct chore *chore);

void chore_wake(struct chore *chore);
bool chore_stopping(const struct chore *chore);
/* Until it is woken or so much later; returns at once when it is to stop. */
void chore_rest(struct chore *chore, int ms);

/* One ask of the writer, one at a time. `alongside`, if given, runs in the turn, unless the
 * intent is refused; `outcome` then says by what. */
struct errand {
    void (*alongside)(struct errand *errand, struct batch *batch);
    void           *context;
    struct chore   *chore;
    struct ask      ask;
    struct ask_item item;
};
/* Until it is done. STATUS_CONFLICT: the service stops. */
must_use struct status chore_ask(struct chore *chore, struct errand *errand, struct intent intent);

#endif

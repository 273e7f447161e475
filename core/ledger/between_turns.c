/* between_turns.c -- what others have the writer do between two turns. */
#include "core/ledger/turn.h"

struct errand {
    struct status (*act)(void *context);
    void         *context;
    struct status status;
    bool          done;
};

static void lock(struct ledger *ledger) { ensure(pthread_mutex_lock(&ledger->door) == 0); }

static void unlock(struct ledger *ledger) { ensure(pthread_mutex_unlock(&ledger->door) == 0); }

static void wait(struct ledger *ledger)
{
    ensure(pthread_cond_wait(&ledger->errand_done, &ledger->door) == 0);
}

static void finish(struct ledger *ledger, struct errand *errand, struct status status)
{
    lock(ledger);
    ledger->errand = NULL;
    errand->status = status;
    errand->done   = true;
    ensure(pthread_cond_broadcast(&ledger->errand_done) == 0);
    unlock(ledger);
}

static struct errand *waiting(struct ledger *ledger)
{
    lock(ledger);
    struct errand *errand = ledger->errand;
    unlock(ledger);
    return errand;
}

/* Views may hold other rows afterwards, timers among them that were due long ago. */
struct status errand_run(struct ledger *ledger)
{
    struct errand *errand = waiting(ledger);

    if (!errand) return OK;
    struct status status = errand->act(errand->context);
    ledger->timers_from  = 0;
    finish(ledger, errand, status);
    return status;
}

static struct status stopped(void) { return failed(STATUS_CONFLICT, "the ledger has stopped"); }

void errand_refuse(struct ledger *ledger)
{
    struct errand *errand = waiting(ledger);

    if (errand) finish(ledger, errand, stopped());
}

struct status ledger_between_turns(struct ledger *ledger, struct status (*act)(void *context),
                                   void          *context)
{
    struct errand errand = { .act = act, .context = context };

    lock(ledger);
    while (ledger->errand && !ledger->shut) wait(ledger);
    if (ledger->shut) errand = (struct errand){ .status = stopped(), .done = true };
    else ledger->errand = &errand;
    unlock(ledger);
    queue_wake(ledger->queue);
    lock(ledger);
    while (!errand.done) wait(ledger);
    unlock(ledger);
    return errand.status;
}

/* between_turns.c -- what others have the writer do between two turns. */
#include "core/ledger/turn.h"

struct exclusive_section {
    struct status (*act)(void *context);
    void         *context;
    struct status status;
    bool          done;
};

static void exclusive_lock(struct ledger *ledger)
{
    ensure(pthread_mutex_lock(&ledger->door) == 0);
}

static void exclusive_unlock(struct ledger *ledger)
{
    ensure(pthread_mutex_unlock(&ledger->door) == 0);
}

static void exclusive_wait(struct ledger *ledger)
{
    ensure(pthread_cond_wait(&ledger->exclusive_done, &ledger->door) == 0);
}

static void exclusive_finish(struct ledger *ledger, struct exclusive_section *exclusive,
                             struct status status)
{
    exclusive_lock(ledger);
    ensure(ledger->exclusive == exclusive && !exclusive->done);
    ledger->exclusive = NULL;
    exclusive->status = status;
    exclusive->done   = true;
    ensure(pthread_cond_broadcast(&ledger->exclusive_done) == 0);
    exclusive_unlock(ledger);
}

static struct exclusive_section *exclusive_waiting(struct ledger *ledger)
{
    exclusive_lock(ledger);
    struct exclusive_section *exclusive = ledger->exclusive;
    exclusive_unlock(ledger);
    return exclusive;
}

/* Views may hold other rows afterwards, timers among them that were due long ago. */
struct status exclusive_run(struct ledger *ledger)
{
    struct exclusive_section *exclusive = exclusive_waiting(ledger);

    ensure(!ledger->request_count); /* a turn is over, and its answers are out */
    if (!exclusive) return OK;
    struct status status = exclusive->act(exclusive->context);
    ledger->timers_from  = 0;
    exclusive_finish(ledger, exclusive, status);
    return status;
}

static struct status exclusive_stopped(void)
{
    return failed(STATUS_CONFLICT, "the ledger has stopped");
}

void exclusive_refuse(struct ledger *ledger)
{
    struct exclusive_section *exclusive = exclusive_waiting(ledger);

    ensure(atomic_load(&ledger->dead));
    if (exclusive) exclusive_finish(ledger, exclusive, exclusive_stopped());
}

struct status ledger_between_turns(struct ledger *ledger, struct status (*act)(void *context),
                                   void          *context)
{
    struct exclusive_section exclusive = { .act = act, .context = context };

    exclusive_lock(ledger);
    while (ledger->exclusive && !ledger->shut) exclusive_wait(ledger);
    if (ledger->shut)
        exclusive = (struct exclusive_section){ .status = exclusive_stopped(), .done = true };
    else ledger->exclusive = &exclusive;
    exclusive_unlock(ledger);
    queue_wake(ledger->queue);
    exclusive_lock(ledger);
    while (!exclusive.done) exclusive_wait(ledger);
    ensure(ledger->exclusive != &exclusive); /* it ends with this call */
    exclusive_unlock(ledger);
    return exclusive.status;
}

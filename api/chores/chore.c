#include "api/chores/chore.h"

enum { LEDGER_FULL_MS = 50 }; /* others come first */

void chore_wake(struct chore *chore) { queue_wake(chore->wake); }

bool chore_stopping(const struct chore *chore)
{
    return atomic_load(&chore->stopping) || atomic_load(&chore->service->stopping);
}

void chore_rest(struct chore *chore, int ms)
{
    if (!chore_stopping(chore)) queue_wait(chore->wake, ms);
    queue_drain(chore->wake);
}

/* -- asking the writer ---------------------------------------------------------------- */

static void on_done(struct ask *ask)
{
    struct errand *errand = ask->context;

    ensure(queue_push(errand->chore->done, errand)); /* there is but one at a time */
}

static void on_alongside(struct ask *ask, struct batch *batch)
{
    struct errand *errand = ask->context;

    errand->alongside(errand, batch);
}

struct status chore_ask(struct chore *chore, struct errand *errand, struct intent intent)
{
    errand->chore = chore;
    errand->item  = (struct ask_item){ .intent = intent };
    errand->ask   = (struct ask){ .items     = &errand->item,
                                  .count     = 1,
                                  .context   = errand,
                                  .alongside = errand->alongside ? on_alongside : NULL,
                                  .done      = on_done };
    while (!ledger_submit(chore->service->ledger, &errand->ask)) {
        if (chore_stopping(chore)) return failed(STATUS_CONFLICT, "the service stops");
        chore_rest(chore, LEDGER_FULL_MS);
    }
    while (!queue_pop(chore->done)) queue_wait(chore->done, -1);
    queue_drain(chore->done);
    return errand->ask.failure;
}

/* -- starting and ending ------------------------------------------------------------------ */

struct status chore_open(struct chore *chore, struct service *service)
{
    chore->service       = service;
    struct status status = queue_open(&chore->wake, 1);

    if (status.code == STATUS_OK) status = queue_open(&chore->done, 1);
    if (status.code != STATUS_OK) chore_close(chore);
    return status;
}

struct status chore_start(struct chore *chore, void *(*work)(void *owner), void *owner)
{
    chore->running = pthread_create(&chore->thread, NULL, work, owner) == 0;
    return chore->running ? OK : failed(STATUS_LIMIT, "a background thread could not be started");
}

void chore_stop(struct chore *chore)
{
    if (!chore->running) return;
    atomic_store(&chore->stopping, true);
    queue_wake(chore->wake);
    ensure(pthread_join(chore->thread, NULL) == 0);
    chore->running = false;
}

void chore_close(struct chore *chore)
{
    ensure(!chore->running);
    if (chore->wake) queue_close(chore->wake);
    if (chore->done) queue_close(chore->done);
    chore->wake = chore->done = NULL;
}

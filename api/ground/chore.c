#include "api/ground/chore.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/base/queue.h"
#include "core/base/report.h"

#define LEDGER_FULL_REST (50 * MILLISECOND) /* others come first */

struct chore {
    const struct chore_row *row;
    struct ground          *ground;
    void                   *own;         /* the row's */
    struct queue           *wake, *done; /* of wakes nothing is kept; answers of the writer */
    pthread_t               thread;
    bool                    running;
    atomic_bool             woken; /* and has not looked since: one write a wake is enough */
    atomic_bool             stopping;
};

/* -- for a chore ------------------------------------------------------------------------ */

struct ground *chore_ground(const struct chore *chore) { return chore->ground; }

void chore_keep(struct chore *chore, void *own)
{
    ensure(own != NULL && chore->own == NULL);
    chore->own = own;
}

void *chore_kept(const struct chore *chore) { return chore->own; }

void chore_wake(struct chore *chore)
{
    if (chore->row->wake) chore->row->wake(chore);
    else if (!atomic_exchange(&chore->woken, true)) queue_wake(chore->wake);
}

bool chore_stopping(const struct chore *chore)
{
    return atomic_load(&chore->stopping) || atomic_load(&chore->ground->stopping);
}

const atomic_bool *chore_stop_flag(const struct chore *chore) { return &chore->stopping; }

int chore_fd(const struct chore *chore) { return queue_fd(chore->wake); }

void chore_heard(struct chore *chore)
{
    atomic_store(&chore->woken, false);
    queue_drain(chore->wake);
}

/* In whole milliseconds, rounded up: no rest is shorter than it was meant to be. */
static int rest_ms(int64_t us)
{
    if (us == CHORE_UNTIL_WOKEN) return -1;
    int64_t ms = (us + MILLISECOND - 1) / MILLISECOND;
    return ms < INT_MAX ? (int)ms : INT_MAX;
}

void chore_rest(struct chore *chore, int64_t us)
{
    ensure(us >= 0);
    if (!us || chore_stopping(chore)) return;
    queue_wait(chore->wake, rest_ms(us));
    chore_heard(chore);
}

void chore_report(const struct chore *chore, const char *what, struct status why)
{
    ensure(why.code != STATUS_OK);
    if (chore_stopping(chore)) return;
    report(REPORT_ERROR, chore->row->name, "%s: %s", what, why.text);
}

/* -- asking the writer ---------------------------------------------------------------- */

static void chore_request_on_done(struct ledger_request *submitted)
{
    struct chore_request *request = submitted->context;

    ensure(queue_push(request->chore->done, request)); /* it has room for all at once */
}

static void chore_request_on_make(struct ledger_request *submitted, struct batch *batch)
{
    struct chore_request *request = submitted->context;

    request->make(request, batch);
}

static struct status chore_request_submit(struct chore *chore, struct chore_request *request,
                                          size_t intents)
{
    request->chore     = chore;
    request->submitted = (struct ledger_request){ .items        = &request->item,
                                                  .count        = intents,
                                                  .even         = request->even,
                                                  .correlation  = request->correlation,
                                                  .traceparent  = request->traceparent,
                                                  .change       = request->change,
                                                  .from_reserve = request->from_reserve,
                                                  .context      = request,
                                                  .make = request->make ? chore_request_on_make
                                                                        : NULL,
                                                  .done = chore_request_on_done };
    while (!ledger_submit(chore->ground->ledger, &request->submitted)) {
        if (chore_stopping(chore)) return failed(STATUS_CONFLICT, "the service stops");
        chore_rest(chore, LEDGER_FULL_REST);
    }
    return OK;
}

/* Nothing was done: it is to be submitted again. */
static bool chore_request_has_to_wait(const struct chore_request *request)
{
    return request->submitted.failure.code == STATUS_LIMIT;
}

/* Until so many are done. */
static void chore_requests_await(struct chore *chore, size_t count)
{
    while (count) {
        if (queue_pop(chore->done)) count--;
        else queue_wait(chore->done, -1);
    }
    queue_drain(chore->done);
}

static struct status chore_request_run(struct chore *chore, struct chore_request *request,
                                       size_t intents)
{
    do {
        TRY(chore_request_submit(chore, request, intents));
        chore_requests_await(chore, 1);
    } while (chore_request_has_to_wait(request));
    return request->submitted.failure;
}

struct status chore_submit(struct chore *chore, struct chore_request *request, struct intent intent)
{
    request->item = (struct ledger_item){ .intent = intent };
    return chore_request_run(chore, request, 1);
}

struct status chore_submit_all(struct chore *chore, struct chore_request *requests, size_t count)
{
    struct status status    = OK;
    size_t        submitted = 0;

    ensure(count <= CHORE_REQUESTS_MAX);
    while (submitted < count && status.code == STATUS_OK) {
        status = chore_request_submit(chore, &requests[submitted], 1);
        submitted += status.code == STATUS_OK;
    }
    chore_requests_await(chore, submitted);
    for (size_t i = 0; i < submitted && status.code == STATUS_OK; i++)
        status = chore_request_has_to_wait(&requests[i]) ? chore_request_run(chore, &requests[i], 1)
                                                         : requests[i].submitted.failure;
    return status;
}

struct status chore_change(struct chore *chore, struct chore_request *request,
                           enum change_type change)
{
    request->change = change;
    return chore_request_run(chore, request, 0);
}

/* -- one -------------------------------------------------------------------------------- */

static struct status chore_make_ready(struct chore *chore)
{
    TRY(queue_open(&chore->wake, 1));
    TRY(queue_open(&chore->done, CHORE_REQUESTS_MAX));
    return chore->row->open ? chore->row->open(chore) : OK;
}

struct status chore_open(struct chore **out, const struct chore_row *row, struct ground *ground)
{
    struct chore *chore = calloc(1, sizeof *chore);

    ensure(chore != NULL && row->name != NULL && (row->step || !row->drain));
    chore->row           = row;
    chore->ground        = ground;
    struct status status = chore_make_ready(chore);
    *out                 = status.code == STATUS_OK ? chore : NULL;
    if (!*out) chore_close(chore);
    return status;
}

static void *chore_work(void *context)
{
    struct chore *chore = context;

    while (!chore_stopping(chore)) chore_rest(chore, chore->row->step(chore));
    if (chore->row->drain) chore->row->drain(chore);
    return NULL;
}

struct status chore_start(struct chore *chore)
{
    ensure(!chore->running);
    if (!chore->row->step) return OK;
    chore->running = pthread_create(&chore->thread, NULL, chore_work, chore) == 0;
    return chore->running ? OK
                          : failed(STATUS_LIMIT, "the thread of the %s could not be started",
                                   chore->row->name);
}

void chore_stop(struct chore *chore)
{
    if (!chore->running) return;
    atomic_store(&chore->stopping, true);
    chore_wake(chore);
    ensure(pthread_join(chore->thread, NULL) == 0);
    chore->running = false;
}

void chore_close(struct chore *chore)
{
    if (!chore) return;
    ensure(!chore->running);
    if (chore->row->close && chore->own) chore->row->close(chore);
    if (chore->wake) queue_close(chore->wake);
    if (chore->done) queue_close(chore->done);
    free(chore);
}

/* -- the table -------------------------------------------------------------------------- */

struct chores {
    size_t count;
    struct slot {
        const struct chore_row *row;
        struct chore           *chore; /* NULL: not wanted */
    } slots[];
};

struct status chores_open(struct ground *ground, const struct chore_row *const *rows, size_t count)
{
    struct chores *chores = calloc(1, sizeof *chores + count * sizeof chores->slots[0]);

    ensure(chores != NULL && !ground->chores);
    ground->chores = chores;
    for (size_t i = 0; i < count; i++) {
        struct slot *slot = &chores->slots[i];
        slot->row         = rows[i];
        chores->count     = i + 1;
        if (!slot->row->wanted || slot->row->wanted(ground->settings))
            TRY(chore_open(&slot->chore, slot->row, ground));
    }
    return OK;
}

struct status chores_start(struct chores *chores)
{
    for (size_t i = 0; i < chores->count; i++)
        if (chores->slots[i].chore) TRY(chore_start(chores->slots[i].chore));
    return OK;
}

void chores_committed(struct chores *chores, const struct commit *commit)
{
    for (size_t i = 0; chores && i < chores->count; i++) {
        struct slot *slot = &chores->slots[i];
        if (slot->chore && slot->row->concerns && slot->row->concerns(commit))
            chore_wake(slot->chore);
        if (slot->chore && slot->row->commit) slot->row->commit(slot->chore, commit);
    }
}

void chores_heard(struct chores *chores, struct id vendor)
{
    for (size_t i = 0; chores && i < chores->count; i++) {
        struct slot *slot = &chores->slots[i];
        if (slot->chore && slot->row->heard) slot->row->heard(slot->chore, vendor);
    }
}

void chores_stop(struct chores *chores)
{
    for (size_t i = chores ? chores->count : 0; i-- > 0;)
        if (chores->slots[i].chore) chore_stop(chores->slots[i].chore);
}

void chores_close(struct chores *chores)
{
    for (size_t i = chores ? chores->count : 0; i-- > 0;) chore_close(chores->slots[i].chore);
    free(chores);
}

static struct chore *chores_find(const struct chores *chores, const struct chore_row *row)
{
    for (size_t i = 0; chores && i < chores->count; i++)
        if (chores->slots[i].row == row) return chores->slots[i].chore;
    return NULL;
}

void *chore_own(const struct ground *ground, const struct chore_row *row)
{
    struct chore *chore = chores_find(ground->chores, row);

    return chore ? chore->own : NULL;
}

void chore_wake_row(const struct ground *ground, const struct chore_row *row)
{
    struct chore *chore = chores_find(ground->chores, row);

    if (chore) chore_wake(chore);
}

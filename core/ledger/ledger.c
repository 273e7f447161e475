/* ledger.c -- the writer: its thread, its turn, its commit. */
#include "core/ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/report.h"
#include "core/facts/names.h"
#include "core/ledger/turn.h"

enum {
    SWEEP_ROWS     = 64, /* idempotency rows looked at in an idle turn */
    SWEEP_EVERY_US = 100000,
    IDLE_MS_MAX    = 1000, /* the thread looks at the clock at least this often */
};

const struct event *outcome_event(const struct outcome *outcome, enum event_type type)
{
    ensure(!outcome->count ||
           !(outcome->refusal || outcome->duplicate)); /* those changed nothing */
    for (size_t i = 0; i < outcome->count; i++)
        if (outcome->events[i].type == type) return &outcome->events[i];
    return NULL;
}

/* -- opening --------------------------------------------------------------------- */

static void ledger_random(void *context, void *bytes, size_t size)
{
    (void)context;
    crypto_random(bytes, size);
}

static struct status ledger_prepare(struct ledger *ledger)
{
    const struct ledger_settings *settings = &ledger->settings;

    room_look(ledger);
    TRY(checkpoints_open(ledger));
    TRY(vault_tie_check(ledger)); /* before any key is made */
    TRY(vault_create_key(settings->vault, name_system()));
    TRY(queue_open_bytes(&ledger->queue, settings->queue_max, QUEUE_BYTES_MAX));
    TRY(log_open(&ledger->log, settings->store, settings->vault));
    TRY(clock_guard_open(ledger));
    ledger->ids      = (struct ids){ .random = ledger_random };
    ledger->batch    = batch_open(settings->store);
    ledger->decision = calloc(1, sizeof *ledger->decision);
    ledger->requests = calloc(TURN_ITEMS_MAX, sizeof(struct ledger_request *));
    ledger->chain    = calloc(1, sizeof *ledger->chain);
    ledger->swept    = batch_key(ledger->batch);
    ensure(ledger->decision && ledger->requests && ledger->chain);
    ensure(log_last(ledger->log) >= ledger->checkpoints.anchored_size); /* what the gate saw to */
    atomic_store(&ledger->position, log_last(ledger->log));
    return OK;
}

struct status ledger_open(struct ledger **out, const struct ledger_settings *settings)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    struct status  status;

    ensure(ledger != NULL && settings->queue_max > 0);
    ensure(pthread_mutex_init(&ledger->door, NULL) == 0);
    ensure(pthread_cond_init(&ledger->exclusive_done, NULL) == 0);
    ledger->settings = *settings;
    status           = ledger_prepare(ledger);
    if (status.code != STATUS_OK) {
        ledger_close(ledger);
        return status;
    }
    *out = ledger;
    return OK;
}

void ledger_close(struct ledger *ledger)
{
    if (!ledger) return;
    ensure(!ledger->running && !ledger->exclusive && !ledger->request_count);
    batch_close(ledger->batch);
    checkpoints_close(ledger);
    log_close(ledger->log);
    queue_close(ledger->queue);
    arena_free(&ledger->arena);
    arena_free(&ledger->scratch);
    free(ledger->decision);
    free(ledger->requests);
    free(ledger->chain);
    free(ledger->commit.events);
    pthread_mutex_destroy(&ledger->door);
    pthread_cond_destroy(&ledger->exclusive_done);
    free(ledger);
}

/* -- the door -------------------------------------------------------------------- */

/* Once it is shut nothing more gets into the queue: whatever is popped afterwards
 * is the last, so nobody who was let in is left without an answer. */
static void ledger_shut(struct ledger *ledger, bool shut)
{
    ensure(pthread_mutex_lock(&ledger->door) == 0);
    ledger->shut = shut;
    ensure(pthread_mutex_unlock(&ledger->door) == 0);
}

bool ledger_submit(struct ledger *ledger, struct ledger_request *request)
{
    ensure(request->done && request->count <= REQUEST_ITEMS_MAX);
    ensure((request->make != NULL) == (request->change != CHANGE_NONE));
    request->refusal  = ACCEPTED;
    request->replayed = false;
    request->position = 0;
    request->failure  = OK;
    request->decided  = 0;
    request->accepted = false;
    request->subject  = NO_ID;
    request->kept     = (struct arena){ 0 };
    if (ledger_clock_step(ledger)) return false;
    ensure(pthread_mutex_lock(&ledger->door) == 0);
    bool taken = !ledger->shut && room_takes(ledger, request) &&
                 queue_push_of(ledger->queue, request->caller, request->bytes, request);
    ensure(pthread_mutex_unlock(&ledger->door) == 0);
    return taken;
}

bool ledger_has_room(struct ledger *ledger, struct id caller, size_t bytes)
{
    return queue_has_room(ledger->queue, caller, bytes);
}

const char *ledger_why_later(struct ledger *ledger)
{
    if (ledger_clock_step(ledger))
        return "Nothing can be recorded: the clock of this service has stepped, and an operator "
               "has to look at it.";
    if (ledger_room(ledger) != LEDGER_ROOM_ENOUGH)
        return "The disk is almost full: nothing is written until there is room.";
    return "Too many writes are waiting, yours or all, or the service is stopping.";
}

static void ledger_answer(struct ledger_request *request, struct status status)
{
    struct arena kept = request->kept; /* the request ends with the answer */

    request->failure = status;
    request->done(request);
    arena_free(&kept);
}

/* Everybody who still waits is told so. Was there anybody? */
static bool ledger_fail_waiting(struct ledger *ledger, struct status status)
{
    struct ledger_request *request;
    bool                   any = false;

    ensure(status.code != STATUS_OK && !ledger->request_count);
    while ((request = queue_pop(ledger->queue))) {
        any = true;
        ledger_answer(request, status);
    }
    return any;
}

/* After a failure nothing will come any more. */
static struct status ledger_stop_for_good(struct ledger *ledger, struct status status)
{
    ensure(status.code != STATUS_OK && !ledger->request_count); /* those of the turn are told */
    atomic_store(&ledger->dead, true);
    ledger_shut(ledger, true);
    ledger_fail_waiting(ledger, status);
    exclusive_refuse(ledger);
    return status;
}

/* -- the turn ---------------------------------------------------------------------- */

/* A part is a turn of its own, so that nobody who wants little waits for it in the same one. */
static bool ledger_takes(const struct ledger *ledger, const struct ledger_request *request)
{
    size_t part = turn_part(ledger, request);

    if (!ledger->items && !ledger->request_count) return true;
    return request->decided + part == request->count && ledger->items + part <= TURN_ITEMS_MAX &&
           ledger->request_count < TURN_ITEMS_MAX && batch_size(ledger->batch) < TURN_BYTES_MAX;
}

static struct status ledger_gather(struct ledger *ledger)
{
    struct ledger_request *request;

    ledger->request_count = ledger->items = 0;
    while ((request = queue_first(ledger->queue)) && ledger_takes(ledger, request)) {
        size_t part = turn_part(ledger, request);
        TRY(turn_request(ledger, request, part));
        ledger->items += part;
        if (request->decided < request->count) { /* the next part after everybody else's turn */
            queue_pass(ledger->queue);
            break;
        }
        ensure(queue_pop(ledger->queue) == request);
        ledger->requests[ledger->request_count++] = request;
    }
    ensure(ledger->request_count <= TURN_ITEMS_MAX);
    ensure(ledger->items <= TURN_ITEMS_MAX || ledger->request_count <= 1); /* a whole batch alone */
    return OK;
}

static struct status ledger_commit(struct ledger *ledger)
{
    int64_t began = clock_monotonic_us();

    ensure(!ledger->commit.count || batch_count(ledger->batch) > ledger->commit.count);
    if (!batch_count(ledger->batch)) return OK;
    vault_tie_note(ledger);
    atomic_fetch_add(&ledger->rows, batch_count(ledger->batch));
    atomic_fetch_add(&ledger->bytes, batch_size(ledger->batch));
    TRY(batch_commit(ledger->batch, true));
    log_committed(ledger->log);
    ensure(!batch_count(ledger->batch) && log_last(ledger->log) >= atomic_load(&ledger->position));
    ensure(!ledger->commit.count || ledger->commit.last.number == log_last(ledger->log));
    atomic_store(&ledger->position, log_last(ledger->log));
    atomic_fetch_add(&ledger->commits, 1);
    atomic_fetch_add(&ledger->events, ledger->commit.count);
    atomic_fetch_add(&ledger->commit_us, (uint64_t)(clock_monotonic_us() - began));
    if (ledger->commit.count && ledger->settings.committed)
        ledger->settings.committed(ledger->settings.context, &ledger->commit);
    return OK;
}

static void ledger_answer_all(struct ledger *ledger, struct status status)
{
    for (size_t i = 0; i < ledger->request_count; i++) {
        struct ledger_request *request = ledger->requests[i];
        ensure(request->failure.code == STATUS_OK &&
               !request->position); /* nobody is answered twice */
        request->position = log_last(ledger->log);
        ledger_answer(request, status);
    }
    ledger->request_count = 0;
}

/* What is done now and then, after the answers: signing, the sweep. */
static struct status ledger_keep_house(struct ledger *ledger)
{
    int64_t now = clock_monotonic_us();

    ensure(!ledger->request_count && now >= ledger->swept_us);
    TRY(checkpoints_sign_in_time(ledger, now));
    if (ledger_room(ledger) != LEDGER_ROOM_ENOUGH) return OK;
    if (now - ledger->swept_us >= SWEEP_EVERY_US) {
        /* Twice what came in: then no more lies there than twice what still counts. */
        TRY(idempotency_sweep(ledger, SWEEP_ROWS + 2 * ledger->kept));
        ledger->kept     = 0;
        ledger->swept_us = now;
    }
    return OK; /* what was swept and signed goes with the next commit */
}

static struct status ledger_work(struct ledger *ledger, bool *worked)
{
    size_t fired = 0;

    ensure(!ledger->request_count);
    arena_reset(&ledger->arena);
    ledger->commit.count  = 0;
    ledger->request_count = 0;
    ledger->even_rows     = 0;
    TRY(turn_timers(ledger, clock_now(ledger->settings.clock), &fired));
    TRY(ledger_gather(ledger));
    TRY(ledger_commit(ledger));
    *worked = fired > 0 || ledger->request_count > 0 || ledger->items > 0;
    return OK;
}

static struct status ledger_work_and_answer(struct ledger *ledger, bool *worked)
{
    struct status status = ledger_work(ledger, worked);

    ledger_answer_all(ledger, status);
    TRY(status);
    atomic_fetch_add(&ledger->turns, *worked);
    return ledger_keep_house(ledger);
}

/* STATUS_LIMIT: not now. */
static struct status ledger_may_write(struct ledger *ledger)
{
    bool clock_is_right = clock_guard_turn(ledger);

    if (room_look(ledger) != LEDGER_ROOM_NONE && clock_is_right) return OK;
    return failed(STATUS_LIMIT, "%s", ledger_why_later(ledger));
}

struct status ledger_turn(struct ledger *ledger, bool *worked)
{
    struct status status = OK;

    *worked = false;
    if (atomic_load(&ledger->dead))
        return failed(STATUS_IO, "the ledger has stopped after a failure");
    struct status later = ledger_may_write(ledger);
    if (later.code != STATUS_OK) *worked = ledger_fail_waiting(ledger, later);
    else status = ledger_work_and_answer(ledger, worked);
    if (status.code == STATUS_OK) status = exclusive_run(ledger);
    return status.code == STATUS_OK ? OK : ledger_stop_for_good(ledger, status);
}

/* -- the thread ---------------------------------------------------------------------- */

/* If it cannot be read, the batch knows, and the next turn fails. */
static int ledger_idle_ms(struct ledger *ledger)
{
    if (atomic_load(&ledger->clock_stepped) || ledger_room(ledger) == LEDGER_ROOM_NONE)
        return IDLE_MS_MAX; /* what is due does not fire */
    int64_t now  = clock_now(ledger->settings.clock);
    int64_t next = ledger->settings.timers->next(batch_reader(ledger->batch), ledger->timers_from,
                                                 now + IDLE_MS_MAX * MILLISECOND);
    int64_t left = next == INT64_MAX ? INT64_MAX : next - now;

    ensure(next == INT64_MAX || next <= now + IDLE_MS_MAX * MILLISECOND); /* as was asked */
    if (left <= 0) return 0;
    return left / MILLISECOND >= IDLE_MS_MAX ? IDLE_MS_MAX : (int)(left / MILLISECOND) + 1;
}

static struct status ledger_turn_until_stopped(struct ledger *ledger)
{
    struct status status = OK;
    bool          worked = true;

    while (status.code == STATUS_OK && (worked || !atomic_load(&ledger->stopping))) {
        if (!worked) queue_wait(ledger->queue, ledger_idle_ms(ledger));
        queue_drain(ledger->queue);
        status = ledger_turn(ledger, &worked);
    }
    return status;
}

/* What slipped in between the last turn and the shutting of the door. */
static struct status ledger_finish(struct ledger *ledger)
{
    bool worked = true;

    ledger_shut(ledger, true);
    while (worked) TRY(ledger_turn(ledger, &worked));
    ensure(!queue_length(ledger->queue)); /* all who were let in have their answer */
    if (ledger_room(ledger) == LEDGER_ROOM_NONE) return OK; /* the next start signs the rest */
    struct status status = checkpoints_sign(ledger);
    if (status.code == STATUS_OK) status = ledger_commit(ledger); /* its row */
    return status.code == STATUS_OK ? OK : ledger_stop_for_good(ledger, status);
}

static void *ledger_write_for_ever(void *argument)
{
    struct ledger *ledger = argument;
    struct status  status = ledger_turn_until_stopped(ledger);

    if (status.code == STATUS_OK) status = ledger_finish(ledger);
    if (status.code == STATUS_OK) return NULL;
    report(REPORT_ERROR, "ledger", "stopped: %s", status.text);
    if (ledger->settings.stopped) ledger->settings.stopped(ledger->settings.context, status);
    return NULL;
}

struct status ledger_start(struct ledger *ledger)
{
    ensure(!ledger->running);
    atomic_store(&ledger->stopping, false);
    ledger_shut(ledger, atomic_load(&ledger->dead)); /* after a stop it opens again */
    if (pthread_create(&ledger->thread, NULL, ledger_write_for_ever, ledger))
        return failed(STATUS_LIMIT, "the writer's thread could not be started");
    ledger->running = true;
    return OK;
}

void ledger_stop(struct ledger *ledger)
{
    if (!ledger || !ledger->running) return;
    atomic_store(&ledger->stopping, true);
    queue_wake(ledger->queue);
    ensure(pthread_join(ledger->thread, NULL) == 0);
    ledger->running = false;
}

struct ledger_figures ledger_figures(struct ledger *ledger)
{
    struct ledger_figures figures = { .turns        = atomic_load(&ledger->turns),
                                      .intents      = atomic_load(&ledger->intents),
                                      .events       = atomic_load(&ledger->events),
                                      .refusals     = atomic_load(&ledger->refusals),
                                      .replays      = atomic_load(&ledger->replays),
                                      .commit_us    = atomic_load(&ledger->commit_us),
                                      .commits      = atomic_load(&ledger->commits),
                                      .rows         = atomic_load(&ledger->rows),
                                      .bytes        = atomic_load(&ledger->bytes),
                                      .queue_length = queue_length(ledger->queue),
                                      .position     = atomic_load(&ledger->position) };

    checkpoints_figures(ledger, &figures);
    return figures;
}

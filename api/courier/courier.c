/* courier.c -- the courier's thread, and the round it goes.
 *
 * A wake is one flag and one write to an eventfd, however many commits it stands for,
 * and a look at the outbox takes at most a fifth of our time: a backlog that only waits
 * must not be walked at every commit of a busy ledger. */
#include <stdlib.h>

#include "api/courier/courier_internal.h"
#include "core/base/report.h"

enum { REST_FACTOR = 4 }; /* a look that took 1 ms is followed by 4 ms without */

struct status courier_open(struct courier **out, struct service *service)
{
    struct courier *courier = calloc(1, sizeof *courier);
    struct status   status;

    ensure(courier != NULL && service->settings.webhooks_at_once > 0);
    courier->service = service;
    courier->eager   = true;
    courier->look_at = INT64_MAX;
    status           = queue_open(&courier->told, service->settings.webhooks_at_once);
    if (status.code == STATUS_OK) status = poster_open(&courier->poster, queue_fd(courier->told));
    if (status.code != STATUS_OK) {
        courier_close(courier);
        return status;
    }
    *out = courier;
    return OK;
}

/* All letters there are; `visit` may free the one it is given. */
static void each_letter(struct courier *courier, void (*visit)(struct letter *letter))
{
    struct line *line = courier->lines;

    for (size_t i = 0; i < courier->line_count; i++, line = line->next)
        for (struct letter *letter = line->letters, *next; letter; letter = next) {
            next = letter->next;
            visit(letter);
        }
}

static void drop(struct letter *letter)
{
    if (letter->state == LETTER_TELLING) return;
    if (letter->state == LETTER_SENDING) poster_cancel(letter->courier->poster, &letter->posting);
    letter->state = LETTER_UNTOLD;
    letter_free(letter);
}

static void take_back(struct courier *courier)
{
    struct letter *letter;

    queue_drain(courier->told);
    while ((letter = queue_pop(courier->told))) outcome_heard(letter);
    if (atomic_exchange(&courier->woken, false)) courier->eager = true;
}

void courier_close(struct courier *courier)
{
    if (!courier) return;
    if (courier->told) take_back(courier);
    each_letter(courier, drop);
    ensure(courier->count == 0); /* the ledger may not have a letter that is gone */
    for (size_t i = 0; i < courier->line_count; i++) {
        struct line *next = courier->lines->next;
        free(courier->lines);
        courier->lines = next;
    }
    poster_close(courier->poster);
    queue_close(courier->told);
    arena_free(&courier->scratch);
    free(courier);
}

size_t courier_under_way(const struct courier *courier) { return courier->count; }

/* -- a round ------------------------------------------------------------------------- */

static int64_t now_of(const struct courier *courier) { return clock_now(&courier->service->clock); }

static void tell_again(struct letter *letter)
{
    if (letter->state == LETTER_UNTOLD) outcome_tell(letter);
}

static bool untold(const struct courier *courier)
{
    const struct line *line = courier->lines;

    for (size_t i = 0; i < courier->line_count; i++, line = line->next)
        for (const struct letter *letter = line->letters; letter; letter = letter->next)
            if (letter->state == LETTER_UNTOLD) return true;
    return false;
}

static bool looks(const struct courier *courier)
{
    return !courier->closing && !courier->halted &&
           (courier->eager || now_of(courier) >= courier->look_at);
}

static void look_if_due(struct courier *courier)
{
    int64_t began = clock_monotonic_us();

    if (!looks(courier) || began < courier->rest_until) return;
    courier->eager = false;
    courier_look(courier, now_of(courier));
    int64_t ended       = clock_monotonic_us();
    courier->rest_until = ended + REST_FACTOR * (ended - began);
}

static int64_t sooner(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t until_next(const struct courier *courier, int64_t at_most_us)
{
    if (untold(courier)) at_most_us = sooner(at_most_us, TELL_AGAIN);
    if (looks(courier)) return sooner(at_most_us, courier->rest_until - clock_monotonic_us());
    if (courier->closing || courier->halted) return at_most_us;
    return sooner(at_most_us, courier->look_at - now_of(courier));
}

static struct letter *letter_of(struct posting *posting)
{
    return (struct letter *)((char *)posting - offsetof(struct letter, posting));
}

void courier_step(struct courier *courier, int64_t at_most_us)
{
    struct posting *posting;

    take_back(courier);
    each_letter(courier, tell_again);
    look_if_due(courier);
    poster_wait(courier->poster, until_next(courier, at_most_us));
    while ((posting = poster_next(courier->poster)))
        outcome_settle(letter_of(posting), now_of(courier));
}

/* -- the thread ---------------------------------------------------------------------- */

static void drain(struct courier *courier)
{
    int64_t end = clock_monotonic_us() + STOP_GRACE_MS * MILLISECOND;

    courier->closing = true;
    while (courier->count && clock_monotonic_us() < end)
        courier_step(courier, end - clock_monotonic_us());
    if (courier->count)
        report(REPORT_NOTICE, "courier", "%zu webhooks had no answer yet: they are sent again",
               courier->count);
    each_letter(courier, drop);
    while (courier->count) courier_step(courier, SECOND); /* what the ledger has comes back */
}

static void *carry(void *context)
{
    struct courier *courier = context;

    while (!atomic_load(&courier->stopping)) courier_step(courier, LOOK_AGAIN);
    drain(courier);
    return NULL;
}

struct status courier_start(struct courier **out, struct service *service)
{
    struct courier *courier;

    TRY(courier_open(&courier, service));
    if (pthread_create(&courier->thread, NULL, carry, courier)) {
        courier_close(courier);
        return failed(STATUS_LIMIT, "the courier's thread could not be started");
    }
    *out = courier;
    return OK;
}

void courier_stop(struct courier *courier)
{
    if (!courier) return;
    atomic_store(&courier->stopping, true);
    courier_wake(courier);
    ensure(pthread_join(courier->thread, NULL) == 0);
}

/* What comes in floods, and never does. */
static bool passes_by(enum event_type type)
{
    return type == EVENT_device_state_reported || type == EVENT_device_connectivity_changed ||
           type == EVENT_device_event_raised || type == EVENT_device_detected;
}

bool courier_concerns(const struct commit *commit)
{
    for (size_t i = 0; i < commit->count; i++)
        if (id_given(commit->events[i].concerned.vendor) && !passes_by(commit->events[i].type))
            return true;
    return false;
}

void courier_wake(struct courier *courier)
{
    if (courier && !atomic_exchange(&courier->woken, true)) queue_wake(courier->told);
}

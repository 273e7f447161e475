/* courier.c -- the courier's thread, and the round it goes.
 *
 * A wake is one flag and one write to an eventfd, however many commits it stands for,
 * and a look at the outbox takes at most a fifth of our time: a backlog that only waits
 * must not be walked at every commit of a busy ledger. */
#include <stdlib.h>

#include "api/courier/courier_internal.h"
#include "api/courier/secrets.h"
#include "core/base/report.h"

enum { REST_FACTOR = 4 }; /* a look that took 1 ms is followed by 4 ms without */
_Static_assert(TELL_AGAIN < STOP_GRACE_MS * MILLISECOND, "a stop tells the ledger again");
_Static_assert((int)COURIER_SHARE > 1, "one vendor alone holds up nobody");

struct status courier_open(struct courier **out, struct ground *ground)
{
    struct courier *courier = calloc(1, sizeof *courier);
    struct status   status;

    ensure(courier != NULL && ground->settings->webhooks_at_once > 0);
    ensure(ground->settings->webhook_attempts_min > 0);
    ensure(ground->settings->vendor_keys_max <= SECRETS_MAX); /* else some would not sign */
    courier->ground  = ground;
    courier->eager   = true;
    courier->look_at = INT64_MAX;
    status           = queue_open(&courier->recorded, ground->settings->webhooks_at_once);
    if (status.code == STATUS_OK)
        status = poster_open(&courier->poster, queue_fd(courier->recorded));
    if (status.code != STATUS_OK) {
        courier_close(courier);
        return status;
    }
    *out = courier;
    return OK;
}

static void attempt_check(const struct attempt *attempt, const struct vendor_queue *queue)
{
    ensure(attempt->queue == queue && id_given(attempt->delivery));
    ensure(attempt->state != ATTEMPT_SENDING || attempt->number > attempt->row.attempt);
    ensure(attempt->state != ATTEMPT_TELLING || attempt->request.items == attempt->items);
    ensure(attempt->number >= attempt->row.attempt && attempt->number <= attempt->row.attempt + 1);
    ensure(attempt->state <= ATTEMPT_TELLING && attempt->request.count <= COUNT(attempt->items));
    ensure((attempt->state == ATTEMPT_SENDING) == (attempt->request.count == 0));
}

/* Do the counts say what is there? */
static void courier_check(const struct courier *courier)
{
    const struct vendor_queue *queue = courier->queues;
    size_t                     all   = 0;

    for (size_t i = 0; i < courier->queue_count; i++, queue = queue->next) {
        size_t count = 0;
        for (const struct attempt *attempt = queue->attempts; attempt; attempt = attempt->next) {
            attempt_check(attempt, queue);
            count++;
        }
        ensure(count == queue->count && id_given(queue->vendor));
        all += count;
    }
    ensure(queue == courier->queues); /* once round the ring */
    ensure(all == courier->count && all <= courier_max(courier));
}

/* All attempts there are; `visit` may free the one it is given. */
static void courier_each_attempt(struct courier *courier, void (*visit)(struct attempt *attempt))
{
    struct vendor_queue *queue = courier->queues;

    for (size_t i = 0; i < courier->queue_count; i++, queue = queue->next)
        for (struct attempt *attempt = queue->attempts, *next; attempt; attempt = next) {
            next = attempt->next;
            visit(attempt);
        }
    ensure(queue == courier->queues); /* once round the ring */
}

static void attempt_drop(struct attempt *attempt)
{
    if (attempt->state == ATTEMPT_TELLING) return;
    if (attempt->state == ATTEMPT_SENDING)
        poster_cancel(attempt->courier->poster, &attempt->posting);
    ensure(attempt->state == ATTEMPT_SENDING || attempt->request.count > 0);
    attempt->state = ATTEMPT_TO_RECORD;
    attempt_free(attempt);
}

static void courier_take_back(struct courier *courier)
{
    struct attempt *attempt;

    queue_drain(courier->recorded);
    while ((attempt = queue_pop(courier->recorded))) {
        ensure(attempt->courier == courier && courier->count > 0);
        outcome_heard(attempt);
    }
    if (atomic_exchange(&courier->woken, false)) courier->eager = true;
}

void courier_close(struct courier *courier)
{
    if (!courier) return;
    if (courier->recorded) courier_take_back(courier);
    courier_each_attempt(courier, attempt_drop);
    ensure(!courier->queue_count == !courier->queues);
    ensure(courier->count == 0); /* the ledger may not have an attempt that is gone */
    for (size_t i = 0; i < courier->queue_count; i++) {
        struct vendor_queue *next = courier->queues->next;
        free(courier->queues);
        courier->queues = next;
    }
    poster_close(courier->poster);
    queue_close(courier->recorded);
    arena_free(&courier->scratch);
    free(courier);
}

size_t courier_under_way(const struct courier *courier) { return courier->count; }

size_t courier_max(const struct courier *courier)
{
    size_t max = courier->ground->settings->webhooks_at_once;

    ensure(max > 0);
    return max;
}

/* -- a round ------------------------------------------------------------------------- */

static int64_t courier_now(const struct courier *courier)
{
    return clock_now(&courier->ground->clock);
}

static void attempt_tell_again(struct attempt *attempt)
{
    if (attempt->state == ATTEMPT_TO_RECORD) outcome_tell(attempt);
}

static bool courier_has_to_record(const struct courier *courier)
{
    const struct vendor_queue *queue = courier->queues;

    for (size_t i = 0; i < courier->queue_count; i++, queue = queue->next)
        for (const struct attempt *attempt = queue->attempts; attempt; attempt = attempt->next)
            if (attempt->state == ATTEMPT_TO_RECORD) return true;
    ensure(queue == courier->queues); /* all were looked at */
    return false;
}

static bool courier_looks(const struct courier *courier)
{
    return !courier->closing && !courier->halted &&
           (courier->eager || courier_now(courier) >= courier->look_at);
}

static void courier_look_if_due(struct courier *courier)
{
    int64_t began = clock_monotonic_us();

    if (!courier_looks(courier) || began < courier->rest_until) return;
    courier_check(courier);
    courier->eager = false;
    courier_look(courier, courier_now(courier));
    int64_t ended = clock_monotonic_us();
    ensure(ended >= began);
    courier->rest_until = ended + REST_FACTOR * (ended - began);
}

static int64_t sooner(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t courier_until_next(const struct courier *courier, int64_t at_most_us)
{
    if (courier_has_to_record(courier)) at_most_us = sooner(at_most_us, TELL_AGAIN);
    if (courier_looks(courier))
        return sooner(at_most_us, courier->rest_until - clock_monotonic_us());
    if (courier->closing || courier->halted) return at_most_us;
    return sooner(at_most_us, courier->look_at - courier_now(courier));
}

static struct attempt *attempt_of(struct posting *posting)
{
    struct attempt *attempt = (struct attempt *)((char *)posting -
                                                 offsetof(struct attempt, posting));

    ensure(attempt->state == ATTEMPT_SENDING && attempt->queue->count > 0);
    ensure(!attempt->request.count); /* it comes to an end once */
    return attempt;
}

void courier_step(struct courier *courier, int64_t at_most_us)
{
    struct posting *posting;

    courier_take_back(courier);
    size_t before = courier->count;
    ensure(!before || courier->queue_count > 0);
    courier_each_attempt(courier, attempt_tell_again);
    courier_look_if_due(courier);
    poster_wait(courier->poster, courier_until_next(courier, at_most_us));
    while ((posting = poster_next(courier->poster)))
        outcome_settle(attempt_of(posting), courier_now(courier));
    ensure(courier->count <= courier_max(courier));
    ensure(courier->count <= before || !(courier->closing || courier->halted));
}

/* -- the chore ----------------------------------------------------------------------- */

static void courier_bring_to_end(struct courier *courier)
{
    int64_t end = clock_monotonic_us() + STOP_GRACE_MS * MILLISECOND;

    ensure(!courier->closing);
    courier->closing = true;
    while (courier->count && clock_monotonic_us() < end)
        courier_step(courier, end - clock_monotonic_us());
    if (courier->count)
        report(REPORT_NOTICE, "courier", "%zu webhooks had no answer yet: they are sent again",
               courier->count);
    courier_each_attempt(courier, attempt_drop);
    while (courier->count) courier_step(courier, SECOND); /* what the ledger has comes back */
    ensure(!courier_has_to_record(courier));
    courier_check(courier);
}

bool courier_concerns(const struct commit *commit)
{
    ensure(commit->count > 0);
    for (size_t i = 0; i < commit->count; i++)
        if (webhook_concerns(commit->events[i].type) ||
            id_kind(commit->events[i].stream) == ID_vendor)
            return true;
    return false;
}

void courier_wake(struct courier *courier)
{
    if (!atomic_exchange(&courier->woken, true)) queue_wake(courier->recorded);
}

static struct status courier_begin(struct chore *chore)
{
    struct courier *courier;

    TRY(courier_open(&courier, chore_ground(chore)));
    chore_keep(chore, courier);
    return OK;
}

static int64_t courier_go_on(struct chore *chore)
{
    courier_step(chore_kept(chore), LOOK_AGAIN);
    return 0; /* it has waited for its answers */
}

static void courier_on_wake(struct chore *chore) { courier_wake(chore_kept(chore)); }

static void courier_drain(struct chore *chore) { courier_bring_to_end(chore_kept(chore)); }

static void courier_end(struct chore *chore) { courier_close(chore_kept(chore)); }

const struct chore_row courier_chore = {
    .name     = "courier",
    .open     = courier_begin,
    .step     = courier_go_on,
    .concerns = courier_concerns,
    .wake     = courier_on_wake,
    .drain    = courier_drain,
    .close    = courier_end,
};

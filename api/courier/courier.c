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

struct status courier_open(struct courier **out, struct ground *ground)
{
    struct courier *courier = calloc(1, sizeof *courier);
    struct status   status;

    ensure(courier != NULL && ground->settings->webhooks_at_once > 0);
    ensure(ground->settings->webhook_attempts_min > 0);
    ensure(ground->settings->vendor_keys_max <= SECRETS_MAX); /* else some would not sign */
    courier->ground     = ground;
    courier->look_at    = INT64_MAX;
    courier->read_again = true;
    courier->lanes      = calloc(LANE_BUCKETS, sizeof *courier->lanes);
    ensure(courier->lanes != NULL && pthread_mutex_init(&courier->lock, NULL) == 0);
    TAILQ_INIT(&courier->attempts);
    TAILQ_INIT(&courier->touched);
    status = queue_open(&courier->recorded, courier_max(courier));
    if (status.code == STATUS_OK)
        status = poster_open(&courier->poster, queue_fd(courier->recorded));
    if (status.code != STATUS_OK) {
        courier_close(courier);
        return status;
    }
    *out = courier;
    return OK;
}

static void attempt_check(const struct attempt *attempt)
{
    ensure(attempt->owed->out && attempt->owed->lane->queue == attempt->queue);
    ensure(id_equal(attempt->owed->delivery, attempt->delivery));
    ensure(attempt->state != ATTEMPT_SENDING || attempt->number > attempt->row.attempt);
    ensure(attempt->state != ATTEMPT_TELLING || attempt->request.items == attempt->items);
    ensure(attempt->number >= attempt->row.attempt && attempt->number <= attempt->row.attempt + 1);
    ensure(attempt->state <= ATTEMPT_TELLING && attempt->request.count <= COUNT(attempt->items));
    ensure((attempt->state == ATTEMPT_SENDING) == (attempt->request.count == 0));
}

/* Do the counts say what is there? */
static void courier_check(const struct courier *courier)
{
    const struct attempt *attempt;
    size_t                count = 0, slow = 0;

    TAILQ_FOREACH(attempt, &courier->attempts, in_order) {
        attempt_check(attempt);
        count++;
        slow += attempt->slow;
    }
    ensure(count == courier->count && count <= courier_max(courier));
    ensure(slow == courier->slow);
}

/* All attempts there are; `visit` may free the one it is given. */
static void courier_each_attempt(struct courier *courier, void (*visit)(struct attempt *attempt))
{
    for (struct attempt *attempt = TAILQ_FIRST(&courier->attempts), *next; attempt;
         attempt                 = next) {
        next = TAILQ_NEXT(attempt, in_order);
        visit(attempt);
    }
}

static void attempt_drop(struct attempt *attempt)
{
    if (attempt->state == ATTEMPT_TELLING) return;
    if (attempt->state == ATTEMPT_SENDING)
        poster_cancel(attempt->courier->poster, &attempt->posting);
    ensure(attempt->state == ATTEMPT_SENDING || attempt->request.count > 0);
    attempt->state = ATTEMPT_TO_RECORD;
    attempt_free(attempt, ATTEMPT_WAITS);
}

static void courier_take_back(struct courier *courier)
{
    struct attempt *attempt;

    queue_drain(courier->recorded);
    atomic_store(&courier->woken, false);
    while ((attempt = queue_pop(courier->recorded))) {
        ensure(attempt->courier == courier && courier->count > 0);
        outcome_heard(attempt);
    }
}

static void courier_close_queues(struct courier *courier)
{
    struct vendor_queue *queue;

    while ((queue = LIST_FIRST(&courier->queues))) {
        LIST_REMOVE(queue, in_all);
        backlog_close(queue);
        free(queue);
    }
    map_free(&courier->by_vendor);
    free(courier->lanes);
}

void courier_close(struct courier *courier)
{
    if (!courier) return;
    if (courier->recorded) courier_take_back(courier);
    courier_each_attempt(courier, attempt_drop);
    ensure(courier->count == 0); /* the ledger may not have an attempt that is gone */
    courier_close_queues(courier);
    pthread_mutex_destroy(&courier->lock);
    poster_close(courier->poster);
    queue_close(courier->recorded);
    arena_free(&courier->scratch);
    free(courier);
}

size_t courier_under_way(const struct courier *courier) { return courier->count; }

size_t courier_max(const struct courier *courier)
{
    return (1 + COURIER_SLOW_SHARE) * courier->ground->settings->webhooks_at_once;
}

bool courier_has_room(const struct courier *courier)
{
    size_t at_once = courier->ground->settings->webhooks_at_once,
           apart   = COURIER_SLOW_SHARE * at_once;

    ensure(courier->slow <= courier->count && courier->count <= courier_max(courier));
    return courier->count - (courier->slow < apart ? courier->slow : apart) < at_once;
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
    const struct attempt *attempt;

    TAILQ_FOREACH(attempt, &courier->attempts, in_order)
        if (attempt->state == ATTEMPT_TO_RECORD) return true;
    return false;
}

/* When the next attempt will have been out for long; INT64_MAX: none will. Monotonic. */
static int64_t courier_mark_slow(struct courier *courier)
{
    int64_t         now_us = clock_monotonic_us();
    struct attempt *attempt;

    TAILQ_FOREACH(attempt, &courier->attempts, in_order) {
        if (attempt->sent_at + SLOW_AFTER > now_us) return attempt->sent_at + SLOW_AFTER;
        if (!attempt->slow && attempt->state == ATTEMPT_SENDING) attempt_is_slow(attempt);
    }
    return INT64_MAX;
}

bool courier_looks(struct courier *courier)
{
    if (courier->closing || courier->halted) return false;
    return courier->sweeping || news_wait(courier) || courier_now(courier) >= courier->look_at ||
           (!TAILQ_EMPTY(&courier->touched) && courier_has_room(courier));
}

static void courier_look_if_due(struct courier *courier)
{
    int64_t began = clock_monotonic_us();

    if (!courier_looks(courier) || began < courier->rest_until) return;
    courier_check(courier);
    courier_look(courier, courier_now(courier));
    int64_t ended = clock_monotonic_us();
    ensure(ended >= began);
    courier->rest_until = ended + REST_FACTOR * (ended - began);
}

static int64_t sooner(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t courier_until_next(struct courier *courier, int64_t at_most_us)
{
    int64_t slow_at = courier_mark_slow(courier);

    if (slow_at != INT64_MAX) at_most_us = sooner(at_most_us, slow_at - clock_monotonic_us());
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

static void courier_on_commit(struct chore *chore, const struct commit *commit)
{
    courier_note(chore_kept(chore), commit);
}

static void courier_on_heard(struct chore *chore, struct id vendor)
{
    courier_heard(chore_kept(chore), vendor);
}

static void courier_drain(struct chore *chore) { courier_bring_to_end(chore_kept(chore)); }

static void courier_end(struct chore *chore) { courier_close(chore_kept(chore)); }

const struct chore_row courier_chore = {
    .name   = "courier",
    .open   = courier_begin,
    .step   = courier_go_on,
    .commit = courier_on_commit,
    .heard  = courier_on_heard,
    .wake   = courier_on_wake,
    .drain  = courier_drain,
    .close  = courier_end,
};

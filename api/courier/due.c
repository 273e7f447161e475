/* due.c -- which of the webhooks owed may go now.
 *
 * A look is at the vendors that something has happened to: there is more or less for them, they
 * have called us, one of their attempts has ended, their time has come. Of each it takes what
 * may go until the vendor has as many under way as it may. What nobody has told of, a slow walk
 * through the whole outbox finds, once a LOOK_AGAIN.
 *
 * WHO FIRST  What its vendor waits for; then, up to a part, what failed before; then what is
 *            new; and when nothing else waits, what failed before takes the rest, if such get
 *            through. A device that is stuck leaves the places to the others so. While an
 *            endpoint is tried whether it works again, what is new goes first.
 * SLOW       An attempt without an answer gives its place to another after SLOW_AFTER, so that
 *            endpoints that hang hold up nobody. But a vendor that has answered nothing since
 *            gets no more places than it had.
 *
 * What comes behind a row that cannot be read may be of the same order: it waits. Each vendor
 * has a reader of its own, so the others are looked at all the same. */
#include "api/courier/courier_internal.h"

#include <stdlib.h>

#include "core/base/report.h"

/* What may be done for a vendor, and how many attempts it may have under way. */
struct allowance {
    struct slice url;  /* where to */
    bool         left; /* nowhere: it has left forever */
    struct id    only; /* the one delivery that may go; none: all may */
    size_t       most; /* however well its endpoint does */
    size_t       max;  /* as it does now */
};

/* -- vendor queues --------------------------------------------------------------------- */

struct vendor_queue *vendor_queue_find(struct courier *courier, struct id vendor)
{
    uint64_t             hash = table_hash(0, id_slice(&vendor));
    struct vendor_queue *queue;

    for (size_t at = 0; (queue = map_next(&courier->by_vendor, hash, &at)) != NULL;)
        if (id_equal(queue->vendor, vendor)) return queue;
    return NULL;
}

struct vendor_queue *vendor_queue_of(struct courier *courier, struct id vendor)
{
    struct vendor_queue *queue = vendor_queue_find(courier, vendor);

    if (queue) return queue;
    queue = calloc(1, sizeof *queue);
    ensure(queue != NULL && id_kind(vendor) == ID_vendor);
    queue->vendor  = vendor;
    queue->look_at = INT64_MAX;
    backlog_open(queue);
    LIST_INSERT_HEAD(&courier->queues, queue, in_all);
    map_add(&courier->by_vendor, table_hash(0, id_slice(&vendor)), queue);
    return queue;
}

void vendor_queue_touch(struct courier *courier, struct vendor_queue *queue)
{
    if (queue->touched) return;
    queue->touched = true;
    TAILQ_INSERT_TAIL(&courier->touched, queue, in_touched);
}

static void courier_look_by(struct courier *courier, int64_t at_us)
{
    if (courier->look_at > at_us) courier->look_at = at_us;
}

/* -- whether it may --------------------------------------------------------------------- */

/* Another endpoint, or an operator who intervened, deserves a fresh start. */
static void vendor_queue_forget_if_changed(struct vendor_queue *queue, uint64_t changed)
{
    if (queue->changed == changed) return;
    queue->changed = changed;
    queue->worked  = false;
    queue->breaker = queue->ours = (struct breaker){ 0 };
    backlog_read_again(queue);
}

/* Told once, until it can be read again. */
static void courier_tell_unread(const struct courier *courier, bool *reported)
{
    struct status failure = reader_failure(courier->reader);

    if (failure.code != STATUS_OK && !*reported)
        report(REPORT_ERROR, "courier", "webhooks have to wait: %s", failure.text);
    *reported = failure.code != STATUS_OK;
}

/* Until when it is left alone; 0: it is not. */
static int64_t vendor_queue_rests(const struct vendor_queue *queue, int64_t now_us)
{
    int64_t its  = breaker_until(&queue->breaker, now_us),
            ours = breaker_until(&queue->ours, now_us);

    return its > ours ? its : ours;
}

/* False: it can only wait. */
static bool vendor_queue_may_go(struct courier *courier, struct vendor_queue *queue, int64_t now_us,
                                struct allowance *allowance)
{
    struct vendor_row vendor;

    if (!view_get_vendor(courier->reader, queue->vendor, NO_ID, &courier->scratch, &vendor))
        return false;
    vendor_queue_forget_if_changed(queue, vendor.changed);
    allowance->left = vendor.status == VENDOR_offboarded;
    allowance->url  = vendor.endpoint;
    allowance->most = allowance->max = courier->ground->settings->webhooks_per_vendor;
    if (allowance->left) return true;
    if (!vendor.endpoint.size || vendor.pull) return false;
    if (vendor.status == VENDOR_suspended) allowance->only = name_delivery(vendor.suspension);
    allowance->max = breaker_room(&queue->breaker, now_us, allowance->max);
    allowance->max = breaker_room(&queue->ours, now_us, allowance->max);
    return true;
}

/* Has nothing been answered since the attempts began that are slow? */
static bool vendor_queue_hangs(const struct courier *courier, const struct vendor_queue *queue)
{
    const struct attempt *attempt;

    if (!queue->slow) return false;
    TAILQ_FOREACH(attempt, &courier->attempts, in_order)
        if (attempt->queue == queue && attempt->slow) return queue->answered_at < attempt->sent_at;
    impossible("one of them is slow");
}

/* How many of its attempts count. */
static size_t vendor_queue_counts(const struct courier *courier, const struct vendor_queue *queue)
{
    size_t apart = SLOW_SHARE_ONE * courier->ground->settings->webhooks_at_once;

    if (vendor_queue_hangs(courier, queue)) return queue->count;
    return queue->count - (queue->slow < apart ? queue->slow : apart);
}

/* -- what goes ------------------------------------------------------------------------------ */

static struct lane *vendor_queue_first(const struct vendor_queue *queue, enum lane_state state)
{
    return TAILQ_FIRST(&queue->lanes[state]);
}

/* May one more go that failed before? */
static bool vendor_queue_retries(const struct vendor_queue *queue,
                                 const struct allowance    *allowance)
{
    size_t part = allowance->most / RETRIED_SHARE;

    return queue->retried < (part ? part : 1) ||
           (queue->retries_work && !vendor_queue_first(queue, LANE_FRESH));
}

/* What is about the vendor itself may go although all else may not. */
static struct lane *vendor_queue_only(const struct vendor_queue *queue)
{
    struct lane *lane;

    TAILQ_FOREACH(lane, &queue->lanes[LANE_FIRST], in_state)
        if (id_equal(lane->order, queue->vendor)) return lane;
    return NULL;
}

static struct lane *vendor_queue_pick(const struct vendor_queue *queue,
                                      const struct allowance *allowance, size_t counts)
{
    struct lane *first   = id_given(allowance->only) ? vendor_queue_only(queue)
                                                     : vendor_queue_first(queue, LANE_FIRST);
    struct lane *fresh   = vendor_queue_first(queue, LANE_FRESH);
    struct lane *retried = vendor_queue_first(queue, LANE_RETRIED);

    if (first && allowance->max && counts < allowance->most) return first;
    if (counts >= allowance->max) return NULL;
    if (fresh && breaker_tries(&queue->breaker)) return fresh;
    return retried && vendor_queue_retries(queue, allowance) ? retried : fresh;
}

/* False: nothing more for this vendor now. */
static bool vendor_queue_take_up(struct courier *courier, struct lane *lane,
                                 const struct allowance *allowance, int64_t now_us)
{
    struct vendor_queue *queue = lane->queue;
    int64_t              due_at;
    struct owed         *owed = lane_next(lane, now_us, &due_at);

    ensure(owed != NULL && (allowance->left || allowance->url.size > 0));
    if (allowance->left) {
        attempt_give_up(courier, owed, "the vendor has left");
        return true;
    }
    if (attempt_send(courier, owed, allowance->url)) return true;
    breaker_rest(&queue->ours, now_us + UNREADY_REST);
    return false;
}

static bool courier_reads_well(const struct courier *courier)
{
    return reader_failure(courier->reader).code == STATUS_OK;
}

/* Says whether there is more to send, for which there is no room now, or to read. */
static bool vendor_queue_send(struct courier *courier, struct vendor_queue *queue,
                              const struct allowance *allowance, int64_t now_us)
{
    size_t pages = 0;
    bool   goes  = true;

    while (goes && courier_reads_well(courier)) {
        size_t       counts = vendor_queue_counts(courier, queue);
        struct lane *lane   = vendor_queue_pick(queue, allowance, counts);
        if (lane && !courier_has_room(courier)) return true;
        if (lane) {
            goes = vendor_queue_take_up(courier, lane, allowance, now_us);
        } else {
            if (queue->read_all || queue->owed >= BACKLOG_MAX || counts >= allowance->max)
                return false;
            if (pages++ == PAGES_A_LOOK) return true;
            backlog_read(courier, queue, now_us);
        }
    }
    return false;
}

static struct reader *courier_reader(struct courier *courier)
{
    arena_reset(&courier->scratch);
    return reader_new(courier->ground->store, &courier->scratch);
}

/* It matters from now on whether its vendor calls us, or does so no longer. */
static void vendor_queue_note_rest(struct courier *courier, struct vendor_queue *queue,
                                   int64_t now_us)
{
    bool rests = breaker_until(&queue->breaker, now_us) > 0;

    if (rests && !queue->rests) atomic_fetch_add(&courier->resting, 1);
    if (!rests && queue->rests) atomic_fetch_sub(&courier->resting, 1);
    queue->rests = rests;
}

/* A suspended vendor is told so: it is about nobody else, and it could not know why its calls are
 * refused. All else waits. */
static void vendor_queue_hold(struct courier *courier, struct vendor_queue *queue,
                              struct id delivery, int64_t now_us)
{
    backlog_forget(queue);
    backlog_read_first(courier, queue, delivery, now_us);
    queue->read_all = true;
}

static bool vendor_queue_look(struct courier *courier, struct vendor_queue *queue, int64_t now_us)
{
    struct allowance allowance = { .left = false };

    courier->reader = courier_reader(courier);
    bool may        = vendor_queue_may_go(courier, queue, now_us, &allowance);
    if (allowance.left) now_us = INT64_MAX; /* nothing waits for its time any more */
    if (id_given(allowance.only)) vendor_queue_hold(courier, queue, allowance.only, now_us);
    backlog_look(courier, queue, now_us);
    bool more = may && vendor_queue_send(courier, queue, &allowance, now_us);
    if (!may || !allowance.max) backlog_forget(queue);
    if (may && !allowance.max) queue->look_at = vendor_queue_rests(queue, now_us);
    courier_look_by(courier, queue->look_at);
    vendor_queue_note_rest(courier, queue, now_us);
    courier_tell_unread(courier, &queue->unread);
    return more;
}

/* -- all of them --------------------------------------------------------------------- */

void courier_sweep_again(struct courier *courier, int64_t now_us)
{
    courier->sweeping = false;
    courier->sweep_at = now_us;
}

/* A page more of the vendors that are owed something: each is read again. */
static void courier_sweep(struct courier *courier, int64_t now_us)
{
    struct id page[PAGE];

    if (!courier->sweeping && now_us < courier->sweep_at) return;
    if (!courier->sweeping) courier->swept_to = NO_ID;
    courier->reader = courier_reader(courier);
    size_t count = view_list_waiting_vendor(courier->reader, name_system(), courier->swept_to, page,
                                            PAGE);
    ensure(count <= PAGE);
    for (size_t i = 0; i < count; i++) {
        struct vendor_queue *queue = vendor_queue_of(courier, page[i]);
        backlog_read_again(queue);
        queue->recheck = true;
        vendor_queue_touch(courier, queue);
        courier->swept_to = page[i];
    }
    courier->sweeping = count == PAGE;
    courier->sweep_at = now_us + LOOK_AGAIN;
    courier_tell_unread(courier, &courier->unread);
}

/* Those whose time has come; and when the next one's will. */
static void courier_touch_due(struct courier *courier, int64_t now_us)
{
    struct vendor_queue *queue;

    if (now_us < courier->look_at) return;
    courier->look_at = INT64_MAX;
    LIST_FOREACH(queue, &courier->queues, in_all) {
        if (queue->look_at <= now_us) vendor_queue_touch(courier, queue);
        else courier_look_by(courier, queue->look_at);
    }
}

void courier_look(struct courier *courier, int64_t now_us)
{
    struct vendor_queue *last, *queue = NULL;

    ensure(!courier->closing && !courier->halted);
    courier->reader = courier_reader(courier);
    news_take(courier, now_us);
    courier_sweep(courier, now_us);
    courier_touch_due(courier, now_us);
    last = TAILQ_LAST(&courier->touched, touched_list);
    while (queue != last && courier_has_room(courier)) {
        queue = TAILQ_FIRST(&courier->touched);
        TAILQ_REMOVE(&courier->touched, queue, in_touched);
        queue->touched = false;
        if (vendor_queue_look(courier, queue, now_us)) vendor_queue_touch(courier, queue);
    }
    courier_look_by(courier, courier->sweep_at);
}

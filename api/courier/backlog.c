/* backlog.c -- what waits for one vendor, as far as it was read: a lane for each order.
 *
 * The outbox is read from the oldest on, a page at a time, and only as far as it takes to find
 * something that may go. What may not go yet is kept, so that it is not walked over again; new
 * webhooks come at the end, so the reading goes on where it stopped. Whoever wants to be sure
 * reads it again: what is there already is found again and stays.
 *
 * A lane takes in a few webhooks and no more, so that a device that is stuck for long leaves
 * room for others. When they are gone the reading goes back to those behind them. */
#include <stdlib.h>
#include <string.h>

#include "api/courier/courier_internal.h"

_Static_assert((LANE_BUCKETS & (LANE_BUCKETS - 1)) == 0, "no bucket is likelier");

/* -- lanes ---------------------------------------------------------------------------- */

struct owed *lane_next(const struct lane *lane, int64_t now_us, int64_t *due_at)
{
    bool         held = false; /* a notice that was refused holds up later notices, no commands */
    struct owed *it;

    *due_at = INT64_MAX;
    TAILQ_FOREACH(it, &lane->owed, in_lane) {
        if (!it->passed && it->lasting && held) continue;
        if (!it->out && it->next_at <= now_us) return it;
        if (!it->out && it->next_at < *due_at) *due_at = it->next_at;
        if (!it->passed) break;
        held |= it->lasting;
    }
    return NULL;
}

static enum lane_state lane_state_now(struct lane *lane, int64_t now_us)
{
    const struct owed *next = lane_next(lane, now_us, &lane->due_at);

    if (!next) return lane->due_at == INT64_MAX ? LANE_BLOCKED : LANE_LATER;
    if (next->next_at) return LANE_RETRIED;
    return lane->first ? LANE_FIRST : LANE_FRESH;
}

static bool id_is_before(struct id a, struct id b) { return memcmp(a.bytes, b.bytes, ID_SIZE) < 0; }

/* How many stand there that hold up others. */
static size_t lane_unpassed(const struct lane *lane)
{
    const struct owed *it;
    size_t             count = 0;

    TAILQ_FOREACH(it, &lane->owed, in_lane) count += !it->passed;
    return count;
}

/* What it did not take in comes when nothing before that holds it up. */
static void lane_read_on(struct lane *lane)
{
    struct vendor_queue *queue = lane->queue;

    if (!id_given(lane->cut_at) || lane_unpassed(lane)) return;
    if (id_is_before(lane->cut_at, queue->read_to)) queue->read_to = lane->cut_at;
    queue->read_all = false;
    lane->cut_at    = NO_ID;
}

void lane_place(struct lane *lane, int64_t now_us)
{
    struct vendor_queue *queue = lane->queue;
    enum lane_state      state = lane_state_now(lane, now_us);

    lane_read_on(lane);
    if (state == LANE_LATER && lane->due_at < queue->look_at) queue->look_at = lane->due_at;
    if (state == lane->state) return;
    TAILQ_REMOVE(&queue->lanes[lane->state], lane, in_state);
    lane->state = state;
    TAILQ_INSERT_TAIL(&queue->lanes[state], lane, in_state);
}

static struct lane_bucket *lane_bucket(struct courier *courier, struct id order)
{
    return &courier->lanes[table_hash(0, id_slice(&order)) & (LANE_BUCKETS - 1)];
}

static struct lane *lane_find(struct courier *courier, const struct vendor_queue *queue,
                              struct id order)
{
    struct lane *lane;

    LIST_FOREACH(lane, lane_bucket(courier, order), in_bucket)
        if (lane->queue == queue && id_equal(lane->order, order)) return lane;
    return NULL;
}

static struct lane *lane_of(struct courier *courier, struct vendor_queue *queue, struct id order)
{
    struct lane *lane = lane_find(courier, queue, order);

    if (lane) return lane;
    lane = calloc(1, sizeof *lane);
    ensure(lane != NULL);
    lane->queue = queue;
    lane->order = order;
    TAILQ_INIT(&lane->owed);
    LIST_INSERT_HEAD(lane_bucket(courier, order), lane, in_bucket);
    TAILQ_INSERT_TAIL(&queue->lanes[LANE_BLOCKED], lane, in_state);
    return lane;
}

static void lane_free(struct lane *lane)
{
    struct vendor_queue *queue = lane->queue;

    ensure(TAILQ_EMPTY(&lane->owed) && !lane->count);
    lane_read_on(lane);
    LIST_REMOVE(lane, in_bucket);
    TAILQ_REMOVE(&queue->lanes[lane->state], lane, in_state);
    free(lane);
}

/* -- what is owed ----------------------------------------------------------------------- */

bool owed_is_passed(const struct courier *courier, uint64_t refusals)
{
    return refusals >= courier->ground->settings->webhook_refusals_max;
}

static void owed_drop(struct owed *owed)
{
    struct lane *lane = owed->lane;

    ensure(!owed->out && lane->count > 0 && lane->queue->owed > 0);
    TAILQ_REMOVE(&lane->owed, owed, in_lane);
    lane->count--;
    lane->queue->owed--;
    free(owed);
}

void owed_remove(struct owed *owed, int64_t now_us)
{
    struct lane *lane = owed->lane;

    owed_drop(owed);
    if (lane->count) lane_place(lane, now_us);
    else lane_free(lane);
}

static bool lane_takes(struct lane *lane, struct id delivery, struct id last)
{
    if (id_given(lane->cut_at)) return !id_is_before(lane->cut_at, delivery);
    if (lane_unpassed(lane) < LANE_OWED_MAX) return true;
    lane->cut_at = last;
    return false;
}

/* `last`: the one read before it, of whatever order. */
static void backlog_take_in(struct courier *courier, struct lane *lane, struct id delivery,
                            const struct pending_row *row, struct id last)
{
    struct owed *before = TAILQ_LAST(&lane->owed, owed_list), *owed;

    while (before && id_is_before(delivery, before->delivery))
        before = TAILQ_PREV(before, owed_list, in_lane);
    owed = before && id_equal(before->delivery, delivery) ? before : NULL;
    if (owed && owed->out) return; /* what comes of it is not known yet */
    if (!owed) {
        if (!lane_takes(lane, delivery, last)) return;
        owed = calloc(1, sizeof *owed);
        ensure(owed != NULL);
        owed->lane     = lane;
        owed->delivery = delivery;
        if (before) TAILQ_INSERT_AFTER(&lane->owed, before, owed, in_lane);
        else TAILQ_INSERT_HEAD(&lane->owed, owed, in_lane);
        lane->count++;
        lane->queue->owed++;
    }
    owed->next_at = row->next_at;
    owed->lasting = row->lasting;
    owed->passed  = owed_is_passed(courier, row->refusals);
}

/* -- reading ---------------------------------------------------------------------------- */

void backlog_open(struct vendor_queue *queue)
{
    for (size_t i = 0; i < LANE_STATES; i++) TAILQ_INIT(&queue->lanes[i]);
}

void backlog_read_again(struct vendor_queue *queue)
{
    queue->read_to  = NO_ID;
    queue->read_all = false;
}

void backlog_read(struct courier *courier, struct vendor_queue *queue, int64_t now_us)
{
    struct pending_row row;
    struct id          page[PAGE];
    size_t count = view_list_pending(courier->reader, queue->vendor, queue->read_to, page, PAGE);

    ensure(count <= PAGE && !queue->read_all);
    queue->read_all = count < PAGE;
    for (size_t i = 0; i < count; i++) {
        struct id last = queue->read_to;
        bool here = view_get_pending(courier->reader, queue->vendor, page[i], &courier->scratch,
                                     &row);
        if (reader_failure(courier->reader).code != STATUS_OK) { /* of whatever order it is */
            queue->read_all = true;
            return;
        }
        queue->read_to = page[i];
        if (!here) continue; /* it went while we were reading */
        struct lane *lane = lane_of(courier, queue, row.order);
        backlog_take_in(courier, lane, page[i], &row, last);
        lane_place(lane, now_us);
    }
}

void backlog_read_first(struct courier *courier, struct vendor_queue *queue, struct id delivery,
                        int64_t now_us)
{
    struct pending_row row;

    if (!view_get_pending(courier->reader, queue->vendor, delivery, &courier->scratch, &row))
        return;
    struct lane *lane = lane_of(courier, queue, row.order);
    lane->first       = true;
    backlog_take_in(courier, lane, delivery, &row, delivery);
    lane_place(lane, now_us);
}

/* -- as time goes by ------------------------------------------------------------------------ */

/* The first of each lane that waits for its time: is it owed still? Those behind it go then. */
static void backlog_recheck(struct courier *courier, struct vendor_queue *queue, int64_t now_us)
{
    struct pending_row row;

    for (struct lane *lane = TAILQ_FIRST(&queue->lanes[LANE_LATER]), *next; lane; lane = next) {
        struct owed *first = TAILQ_FIRST(&lane->owed);
        next               = TAILQ_NEXT(lane, in_state);
        if (lane->count == 1 || first->lasting || first->out) continue;
        if (!view_get_pending(courier->reader, queue->vendor, first->delivery, &courier->scratch,
                              &row) &&
            reader_failure(courier->reader).code == STATUS_OK)
            owed_remove(first, now_us);
    }
}

void backlog_look(struct courier *courier, struct vendor_queue *queue, int64_t now_us)
{
    if (queue->recheck) backlog_recheck(courier, queue, now_us);
    queue->recheck = false;
    if (queue->look_at > now_us) return;
    queue->look_at = INT64_MAX;
    for (struct lane *lane = TAILQ_FIRST(&queue->lanes[LANE_LATER]), *next; lane; lane = next) {
        next = TAILQ_NEXT(lane, in_state);
        lane_place(lane, now_us);
    }
}

static void lane_forget(struct lane *lane)
{
    lane->cut_at = NO_ID;
    for (struct owed *owed = TAILQ_FIRST(&lane->owed), *next; owed; owed = next) {
        next = TAILQ_NEXT(owed, in_lane);
        if (!owed->out) owed_drop(owed);
    }
    if (!lane->count) lane_free(lane);
}

static void lanes_forget(struct lane_list *lanes)
{
    for (struct lane *lane = TAILQ_FIRST(lanes), *next; lane; lane = next) {
        next = TAILQ_NEXT(lane, in_state);
        lane_forget(lane);
    }
}

void backlog_forget(struct vendor_queue *queue)
{
    for (size_t i = 0; i < LANE_STATES; i++)
        if (i != LANE_FIRST) lanes_forget(&queue->lanes[i]);
    backlog_read_again(queue);
}

void backlog_close(struct vendor_queue *queue)
{
    backlog_forget(queue);
    lanes_forget(&queue->lanes[LANE_FIRST]);
    ensure(!queue->owed);
}

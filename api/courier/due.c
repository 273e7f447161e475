/* due.c -- which of the webhooks owed may go now.
 *
 * A look walks each vendor's pending deliveries from the oldest and takes the first
 * of each order, until the vendor has as many under way as it may. A delivery whose
 * order has one before it, out or waiting, is passed over.
 *
 * What was delivered has left erased rows before the oldest pending one, which the
 * store steps over one by one until it has compacted them. New deliveries come at the
 * end, so a walk begins where the one before it found the oldest; once a LOOK_AGAIN it
 * begins at the beginning all the same, for a delivery that was made pending again.
 *
 * A walk ends where something cannot be read: what comes behind it may be of the same
 * order. Each vendor has a reader of its own, so the others are looked at all the same. */
#include "api/courier/courier_internal.h"
#include "core/base/tables.h"

#include <stdlib.h>

#include "core/base/report.h"

enum { PAGE = 64 };
_Static_assert(LOOK_ROWS_MAX % PAGE == 0, "a look ends with a page");

/* -- the orders seen in one walk ----------------------------------------------------- */

struct orders {
    struct arena arena;
    struct map   map; /* of struct id */
};

/* Is this the first time? */
static bool orders_add(struct orders *orders, struct id order)
{
    uint64_t   hash = table_hash(0, id_slice(&order));
    struct id *seen;

    for (size_t at = 0; (seen = map_next(&orders->map, hash, &at)) != NULL;)
        if (id_equal(*seen, order)) return false;
    seen  = arena_new(&orders->arena, struct id);
    *seen = order;
    map_add(&orders->map, hash, seen);
    return true;
}

static void orders_free(struct orders *orders)
{
    map_free(&orders->map);
    arena_free(&orders->arena);
}

/* -- one vendor ---------------------------------------------------------------------- */

static void courier_look_by(struct courier *courier, int64_t at_us)
{
    if (courier->look_at > at_us) courier->look_at = at_us;
}

static size_t vendor_queue_max(const struct courier *courier)
{
    size_t share = courier_max(courier) / COURIER_SHARE;

    ensure(share <= courier_max(courier));
    return share ? share : 1;
}

static bool vendor_queue_is_out(const struct vendor_queue *queue, struct id order)
{
    for (const struct attempt *attempt = queue->attempts; attempt; attempt = attempt->next)
        if (id_equal(attempt->row.order, order)) return true;
    return false;
}

/* What may be done for a vendor, and how many attempts it may have under way. */
struct allowance {
    struct slice url;  /* where to */
    bool         left; /* nowhere: it has left forever */
    struct id    only; /* the one delivery that may go; none: all may */
    size_t       max;
};

/* Another endpoint, or an operator who intervened, deserves a fresh start. */
static void vendor_queue_forget_if_changed(struct vendor_queue *queue, uint64_t changed)
{
    if (queue->changed == changed) return;
    queue->changed = changed;
    queue->breaker = (struct breaker){ 0 };
}

static bool courier_reads_well(const struct courier *courier)
{
    return reader_failure(courier->reader).code == STATUS_OK;
}

/* Told once, until it can be read again. */
static void courier_tell_unread(const struct courier *courier, bool *reported)
{
    struct status failure = reader_failure(courier->reader);

    if (failure.code != STATUS_OK && !*reported)
        report(REPORT_ERROR, "courier", "webhooks have to wait: %s", failure.text);
    *reported = failure.code != STATUS_OK;
}

/* False: it can only wait. */
static bool vendor_queue_may_go(struct courier *courier, struct vendor_queue *queue, int64_t now_us,
                                struct allowance *allowance)
{
    struct vendor_row vendor;

    if (!view_get_vendor(courier->reader, queue->vendor, NO_ID, &courier->scratch, &vendor))
        return false;
    allowance->left = vendor.status == VENDOR_offboarded;
    allowance->url  = vendor.endpoint;
    allowance->max  = vendor_queue_max(courier);
    vendor_queue_forget_if_changed(queue, vendor.changed);
    if (allowance->left) return true;
    if (!vendor.endpoint.size || vendor.pull) return false;
    if (vendor.status == VENDOR_suspended) allowance->only = name_delivery(vendor.suspension);
    allowance->max = breaker_room(&queue->breaker, now_us, allowance->max);
    ensure(allowance->max <= vendor_queue_max(courier));
    if (!allowance->max) courier_look_by(courier, queue->breaker.open_until);
    return allowance->max > 0;
}

static bool vendor_queue_has_room(const struct courier *courier, const struct vendor_queue *queue,
                                  const struct allowance *allowance)
{
    ensure(queue->count <= courier->count && courier->count <= courier_max(courier));
    return queue->count < allowance->max && courier->count < courier_max(courier);
}

/* False: nothing more for this vendor now. */
static bool vendor_queue_take_up(struct courier *courier, struct vendor_queue *queue,
                                 struct id delivery, const struct allowance *allowance,
                                 int64_t now_us)
{
    ensure(allowance->left || allowance->url.size > 0);
    if (allowance->left) {
        attempt_give_up(queue, courier, delivery, "the vendor has left");
        return true;
    }
    size_t before = queue->count;
    bool   sent   = attempt_send(queue, courier, delivery, allowance->url, now_us);
    ensure(queue->count == before || (sent && queue->count == before + 1));
    if (sent) return true;
    breaker_pause(&queue->breaker, now_us + UNREADY_REST);
    courier_look_by(courier, queue->breaker.open_until);
    return false;
}

/* Says whether to go on with the rest of the queue. */
static bool vendor_queue_consider(struct courier *courier, struct vendor_queue *queue,
                                  struct id delivery, const struct allowance *allowance,
                                  struct orders *seen, int64_t now_us)
{
    struct pending_row row;

    ensure(vendor_queue_has_room(courier, queue, allowance));
    if (!view_get_pending(courier->reader, queue->vendor, delivery, &courier->scratch, &row))
        return true; /* it went while we were walking */
    if (!orders_add(seen, row.order) || vendor_queue_is_out(queue, row.order)) return true;
    if (row.next_at > now_us && !allowance->left) {
        courier_look_by(courier, row.next_at);
        return true;
    }
    return vendor_queue_take_up(courier, queue, delivery, allowance, now_us) &&
           vendor_queue_has_room(courier, queue, allowance);
}

/* The id before: nothing lies between the two. */
static struct id id_before(struct id id)
{
    for (size_t i = ID_SIZE - 1; i > 0 && id.bytes[i]-- == 0; i--) continue;
    return id;
}

static struct id vendor_queue_beginning(struct vendor_queue *queue, int64_t now_us)
{
    if (now_us < queue->whole_at) return queue->after;
    queue->whole_at = now_us + LOOK_AGAIN;
    return NO_ID;
}

static void vendor_queue_walk(struct courier *courier, struct vendor_queue *queue,
                              const struct allowance *allowance, int64_t now_us)
{
    struct orders seen = { 0 };
    struct id     page[PAGE], after = vendor_queue_beginning(queue, now_us);
    size_t        rows = 0, count = PAGE;
    bool          more = vendor_queue_has_room(courier, queue, allowance);

    while (more && count == PAGE && rows < LOOK_ROWS_MAX) {
        count = view_list_pending(courier->reader, queue->vendor, after, page, PAGE);
        ensure(count <= PAGE);
        if (!rows && count) queue->after = id_before(page[0]);
        for (size_t i = 0; more && i < count; i++)
            more = vendor_queue_consider(courier, queue, page[i], allowance, &seen, now_us) &&
                   courier_reads_well(courier);
        rows += count;
        if (count) after = page[count - 1];
    }
    ensure(rows <= LOOK_ROWS_MAX && seen.map.count <= rows);
    ensure(queue->count <= vendor_queue_max(courier));
    orders_free(&seen);
}

/* -- all of them --------------------------------------------------------------------- */

static struct vendor_queue *vendor_queue_of(struct courier *courier, struct id vendor)
{
    struct vendor_queue *queue = courier->queues;

    for (size_t i = 0; i < courier->queue_count; i++, queue = queue->next)
        if (id_equal(queue->vendor, vendor)) return queue;
    ensure(queue == courier->queues); /* all were looked at: it is new */
    queue = calloc(1, sizeof *queue);
    ensure(queue != NULL);
    queue->vendor = vendor;
    queue->next   = courier->queues ? courier->queues->next : queue;
    if (courier->queues) courier->queues->next = queue;
    courier->queues = queue;
    courier->queue_count++;
    ensure((queue->next == queue) == (courier->queue_count == 1));
    return queue;
}

/* Which vendors are owed something. The vendors come in order, and so does the ring
 * mostly, so that the next one is found at once. */
static void courier_mark_waiting(struct courier *courier)
{
    struct vendor_queue *begin = courier->queues, *queue = begin;
    struct id            page[PAGE], after               = NO_ID;
    size_t               count = PAGE;

    for (size_t i = 0; i < courier->queue_count; i++, queue = queue->next) queue->waits = false;
    ensure(queue == begin); /* once round the ring */
    while (count == PAGE) {
        count = view_list_waiting_vendor(courier->reader, name_system(), after, page, PAGE);
        ensure(count <= PAGE);
        for (size_t i = 0; i < count; i++) {
            courier->queues        = vendor_queue_of(courier, page[i]);
            courier->queues->waits = true;
        }
        if (count) after = page[count - 1];
    }
    if (begin) courier->queues = begin;
    ensure(!courier->queues == !courier->queue_count);
}

/* A suspended vendor is told so: it is about nobody else, and it could not know why its calls are
 * refused. All else waits. */
static void vendor_queue_look_at(struct courier *courier, struct vendor_queue *queue,
                                 const struct allowance *allowance, int64_t now_us)
{
    struct orders seen = { 0 };

    if (vendor_queue_has_room(courier, queue, allowance))
        vendor_queue_consider(courier, queue, allowance->only, allowance, &seen, now_us);
    orders_free(&seen);
}

static struct reader *courier_reader(struct courier *courier)
{
    arena_reset(&courier->scratch);
    return reader_new(courier->ground->store, &courier->scratch);
}

static void vendor_queue_look(struct courier *courier, struct vendor_queue *queue, int64_t now_us)
{
    struct allowance allowance = { .left = false };

    ensure(queue->waits && courier->count < courier_max(courier));
    courier->reader = courier_reader(courier);
    if (vendor_queue_may_go(courier, queue, now_us, &allowance)) {
        if (id_given(allowance.only)) vendor_queue_look_at(courier, queue, &allowance, now_us);
        else vendor_queue_walk(courier, queue, &allowance, now_us);
    }
    courier_tell_unread(courier, &queue->unread);
}

void courier_look(struct courier *courier, int64_t now_us)
{
    ensure(!courier->closing && !courier->halted);
    courier->look_at = now_us + LOOK_AGAIN;
    courier->reader  = courier_reader(courier);
    courier_mark_waiting(courier);
    courier_tell_unread(courier, &courier->unread);
    for (size_t i = 0; i < courier->queue_count && courier->count < courier_max(courier); i++) {
        struct vendor_queue *queue = courier->queues;
        if (queue->waits) vendor_queue_look(courier, queue, now_us);
        courier->queues = queue->next; /* if there is no more room, the others are first then */
    }
    ensure(courier->count <= courier_max(courier) && courier->look_at <= now_us + LOOK_AGAIN);
}

/* due.c -- which of the webhooks owed may go now.
 *
 * A look walks each vendor's pending deliveries from the oldest and takes the first
 * of each order, until the vendor has as many under way as it may. A delivery whose
 * order has one before it, out or waiting, is passed over.
 *
 * What was delivered has left erased rows before the oldest pending one, which the
 * store steps over one by one until it has compacted them. New deliveries come at the
 * end, so a walk begins where the one before it found the oldest; once a LOOK_AGAIN it
 * begins at the beginning all the same, for a delivery that was made pending anew. */
#include "api/courier/courier_internal.h"
#include "core/base/tables.h"

#include <stdlib.h>

static const struct id NO_ID;

enum { PAGE = 64 };

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

static void look_by(struct courier *courier, int64_t at_us)
{
    if (courier->look_at > at_us) courier->look_at = at_us;
}

static size_t all_max(const struct courier *courier)
{
    return courier->ground->settings->webhooks_at_once;
}

static size_t line_max(const struct courier *courier)
{
    size_t share = all_max(courier) / COURIER_SHARE;
    return share ? share : 1;
}

static bool is_out(const struct line *line, struct id order)
{
    for (const struct letter *letter = line->letters; letter; letter = letter->next)
        if (id_equal(letter->row.order, order)) return true;
    return false;
}

/* What may be done for a vendor, and how many letters it may have under way. */
struct turn {
    struct slice url;  /* where to */
    bool         left; /* nowhere: it has left for ever */
    size_t       max;
};

/* Another endpoint, or an operator who intervened, deserves a fresh start. */
static void forget_if_changed(struct line *line, uint64_t changed)
{
    if (line->changed == changed) return;
    line->changed = changed;
    line->breaker = (struct breaker){ 0 };
}

/* False: it can only wait. */
static bool may_go(struct courier *courier, struct line *line, int64_t now_us, struct turn *turn)
{
    struct vendor_row vendor;

    if (!view_get_vendor(ground_reader(courier->ground), line->vendor, NO_ID, &courier->scratch,
                         &vendor))
        return false;
    turn->left = vendor.status == VENDOR_offboarded;
    turn->url  = vendor.endpoint;
    turn->max  = line_max(courier);
    forget_if_changed(line, vendor.changed);
    if (turn->left) return true;
    if (!vendor.endpoint.size || vendor.status == VENDOR_suspended) return false;
    turn->max = breaker_room(&line->breaker, now_us, turn->max);
    if (!turn->max) look_by(courier, line->breaker.open_until);
    return turn->max > 0;
}

/* False: nothing more for this vendor now. */
static bool take_up(struct courier *courier, struct line *line, struct id delivery,
                    const struct turn *turn, int64_t now_us)
{
    if (turn->left) {
        letter_give_up(line, courier, delivery, "the vendor has left");
        return true;
    }
    if (letter_send(line, courier, delivery, turn->url, now_us)) return true;
    breaker_pause(&line->breaker, now_us + UNREADY_REST);
    look_by(courier, line->breaker.open_until);
    return false;
}

static bool has_room(const struct courier *courier, const struct line *line,
                     const struct turn *turn)
{
    return line->count < turn->max && courier->count < all_max(courier);
}

/* Says whether to go on with the rest of the line. */
static bool consider(struct courier *courier, struct line *line, struct id delivery,
                     const struct turn *turn, struct orders *seen, int64_t now_us)
{
    struct pending_row row;

    if (!view_get_pending(ground_reader(courier->ground), line->vendor, delivery, &courier->scratch,
                          &row))
        return true; /* it went while we were walking */
    if (!orders_add(seen, row.order) || is_out(line, row.order)) return true;
    if (row.next_at > now_us && !turn->left) {
        look_by(courier, row.next_at);
        return true;
    }
    return take_up(courier, line, delivery, turn, now_us) && has_room(courier, line, turn);
}

/* The id before: nothing lies between the two. */
static struct id before(struct id id)
{
    for (size_t i = ID_SIZE - 1; i > 0 && id.bytes[i]-- == 0; i--) continue;
    return id;
}

static struct id beginning(struct line *line, int64_t now_us)
{
    if (now_us < line->whole_at) return line->after;
    line->whole_at = now_us + LOOK_AGAIN;
    return NO_ID;
}

static void walk(struct courier *courier, struct line *line, const struct turn *turn,
                 int64_t now_us)
{
    struct orders seen = { 0 };
    struct id     page[PAGE], after = beginning(line, now_us);
    size_t        rows = 0, count = PAGE;
    bool          more = has_room(courier, line, turn);

    while (more && count == PAGE && rows < LOOK_ROWS_MAX) {
        count = view_list_pending(ground_reader(courier->ground), line->vendor, after, page, PAGE);
        if (!rows && count) line->after = before(page[0]);
        for (size_t i = 0; more && i < count; i++)
            more = consider(courier, line, page[i], turn, &seen, now_us);
        rows += count;
        if (count) after = page[count - 1];
    }
    orders_free(&seen);
}

/* -- all of them --------------------------------------------------------------------- */

static struct line *line_of(struct courier *courier, struct id vendor)
{
    struct line *line = courier->lines;

    for (size_t i = 0; i < courier->line_count; i++, line = line->next)
        if (id_equal(line->vendor, vendor)) return line;
    line = calloc(1, sizeof *line);
    ensure(line != NULL);
    line->vendor = vendor;
    line->next   = courier->lines ? courier->lines->next : line;
    if (courier->lines) courier->lines->next = line;
    courier->lines = line;
    courier->line_count++;
    return line;
}

/* Which vendors are owed something. The vendors come in order, and so does the ring
 * mostly, so that the next one is found at once. */
static void mark_waiting(struct courier *courier)
{
    struct line *begin = courier->lines, *line = begin;
    struct id    page[PAGE], after             = NO_ID;
    size_t       count = PAGE;

    for (size_t i = 0; i < courier->line_count; i++, line = line->next) line->waits = false;
    while (count == PAGE) {
        count = view_list_waiting_vendor(ground_reader(courier->ground), name_system(), after, page,
                                         PAGE);
        for (size_t i = 0; i < count; i++) {
            courier->lines        = line_of(courier, page[i]);
            courier->lines->waits = true;
        }
        if (count) after = page[count - 1];
    }
    if (begin) courier->lines = begin;
}

void courier_look(struct courier *courier, int64_t now_us)
{
    courier->look_at = now_us + LOOK_AGAIN;
    mark_waiting(courier);
    for (size_t i = 0; i < courier->line_count && courier->count < all_max(courier); i++) {
        struct line *line = courier->lines;
        struct turn  turn = { .left = false };
        if (line->waits && may_go(courier, line, now_us, &turn)) walk(courier, line, &turn, now_us);
        arena_reset(&courier->scratch);
        courier->lines = line->next; /* if there is no more room, the others are first next time */
    }
}

#include <string.h>

#include "api/call/query.h"
#include "api/courier/webhook_event.h"
#include "api/vendors/outbox.h"
#include "core/log/log.h"

enum { PLACES_AT_ONCE = 64 };

static bool is_consumer_name(struct slice name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

    for (size_t i = 0; i < name.size; i++)
        if (!memchr(allowed, name.data[i], sizeof allowed - 1)) return false;
    return name.size > 0 && name.size <= CONSUMER_TEXT_MAX;
}

bool outbox_consumer_read(struct call *call, struct slice name, struct outbox_consumer *consumer)
{
    if (name.data && !is_consumer_name(name)) {
        call_fail(call, PROBLEM_invalid_argument,
                  "consumer has to be 1 to %d of a to z, 0 to 9, -, _ and dots.",
                  CONSUMER_TEXT_MAX);
        return false;
    }
    consumer->name = name.data ? name : SLICE("default");
    consumer->main = slice_equal(consumer->name, SLICE("default"));
    view_get_consumer(call_reader(call), call_vendor(call), name_consumer(consumer->name),
                      call->arena, &consumer->row);
    return true;
}

/* -- one event ------------------------------------------------------------------------------ */

/* What was taken back is not shown again. To the main consumer that goes on by itself, nor is
 * what has been delivered, unless it went back to see it once more. */
static bool is_shown(const struct outbox_consumer *consumer, bool copies, struct id place,
                     const struct delivery_row *row)
{
    if (row->status == DELIVERY_pending) return true;
    if (row->status == DELIVERY_dropped) return false;
    return copies || !consumer->main || name_placed(place) <= consumer->row.again_to;
}

static bool is_past(const struct call *call, const struct webhook *webhook)
{
    return id_given(webhook->command) &&
           webhook->valid_until <= clock_now(&call->ground->clock); /* the call may have waited */
}

/* A page in the making. */
struct filling {
    struct call                  *call;
    const struct outbox_consumer *consumer;
    bool                          copies;
    size_t                        limit, looked;
    struct outbox_page           *page;
    struct buffer                 items;
    struct arena                  scratch; /* of one event */
};

static struct status filling_add(struct filling *on, const struct delivery_row *row)
{
    struct call   *call   = on->call;
    struct ground *ground = call->ground;
    size_t         before = on->items.size;
    struct event   event;
    struct webhook webhook;

    TRY(log_read(call_reader(call), ground->vault, row->position, &on->scratch, &event));
    if (!webhook_of(&event, &webhook) || !id_equal(webhook.vendor, call_vendor(call)))
        return failed(STATUS_CORRUPT, "the outbox names an event that owes something else");
    if (is_past(call, &webhook)) return OK;
    if (on->page->count) buffer_add(&on->items, SLICE(","));
    struct status status = courier_event(&event, &webhook, row->attempt + 1, &ground->view,
                                         ground->vault, &on->items);
    if (status.code == STATUS_OK) on->page->count++;
    else on->items.size = before;
    return status.code == STATUS_NOT_FOUND ? OK : status; /* it was forgotten */
}

static struct status filling_consider(struct filling *on, struct id place)
{
    struct reader      *reader = call_reader(on->call);
    struct id           vendor = call_vendor(on->call);
    struct place_row    stands;
    struct delivery_row row;

    if (!view_get_place(reader, vendor, place, &on->scratch, &stands) ||
        !view_get_delivery(reader, vendor, stands.delivery, &on->scratch, &row))
        return OK; /* it has just gone */
    if (!is_shown(on->consumer, on->copies, place, &row)) return OK;
    return filling_add(on, &row);
}

/* -- a page --------------------------------------------------------------------------------- */

static bool filling_is_full(struct filling *on)
{
    return on->page->count == on->limit || on->looked++ == OUTBOX_LOOK_MAX ||
           on->items.size >= OUTBOX_BYTES_MAX;
}

static struct status filling_fill(struct filling *on)
{
    struct id places[PLACES_AT_ONCE];
    size_t    count;

    do {
        count = view_list_place(call_reader(on->call), call_vendor(on->call),
                                name_place(on->page->next), places, PLACES_AT_ONCE);
        for (size_t i = 0; i < count; i++) {
            on->page->more = filling_is_full(on);
            if (on->page->more) return OK;
            TRY(filling_consider(on, places[i]));
            arena_reset(&on->scratch);
            on->page->next = name_placed(places[i]);
        }
    } while (count == PLACES_AT_ONCE);
    return reader_failure(call_reader(on->call));
}

struct status outbox_read(struct call *call, const struct outbox_consumer *consumer, uint64_t after,
                          bool copies, size_t limit, struct outbox_page *page)
{
    struct filling on = {
        .call = call, .consumer = consumer, .copies = copies, .limit = limit, .page = page
    };

    *page                = (struct outbox_page){ .next = after };
    struct status status = filling_fill(&on);
    if (page->count) page->items = arena_copy(call->arena, buffer_slice(&on.items));
    buffer_free(&on.items);
    arena_free(&on.scratch);
    return status;
}

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
    return id_given(webhook->command) && webhook->valid_until <= call->now_us;
}

static struct status page_add(struct call *call, struct outbox_page *page,
                              const struct delivery_row *row, struct arena *scratch)
{
    struct ground *ground = call->ground;
    size_t         before = page->items.size;
    struct event   event;
    struct webhook webhook;

    TRY(log_read(call_reader(call), ground->vault, row->position, scratch, &event));
    if (!webhook_of(&event, &webhook) || !id_equal(webhook.vendor, call_vendor(call)))
        return failed(STATUS_CORRUPT, "the outbox names an event that owes something else");
    if (is_past(call, &webhook)) return OK;
    if (page->count) buffer_add(&page->items, SLICE(","));
    struct status status = courier_event(&event, &webhook, row->attempt + 1, &ground->view,
                                         ground->vault, &page->items);
    if (status.code == STATUS_OK) page->count++;
    else page->items.size = before;
    return status.code == STATUS_NOT_FOUND ? OK : status; /* it was forgotten */
}

static struct status page_consider(struct call *call, const struct outbox_consumer *consumer,
                                   bool copies, struct id place, struct outbox_page *page,
                                   struct arena *scratch)
{
    struct reader      *reader = call_reader(call);
    struct place_row    stands;
    struct delivery_row row;

    if (!view_get_place(reader, call_vendor(call), place, scratch, &stands) ||
        !view_get_delivery(reader, call_vendor(call), stands.delivery, scratch, &row))
        return OK; /* it has just gone */
    if (!is_shown(consumer, copies, place, &row)) return OK;
    return page_add(call, page, &row, scratch);
}

/* -- a page --------------------------------------------------------------------------------- */

struct status outbox_read(struct call *call, const struct outbox_consumer *consumer, uint64_t after,
                          bool copies, size_t limit, struct outbox_page *page)
{
    struct arena scratch = { 0 };
    size_t       looked = 0, count = PLACES_AT_ONCE;

    *page = (struct outbox_page){ .next = after };
    while (count == PLACES_AT_ONCE && !page->more) {
        struct id places[PLACES_AT_ONCE];
        count = view_list_place(call_reader(call), call_vendor(call), name_place(page->next),
                                places, PLACES_AT_ONCE);
        for (size_t i = 0; i < count && !page->more; i++) {
            page->more = page->count == limit || looked++ == OUTBOX_LOOK_MAX ||
                         page->items.size >= OUTBOX_BYTES_MAX;
            if (page->more) break;
            struct status status = page_consider(call, consumer, copies, places[i], page, &scratch);
            arena_reset(&scratch);
            if (status.code != STATUS_OK) {
                arena_free(&scratch);
                return status;
            }
            page->next = name_placed(places[i]);
        }
    }
    arena_free(&scratch);
    return reader_failure(call_reader(call));
}

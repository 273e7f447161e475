#include "api/deliveries/deliveries.h"

#include <string.h>

#include "api/call/query.h"
#include "api/call/submit.h"
#include "api/courier/webhook_event.h"
#include "api/deliveries/filter.h"
#include "core/log/log.h"

enum { LOOK_MAX = 2000 }; /* rows that one page looks at; it may be short, and go on */

bool deliveries_parameter(struct call *call, struct id *delivery)
{
    return call_parameter_id(call, "deliveryId", ID_delivery, delivery);
}

/* -- which ---------------------------------------------------------------------------------- */

static bool filter_read_query(struct call *call, struct delivery_filter *filter)
{
    struct slice status = call_query(call, "status");

    *filter = (struct delivery_filter){ .kind = delivery_kind(call, call_query(call, "type")) };
    if (status.data && !delivery_state_read(status, &filter->status)) {
        call_fail(call, PROBLEM_invalid_argument,
                  "Query status has to be pending, delivered, dead or cancelled.");
        return false;
    }
    return query_instant(call, "from", &filter->from) && query_instant(call, "to", &filter->to);
}

/* -- how they look -------------------------------------------------------------------------- */

static void put_type(struct call *call, struct json *json, struct slice kind)
{
    struct slice prefix = call->ground->view.prefix;

    json_put_text(json, "type",
                  arena_print(call->arena, "%.*s.v1.%.*s", (int)prefix.size, prefix.data,
                              (int)kind.size, kind.data));
}

static void put_members(struct call *call, struct json *json, struct id vendor, struct id id,
                        const struct delivery_row *row)
{
    json_put_id(json, "deliveryId", id);
    json_put_id(json, "vendorId", vendor);
    put_type(call, json, row->kind);
    json_put_text(json, "status", delivery_state_shown(row->status));
    json_put_instant(json, "createdAt", row->created_at);
    json_put_u64(json, "attempt", row->attempt);
    if (row->http_status) json_put_u64(json, "httpStatus", row->http_status);
    json_may_text(json, "reason", row->reason);
    json_may_instant(json, "nextAttemptAt", row->next_at);
}

static void put_one(struct call *call, struct json *json, struct id vendor, struct id id,
                    const struct delivery_row *row)
{
    json_object(json);
    put_members(call, json, vendor, id, row);
    json_object_end(json);
}

/* -- lists ---------------------------------------------------------------------------------- */

typedef size_t delivery_ids(struct call *call, const void *context, struct id before,
                            struct id *ids, size_t max);

/* The newest first; `before`: where the page begins. */
struct delivery_list {
    struct id                     vendor;
    const struct delivery_filter *filter;
    delivery_ids                 *ids;
    const void                   *context;
};

static void list_answer(struct call *call, const struct delivery_list *list)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);
    struct page   page;
    struct id     last   = NO_ID;
    size_t        looked = 0, shown = 0, count = PAGE_MAX;
    bool          more = false;

    if (!page_read(call, &page)) return;
    struct id before = page.after;
    if (!id_given(before) && list->filter->to) before = delivery_owed_by(list->filter->to);
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    while (count == PAGE_MAX && !more) {
        count = list->ids(call, list->context, before, page.ids, PAGE_MAX);
        for (size_t i = 0; i < count && !more; i++) {
            struct delivery_row row;
            more = shown == page.limit || looked++ == LOOK_MAX;
            if (more) break;
            last = before = page.ids[i];
            if (!view_get_delivery(call_reader(call), list->vendor, last, call->arena, &row))
                continue;
            if (row.created_at + DELIVERY_NAMED_AHEAD < list->filter->from) {
                count = 0;
                break;
            }
            if (!delivery_fits(list->filter, &row)) continue;
            put_one(call, &json, list->vendor, last, &row);
            shown++;
        }
    }
    json_array_end(&json);
    json_object_end(&json);
    if (more) page_link(call, id_slice(&last));
    call_answer_json(call, 200, &body);
}

/* Of those that wait or were given up there are lists of their own. */
struct of_vendor {
    struct id           vendor;
    enum delivery_state status;
};

static size_t ids_of_vendor(struct call *call, const void *context, struct id before,
                            struct id *ids, size_t max)
{
    const struct of_vendor *of     = context;
    struct reader          *reader = call_reader(call);

    switch (of->status) {
    case DELIVERY_pending: return view_fall_pending(reader, of->vendor, before, ids, max);
    case DELIVERY_dead: return view_fall_dead(reader, of->vendor, before, ids, max);
    default: return view_fall_delivery(reader, of->vendor, before, ids, max);
    }
}

void deliveries_answer_list(struct call *call, struct id vendor)
{
    struct delivery_filter filter;

    if (!filter_read_query(call, &filter)) return;
    struct of_vendor of = { vendor, filter.status };
    list_answer(call,
                &(struct delivery_list){
                    .vendor = vendor, .filter = &filter, .ids = ids_of_vendor, .context = &of });
}

/* What they are ordered by: the device, and before it was one its claim. */
struct orders_of_one {
    struct id orders[2];
};

static size_t ids_of_orders(struct call *call, const void *context, struct id before,
                            struct id *ids, size_t max)
{
    const struct orders_of_one *one = context;
    struct id                   found[2][PAGE_MAX];
    size_t                      counts[2], at[2] = { 0, 0 }, all = 0;

    ensure(max <= PAGE_MAX);
    for (size_t i = 0; i < 2; i++)
        counts[i] = id_given(one->orders[i]) ? view_fall_ordered(call_reader(call), one->orders[i],
                                                                 before, found[i], max)
                                             : 0;
    while (all < max && (at[0] < counts[0] || at[1] < counts[1])) {
        size_t newer = at[0] == counts[0] ||
                       (at[1] < counts[1] &&
                        memcmp(found[1][at[1]].bytes, found[0][at[0]].bytes, ID_SIZE) > 0);
        ids[all++] = found[newer][at[newer]++];
    }
    return all;
}

void deliveries_answer_found(struct call *call, struct id vendor, struct slice vendor_device_id)
{
    struct id              claim  = name_claim(call->ground->names, vendor, vendor_device_id);
    struct delivery_filter filter = { .status = DELIVERY_none };
    struct orders_of_one   one    = { .orders = { claim, NO_ID } };
    struct claim_row       row;

    if (view_get_claim(call_reader(call), claim, NO_ID, call->arena, &row))
        one.orders[1] = row.device;
    list_answer(call,
                &(struct delivery_list){
                    .vendor = vendor, .filter = &filter, .ids = ids_of_orders, .context = &one });
}

/* -- one ------------------------------------------------------------------------------------ */

static struct slice attempt_answer(const struct event *event)
{
    switch (event->type) {
    case EVENT_webhook_delivered: return event->webhook_delivered.answer;
    case EVENT_webhook_deferred: return event->webhook_deferred.answer;
    case EVENT_webhook_dead_lettered: return event->webhook_dead_lettered.answer;
    default: return (struct slice){ 0 };
    }
}

static struct status put_attempt(struct call *call, struct json *json, struct id delivery,
                                 struct id place)
{
    struct attempt_row row;
    struct event       event;

    if (!view_get_attempt(call_reader(call), delivery, place, call->arena, &row)) return OK;
    TRY(log_read(call_reader(call), call->ground->vault, name_placed(place), call->arena, &event));
    json_object(json);
    json_put_instant(json, "at", row.at);
    if (row.http_status) json_put_u64(json, "httpStatus", row.http_status);
    json_put_u64(json, "latencyMs", row.latency_ms);
    json_may_text(json, "reason", row.reason);
    json_may_text(json, "answer", attempt_answer(&event));
    json_object_end(json);
    return OK;
}

static struct status put_attempts(struct call *call, struct json *json, struct id delivery)
{
    struct id places[PAGE_MAX], after = NO_ID;
    size_t    count = PAGE_MAX;

    json_name(json, "attempts");
    json_array(json);
    while (count == PAGE_MAX) {
        count = view_list_attempt(call_reader(call), delivery, after, places, PAGE_MAX);
        for (size_t i = 0; i < count; i++) TRY(put_attempt(call, json, delivery, places[i]));
        if (count) after = places[count - 1];
    }
    json_array_end(json);
    return OK;
}

static struct status put_event(struct call *call, struct json *json, const struct delivery_row *row)
{
    struct ground *ground = call->ground;
    struct buffer  said   = { 0 };
    struct event   event;
    struct webhook webhook;

    TRY(log_read(call_reader(call), ground->vault, row->position, call->arena, &event));
    if (!webhook_of(&event, &webhook))
        return failed(STATUS_CORRUPT, "a delivery carries an event that no vendor is told of");
    struct status status = courier_event(&event, &webhook, row->attempt ? row->attempt : 1,
                                         &ground->view, ground->vault, &said);
    if (status.code == STATUS_OK) json_put_raw(json, "event", buffer_slice(&said));
    buffer_free(&said);
    return status.code == STATUS_NOT_FOUND ? OK : status; /* it was forgotten */
}

void deliveries_answer_one(struct call *call, struct id vendor, struct id delivery)
{
    struct buffer       body = { 0 };
    struct json         json = json_to(&body);
    struct delivery_row row;

    if (!view_get_delivery(call_reader(call), vendor, delivery, call->arena, &row)) {
        call_refuse(call, REFUSED_delivery_unknown);
        return;
    }
    json_object(&json);
    put_members(call, &json, vendor, delivery, &row);
    struct status status = put_event(call, &json, &row);
    if (status.code == STATUS_OK) status = put_attempts(call, &json, delivery);
    json_object_end(&json);
    if (status.code == STATUS_OK) {
        call_answer_json(call, 200, &body);
        return;
    }
    buffer_free(&body);
    call_broken(call, status);
}

/* history.c -- what happened to an account, the newest first: the events that its
 * stream of server-sent events has, as CloudEvents. */
#include <string.h>

#include "api/app/feed.h"
#include "api/app/newest.h"
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/call/query.h"
#include "core/log/log.h"

struct history_filter {
    struct id          device;        /* none: all */
    struct query_types types;         /* none: all */
    uint64_t           after, before; /* positions between which it lies, both excluded */
};

/* Recorded from ?from= on and before ?to=, as positions. */
static bool history_read_time(struct call *call, struct history_filter *filter)
{
    int64_t       from = 0, to = INT64_MAX;
    struct status status = OK;

    filter->after  = 0;
    filter->before = UINT64_MAX;
    if (!query_instant(call, "from", &from) || !query_instant(call, "to", &to)) return false;
    if (from > 0) status = log_position_at(call_reader(call), from - 1, &filter->after);
    if (status.code == STATUS_OK && to < INT64_MAX) {
        status = log_position_at(call_reader(call), to - 1, &filter->before);
        filter->before++;
    }
    if (status.code != STATUS_OK) call_broken(call, status);
    return status.code == STATUS_OK;
}

/* A device that was taken out still has its history. */
static bool history_read_device(struct call *call, struct history_filter *filter)
{
    struct slice      text = call_query(call, "device");
    struct device_row row;

    if (!text.data) return true;
    if (!query_id(call, "device", ID_device, &filter->device)) return false;
    if (view_get_device(call_reader(call), filter->device, NO_ID, call->arena, &row) &&
        call_may(call, row.account))
        return true;
    resource_unknown(call, &resource_device);
    return false;
}

static struct status history_positions_before(struct call                 *call,
                                              const struct history_filter *filter, uint64_t before,
                                              uint64_t positions[NEWEST_AT_ONCE], size_t *count)
{
    if (id_given(filter->device))
        return log_index_positions(call_reader(call), filter->device, before, LOG_FALLING,
                                   positions, NEWEST_AT_ONCE, count);
    return log_stream_positions(call_reader(call), call_account(call), before, LOG_FALLING,
                                positions, NEWEST_AT_ONCE, count);
}

static bool history_has_type(const struct query_types *types, enum event_type type)
{
    for (size_t i = 0; i < types->count; i++)
        if (types->items[i] == type) return true;
    return types->count == 0;
}

/* A device's id stands in events of its claim's stream, too: those are not the account's. */
static bool history_wants(const struct call *call, const struct history_filter *filter,
                          const struct event *event)
{
    return id_equal(event->stream, call_account(call)) && feed_has(event) &&
           history_has_type(&filter->types, event->type);
}

/* Finds positions to look at, from `before` down to the filter's end. */
static struct status history_look(struct call *call, const struct history_filter *filter,
                                  uint64_t before, uint64_t positions[NEWEST_AT_ONCE],
                                  size_t *count)
{
    TRY(history_positions_before(call, filter, before, positions, count));
    while (*count && positions[*count - 1] <= filter->after) (*count)--;
    return OK;
}

static struct status history_write_items(struct call *call, const void *context, uint64_t *before,
                                         size_t limit, struct json *json)
{
    const struct history_filter *filter  = context;
    struct arena                 scratch = { 0 };
    struct showing               showing = { .reader = call_reader(call), .arena = call->arena };
    struct feed                  feed    = { &call->ground->view, &showing, NULL };
    uint64_t                     positions[NEWEST_AT_ONCE];
    struct status                status = OK;
    size_t                       count = 0, at = 0, found = 0;

    if (*before > filter->before) *before = filter->before;
    for (size_t looked = 0; looked < NEWEST_LOOK_MAX && found < limit; looked++) {
        struct event event;
        if (at == count) {
            at     = 0;
            status = history_look(call, filter, *before, positions, &count);
            if (status.code != STATUS_OK || !count) break;
        }
        arena_reset(&scratch);
        status = log_read(call_reader(call), call->ground->vault, positions[at], &scratch, &event);
        if (status.code != STATUS_OK) break;
        *before = positions[at++];
        if (!history_wants(call, filter, &event)) continue;
        feed_event(&feed, &event, json);
        found++;
    }
    arena_free(&scratch);
    if (status.code != STATUS_OK || at < count) return status;
    uint64_t next;
    status  = history_look(call, filter, *before, positions, &count);
    next    = count ? *before : 0;
    *before = next;
    return status;
}

void app_history(struct call *call)
{
    struct history_filter filter = { .device = NO_ID };

    if (query_types(call, "type", &filter.types) && history_read_time(call, &filter) &&
        history_read_device(call, &filter))
        newest_answer(call, history_write_items, &filter);
}

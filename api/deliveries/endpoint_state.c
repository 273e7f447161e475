#include "api/deliveries/endpoint_state.h"

#include "api/call/query.h"
#include "projections/health.h"

enum { PENDING_LOOKED_AT = 64 };

bool endpoint_is_pull(const struct vendor_row *vendor)
{
    return vendor->pull || (!vendor->endpoint.size && !vendor->ended);
}

static const char *state_of(const struct vendor_row *vendor, const struct health_row *health,
                            int64_t now_us, int64_t failing_after)
{
    if (vendor->ended) return "ended";
    return health->failing_since && now_us - health->failing_since >= failing_after ? "failing"
                                                                                    : "healthy";
}

static void put_latency(struct json *json, const struct health_row *health)
{
    struct health_latency latency;

    if (!health_latency_of(health, &latency)) return;
    json_name(json, "latency");
    json_object(json);
    json_put_u64(json, "p50", latency.p50_ms);
    json_put_u64(json, "p95", latency.p95_ms);
    json_object_end(json);
}

/* Of the oldest that wait: the next try, and since when. */
static void put_waiting(struct call *call, struct reader *reader, struct id vendor,
                        struct json *json, bool pushed)
{
    struct id                 ids[PENDING_LOOKED_AT];
    struct waiting_vendor_row waiting;
    struct delivery_row       oldest;
    int64_t                   next = INT64_MAX;
    size_t count = view_list_pending(reader, vendor, NO_ID, ids, PENDING_LOOKED_AT);

    view_get_waiting_vendor(reader, name_system(), vendor, call->arena, &waiting);
    for (size_t i = 0; i < count; i++) {
        struct pending_row row;
        if (view_get_pending(reader, vendor, ids[i], call->arena, &row) && row.next_at < next)
            next = row.next_at;
    }
    if (pushed && count && next > 0 && next < INT64_MAX)
        json_put_instant(json, "nextAttemptAt", next);
    json_put_u64(json, "backlog", waiting.pending);
    if (count && view_get_delivery(reader, vendor, ids[0], call->arena, &oldest))
        json_put_instant(json, "oldestAt", oldest.created_at);
}

void endpoint_state_put(struct call *call, struct reader *reader, struct id vendor,
                        struct json *json)
{
    struct vendor_row row;
    struct health_row health;
    int64_t           failing_after = call->ground->settings->endpoint_failing_after;

    view_get_vendor(reader, vendor, NO_ID, call->arena, &row);
    view_get_health(reader, vendor, NO_ID, call->arena, &health);
    json_object(json);
    json_may_text(json, "url", row.endpoint);
    json_put_text(json, "mode", endpoint_is_pull(&row) ? SLICE("pull") : SLICE("push"));
    json_put_text(json, "state", slice_text(state_of(&row, &health, call->now_us, failing_after)));
    json_put_instant(json, "since",
                     health.failing_since  ? health.failing_since
                     : health.succeeded_at ? health.succeeded_at
                                           : row.onboarded_at);
    json_put_u64(json, "failures", health.failures);
    json_may_text(json, "lastError", health.last_error);
    json_may_instant(json, "lastSuccessAt", health.succeeded_at);
    put_waiting(call, reader, vendor, json, !endpoint_is_pull(&row));
    put_latency(json, &health);
    json_object_end(json);
}

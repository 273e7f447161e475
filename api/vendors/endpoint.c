/* endpoint.c -- where a vendor wants its webhooks, and how they get on. */
#include "api/post/endpoint.h"

#include "api/call/submit.h"
#include "api/vendors/outbox.h"
#include "api/vendors/routes.h"
#include "projections/health.h"

/* -- how it is getting on ------------------------------------------------------------------- */

enum { PENDING_LOOKED_AT = 64 };

static const char *endpoint_state(const struct vendor_row *vendor, const struct health_row *health,
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
static void put_waiting(struct call *call, struct reader *reader, struct json *json, bool pushed)
{
    struct id                 ids[PENDING_LOOKED_AT], vendor = call_vendor(call);
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

static void endpoint_write(struct call *call, struct reader *reader, struct buffer *body)
{
    struct json       json   = json_to(body);
    struct id         vendor = call_vendor(call);
    struct vendor_row row;
    struct health_row health;
    int64_t           failing_after = call->ground->settings->endpoint_failing_after;

    view_get_vendor(reader, vendor, NO_ID, call->arena, &row);
    view_get_health(reader, vendor, NO_ID, call->arena, &health);
    json_object(&json);
    json_may_text(&json, "url", row.endpoint);
    json_put_text(&json, "mode", outbox_is_fetched(&row) ? SLICE("pull") : SLICE("push"));
    json_put_text(&json, "state",
                  slice_text(endpoint_state(&row, &health, call->now_us, failing_after)));
    json_put_instant(&json, "since",
                     health.failing_since  ? health.failing_since
                     : health.succeeded_at ? health.succeeded_at
                                           : row.onboarded_at);
    json_put_u64(&json, "failures", health.failures);
    json_may_text(&json, "lastError", health.last_error);
    json_may_instant(&json, "lastSuccessAt", health.succeeded_at);
    put_waiting(call, reader, &json, !outbox_is_fetched(&row));
    put_latency(&json, &health);
    json_object_end(&json);
}

void vendor_get_endpoint(struct call *call)
{
    struct buffer body = { 0 };

    endpoint_write(call, call_reader(call), &body);
    call_answer_json(call, 200, &body);
}

/* -- where it is ---------------------------------------------------------------------------- */

static void write_endpoint(struct submission *submission, struct reader *reader,
                           struct reply *reply)
{
    endpoint_write(submission->call, reader, &reply->body);
}

/* An URL that is not named stays. */
static bool endpoint_read(struct call *call, struct set_endpoint *intent, struct bad_field *bad)
{
    struct vendor_row row;

    intent->pull = slice_equal(intent->mode, SLICE("pull"));
    if (intent->mode.size && !intent->pull && !slice_equal(intent->mode, SLICE("push")))
        return bad_field_say(bad, "mode", "has to be push or pull");
    const char *why_not = endpoint_webhook_why_not(intent->url,
                                                   call->ground->settings->allow_private_endpoints);
    if (intent->url.size && why_not) return bad_field_say(bad, "url", "%s", why_not);
    if (!intent->url.size &&
        view_get_vendor(call_reader(call), call_vendor(call), NO_ID, call->arena, &row))
        intent->url = row.endpoint;
    if (!intent->url.size && !intent->pull)
        return bad_field_say(bad, "url", "has to be there: no endpoint is known yet");
    return true;
}

void vendor_put_endpoint(struct call *call)
{
    struct submission *submission = submit_body(call, call_vendor(call), NULL);
    struct bad_field   bad;

    if (!submission) return;
    if (!endpoint_read(call, &submission_intent(submission)->set_endpoint, &bad)) {
        call_fail_field(call, &bad);
        return;
    }
    submission->write = write_endpoint;
    submit_send(submission);
}

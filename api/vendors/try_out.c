/* try_out.c -- a webhook that a vendor has sent to its endpoint, to see what comes of it.
 *
 * It is a webhook as any other, and tried again if it fails; the answer tells of its first try.
 * The call is parked until that has ended, webhook_limit is over, or the service stops. Of one
 * that is fetched there is nothing to tell. */
#include "api/call/parked.h"
#include "api/call/submit.h"
#include "api/deliveries/endpoint_state.h"
#include "api/vendors/routes.h"
#include "core/facts/names.h"
#include "projections/projection.h"

struct try_out {
    struct parked parked; /* first */
    struct id     delivery;
};

/* The first of its tries, of which there may be more by now. False: it has not ended. */
static bool try_out_find(const struct call *call, struct id delivery, struct arena *arena,
                         struct attempt_row *first)
{
    struct id place;

    return view_list_attempt(call_reader(call), delivery, NO_ID, &place, 1) == 1 &&
           view_get_attempt(call_reader(call), delivery, place, arena, first);
}

static void try_out_answer(struct call *call, int status, struct id delivery)
{
    struct attempt_row first = { .at = 0 }; /* none has come to an end */
    struct buffer      body  = { 0 };
    struct json        json  = json_to(&body);
    bool               ended = try_out_find(call, delivery, call->arena, &first);

    json_object(&json);
    json_put_id(&json, "deliveryId", delivery);
    if (first.http_status) json_put_u64(&json, "httpStatus", first.http_status);
    if (ended) json_put_u64(&json, "latencyMs", first.latency_ms);
    if (!ended && status == 200) first.reason = SLICE("no answer yet");
    json_may_text(&json, "reason", first.reason);
    json_object_end(&json);
    call_answer_json(call, status, &body);
}

static bool try_out_is_over(struct parked *parked, struct arena *scratch)
{
    struct attempt_row first;

    return try_out_find(parked->as.call, ((struct try_out *)parked)->delivery, scratch, &first);
}

static void try_out_end(struct parked *parked)
{
    try_out_answer(parked->as.call, 200, ((struct try_out *)parked)->delivery);
}

static void try_out_park(struct call *call, struct id delivery)
{
    struct try_out *waiting = arena_new(call->arena, struct try_out);

    waiting->delivery = delivery;
    parked_begin(&waiting->parked,
                 &(struct parking){ .call    = call,
                                    .whom    = call_vendor(call),
                                    .most_us = call->ground->settings->webhook_limit,
                                    .is_over = try_out_is_over,
                                    .answer  = try_out_end });
}

/* The delivery is named as the event that asks for it. */
static void try_out_keep(struct submission *submission, struct reader *reader, struct reply *reply)
{
    const struct event *event = outcome_event(submission_outcome(submission),
                                              EVENT_test_notification_requested);
    char                text[ID_TEXT_MAX];

    (void)reader;
    ensure(event != NULL);
    id_text(name_delivery(event->id), text);
    buffer_add(&reply->body, slice_text(text));
    reply->status = 0;
}

static bool try_out_is_fetched(struct call *call)
{
    struct vendor_row vendor;

    return view_get_vendor(call_reader(call), call_vendor(call), NO_ID, call->arena, &vendor) &&
           endpoint_is_pull(&vendor);
}

void vendor_post_test_notification(struct call *call)
{
    struct attempt_row first;
    struct id          delivery;

    if (!call->kept.size) {
        struct submission        *submission = submit_body(call, call_vendor(call), NULL);
        struct waiting_vendor_row waiting;
        if (!submission) return;
        view_get_waiting_vendor(call_reader(call), name_system(), call_vendor(call), call->arena,
                                &waiting);
        submission_intent(submission)->request_test_notification =
            (struct request_test_notification){ .pending = waiting.pending,
                                                .fetched = try_out_is_fetched(call) };
        submission->write = try_out_keep;
        submit_send(submission);
        return;
    }
    ensure(id_parse(call->kept, &delivery));
    if (try_out_find(call, delivery, call->arena, &first)) try_out_answer(call, 200, delivery);
    else if (try_out_is_fetched(call)) try_out_answer(call, 202, delivery);
    else try_out_park(call, delivery);
}

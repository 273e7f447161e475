/* endpoint.c -- where a vendor wants its webhooks, and trying that out. */
#include "api/post/endpoint.h"

#include "api/call/submit.h"
#include "api/vendors/routes.h"
#include "core/facts/names.h"

static void write_endpoint(struct submission *submission, struct reader *reader,
                           struct reply *reply)
{
    struct json json = json_to(&reply->body);

    (void)reader;
    json_object(&json);
    json_put_text(&json, "url", submission_intent(submission)->set_endpoint.url);
    json_object_end(&json);
}

void vendor_put_endpoint(struct call *call)
{
    struct submission *submission = submit_body(call, call_vendor(call), NULL);
    struct bad_field   bad;

    if (!submission) return;
    const char *why_not = endpoint_why_not(submission_intent(submission)->set_endpoint.url);
    if (why_not) {
        bad_field_say(&bad, "url", "%s", why_not);
        call_fail_field(call, &bad);
        return;
    }
    submission->write = write_endpoint;
    submit_send(submission);
}

/* The delivery is named as the event that asks for it. */
static void write_delivery(struct submission *submission, struct reader *reader,
                           struct reply *reply)
{
    const struct event *event = outcome_event(submission_outcome(submission),
                                              EVENT_test_notification_requested);
    struct json         json  = json_to(&reply->body);

    (void)reader;
    ensure(event != NULL);
    json_object(&json);
    json_put_id(&json, "deliveryId", name_delivery(event->id));
    json_object_end(&json);
}

void vendor_post_test_notification(struct call *call)
{
    struct submission *submission = submit_body(call, call_vendor(call), NULL);

    if (!submission) return;
    submission->write = write_delivery;
    submit_send(submission);
}

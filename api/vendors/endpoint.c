/* endpoint.c -- where a vendor wants its webhooks, and how they get on. */
#include "api/post/endpoint.h"

#include "api/call/submit.h"
#include "api/deliveries/endpoint_state.h"
#include "api/vendors/routes.h"
#include "projections/projection.h"

static void endpoint_write(struct call *call, struct reader *reader, struct buffer *body)
{
    struct json json = json_to(body);

    endpoint_state_put(call, reader, call_vendor(call), &json);
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

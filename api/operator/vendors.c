/* vendors.c -- the operator takes vendors on, steers them, parts with them. */
#include "api/operator/operator.h"

#include "api/endpoint.h"
#include "api/vendor/signature.h"
#include "core/base/crypto.h"

static bool show(struct json *json, struct reader *reader, struct arena *arena, struct id id)
{
    struct vendor_row row;

    if (!view_get_vendor(reader, id, NO_ID, arena, &row)) return false;
    show_vendor(json, id, &row);
    return true;
}

static struct slice path_of(struct call *call, struct id id)
{
    char text[ID_TEXT_MAX];

    id_text(id, text);
    return arena_print(call->arena, "/operator/v1/vendors/%s", text);
}

void operator_post_vendor(struct call *call)
{
    struct id          vendor     = call_new_id(call, ID_vendor);
    struct submission *submission = submit_body(call, vendor, NULL);
    struct fresh_token key;
    char               secret[SECRET_SIZE];

    if (!submission) return;
    struct onboard_vendor *ask = &submission_intent(submission)->onboard_vendor;
    const char *why_not = ask->endpoint.size ? endpoint_why_not(ask->endpoint) : NULL;
    if (why_not) {
        call_fail(call, PROBLEM_invalid_argument, "endpoint %s.", why_not);
        return;
    }
    key = auth_new_token(call->arena, ROLE_VENDOR);
    crypto_random(secret, sizeof secret);
    ask->key    = call_new_id(call, ID_key);
    ask->secret = arena_copy(call->arena, SLICE_OF(secret));
    ask->token  = call_new_id(call, ID_token);
    ask->hash   = key.hash;
    crypto_wipe(secret, sizeof secret);
    operator_submit(submission, &(struct answer_plan){
        .show = show,
        .id   = vendor,
        .path = path_of(call, vendor),
        .once = { { "signingSecret", secret_text(call->arena, ask->secret) },
                  { "apiKey", key.text } },
    });
}

void operator_list_vendors(struct call *call)
{
    operator_answer_list(call, view_list_listed_vendor, show);
}

void operator_get_vendor(struct call *call)
{
    struct id vendor;

    if (call_parameter_id(call, "vendorId", ID_vendor, &vendor))
        operator_answer(call, show, vendor, REFUSED_vendor_unknown);
}

/* Another name, other limits: the body is the route's intent. */
void operator_patch_vendor(struct call *call)
{
    struct submission *submission;
    struct id          vendor;

    if (!call_parameter_id(call, "vendorId", ID_vendor, &vendor)) return;
    submission = submit_body(call, vendor, NULL);
    if (!submission) return;
    operator_submit(submission, &(struct answer_plan){ .show = show, .id = vendor });
}

/* Approve, suspend, resume, offboard: the route says which. */
void operator_post_vendor_step(struct call *call)
{
    operator_patch_vendor(call);
}

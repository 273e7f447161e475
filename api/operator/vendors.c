/* vendors.c -- the operator takes vendors on, steers them, offboards them. */
#include "api/operator/operator.h"

#include "api/post/endpoint.h"
#include "core/base/crypto.h"
#include "core/wire/webhook_signature.h"

static bool vendor_show(struct json *json, struct reader *reader, struct arena *arena, struct id id,
                        const struct shown_once *once)
{
    struct vendor_row row;

    if (!view_get_vendor(reader, id, NO_ID, arena, &row)) return false;
    json_object(json);
    show_vendor_members(json, id, &row);
    operator_show_end(json, once);
    return true;
}

static struct slice print_id(struct call *call, const char *before, struct id id)
{
    char text[ID_TEXT_MAX];

    id_text(id, text);
    return arena_print(call->arena, "%s%s", before, text);
}

void operator_post_vendor(struct call *call)
{
    struct id          vendor     = call_new_id(call, ID_vendor);
    struct submission *submission = submit_body(call, vendor, NULL);
    struct fresh_token key;
    char               secret[SECRET_SIZE];

    if (!submission) return;
    struct onboard_vendor *intent = &submission_intent(submission)->onboard_vendor;
    const char *why_not = intent->endpoint.size ? endpoint_why_not(intent->endpoint) : NULL;
    if (why_not) {
        call_fail(call, PROBLEM_invalid_argument, "endpoint %s.", why_not);
        return;
    }
    key = auth_new_token(call->arena, CALLER_VENDOR);
    crypto_random(secret, sizeof secret);
    intent->key    = call_new_id(call, ID_key);
    intent->secret = arena_copy(call->arena, SLICE_OF(secret));
    intent->token  = call_new_id(call, ID_token);
    intent->hash   = key.hash;
    crypto_wipe(secret, sizeof secret);
    operator_submit(submission,
                    &(struct answer_plan){
                        .show = vendor_show,
                        .id   = vendor,
                        .path = print_id(call, "/operator/v1/vendors/", vendor),
                        .once = { { "signingKeyId", print_id(call, "", intent->key) },
                                  { "signingSecret", secret_text(call->arena, intent->secret) },
                                  { "apiKeyId", print_id(call, "", intent->token) },
                                  { "apiKey", key.text } },
                    });
}

void operator_list_vendors(struct call *call)
{
    operator_answer_list(call, view_list_listed_vendor, vendor_show);
}

void operator_get_vendor(struct call *call)
{
    struct id vendor;

    if (call_parameter_id(call, "vendorId", ID_vendor, &vendor))
        operator_answer(call, vendor_show, vendor, REFUSED_vendor_unknown);
}

/* The body is the route's intent. NULL: an error has been answered. */
static struct submission *vendor_read_change(struct call *call, struct id *vendor)
{
    if (!call_parameter_id(call, "vendorId", ID_vendor, vendor)) return NULL;
    return submit_body(call, *vendor, NULL);
}

/* Was it said, if only to be 0? */
static bool body_says_number(struct call *call, const char *name)
{
    const struct node *number = node_member(call_body(call), name);

    return number && node_kind(number) == NODE_INTEGER;
}

/* What is left out stays as it is; an empty name or a limit of 0 would be lost like it. */
static bool vendor_change_can_be(struct call *call, const struct change_vendor *change)
{
    struct bad_field bad;

    if (change->name.data && !change->name.size)
        bad_field_say(&bad, "name", "may be left out, but not be empty");
    else if (!change->prompts_open_max && body_says_number(call, "promptsOpenMax"))
        bad_field_say(&bad, "promptsOpenMax", "has to be 1 or more, or left out");
    else return true;
    call_fail_field(call, &bad);
    return false;
}

void operator_patch_vendor(struct call *call)
{
    struct id          vendor;
    struct submission *submission = vendor_read_change(call, &vendor);

    if (!submission || !vendor_change_can_be(call, &submission_intent(submission)->change_vendor))
        return;
    operator_submit(submission, &(struct answer_plan){ .show = vendor_show, .id = vendor });
}

/* Approve, suspend, resume, offboard: the route says which. */
void operator_post_vendor_step(struct call *call)
{
    struct id          vendor;
    struct submission *submission = vendor_read_change(call, &vendor);

    if (!submission) return;
    operator_submit(submission, &(struct answer_plan){ .show = vendor_show, .id = vendor });
}

/* vendors.c -- the operator takes vendors on, steers them, offboards them. */
#include "api/operator/operator.h"

#include "api/post/endpoint.h"
#include "core/base/crypto.h"
#include "core/wire/url.h"
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

/* -- what is agreed with it: limits and contact, each taken whole ------------------------------ */

static const char *const terms_names[] = { "limits", "contact", NULL };

enum { TERMS_LIMIT_MAX = 1000000000, TERMS_CONTACT_MAX = 512 }; /* beyond that it is a mistake */

/* A limit of 0 would be lost like one that is left out. */
static bool terms_read_limit(const struct node *limits, const char *name, uint64_t *limit,
                             struct bad_field *bad)
{
    const struct node *said = node_member(limits, name);

    *limit = 0;
    if (!json_read_u64(limits, name, TERMS_LIMIT_MAX, OPTIONAL, limit, bad)) return false;
    if (*limit || !said || node_kind(said) == NODE_NULL) return true;
    return bad_field_say(bad, name, "has to be 1 or more, or left out");
}

static bool terms_read_limits(const struct node *limits, struct change_vendor *terms,
                              struct bad_field *bad)
{
    static const char *const names[] = { "promptsOpenMax", "eventsPerSecond", "devicesMax",
                                         "deliveriesPendingMax", NULL };

    terms->limited = true;
    return (json_only(limits, names, bad) &&
            terms_read_limit(limits, names[0], &terms->prompts_open_max, bad) &&
            terms_read_limit(limits, names[1], &terms->events_per_second, bad) &&
            terms_read_limit(limits, names[2], &terms->devices_max, bad) &&
            terms_read_limit(limits, names[3], &terms->deliveries_pending_max, bad)) ||
           bad_field_inside(bad, SLICE("limits"));
}

static bool terms_read_contact(const struct node *contact, struct change_vendor *terms,
                               struct bad_field *bad)
{
    static const char *const names[] = { "name", "address", "url", NULL };
    struct url               url;

    if (!json_only(contact, names, bad) ||
        !json_read_text(contact, names[0], TERMS_CONTACT_MAX, REQUIRED, &terms->contact_name,
                        bad) ||
        !json_read_text(contact, names[1], TERMS_CONTACT_MAX, REQUIRED, &terms->contact_address,
                        bad) ||
        !json_read_text(contact, names[2], TERMS_CONTACT_MAX, REQUIRED, &terms->contact_url, bad))
        return bad_field_inside(bad, SLICE("contact"));
    const char *why_not = url_read(terms->contact_url, &url);
    return !why_not || bad_field_say(bad, "contact.url", "%s", why_not);
}

/* False: 400 has been answered. */
static bool terms_read(struct call *call, struct change_vendor *terms)
{
    const struct node *body    = call_body(call);
    const struct node *limits  = node_member(body, "limits");
    const struct node *contact = node_member(body, "contact");
    struct bad_field   bad;

    if ((!limits || node_kind(limits) == NODE_NULL || terms_read_limits(limits, terms, &bad)) &&
        (!contact || node_kind(contact) == NODE_NULL || terms_read_contact(contact, terms, &bad)))
        return true;
    call_fail_field(call, &bad);
    return false;
}

static bool terms_read_onboarding(struct call *call, struct onboard_vendor *intent)
{
    struct change_vendor terms = { .limited = false };

    if (!terms_read(call, &terms)) return false;
    intent->limited                = terms.limited;
    intent->prompts_open_max       = terms.prompts_open_max;
    intent->events_per_second      = terms.events_per_second;
    intent->devices_max            = terms.devices_max;
    intent->deliveries_pending_max = terms.deliveries_pending_max;
    intent->contact_name           = terms.contact_name;
    intent->contact_address        = terms.contact_address;
    intent->contact_url            = terms.contact_url;
    return true;
}

/* -- the calls --------------------------------------------------------------------------------- */

void operator_post_vendor(struct call *call)
{
    struct id          vendor     = call_new_id(call, ID_vendor);
    struct submission *submission = submit_body(call, vendor, terms_names);
    struct fresh_token key;
    char               secret[SECRET_SIZE];

    if (!submission) return;
    struct onboard_vendor *intent        = &submission_intent(submission)->onboard_vendor;
    bool                   allow_private = call->ground->settings->allow_private_endpoints;
    const char            *why_not = endpoint_webhook_why_not(intent->endpoint, allow_private);
    if (intent->endpoint.size && why_not) {
        call_fail(call, PROBLEM_invalid_argument, "endpoint %s.", why_not);
        return;
    }
    if (!terms_read_onboarding(call, intent)) return;
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

/* The body is the route's intent, and `others`. NULL: an error has been answered. */
static struct submission *vendor_read_change(struct call *call, struct id *vendor,
                                             const char *const *others)
{
    if (!call_parameter_id(call, "vendorId", ID_vendor, vendor)) return NULL;
    return submit_body(call, *vendor, others);
}

void operator_patch_vendor(struct call *call)
{
    struct id             vendor;
    struct submission    *submission = vendor_read_change(call, &vendor, terms_names);
    struct change_vendor *change;
    struct bad_field      bad;

    if (!submission) return;
    change = &submission_intent(submission)->change_vendor;
    if (change->name.data && !change->name.size) {
        bad_field_say(&bad, "name", "may be left out, but not be empty");
        call_fail_field(call, &bad);
    } else if (terms_read(call, change)) {
        operator_submit(submission, &(struct answer_plan){ .show = vendor_show, .id = vendor });
    }
}

/* Approve, suspend, resume, offboard: the route says which. */
void operator_post_vendor_step(struct call *call)
{
    struct id          vendor;
    struct submission *submission = vendor_read_change(call, &vendor, NULL);

    if (!submission) return;
    operator_submit(submission, &(struct answer_plan){ .show = vendor_show, .id = vendor });
}

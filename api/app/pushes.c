/* pushes.c -- browsers that want to be told when something waits (Web Push): a subscription as
 * the browser's own toJSON() writes it, and the key it has to be made with. */
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/post/endpoint.h"
#include "api/pushes/message.h"
#include "core/base/text.h"
#include "core/wire/url.h"

enum {
    ENDPOINT_MAX = 1024, /* bytes; those of today's push services have 150 to 500 */
    KEY_TEXT_MAX = 128,  /* a point has 87, padded 88 */
};
#define EXPIRES_MS_MAX UINT64_C(253402300799000) /* the year 9999, which RFC 3339 ends with */

void app_get_push_key(struct call *call)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);
    uint8_t       key[P256_KEY_SIZE];
    struct status status = push_own_key(call->ground->vault, key);

    if (status.code != STATUS_OK) {
        call_broken(call, status);
        return;
    }
    json_object(&json);
    json_put_text(&json, "publicKey", push_public_text(call->arena, key));
    json_object_end(&json);
    crypto_wipe(key, sizeof key);
    call_answer_json(call, 200, &body);
}

/* -- subscribing --------------------------------------------------------------------------- */

static bool push_read_endpoint(const struct call *call, const struct node *body,
                               struct subscribe_push *subscribe, struct bad_field *bad)
{
    const char *why;
    struct url  url;

    if (!json_read_text(body, "endpoint", ENDPOINT_MAX, REQUIRED, &subscribe->endpoint, bad))
        return false;
    why = endpoint_why_not(subscribe->endpoint);
    if (!why && !url_read(subscribe->endpoint, &url) && !url.tls &&
        !call->ground->settings->allow_private_endpoints)
        why = "has to be an https URL";
    return !why || bad_field_say(bad, "endpoint", "%s", why);
}

/* One of the two keys, which have to be so long. */
static bool push_read_key(const struct call *call, const struct node *keys, const char *name,
                          const char *path, size_t size, struct slice *bytes, struct bad_field *bad)
{
    struct slice text = { 0 };

    if (json_read_text(keys, name, KEY_TEXT_MAX, REQUIRED, &text, bad) &&
        text_unbase64url(call->arena, text, bytes) && bytes->size == size)
        return true;
    return bad_field_say(bad, path, "has to be %zu bytes in base64url", size);
}

static bool push_read_keys(const struct call *call, const struct node *body,
                           struct subscribe_push *subscribe, struct bad_field *bad)
{
    static const char *const names[] = { "p256dh", "auth", NULL };
    const struct node       *keys    = node_member(body, "keys");

    if (!keys || node_kind(keys) != NODE_OBJECT)
        return bad_field_say(bad, "keys", "has to be an object with p256dh and auth");
    return json_only(keys, names, bad) &&
           push_read_key(call, keys, "p256dh", "keys.p256dh", P256_POINT_SIZE, &subscribe->p256dh,
                         bad) &&
           push_read_key(call, keys, "auth", "keys.auth", PUSH_AUTH_SIZE, &subscribe->auth, bad) &&
           (push_can_seal_for((const uint8_t *)subscribe->p256dh.data) ||
            bad_field_say(bad, "keys.p256dh", "has to be a point of the curve P-256"));
}

static bool push_read_end(const struct call *call, const struct node *body,
                          struct subscribe_push *subscribe, struct bad_field *bad)
{
    uint64_t ends_ms = 0;

    if (!json_read_u64(body, "expirationTime", EXPIRES_MS_MAX, OPTIONAL, &ends_ms, bad))
        return false;
    subscribe->expires_at = (int64_t)ends_ms * MILLISECOND;
    return !ends_ms || subscribe->expires_at > call->now_us ||
           bad_field_say(bad, "expirationTime", "has to lie in the future, in ms since 1970");
}

static bool push_read(struct call *call, struct subscribe_push *subscribe)
{
    static const char *const names[] = { "endpoint", "keys", "expirationTime", NULL };
    const struct node       *body    = call_body(call);
    struct bad_field         bad;

    if (!body) return false;
    if (json_only(body, names, &bad) && push_read_endpoint(call, body, subscribe, &bad) &&
        push_read_keys(call, body, subscribe, &bad) && push_read_end(call, body, subscribe, &bad))
        return true;
    call_fail_field(call, &bad);
    return false;
}

static void push_write(struct submission *submission, struct reader *reader, struct reply *reply)
{
    struct json json = json_to(&reply->body);

    (void)reader;
    json_object(&json);
    json_put_id(&json, "subscriptionId",
                submission_intent(submission)->subscribe_push.subscription);
    json_object_end(&json);
}

void app_post_push_subscription(struct call *call)
{
    struct subscribe_push subscribe = { .token = call->credentials.token };
    struct submission    *submission;

    if (!push_read(call, &subscribe)) return;
    subscribe.subscription = call_new_id(call, ID_push);
    submission             = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_subscribe_push, call_account(call))->subscribe_push =
        subscribe;
    submission->write = push_write;
    submit_send(submission);
}

/* -- and no more --------------------------------------------------------------------------- */

void app_delete_push_subscription(struct call *call)
{
    struct submission      *submission;
    struct unsubscribe_push ends = { .reason = SLICE("unsubscribed") };

    if (!call_parameter_id(call, "subscriptionId", ID_push, &ends.subscription)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_unsubscribe_push, call_account(call))->unsubscribe_push =
        ends;
    submit_send(submission);
}

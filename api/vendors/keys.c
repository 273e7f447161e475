/* keys.c -- signing secrets of a vendor: another one, shown once; and the end of one. */
#include "api/call/submit.h"
#include "api/vendors/routes.h"
#include "core/base/crypto.h"
#include "core/wire/webhook_signature.h"

static void write_key(struct submission *submission, struct reader *reader, struct reply *reply)
{
    const struct add_vendor_key *intent = &submission_intent(submission)->add_vendor_key;
    struct json                  json   = json_to(&reply->body);

    (void)reader;
    json_object(&json);
    json_put_id(&json, "keyId", intent->key);
    json_put_text(&json, "signingSecret", secret_text(submission->call->arena, intent->secret));
    json_object_end(&json);
}

void vendor_post_key(struct call *call)
{
    struct submission *submission = submit_body(call, call_vendor(call), NULL);
    uint8_t           *secret;

    if (!submission) return;
    secret = arena_array(call->arena, uint8_t, SECRET_SIZE);
    crypto_random(secret, SECRET_SIZE);
    submission_intent(submission)->add_vendor_key = (struct add_vendor_key){
        .key    = call_new_id(call, ID_key),
        .secret = { (const char *)secret, SECRET_SIZE },
    };
    submission->write = write_key;
    submit_send(submission);
}

void vendor_delete_key(struct call *call)
{
    struct submission *submission;
    struct id          key;

    if (!call_parameter_id(call, "keyId", ID_key, &key)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_remove_vendor_key, call_vendor(call))
        ->remove_vendor_key.key = key;
    submit_send(submission);
}

/* keys.c -- what a vendor proves itself with: signing secrets and API keys. There may be several of
 * each, so that a new one is in use before the old one ends. */
#include "api/call/query.h"
#include "api/call/submit.h"
#include "api/vendors/routes.h"
#include "core/base/crypto.h"
#include "core/wire/webhook_signature.h"
#include "projections/projection.h"

/* -- those there are ------------------------------------------------------------------ */

struct key_use {
    int64_t created_at, used_at;
};
struct key_kind {
    size_t (*list)(struct reader *reader, struct id vendor, struct id after, struct id *ids,
                   size_t max);
    bool (*use)(struct call *call, struct id key, struct key_use *use);
};

static bool signing_key_use(struct call *call, struct id key, struct key_use *use)
{
    struct vendor_key_row row;
    bool found = view_get_vendor_key(call_reader(call), call_vendor(call), key, call->arena, &row);

    *use = (struct key_use){ row.added_at, row.used_at };
    return found;
}

static bool api_key_use(struct call *call, struct id key, struct key_use *use)
{
    struct vendor_api_key_row row;
    bool found = view_get_vendor_api_key(call_reader(call), call_vendor(call), key, call->arena,
                                         &row);

    *use = (struct key_use){ row.added_at, row.used_at };
    return found;
}

static void keys_answer(struct call *call, const struct key_kind *kind)
{
    struct buffer  body = { 0 };
    struct json    json = json_to(&body);
    struct page    page;
    struct key_use use;

    if (!page_read(call, &page)) return;
    page.count = kind->list(call_reader(call), call_vendor(call), page.after, page.ids,
                            page.limit + 1);
    page_close(call, &page);
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    for (size_t i = 0; i < page.count; i++) {
        if (!kind->use(call, page.ids[i], &use)) continue;
        json_object(&json);
        json_put_id(&json, "keyId", page.ids[i]);
        json_put_instant(&json, "createdAt", use.created_at);
        json_may_instant(&json, "lastUsedAt", use.used_at);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    call_answer_json(call, call->route->success, &body);
}

void vendor_list_keys(struct call *call)
{
    keys_answer(call, &(struct key_kind){ view_list_vendor_key, signing_key_use });
}

void vendor_list_api_keys(struct call *call)
{
    keys_answer(call, &(struct key_kind){ view_list_vendor_api_key, api_key_use });
}

/* -- another one ---------------------------------------------------------------------- */

static void key_write(struct reply *reply, struct id key, const char *name, struct slice shown_once)
{
    struct json json = json_to(&reply->body);

    json_object(&json);
    json_put_id(&json, "keyId", key);
    json_put_text(&json, name, shown_once);
    json_object_end(&json);
}

static void signing_key_write(struct submission *submission, struct reader *reader,
                              struct reply *reply)
{
    const struct add_vendor_key *intent = &submission_intent(submission)->add_vendor_key;

    (void)reader;
    key_write(reply, intent->key, "signingSecret",
              secret_text(submission->call->arena, intent->secret));
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
    submission->write = signing_key_write;
    submit_send(submission);
}

static void api_key_write(struct submission *submission, struct reader *reader, struct reply *reply)
{
    const struct fresh_token *fresh = submission->context;

    (void)reader;
    key_write(reply, submission_intent(submission)->issue_api_key.token, "apiKey", fresh->text);
}

void vendor_post_api_key(struct call *call)
{
    struct submission  *submission = submit_body(call, call_vendor(call), NULL);
    struct fresh_token *fresh;

    if (!submission) return;
    fresh                                        = arena_new(call->arena, struct fresh_token);
    *fresh                                       = auth_new_token(call->arena, CALLER_VENDOR);
    submission_intent(submission)->issue_api_key = (struct issue_api_key){
        .token = call_new_id(call, ID_token),
        .hash  = fresh->hash,
    };
    submission->context = fresh;
    submission->write   = api_key_write;
    submit_send(submission);
}

/* -- the end of one ------------------------------------------------------------------- */

static void key_end(struct call *call, enum id_kind kind, enum intent_type type)
{
    struct submission *submission;
    struct intent     *intent;
    struct id          key;

    if (!call_parameter_id(call, "keyId", kind, &key)) return;
    submission = submit_new(call, 1);
    intent     = submit_intent(submission, 0, type, call_vendor(call));
    if (kind == ID_key) intent->remove_vendor_key.key = key;
    else intent->end_api_key.token = key;
    submit_send(submission);
}

void vendor_delete_key(struct call *call) { key_end(call, ID_key, INTENT_remove_vendor_key); }

void vendor_delete_api_key(struct call *call) { key_end(call, ID_token, INTENT_end_api_key); }

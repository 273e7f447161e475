#include "api/call/idempotency.h"

#include "api/call/live.h"
#include "api/call/query.h"
#include "api/call/router.h"

/* -- the answer as it is kept ------------------------------------------------------------ */

static const struct field *kept_reply_fields(void)
{
    typedef struct kept_reply self;
    static const struct field fields[] = {
        FIELD_ROW(u64, status, false, FROM_US, 0, "the HTTP status")
            FIELD_ROW(text, content_type, false, FROM_US, 0, "of the body")
                FIELD_ROW(text, location, false, FROM_US, 0, "of what was made")
                    FIELD_ROW(text, etag, false, FROM_US, 0, "of the resource, without quotes")
                        FIELD_ROW(bytes, body, false, FROM_US, 0, "the body")
                            FIELD_ROW(text, cookie, false, FROM_US, 0, "what Set-Cookie says")
                                FIELD_ROW_LAST
    };
    return fields;
}
static const struct shape kept_reply_shape = {
    "kept_reply", "an answer", 0, 0, sizeof(struct kept_reply), kept_reply_fields
};

void idempotency_encode(const struct kept_reply *kept, struct buffer *out)
{
    shape_encode(&kept_reply_shape, kept, SHAPE_ALL, out);
}

void idempotency_answer(struct call *call, struct slice bytes)
{
    struct kept_reply kept = { 0 };
    struct status status   = shape_decode(&kept_reply_shape, bytes, SHAPE_ALL, call->arena, &kept);
    bool          bare;

    if (status.code != STATUS_OK) {
        call_broken(call, status);
        return;
    }
    if (!kept.status) {
        call->kept = kept.body;
        call_go_on(call);
        return;
    }
    if (kept.location.size) request_header(call->request, "Location", kept.location);
    if (kept.etag.size)
        request_header(call->request, "ETag",
                       arena_print(call->arena, "\"%.*s\"", (int)kept.etag.size, kept.etag.data));
    if (kept.cookie.size) request_header(call->request, "Set-Cookie", kept.cookie);
    bare = !kept.body.size;
    call_answer(call, (int)kept.status,
                bare ? NULL
                     : arena_print(call->arena, "%.*s", (int)kept.content_type.size,
                                   kept.content_type.data)
                           .data,
                kept.body);
}

/* -- whose key, and of what -------------------------------------------------------------- */

static struct slice key_of(const struct call *call)
{
    const struct http_head *head = call->request->head;
    struct slice            id   = { 0 };

    if (call->route->may_sign) id = http_header(head, "webhook-id");
    return id.size ? id : http_header(head, "Idempotency-Key");
}

/* Method, path and body: what the same key has to come with again. */
static struct hash request_hash(const struct call *call)
{
    const struct http_head *head    = call->request->head;
    struct slice            parts[] = { head->method_text, SLICE("\n"), head->path, SLICE("\n"),
                                        call->request->body };
    struct hash             plain   = crypto_sha256_all(parts, COUNT(parts));

    return crypto_hmac_sha256(SLICE_OF(call->loop->pipeline->request_key), SLICE("request"),
                              SLICE("\0"), SLICE_OF(plain.bytes));
}

struct id idempotency_stranger(struct call *call, const char *label, struct slice name)
{
    struct hash hash = crypto_hmac_sha256(SLICE_OF(call->loop->pipeline->request_key),
                                          slice_text(label), SLICE("\0"), name);

    return id_derive(ID_login, SLICE_OF(hash.bytes), (struct slice){ 0 }, (struct slice){ 0 });
}

/* -- has it been asked? ------------------------------------------------------------------ */

static void answer_again(struct call *call, struct slice reply)
{
    struct slice position = position_for(call, live_position(call->loop->pipeline->live));

    request_header(call->request, "X-Log-Position", position);
    request_header(call->request, "Idempotent-Replayed", SLICE("true"));
    idempotency_answer(call, reply);
}

bool idempotency_is_new(struct call *call, struct id caller)
{
    struct call_idempotency *idempotency = &call->idempotency;
    enum idempotency_match   match       = IDEMPOTENCY_NEW;
    struct slice             reply;

    *idempotency = (struct call_idempotency){ .caller = caller };
    if (call->route->method != HTTP_GET) idempotency->key = key_of(call);
    if (!idempotency->key.size) return true;
    if (idempotency->key.size > IDEMPOTENCY_KEY_MAX) {
        call_fail(call, PROBLEM_invalid_argument,
                  "Idempotency-Key, or webhook-id, has to be at most %d bytes.",
                  IDEMPOTENCY_KEY_MAX);
        return false;
    }
    idempotency->request = request_hash(call);
    struct status status = ledger_stored_response(call->ground->ledger, caller, idempotency->key,
                                                  &idempotency->request, call->arena, &match,
                                                  &reply);
    if (status.code != STATUS_OK) call_broken(call, status);
    else if (match == IDEMPOTENCY_REUSED) call_refuse(call, REFUSED_idempotency_key_reused);
    else if (match == IDEMPOTENCY_SAME) answer_again(call, reply);
    return status.code == STATUS_OK && match == IDEMPOTENCY_NEW;
}

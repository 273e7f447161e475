#include "api/courier/webhook_event.h"

#include <stdio.h>

#include "core/base/crypto.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/facts/names.h"

/* What every row's data is written from and to. */
struct telling {
    const struct event *event;
    struct id           vendor;
    uint64_t            attempt;
    struct vault       *vault;
    struct json        *json;
};

/* -- the members of the data, each by its name in webhooks.def ------------------------ */

static struct status put_needed(struct json *json, const char *name, struct slice text)
{
    if (!text.size) return failed(STATUS_NOT_FOUND, "what it tells of was forgotten");
    json_put_text(json, name, text);
    return OK;
}

static struct status put_reference(const struct telling *telling, const char *name, struct id id,
                                   struct id bond)
{
    char text[27];

    TRY(vault_reference(telling->vault, telling->vendor, id, bond, text));
    ensure(text[sizeof text - 1] == 0 && text[0]);
    json_put_text(telling->json, name, slice_text(text));
    return OK;
}

static void put_texts(struct json *json, const char *name, struct texts texts)
{
    json_name(json, name);
    json_array(json);
    for (size_t i = 0; i < texts.count; i++) json_text(json, texts.items[i]);
    json_array_end(json);
}

static void may_texts(struct json *json, const char *name, struct texts texts)
{
    if (texts.count) put_texts(json, name, texts);
}

#define ID(name, value)          json_put_id(telling->json, name, value);
#define TEXT(name, value)        json_put_text(telling->json, name, value);
#define INSTANT(name, value)     json_put_instant(telling->json, name, value);
#define NUMBER(name, value)      json_put_u64(telling->json, name, value);
#define TEXTS(name, value)       put_texts(telling->json, name, value);
#define MAY_TEXT(name, value)    json_may_text(telling->json, name, value);
#define MAY_TEXTS(name, value)   may_texts(telling->json, name, value);
#define MAY_JSON(name, value)    json_may_raw(telling->json, name, value);
#define MAY_INSTANT(name, value) json_may_instant(telling->json, name, value);
#define NEEDS_TEXT(name, value)  TRY(put_needed(telling->json, name, value));
#define REFERENCE(name, value)   TRY(put_reference(telling, name, value, it->bond));
#define ATTEMPT(name)            json_put_u64(telling->json, name, telling->attempt);
#define NO_DATA
#define TAKES_BACK(name, when, meaning)
#define PROGRESS(name, meaning)
/* clang-format off */
#define WEBHOOK(name, kind, owed, tried, vendor, order, subject, answer, data) \
    static struct status put_##name(const struct telling *telling)         \
    {                                                                   \
        const struct event *event = telling->event;                        \
        const struct name  *it    = &event->name;                       \
        (void)it; /* of a row without data */                           \
        data return OK;                                                 \
    }
/* clang-format on */
#include "core/facts/webhooks.def"
#undef WEBHOOK

static struct status put_data(const struct telling *telling)
{
    switch (telling->event->type) {
/* clang-format off */
#define WEBHOOK(name, ...) case EVENT_##name: return put_##name(telling);
#include "core/facts/webhooks.def"
#undef WEBHOOK
    /* clang-format on */
    default: impossible("whoever calls has found its row");
    }
}

/* -- what is around it --------------------------------------------------------------- */

static void put_type(struct json *json, struct slice prefix, const char *kind)
{
    struct buffer type = { 0 };

    buffer_add(&type, prefix);
    buffer_add(&type, SLICE(".v1."));
    buffer_add(&type, slice_text(kind));
    json_put_text(json, "type", buffer_slice(&type));
    buffer_free(&type);
}

/* Of the event's id alone, so that every attempt tells the same, and whoever sees two webhooks
 * learns nothing of whether one request led to both. In our log the id leads to the request. */
static void put_trace(struct json *json, struct id event)
{
    enum { TRACE_SIZE = 16, SPAN_SIZE = 8 };
    struct hash  hash = crypto_sha256(id_slice(&event));
    struct slice span = { (const char *)hash.bytes + TRACE_SIZE, SPAN_SIZE };
    char         trace_text[2 * TRACE_SIZE + 1], span_text[2 * SPAN_SIZE + 1], text[64];

    text_hex((struct slice){ (const char *)hash.bytes, TRACE_SIZE }, trace_text);
    text_hex(span, span_text);
    ensure(snprintf(text, sizeof text, "00-%s-%s-01", trace_text, span_text) == 55);
    json_put_text(json, "traceparent", slice_text(text));
    json_put_id(json, "correlationid", name_delivery(event));
}

struct status courier_event(const struct event *event, const struct webhook *webhook,
                            uint64_t attempt, const struct event_view *view, struct vault *vault,
                            struct buffer *out)
{
    struct json          json    = json_to(out);
    const struct telling telling = { event, webhook->vendor, attempt, vault, &json };

    ensure(attempt > 0 && webhook->kind && *webhook->kind);
    ensure(id_given(webhook->vendor) && webhook->owed != OWED_NOT);
    json_object(&json);
    json_put_text(&json, "specversion", SLICE("1.0"));
    json_put_id(&json, "id", event->id);
    json_put_text(&json, "source", view->source);
    put_type(&json, view->prefix, webhook->kind);
    json_put_id(&json, "subject", webhook->subject);
    json_put_instant(&json, "time", event->recorded_at);
    put_trace(&json, event->id);
    json_put_text(&json, "datacontenttype", SLICE("application/json"));
    json_name(&json, "data");
    json_object(&json);
    TRY(put_data(&telling));
    json_object_end(&json);
    json_object_end(&json);
    return OK;
}

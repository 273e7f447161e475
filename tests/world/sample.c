#include "tests/world/sample.h"

struct id sample_id(enum id_kind kind, const char *name)
{
    return id_derive(kind, SLICE("sample"), slice_text(name), (struct slice){ 0 });
}

enum id_kind sample_kind(const char *name)
{
#define ID(kind, letter, prefix, what) \
    if (strcmp(name, #kind) == 0) return ID_##kind;
#include "core/base/ids.def"
#undef ID
    return strcmp(name, "any") == 0 ? ID_vendor : ID_request;
}

static struct texts sample_texts(struct arena *arena, const char *name)
{
    struct slice *items = arena_array(arena, struct slice, 2);

    items[0] = arena_print(arena, "first %s", name);
    items[1] = arena_print(arena, "second %s", name);
    return (struct texts){ items, 2 };
}

static struct values sample_values(struct arena *arena, const char *name)
{
    struct value *items = arena_array(arena, struct value, 2);

    items[0] = (struct value){ SLICE("brightness"), arena_print(arena, "\"of %s\"", name) };
    items[1] = (struct value){ SLICE("on"), SLICE("true") };
    return (struct values){ items, 2 };
}

static void sample_field(struct arena *arena, const struct field *field, void *at)
{
    const char *name = field->name;
    struct hash hash = crypto_sha256(slice_text(name));

    switch (field->type) {
    case FIELD_id: *(struct id *)at = sample_id(sample_kind(name), name); break;
    case FIELD_text: *(struct slice *)at = arena_print(arena, "sample of %s, ümlaut", name); break;
    case FIELD_state: *(unsigned *)at = (unsigned)field->words->count - 1; break;
    case FIELD_bytes: *(struct slice *)at = arena_copy(arena, SLICE_OF(hash.bytes)); break;
    case FIELD_json: *(struct slice *)at = arena_print(arena, "{\"json\":\"%s\"}", name); break;
    case FIELD_u64: *(uint64_t *)at = UINT64_C(1) << (hash.bytes[0] % 64); break;
    case FIELD_instant: *(int64_t *)at = SAMPLE_INSTANT + hash.bytes[0]; break;
    case FIELD_flag: *(bool *)at = true; break;
    case FIELD_texts: *(struct texts *)at = sample_texts(arena, name); break;
    case FIELD_values: *(struct values *)at = sample_values(arena, name); break;
    }
}

void sample_body(struct arena *arena, const struct shape *shape, void *body)
{
    for (const struct field *f = shape->fields(); f->name; f++)
        sample_field(arena, f, (char *)body + f->offset);
}

struct event sample_event(struct arena *arena, const struct shape *shape)
{
    enum event_type type  = (enum event_type)shape->tag;
    struct event    event = {
           .id           = sample_id(ID_event, shape->name),
           .type         = type,
           .schema       = EVENT_SCHEMA,
           .stream       = sample_id(sample_kind(event_stream_name(type)), "stream"),
           .occurred_at  = SAMPLE_INSTANT - 5 * INT64_C(1000000),
           .actor        = { ACTOR_VENDOR, sample_id(ID_vendor, "actor") },
           .on_behalf_of = sample_id(ID_account, "behalf"),
           .correlation  = SLICE("sample-correlator"),
           .causation    = sample_id(ID_event, "cause"),
           .traceparent  = SLICE("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    };

    sample_body(arena, shape, (char *)&event + shape->offset);
    return event;
}

struct event sample_logged(struct arena *arena, const struct shape *shape)
{
    struct event event = sample_event(arena, shape);

    event.position    = 42;
    event.version     = 7;
    event.previous    = crypto_sha256(SLICE("previous"));
    event.recorded_at = SAMPLE_INSTANT;
    if (!shape_has_personal(shape)) return event;
    event.seal = (struct seal){ .owner      = event_owner(&event),
                                .nonce      = "twelve bytes",
                                .ciphertext = crypto_sha256(SLICE("ciphertext")) };
    return event;
}

void assert_same_part(const struct shape *shape, const void *found, const void *wanted,
                      enum shape_part part)
{
    struct buffer a = { 0 }, b = { 0 };

    shape_encode(shape, found, part, &a);
    shape_encode(shape, wanted, part, &b);
    if (!slice_equal(buffer_slice(&a), buffer_slice(&b))) fail_msg("%s differs", shape->name);
    buffer_free(&a);
    buffer_free(&b);
}

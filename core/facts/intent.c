#include "core/facts/intent.h"

#define BODY_STATE(type, name, max, meaning) STATE_ROW(type, name, false, FROM_BODY, max, meaning)
#define GIVEN_STATE(type, name, meaning)     STATE_ROW(type, name, false, FROM_US, 0, meaning)

#define BODY(type, name, max, meaning)     FIELD_ROW(type, name, false, FROM_BODY, max, meaning)
#define MAY(type, name, max, meaning)      FIELD_ROW(type, name, false, FROM_BODY_MAY, max, meaning)
#define GIVEN(type, name, meaning)         FIELD_ROW(type, name, false, FROM_US, 0, meaning)
#define INTENT(name, stream, meaning, ...) FIELDS_FUNCTION(name, __VA_ARGS__)
#include "core/facts/intents.def"
#undef INTENT
#undef GIVEN_STATE
#undef BODY_STATE
#undef GIVEN
#undef MAY
#undef BODY

static const struct shape shapes[] = {
/* clang-format off */
#define INTENT(name, stream, meaning, ...)                                    \
    [INTENT_##name] = { #name, meaning, INTENT_##name,                        \
                        offsetof(struct intent, name), sizeof(struct name), name##_fields },
/* clang-format on */
#include "core/facts/intents.def"
#undef INTENT
};

static const enum id_kind streams[] = {
#define ID_ANY                    ID_NONE
#define INTENT(name, stream, ...) [INTENT_##name] = ID_##stream,
#include "core/facts/intents.def"
#undef INTENT
#undef ID_ANY
};

const struct shape *intent_shape(enum intent_type type)
{
    ensure(type > INTENT_NONE && type < COUNT(shapes));
    return &shapes[type];
}

enum id_kind intent_stream_kind(enum intent_type type)
{
    ensure(type > INTENT_NONE && type < COUNT(streams));
    return streams[type];
}

/* -- as kept by the timers: [name, stream] and the fields ------------------- */

struct kept_intent {
    struct slice name; /* numbers may be renumbered, names may not */
    struct id    stream;
};
static const struct field *kept_intent_fields(void)
{
    typedef struct kept_intent self;
    static const struct field  fields[] = {
         FIELD_ROW(text, name, false, FROM_US, 0, "the intent's name")
             FIELD_ROW(id, stream, false, FROM_US, 0, "the stream that decides it") FIELD_ROW_LAST
    };
    return fields;
}
static const struct shape kept_intent_shape = {
    "kept_intent", "", 0, 0, sizeof(struct kept_intent), kept_intent_fields
};

static void add_part(struct buffer *out, const struct shape *shape, const void *body)
{
    struct buffer part = { 0 };

    shape_encode(shape, body, SHAPE_ALL, &part);
    ensure(part.size <= UINT16_MAX); /* what the timers keep is small */
    buffer_add_byte(out, (char)(part.size >> 8));
    buffer_add_byte(out, (char)(part.size & 0xff));
    buffer_add(out, buffer_slice(&part));
    buffer_free(&part);
}

static bool take_part(struct slice *rest, struct slice *part)
{
    if (rest->size < 2) return false;
    size_t size = (size_t)(uint8_t)rest->data[0] << 8 | (uint8_t)rest->data[1];
    if (rest->size - 2 < size) return false;
    *part = (struct slice){ rest->data + 2, size };
    *rest = (struct slice){ rest->data + 2 + size, rest->size - 2 - size };
    return true;
}

void intent_encode(const struct intent *intent, struct buffer *out)
{
    const struct shape *shape = intent_shape(intent->type);

    add_part(out, &kept_intent_shape,
             &(struct kept_intent){ slice_text(shape->name), intent->stream });
    add_part(out, shape, (const char *)intent + shape->offset);
}

struct status intent_decode(struct slice bytes, struct arena *arena, struct intent *intent)
{
    struct kept_intent kept = { 0 };
    struct slice       head, body;

    *intent = (struct intent){ 0 };
    if (!take_part(&bytes, &head) || !take_part(&bytes, &body) || bytes.size)
        return failed(STATUS_CORRUPT, "a kept intent has the wrong length");
    TRY(shape_decode(&kept_intent_shape, head, SHAPE_ALL, arena, &kept));
    for (size_t type = INTENT_NONE + 1; type < COUNT(shapes); type++) {
        if (!slice_equal(slice_text(shapes[type].name), kept.name)) continue;
        intent->type   = (enum intent_type)type;
        intent->stream = kept.stream;
        if (streams[type] != ID_NONE && streams[type] != id_kind(kept.stream))
            return failed(STATUS_CORRUPT, "a kept intent is in a stream of another kind");
        return shape_decode(&shapes[type], body, SHAPE_ALL, arena,
                            intent_body(intent, &shapes[type]));
    }
    return failed(STATUS_CORRUPT, "a kept intent has an unknown name");
}

/* describe_example.c -- a value of each type, as the document shows it. */
#include <stdio.h>
#include <string.h>

#include "api/service/describe.h"
#include "core/facts/states.h"

#define ID_TAIL "01h455vb4pex5vsknk084sn02q"
#define INSTANT "2026-01-31T12:00:00.000Z"

static bool starts(struct slice *type, const char *start)
{
    if (!slice_starts(*type, slice_text(start))) return false;
    size_t size = strlen(start);
    *type       = (struct slice){ type->data + size, type->size - size };
    return true;
}

static void put_id(struct json *json, struct slice prefix)
{
    char text[ID_TEXT_MAX];

    snprintf(text, sizeof text, "%.*s_" ID_TAIL, (int)prefix.size, prefix.data);
    json_text(json, slice_text(text));
}

static void put_first_word(struct json *json, struct slice choices)
{
#define STATES(list, none, meaning, ...)        \
    if (slice_equal(choices, SLICE(#list))) {   \
        json_text(json, list##_words.texts[1]); \
        return;                                 \
    }
#include "core/facts/states.def"
#undef STATES
    size_t size = 0;
    while (size < choices.size && choices.data[size] != '|') size++;
    json_text(json, (struct slice){ choices.data, size });
}

static void put_shape(struct json *json, const struct wire_shape *shape)
{
    json_object(json);
    for (size_t i = 0; i < shape->count; i++) {
        json_name_slice(json, slice_text(shape->members[i].name));
        example_put(json, slice_text(shape->members[i].type));
    }
    json_object_end(json);
}

static void put_one_of(struct json *json, const char *name, struct slice type)
{
    json_object(json);
    json_name(json, name);
    example_put(json, type);
    json_object_end(json);
}

static void put_plain(struct json *json, struct slice type)
{
    if (starts(&type, "id:")) put_id(json, type);
    else if (slice_equal(type, SLICE("id"))) put_id(json, SLICE("net"));
    else if (starts(&type, "one:")) put_first_word(json, type);
    else if (starts(&type, "text=")) json_text(json, type);
    else if (starts(&type, "text")) json_text(json, SLICE("text"));
    else if (slice_equal(type, SLICE("instant"))) json_text(json, SLICE(INSTANT));
    else if (slice_equal(type, SLICE("position"))) json_text(json, SLICE("1/42"));
    else if (slice_equal(type, SLICE("whole"))) json_u64(json, 1);
    else if (slice_equal(type, SLICE("number"))) json_raw(json, SLICE("0.5"));
    else if (starts(&type, "row:")) json_raw(json, SLICE("{}"));
    else json_flag(json, true); /* a flag, and any */
}

void example_put(struct json *json, struct slice type)
{
    const struct wire_shape *shape = wire_shape(type);
    struct slice             inner = { type.data + 1, type.size - 2 };

    if (shape) {
        put_shape(json, shape);
    } else if (type.data[0] == '[') {
        json_array(json);
        example_put(json, inner);
        json_array_end(json);
    } else if (type.data[0] == '{') {
        put_one_of(json, "brightness", inner);
    } else if (starts(&type, "items:")) {
        json_object(json);
        json_name(json, "items");
        json_array(json);
        example_put(json, type);
        json_array_end(json);
        json_object_end(json);
    } else put_plain(json, type);
}

static void put_field(struct json *json, const struct field *field)
{
    char name[FIELD_NAME_MAX];

    field_wire_name(field, name);
    json_name_slice(json, slice_text(name));
    switch (field->type) {
    /* clang-format off */
    case FIELD_id:      put_id(json, SLICE("net")); break;
    case FIELD_state:   json_text(json, field->words->texts[1]); break;
    case FIELD_text:    json_text(json, SLICE("text")); break;
    case FIELD_u64:     json_u64(json, 1); break;
    case FIELD_instant: json_text(json, SLICE(INSTANT)); break;
    case FIELD_texts:   json_raw(json, SLICE("[\"text\"]")); break;
    case FIELD_values:  json_raw(json, SLICE("{\"on\":true}")); break;
    case FIELD_flag:
    case FIELD_json:    json_flag(json, true); break;
    case FIELD_bytes:   impossible("raw bytes do not come from a body");
        /* clang-format on */
    }
}

void example_put_body(struct json *json, enum intent_type intent, const char *body)
{
    const struct wire_shape *more = wire_shape(slice_text(body));

    if (*body && (!intent || strchr(body, '[') || !strcmp(body, "any"))) {
        example_put(json, slice_text(body));
        return;
    }
    json_object(json);
    for (const struct field *f = intent ? intent_shape(intent)->fields() : NULL; f && f->name; f++)
        if (f->source != FROM_US) put_field(json, f);
    for (size_t i = 0; more && i < more->count; i++) {
        json_name_slice(json, slice_text(more->members[i].name));
        example_put(json, slice_text(more->members[i].type));
    }
    json_object_end(json);
}

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

static struct slice first_of(struct slice choices)
{
    size_t size = 0;

    while (size < choices.size && choices.data[size] != '|') size++;
    return (struct slice){ choices.data, size };
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
    json_text(json, first_of(choices));
}

/* One line of them. */
static void put_lines(struct json *json, struct slice type)
{
    struct buffer line   = { 0 };
    struct json   inside = json_to(&line);

    example_put(&inside, type);
    buffer_add_byte(&line, '\n');
    json_text(json, buffer_slice(&line));
    buffer_free(&line);
}

static void put_members(struct json *json, const struct wire_shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->members[i].need == NEED_or) continue;
        json_name_slice(json, slice_text(shape->members[i].name));
        example_put(json, slice_text(shape->members[i].type));
    }
}

static void put_one_of(struct json *json, const char *name, struct slice type)
{
    json_object(json);
    json_name(json, name);
    example_put(json, type);
    json_object_end(json);
}

static void put_report(struct json *json);

static void put_plain(struct json *json, struct slice type)
{
    if (starts(&type, "id:")) put_id(json, type);
    else if (slice_equal(type, SLICE("id"))) put_id(json, SLICE("net"));
    else if (starts(&type, "one:")) put_first_word(json, type);
    else if (starts(&type, "either:")) example_put(json, first_of(type));
    else if (starts(&type, "lines:")) put_lines(json, type);
    else if (starts(&type, "text=")) json_text(json, type);
    else if (starts(&type, "text")) json_text(json, SLICE("text"));
    else if (slice_equal(type, SLICE("instant")) || slice_equal(type, SLICE("moment")))
        json_text(json, SLICE(INSTANT));
    else if (slice_equal(type, SLICE("position"))) json_text(json, SLICE("1/42"));
    else if (slice_equal(type, SLICE("whole"))) json_u64(json, 1);
    else if (slice_equal(type, SLICE("number"))) json_raw(json, SLICE("0.5"));
    else if (starts(&type, "row:")) json_raw(json, SLICE("{}"));
    else if (slice_equal(type, SLICE("report"))) put_report(json);
    else json_flag(json, true); /* a flag, and any */
}

void example_put(struct json *json, struct slice type)
{
    const struct wire_shape *shape = wire_shape(type);
    struct slice             inner = { type.data + 1, type.size - 2 };

    if (shape) {
        json_object(json);
        put_members(json, shape);
        json_object_end(json);
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
    if (field->words) json_text(json, field->words->texts[1]);
    else example_put(json, slice_text(wire_field_type(field)));
}

/* Of an intent's fields that a body has, and what `more` adds. */
static void put_said(struct json *json, enum intent_type intent, const struct wire_shape *more)
{
    json_object(json);
    for (const struct field *f = intent ? intent_shape(intent)->fields() : NULL; f && f->name; f++)
        if (f->source != FROM_US) put_field(json, f);
    if (more) put_members(json, more);
    json_object_end(json);
}

/* Of the first that a vendor may report, as the example of a type is, too. */
static void put_report(struct json *json)
{
    size_t count;

    json_raw(json, slice_text(wire_reports(&count)[0].example));
}

void example_put_body(struct json *json, enum intent_type intent, struct slice type)
{
    if (type.size && (!intent || !wire_shape(type))) example_put(json, type);
    else put_said(json, intent, wire_shape(type));
}

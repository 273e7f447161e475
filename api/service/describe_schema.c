/* describe_schema.c -- from a type of the tables to its schema, and to an example of it. */
#include <stdio.h>
#include <string.h>

#include "api/service/describe.h"
#include "core/facts/states.h"

#define ID_LETTERS   "_[0-7][0-9a-hjkmnp-tv-z]{25}$"
#define ID_EXAMPLE   "01h455vb4pex5vsknk084sn02q"
#define POSITION     "^[0-9]+/[0-9]+$"
#define INSTANT      "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$"
#define INSTANT_SAID "2026-01-31T12:00:00.000Z"

static const struct {
    const char         *name;
    const struct words *words;
} lists[] = {
#define STATES(list, none, meaning, ...) { #list, &list##_words },
#include "core/facts/states.def"
#undef STATES
};

/* -- taking a type apart ----------------------------------------------------------------- */

static bool starts(struct slice *type, const char *start)
{
    if (!slice_starts(*type, slice_text(start))) return false;
    size_t size = strlen(start);
    *type       = (struct slice){ type->data + size, type->size - size };
    return true;
}

/* What is between the first byte and the last. */
static struct slice inner(struct slice type)
{
    return (struct slice){ type.data + 1, type.size - 2 };
}

static const struct words *words_named(struct slice name)
{
    for (size_t i = 0; i < COUNT(lists); i++)
        if (slice_equal(slice_text(lists[i].name), name)) return lists[i].words;
    return NULL;
}

/* The first of "a|b", taken off the front. */
static struct slice choice_next(struct slice *choices)
{
    struct slice choice = { choices->data, 0 };

    while (choice.size < choices->size && choices->data[choice.size] != '|') choice.size++;
    size_t taken = choice.size + (choice.size < choices->size);
    *choices     = (struct slice){ choices->data + taken, choices->size - taken };
    return choice;
}

/* -- schemas ----------------------------------------------------------------------------- */

static void put_type(struct json *json, const char *type)
{
    json_put_text(json, "type", slice_text(type));
}

static void put_pattern(struct json *json, const char *pattern)
{
    put_type(json, "string");
    json_put_text(json, "pattern", slice_text(pattern));
}

void schema_put_words(struct json *json, const struct words *words)
{
    put_type(json, "string");
    json_name(json, "enum");
    json_array(json);
    for (size_t i = 1; i < words->count; i++) json_text(json, words->texts[i]);
    json_array_end(json);
}

static void put_choices(struct json *json, struct slice choices)
{
    const struct words *words = words_named(choices);

    if (words) {
        schema_put_words(json, words);
        return;
    }
    put_type(json, "string");
    json_name(json, "enum");
    json_array(json);
    while (choices.size) json_text(json, choice_next(&choices));
    json_array_end(json);
}

/* `prefix` as in core/base/ids.def; nothing: any kind will do. */
static void put_id(struct json *json, struct slice prefix)
{
    char pattern[64];

    snprintf(pattern, sizeof pattern, "^%.*s" ID_LETTERS, prefix.size ? (int)prefix.size : 6,
             prefix.size ? prefix.data : "[a-z]+");
    put_pattern(json, pattern);
}

/* As RFC 3339 has it: any offset, and a fraction of a second or none. */
static void put_moment(struct json *json)
{
    put_type(json, "string");
    json_put_text(json, "format", SLICE("date-time"));
}

static void put_whole(struct json *json)
{
    put_type(json, "integer");
    json_put_u64(json, "minimum", 0);
}

static void put_item_schema(struct json *json, const char *name, struct slice type)
{
    json_name(json, name);
    schema_put(json, type, NULL);
}

static void put_page(struct json *json, struct slice type)
{
    put_type(json, "object");
    json_put_flag(json, "additionalProperties", false);
    json_put_raw(json, "required", SLICE("[\"items\"]"));
    json_name(json, "properties");
    json_object(json);
    json_name(json, "items");
    json_object(json);
    put_type(json, "array");
    put_item_schema(json, "items", type);
    json_object_end(json);
    json_object_end(json);
}

/* Of "a|b", one of these types. */
static void put_either(struct json *json, struct slice types)
{
    json_name(json, "anyOf");
    json_array(json);
    while (types.size) schema_put(json, choice_next(&types), NULL);
    json_array_end(json);
}

/* Nothing in a string of lines can be said but what one is. */
static void put_lines(struct json *json, struct slice type)
{
    char meaning[64];

    snprintf(meaning, sizeof meaning, "Lines, each of which is a %.*s.", (int)type.size, type.data);
    json_put_text(json, "description", slice_text(meaning));
    put_type(json, "string");
}

/* The words of a type that is neither a list nor a shape. */
static void put_plain(struct json *json, struct slice type)
{
    if (starts(&type, "id:")) put_id(json, type);
    else if (slice_equal(type, SLICE("id"))) put_id(json, SLICE(""));
    else if (starts(&type, "one:")) put_choices(json, type);
    else if (starts(&type, "either:")) put_either(json, type);
    else if (starts(&type, "lines:")) put_lines(json, type);
    else if (starts(&type, "row:")) schema_put_row(json, type);
    else if (starts(&type, "items:")) put_page(json, type);
    else if (starts(&type, "text")) put_type(json, "string");
    else if (slice_equal(type, SLICE("instant"))) put_pattern(json, INSTANT);
    else if (slice_equal(type, SLICE("moment"))) put_moment(json);
    else if (slice_equal(type, SLICE("position"))) put_pattern(json, POSITION);
    else if (slice_equal(type, SLICE("whole"))) put_whole(json);
    else if (slice_equal(type, SLICE("number"))) put_type(json, "number");
    else if (slice_equal(type, SLICE("flag"))) put_type(json, "boolean");
    else if (slice_equal(type, SLICE("report"))) schema_put_in(json, SLICE("{any}"));
    else ensure(slice_equal(type, SLICE("any")));
}

void schema_put_in(struct json *json, struct slice type)
{
    if (type.data[0] == '[') {
        put_type(json, "array");
        put_item_schema(json, "items", inner(type));
    } else if (type.data[0] == '{') {
        put_type(json, "object");
        put_item_schema(json, "additionalProperties", inner(type));
    } else put_plain(json, type);
}

static bool is_shape(struct slice type) { return type.data[0] >= 'A' && type.data[0] <= 'Z'; }

void schema_put(struct json *json, struct slice type, const char *meaning)
{
    char path[96];

    ensure(type.size > 0);
    json_object(json);
    if (is_shape(type)) {
        ensure(wire_shape(type) || slice_equal(type, SLICE("Value")));
        snprintf(path, sizeof path, "#/components/schemas/%.*s", (int)type.size, type.data);
        json_put_text(json, "$ref", slice_text(path)); /* nothing may stand beside it */
    } else {
        if (meaning) json_put_text(json, "description", slice_text(meaning));
        schema_put_in(json, type);
    }
    json_object_end(json);
}

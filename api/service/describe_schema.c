/* describe_schema.c -- from a type of the tables to its schema, and to an example of it. */
#include <stdio.h>
#include <string.h>

#include "api/service/describe.h"
#include "core/facts/states.h"
#include "core/store/record.h"
#include "projections/projection.h"

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

/* What an auditor is shown of each. */
static const struct {
    const char *name;
    enum family family;
    char        letter;
} views[] = {
    { "account", FAMILY_accounts, 'a' }, { "network", FAMILY_networks, 'n' },
    { "gateway", FAMILY_accounts, 'g' }, { "device", FAMILY_devices, 'd' },
    { "consent", FAMILY_consents, 'c' }, { "command", FAMILY_commands, 'm' },
    { "vendor", FAMILY_vendors, 'v' },
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

static const struct shape *view_named(struct slice name)
{
    for (size_t i = 0; i < COUNT(views); i++)
        if (slice_equal(slice_text(views[i].name), name))
            return &view_type(views[i].family, views[i].letter)->shape;
    impossible("a row of a view that no auditor sees");
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

static void put_words(struct json *json, const struct words *words)
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
        put_words(json, words);
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

/* Opens an object that knows its members; they follow. */
static void put_closed(struct json *json)
{
    put_type(json, "object");
    json_put_flag(json, "additionalProperties", false);
}

static void put_page(struct json *json, struct slice type)
{
    put_closed(json);
    json_name(json, "required");
    json_raw(json, SLICE("[\"items\"]"));
    json_name(json, "properties");
    json_object(json);
    json_name(json, "items");
    json_object(json);
    put_type(json, "array");
    put_item_schema(json, "items", type);
    json_object_end(json);
    json_object_end(json);
}

/* A stored field as it is shown. */
static void put_field(struct json *json, const struct field *field)
{
    switch (field->type) {
    /* clang-format off */
    case FIELD_id:      put_id(json, SLICE("")); break;
    case FIELD_instant: put_pattern(json, INSTANT); break;
    case FIELD_state:   put_words(json, field->words); break;
    case FIELD_flag:    put_type(json, "boolean"); break;
    case FIELD_json:    break; /* any */
    case FIELD_bytes:   put_type(json, "string"); break;
    case FIELD_u64:     put_whole(json); break;
        /* clang-format on */
    case FIELD_text:
        put_type(json, "string");
        if (field->source == FROM_BODY) json_put_u64(json, "minLength", 1);
        if (field->size_max) json_put_u64(json, "maxLength", field_max(field));
        break;
    case FIELD_texts:
        put_type(json, "array");
        put_item_schema(json, "items", SLICE("text"));
        if (field->size_max) json_put_u64(json, "maxItems", field->size_max);
        break;
    case FIELD_values:
        put_type(json, "object");
        json_put_flag(json, "additionalProperties", true);
        if (field->size_max) json_put_u64(json, "maxProperties", field->size_max);
        break;
    }
}

static void put_named_field(struct json *json, const struct field *field, bool is_row)
{
    char name[FIELD_NAME_MAX];
    bool position = is_row && field->type == FIELD_u64 &&
                    (!strcmp(field->name, "changed") || !strcmp(field->name, "position"));

    field_wire_name(field, name);
    json_name_slice(json, slice_text(name));
    json_object(json);
    json_put_text(json, "description", slice_text(field->meaning));
    if (position) put_pattern(json, POSITION);
    else put_field(json, field);
    if (field->source == FROM_BODY_MAY && field->type != FIELD_json)
        json_put_flag(json, "nullable", true);
    json_object_end(json);
}

static void put_row(struct json *json, struct slice view)
{
    const struct shape *shape = view_named(view);
    char                id[FIELD_NAME_MAX];

    put_closed(json);
    json_name(json, "properties");
    json_object(json);
    /* A gateway's own id is another thing than the operator's name for it. */
    snprintf(id, sizeof id, "%.*s%s", (int)view.size, view.data,
             slice_equal(view, SLICE("gateway")) ? "" : "Id");
    put_item_schema(json, id, SLICE("id"));
    for (const struct field *f = shape->fields(); f->name; f++)
        if (!f->internal) put_named_field(json, f, true);
    json_object_end(json);
}

/* The words of a type that is neither a list nor a shape. */
static void put_plain(struct json *json, struct slice type)
{
    if (starts(&type, "id:")) put_id(json, type);
    else if (slice_equal(type, SLICE("id"))) put_id(json, SLICE(""));
    else if (starts(&type, "one:")) put_choices(json, type);
    else if (starts(&type, "row:")) put_row(json, type);
    else if (starts(&type, "items:")) put_page(json, type);
    else if (starts(&type, "text")) put_type(json, "string");
    else if (slice_equal(type, SLICE("instant"))) put_pattern(json, INSTANT);
    else if (slice_equal(type, SLICE("position"))) put_pattern(json, POSITION);
    else if (slice_equal(type, SLICE("whole"))) put_whole(json);
    else if (slice_equal(type, SLICE("number"))) put_type(json, "number");
    else if (slice_equal(type, SLICE("flag"))) put_type(json, "boolean");
    else ensure(slice_equal(type, SLICE("any")));
}

static void put_in_schema(struct json *json, struct slice type)
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
        ensure(wire_shape(type) != NULL);
        snprintf(path, sizeof path, "#/components/schemas/%.*s", (int)type.size, type.data);
        json_put_text(json, "$ref", slice_text(path)); /* nothing may stand beside it */
    } else {
        if (meaning) json_put_text(json, "description", slice_text(meaning));
        put_in_schema(json, type);
    }
    json_object_end(json);
}

/* Of a body: null says that what may be left out is left out, or cleared. */
static void put_member(struct json *json, const struct member *member, bool of_body)
{
    struct slice type     = slice_text(member->type);
    bool         nullable = member->need == NEED_nil || (of_body && member->need == NEED_may);

    json_name_slice(json, slice_text(member->name));
    if (!nullable) {
        schema_put(json, type, member->meaning);
    } else if (is_shape(type)) {
        schema_put_shape(json, wire_shape(type), true);
    } else {
        json_object(json);
        json_put_text(json, "description", slice_text(member->meaning));
        put_in_schema(json, type);
        if (!slice_equal(type, SLICE("any"))) json_put_flag(json, "nullable", true);
        json_object_end(json);
    }
}

static void put_members(struct json *json, const struct wire_shape *shape, bool of_body)
{
    for (size_t i = 0; i < shape->count; i++) put_member(json, &shape->members[i], of_body);
}

/* A schema without a required member may not have the list at all. */
static void put_required(struct json *json, const struct shape *fields,
                         const struct wire_shape *shape)
{
    bool begun = false;
    char name[FIELD_NAME_MAX];

    for (const struct field *f = fields ? fields->fields() : NULL; f && f->name; f++) {
        if (f->source != FROM_BODY) continue;
        if (!begun) json_name(json, "required"), json_array(json);
        begun = true;
        field_wire_name(f, name);
        json_text(json, slice_text(name));
    }
    for (size_t i = 0; shape && i < shape->count; i++) {
        if (shape->members[i].need == NEED_may) continue;
        if (!begun) json_name(json, "required"), json_array(json);
        begun = true;
        json_text(json, slice_text(shape->members[i].name));
    }
    if (begun) json_array_end(json);
}

void schema_put_shape(struct json *json, const struct wire_shape *shape, bool nullable)
{
    json_object(json);
    json_put_text(json, "description", slice_text(shape->meaning));
    put_closed(json);
    if (nullable) json_put_flag(json, "nullable", true);
    put_required(json, NULL, shape);
    json_name(json, "properties");
    json_object(json);
    put_members(json, shape, false);
    json_object_end(json);
    json_object_end(json);
}

/* Does the body hold none of the intent's fields, and `body` say all that is in it? */
static bool is_by_itself(enum intent_type intent, const char *body)
{
    const struct field *field = intent ? intent_shape(intent)->fields() : NULL;

    while (field && field->name && field->source == FROM_US) field++;
    return *body && (!field || !field->name || strchr(body, '[') || !strcmp(body, "any"));
}

void schema_put_body(struct json *json, enum intent_type intent, const char *body)
{
    const struct shape      *fields = intent ? intent_shape(intent) : NULL;
    const struct wire_shape *more   = intent ? wire_shape(slice_text(body)) : NULL;

    if (is_by_itself(intent, body)) {
        schema_put(json, slice_text(body), NULL);
        return;
    }
    json_object(json);
    put_closed(json);
    put_required(json, fields, more);
    json_name(json, "properties");
    json_object(json);
    for (const struct field *f = fields ? fields->fields() : NULL; f && f->name; f++)
        if (f->source != FROM_US) put_named_field(json, f, false);
    if (more) put_members(json, more, true);
    json_object_end(json);
    json_object_end(json);
}

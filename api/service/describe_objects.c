/* describe_objects.c -- the schemas of objects: shapes, rows of views, bodies and reports. */
#include <stdio.h>
#include <string.h>

#include "api/service/describe.h"
#include "core/store/record.h"
#include "projections/projection.h"

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

static const struct shape *view_named(struct slice name)
{
    for (size_t i = 0; i < COUNT(views); i++)
        if (slice_equal(slice_text(views[i].name), name))
            return &view_type(views[i].family, views[i].letter)->shape;
    impossible("a row of a view that no auditor sees");
}

/* Opens an object that knows its members; they follow. */
static void put_closed(struct json *json)
{
    json_put_text(json, "type", SLICE("object"));
    json_put_flag(json, "additionalProperties", false);
}

/* -- the fields of rows and intents ------------------------------------------------------- */

const char *wire_field_type(const struct field *field)
{
    switch (field->type) {
    /* clang-format off */
    case FIELD_id:      return "id";
    case FIELD_text:
    case FIELD_bytes:
    case FIELD_state:   return "text";
    case FIELD_json:    return "any";
    case FIELD_u64:     return "whole";
    case FIELD_instant: return field->source == FROM_US ? "instant" : "moment";
    case FIELD_flag:    return "flag";
    case FIELD_texts:   return "[text]";
    case FIELD_values:  return "{any}";
        /* clang-format on */
    }
    impossible("a field of no type");
}

static void put_limit(struct json *json, const struct field *field)
{
    switch (field->type) {
    /* clang-format off */
    case FIELD_text:   json_put_u64(json, "maxLength", field_max(field)); break;
    case FIELD_texts:  json_put_u64(json, "maxItems", field->size_max); break;
    case FIELD_values: json_put_u64(json, "maxProperties", field->size_max); break;
    default:           break; /* of JSON and of states: bytes */
        /* clang-format on */
    }
}

static void put_field(struct json *json, const struct field *field)
{
    bool said = field->type == FIELD_text && field->source == FROM_BODY;

    if (field->words) schema_put_words(json, field->words);
    else schema_put_in(json, slice_text(wire_field_type(field)));
    if (said) json_put_u64(json, "minLength", 1);
    if (field->size_max) put_limit(json, field);
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
    if (position) schema_put_in(json, SLICE("position"));
    else put_field(json, field);
    if (field->source == FROM_BODY_MAY && field->type != FIELD_json)
        json_put_flag(json, "nullable", true);
    json_object_end(json);
}

void schema_put_row(struct json *json, struct slice view)
{
    const struct shape *shape = view_named(view);
    char                id[FIELD_NAME_MAX];

    put_closed(json);
    json_name(json, "properties");
    json_object(json);
    /* A gateway's own id is another thing than the operator's name for it. */
    snprintf(id, sizeof id, "%.*s%s", (int)view.size, view.data,
             slice_equal(view, SLICE("gateway")) ? "" : "Id");
    json_name(json, id);
    schema_put(json, SLICE("id"), NULL);
    for (const struct field *f = shape->fields(); f->name; f++)
        if (!f->internal) put_named_field(json, f, true);
    json_object_end(json);
}

/* -- members --------------------------------------------------------------------------- */

/* Of a body: null says that what may be left out is left out, or cleared. */
static void put_member(struct json *json, const struct member *member, bool of_body)
{
    struct slice             type  = slice_text(member->type);
    const struct wire_shape *shape = wire_shape(type);
    bool nullable = member->need == NEED_nil || (of_body && member->need != NEED_must);

    json_name_slice(json, slice_text(member->name));
    if (!nullable) {
        schema_put(json, type, member->meaning);
    } else if (shape) {
        schema_put_shape(json, shape, true);
    } else {
        json_object(json);
        json_put_text(json, "description", slice_text(member->meaning));
        schema_put_in(json, type);
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
        enum need need = shape->members[i].need;
        if (need == NEED_may || need == NEED_or) continue;
        if (!begun) json_name(json, "required"), json_array(json);
        begun = true;
        json_text(json, slice_text(shape->members[i].name));
    }
    if (begun) json_array_end(json);
}

/* What comes in a body: an intent's fields, and what `more` adds; either may be NULL. */
static void put_said(struct json *json, const struct shape *fields, const struct wire_shape *more)
{
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

/* -- shapes ------------------------------------------------------------------------------ */

/* What may be in an event by the end of its type; what it begins with is a setting. */
static void put_report(struct json *json, const struct wire_report *report)
{
    const struct shape *shape = intent_shape(report->intent);
    char                ending[64];

    snprintf(ending, sizeof ending, "[.]v1[.]%s$", report->type);
    json_object(json);
    json_put_text(json, "title", slice_text(report->type));
    json_put_text(json, "description", slice_text(shape->meaning));
    json_name(json, "properties");
    json_object(json);
    json_name(json, "type");
    json_object(json);
    json_put_text(json, "type", SLICE("string"));
    json_put_text(json, "pattern", slice_text(ending));
    json_object_end(json);
    json_name(json, "data");
    put_said(json, shape, &report->more);
    json_object_end(json);
    json_object_end(json);
}

static void put_reports(struct json *json)
{
    size_t                    count;
    const struct wire_report *reports = wire_reports(&count);

    json_name(json, "anyOf");
    json_array(json);
    for (size_t i = 0; i < count; i++) put_report(json, &reports[i]);
    json_array_end(json);
}

void schema_put_shape(struct json *json, const struct wire_shape *shape, bool nullable)
{
    json_object(json);
    json_put_text(json, "description", slice_text(shape->meaning));
    json_put_text(json, "type", SLICE("object"));
    json_name(json, "additionalProperties");
    if (shape->others) schema_put(json, slice_text(shape->others), NULL);
    else json_flag(json, false);
    if (nullable) json_put_flag(json, "nullable", true);
    put_required(json, NULL, shape);
    json_name(json, "properties");
    json_object(json);
    put_members(json, shape, shape->kind == WIRE_said || shape->kind == WIRE_event);
    json_object_end(json);
    if (shape->kind == WIRE_event) put_reports(json);
    json_object_end(json);
}

/* Does the body hold none of the intent's fields, and `type` say all that is in it? */
static bool is_by_itself(enum intent_type intent, struct slice type)
{
    const struct field *field = intent ? intent_shape(intent)->fields() : NULL;

    while (field && field->name && field->source == FROM_US) field++;
    if (!type.size) return false;
    return !field || !field->name || !wire_shape(type);
}

void schema_put_body(struct json *json, enum intent_type intent, struct slice type)
{
    if (is_by_itself(intent, type)) schema_put(json, type, NULL);
    else put_said(json, intent ? intent_shape(intent) : NULL, wire_shape(type));
}

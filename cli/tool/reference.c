#include "cli/tool/reference.h"

#include <string.h>

#include "core/base/json.h"
#include "core/facts/event.h"
#include "core/facts/intent.h"
#include "core/facts/refusal.h"

enum {
    NAME_MAX_SIZE = 80,
    INTENTS       = 0
#define INTENT(name, ...) +1
#include "core/facts/intents.def"
#undef INTENT
};

/* A type of event or an intent, to be written in any form. */
struct reference_entry {
    char                name[NAME_MAX_SIZE];
    const char         *stream;
    const struct shape *shape;
    bool                intent;
};

/* clang-format off */
static const char *const type_names[] = {
    [FIELD_id] = "id",       [FIELD_text] = "text",       [FIELD_bytes] = "bytes",
    [FIELD_json] = "json",   [FIELD_u64] = "number",      [FIELD_instant] = "instant",
    [FIELD_flag] = "flag",   [FIELD_texts] = "texts",     [FIELD_values] = "values",
    [FIELD_state] = "text",
};
/* clang-format on */

/* Personal or not; of an intent: whence it comes. */
static const char *entry_side(const struct reference_entry *entry, const struct field *field)
{
    static const char *const sources[] = {
        [FROM_US]       = "given",
        [FROM_BODY]     = "body",
        [FROM_BODY_MAY] = "optional",
    };

    if (entry->intent) return sources[field->source];
    if (field->passing) return "passing";
    return field->personal ? "personal" : "public";
}

/* -- the forms --------------------------------------------------------------------------- */

static const char *reference_paint(enum reference_form form, const char *colour)
{
    return form == REFERENCE_COLOUR ? colour : "";
}
#define BOLD  "\033[1m"
#define DIM   "\033[2m"
#define PLAIN "\033[0m"

static const char *entry_mark(const struct reference_entry *entry, const struct field *field)
{
    static const char *const marks[] = {
        [FROM_US]       = "-",
        [FROM_BODY]     = "!",
        [FROM_BODY_MAY] = " ",
    };

    if (entry->intent) return marks[field->source];
    if (field->passing) return "~";
    return field->personal ? "*" : " ";
}

static void entry_write_text(const struct reference_entry *entry, enum reference_form form,
                             struct buffer *out)
{
    char wire[FIELD_NAME_MAX];

    buffer_print(out, "%s%s%s  %s%s%s\n    %s\n", reference_paint(form, BOLD), entry->name,
                 reference_paint(form, PLAIN), reference_paint(form, DIM), entry->stream,
                 reference_paint(form, PLAIN), entry->shape->meaning);
    for (const struct field *field = entry->shape->fields(); field->name; field++) {
        field_wire_name(field, wire);
        buffer_print(out, "  %s %-22s %s%-8s%s %s\n", entry_mark(entry, field), wire,
                     reference_paint(form, DIM), type_names[field->type],
                     reference_paint(form, PLAIN), field->meaning);
    }
    buffer_add_byte(out, '\n');
}

static void entry_write_lines(const struct reference_entry *entry, struct buffer *out)
{
    char wire[FIELD_NAME_MAX];

    buffer_print(out, "%s\t%s\t-\t-\t-\t%s\n", entry->name, entry->stream, entry->shape->meaning);
    for (const struct field *field = entry->shape->fields(); field->name; field++) {
        field_wire_name(field, wire);
        buffer_print(out, "%s\t%s\t%s\t%s\t%s\t%s\n", entry->name, entry->stream, wire,
                     type_names[field->type], entry_side(entry, field), field->meaning);
    }
}

static void entry_put_field(struct json *json, const struct reference_entry *entry,
                            const struct field *field)
{
    char wire[FIELD_NAME_MAX];

    field_wire_name(field, wire);
    json_object(json);
    json_put_text(json, "name", slice_text(wire));
    json_put_text(json, "type", slice_text(type_names[field->type]));
    if (entry->intent) json_put_text(json, "from", slice_text(entry_side(entry, field)));
    else {
        json_put_flag(json, "personal", field->personal);
        json_put_flag(json, "passing", field->passing);
    }
    if (field->size_max) json_put_u64(json, "max", field_max(field));
    json_put_text(json, "meaning", slice_text(field->meaning));
    json_object_end(json);
}

static void entry_put(struct json *json, const struct reference_entry *entry)
{
    json_object(json);
    json_put_text(json, "name", slice_text(entry->name));
    json_put_text(json, "stream", slice_text(entry->stream));
    json_put_text(json, "meaning", slice_text(entry->shape->meaning));
    json_name(json, "fields");
    json_array(json);
    for (const struct field *field = entry->shape->fields(); field->name; field++)
        entry_put_field(json, entry, field);
    json_array_end(json);
    json_object_end(json);
}

static void entry_write(const struct reference_entry *entry, enum reference_form form,
                        struct json *json)
{
    if (form == REFERENCE_JSON) entry_put(json, entry);
    else if (form == REFERENCE_LINES) entry_write_lines(entry, json->out);
    else entry_write_text(entry, form, json->out);
}

static struct json reference_begin(enum reference_form form, struct buffer *out)
{
    struct json json = json_to(out);

    if (form == REFERENCE_JSON) json_array(&json);
    return json;
}

static void reference_end(enum reference_form form, struct json *json)
{
    if (form != REFERENCE_JSON) return;
    json_array_end(json);
    buffer_add_byte(json->out, '\n');
}

/* -- the tables ------------------------------------------------------------------------------ */

static struct reference_entry event_entry(const struct shape *shape)
{
    struct reference_entry entry = { .shape = shape };
    size_t                 size  = 0;

    entry.stream = event_stream_name((enum event_type)shape->tag);
    for (const char *c = shape->name; *c && size + 1 < sizeof entry.name; c++)
        entry.name[size++] = *c == '_' ? '-' : *c;
    return entry;
}

void reference_events(const char *part, enum reference_form form, struct buffer *out)
{
    struct json         json = reference_begin(form, out);
    const struct shape *shape;

    for (size_t i = 0; (shape = event_shape_at(i)) != NULL; i++) {
        struct reference_entry entry = event_entry(shape);
        if (strstr(entry.name, part)) entry_write(&entry, form, &json);
    }
    reference_end(form, &json);
}

void reference_intents(const char *part, enum reference_form form, struct buffer *out)
{
    struct json json = reference_begin(form, out);

    for (size_t type = INTENT_NONE + 1; type <= INTENTS; type++) {
        struct reference_entry entry = { .shape  = intent_shape((enum intent_type)type),
                                         .intent = true };
        enum id_kind           kind  = intent_stream_kind((enum intent_type)type);
        entry.stream                 = kind == ID_NONE ? "any" : id_kind_name(kind);
        for (size_t i = 0; entry.shape->name[i] && i + 1 < sizeof entry.name; i++)
            entry.name[i] = entry.shape->name[i];
        if (strstr(entry.name, part)) entry_write(&entry, form, &json);
    }
    reference_end(form, &json);
}

static void entry_write_refusal(const char *code, const struct refusal_shape *shape,
                                enum reference_form form, struct json *json)
{
    if (form == REFERENCE_JSON) {
        json_object(json);
        json_put_text(json, "code", slice_text(code));
        json_put_u64(json, "status", shape->http);
        json_put_text(json, "title", slice_text(shape->title));
        json_put_text(json, "sentence", slice_text(shape->sentence));
        json_object_end(json);
    } else if (form == REFERENCE_LINES)
        buffer_print(json->out, "%s\t%u\t%s\t%s\n", code, shape->http, shape->title,
                     shape->sentence);
    else
        buffer_print(json->out, "%s%s%s  %s%u %s%s\n    %s\n", reference_paint(form, BOLD), code,
                     reference_paint(form, PLAIN), reference_paint(form, DIM), shape->http,
                     shape->title, reference_paint(form, PLAIN), shape->sentence);
}

void reference_refusals(const char *part, enum reference_form form, struct buffer *out)
{
    struct json json = reference_begin(form, out);

    for (size_t refusal = ACCEPTED + 1; refusal < REFUSAL_COUNT; refusal++) {
        const struct refusal_shape *shape               = refusal_shape((enum refusal)refusal);
        char                        code[NAME_MAX_SIZE] = "";
        for (size_t i = 0; shape->name[i] && i + 1 < sizeof code; i++)
            code[i] = (char)(shape->name[i] >= 'a' && shape->name[i] <= 'z' ? shape->name[i] - 32
                                                                            : shape->name[i]);
        if (strcasestr(code, part)) entry_write_refusal(code, shape, form, &json);
    }
    reference_end(form, &json);
}

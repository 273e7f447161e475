#include "replay/row.h"

#include <string.h>

#include "core/rules/registry.h"
#include "projections/projection.h"
#include "replay/moment.h"

const struct record_type *row_type_of(enum family family, char letter)
{
    return family == FAMILY_registry ? registry_type(letter) : view_type(family, letter);
}

const void *row_decode(const struct record_type *type, struct slice bytes, struct arena *arena)
{
    void *row = arena_take(arena, type->shape.size);

    return shape_decode(&type->shape, bytes, SHAPE_ALL, arena, row).code == STATUS_OK ? row
                                                                                      : NULL;
}

/* Rows keep bare numbers of the one partition. */
static bool is_position(const struct field *field)
{
    return field->type == FIELD_u64 &&
           (strcmp(field->name, "changed") == 0 || strcmp(field->name, "position") == 0);
}

static void put_value(const struct field *field, const void *row, struct json *json)
{
    char text[POSITION_TEXT_MAX];

    if (is_position(field)) {
        position_text(*(const uint64_t *)(const void *)((const char *)row + field->offset), text);
        json_text(json, slice_text(text));
    } else field_json(field, row, json);
}

static void put_name(const struct field *field, struct json *json)
{
    char name[FIELD_NAME_MAX];

    field_wire_name(field, name);
    json_name(json, name);
}

void row_json(const struct record_type *type, const void *row, bool personal, struct json *json)
{
    for (const struct field *f = type->shape.fields(); f->name; f++) {
        if (f->internal || (f->personal && !personal) || !field_is_there(f, row)) continue;
        put_name(f, json);
        put_value(f, row, json);
    }
}

/* -- what differs ---------------------------------------------------------------------- */

static bool there(const struct field *field, const void *row)
{
    return row && field_is_there(field, row);
}

/* Alike values are alike as JSON, and the other way round. */
static bool alike(const struct field *field, const void *from, const void *to)
{
    struct buffer a = { 0 }, b = { 0 };
    struct json   first = json_to(&a), second = json_to(&b);

    if (there(field, from) != there(field, to)) return false;
    if (!there(field, from)) return true;
    field_json(field, from, &first);
    field_json(field, to, &second);
    bool same = slice_equal(buffer_slice(&a), buffer_slice(&b));
    buffer_free(&a);
    buffer_free(&b);
    return same;
}

static void put_side(const char *name, const struct field *field, const void *row,
                     struct json *json)
{
    if (!there(field, row)) return;
    json_name(json, name);
    put_value(field, row, json);
}

size_t row_changes(const struct record_type *type, const void *from, const void *to,
                   enum row_telling telling, bool personal, struct json *json)
{
    bool   registry = type->family == FAMILY_registry; /* its rows are nobody's to see */
    size_t count    = 0;

    json_name(json, "fields");
    json_array(json);
    for (const struct field *f = type->shape.fields(); f->name; f++) {
        bool hidden = registry || f->internal || (f->personal && !personal);
        char name[FIELD_NAME_MAX];

        if (telling == ROW_CHANGES && (hidden || is_position(f))) continue;
        if (alike(f, from, to)) continue;
        field_wire_name(f, name);
        json_object(json);
        json_put_text(json, "name", slice_text(name));
        if (hidden) json_put_flag(json, "hidden", true);
        else {
            put_side("from", f, from, json);
            put_side("to", f, to, json);
        }
        json_object_end(json);
        count++;
    }
    json_array_end(json);
    return count;
}

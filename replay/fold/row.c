#include "replay/fold/row.h"

#include <string.h>

#include "core/rules/registry.h"
#include "projections/projection.h"

const struct record_type *row_type_of(enum family family, char letter)
{
    return family == FAMILY_registry ? registry_type(letter) : view_type(family, letter);
}

const void *row_decode(const struct record_type *type, struct slice bytes, struct arena *arena)
{
    void *row = arena_take(arena, type->shape.size);

    return shape_decode(&type->shape, bytes, SHAPE_ALL, arena, row).code == STATUS_OK ? row : NULL;
}

/* Rows keep bare numbers, of the partition they are in. */
static bool is_position(const struct field *field)
{
    return field->type == FIELD_u64 &&
           (strcmp(field->name, "changed") == 0 || strcmp(field->name, "position") == 0);
}

static void put_field(const struct field *field, const char *name, const void *row,
                      uint32_t partition, struct json *json)
{
    const void *value = (const char *)row + field->offset;

    if (is_position(field)) {
        json_put_position(json, name, (struct position){ partition, *(const uint64_t *)value });
        return;
    }
    json_name(json, name);
    field_json(field, row, json);
}

void row_json(const struct record_type *type, const void *row, struct row_view view,
              struct json *json)
{
    for (const struct field *f = type->shape.fields(); f->name; f++) {
        char name[FIELD_NAME_MAX];

        if (f->internal || (f->personal && !view.personal) || !field_is_there(f, row)) continue;
        field_wire_name(f, name);
        put_field(f, name, row, view.partition, json);
    }
}

/* -- what differs ---------------------------------------------------------------------- */

/* That something changed, or when it was said: of no interest beside what changed. */
static bool only_tells_when(const struct field *field)
{
    return is_position(field) || strcmp(field->name, "observed") == 0 ||
           strcmp(field->name, "received") == 0;
}

/* "no", 0 and an empty list say nothing of a row that came or went. */
static bool says_something(const struct field *field, const void *row)
{
    const void *at = (const char *)row + field->offset;

    switch (field->type) {
    /* clang-format off */
    case FIELD_flag:   return *(const bool *)at;
    case FIELD_u64:    return *(const uint64_t *)at != 0;
    case FIELD_texts:  return ((const struct texts *)at)->count > 0;
    case FIELD_values: return ((const struct values *)at)->count > 0;
    default:           return field_is_there(field, row);
        /* clang-format on */
    }
}

struct telling {
    const void  *from, *to;
    uint32_t     partition;
    struct json *json;
    size_t       count;
};

static bool there(const struct telling *telling, const struct field *field, const void *row)
{
    if (!row) return false;
    return telling->from && telling->to ? field_is_there(field, row) : says_something(field, row);
}

static void begin(struct telling *telling, const char *name, struct slice part)
{
    struct buffer whole = { 0 };

    buffer_print(&whole, "%s", name);
    if (part.data) buffer_print(&whole, ".%.*s", (int)part.size, part.data);
    json_object(telling->json);
    json_put_text(telling->json, "name", buffer_slice(&whole));
    telling->count++;
    buffer_free(&whole);
}

/* Alike values are alike as JSON, and the other way round. */
static bool alike(const struct telling *telling, const struct field *field)
{
    struct buffer a = { 0 }, b = { 0 };
    struct json   first = json_to(&a), second = json_to(&b);
    bool          from = there(telling, field, telling->from);

    if (from != there(telling, field, telling->to)) return false;
    if (!from) return true;
    field_json(field, telling->from, &first);
    field_json(field, telling->to, &second);
    bool same = slice_equal(buffer_slice(&a), buffer_slice(&b));
    buffer_free(&a);
    buffer_free(&b);
    return same;
}

static void tell_field(struct telling *telling, const struct field *field, const char *name)
{
    static const char *const sides[] = { "from", "to" };
    const void              *rows[]  = { telling->from, telling->to };

    begin(telling, name, (struct slice){ NULL, 0 });
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!there(telling, field, rows[i])) continue;
        put_field(field, sides[i], rows[i], telling->partition, telling->json);
    }
    json_object_end(telling->json);
}

static struct values values_in(const struct field *field, const void *row)
{
    return row ? *(const struct values *)(const void *)((const char *)row + field->offset)
               : (struct values){ NULL, 0 };
}

/* Name by name; both are sorted. */
static void tell_values(struct telling *telling, const struct field *field, const char *name)
{
    struct values from = values_in(field, telling->from), to = values_in(field, telling->to);

    for (size_t f = 0, t = 0; f < from.count || t < to.count;) {
        int order = f == from.count ? 1
                    : t == to.count ? -1
                                    : slice_compare(from.items[f].name, to.items[t].name);

        if (order || !slice_equal(from.items[f].json, to.items[t].json)) {
            begin(telling, name, order <= 0 ? from.items[f].name : to.items[t].name);
            if (order <= 0) json_put_raw(telling->json, "from", from.items[f].json);
            if (order >= 0) json_put_raw(telling->json, "to", to.items[t].json);
            json_object_end(telling->json);
        }
        f += order <= 0;
        t += order >= 0;
    }
}

size_t row_changes(const struct record_type *type, const void *from, const void *to,
                   enum row_telling which, struct row_view view, struct json *json)
{
    struct telling telling = { from, to, view.partition, json, 0 };

    json_array(json);
    for (const struct field *f = type->shape.fields(); f->name; f++) {
        /* the registry's rows are nobody's to see */
        bool hidden = type->family == FAMILY_registry || f->internal ||
                      (f->personal && !view.personal);
        char name[FIELD_NAME_MAX];

        if (which == ROW_CHANGES && (hidden || only_tells_when(f))) continue;
        if (alike(&telling, f)) continue;
        field_wire_name(f, name);
        if (hidden) {
            begin(&telling, name, (struct slice){ NULL, 0 });
            json_put_flag(json, "hidden", true);
            json_object_end(json);
        } else if (f->type == FIELD_values) tell_values(&telling, f, name);
        else tell_field(&telling, f, name);
    }
    json_array_end(json);
    return telling.count;
}

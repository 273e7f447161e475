/* json_fields.c -- from members of a JSON object to the fields a table declares. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/wire/json_tree.h"

enum { LIST_TEXT_MAX = 64 }; /* bytes of a text in a list, unless the field says less */

static const struct node *given(const struct node *object, const char *name)
{
    const struct node *node = node_member(object, name);

    return node && node_kind(node) != NODE_NULL ? node : NULL;
}

/* -- one value ------------------------------------------------------------------------ */

static bool take_text(const struct node *node, const char *name, size_t max, struct slice *text,
                      struct bad_field *bad)
{
    if (node_kind(node) != NODE_TEXT) return bad_field_say(bad, name, "has to be a text");
    *text = node_text(node);
    if (max == PEOPLE_SEE) {
        const char *fault = text->size ? text_name_fault(*text) : NULL;
        return fault ? bad_field_say(bad, name, "%s", fault) : true;
    }
    if (max && text->size > max)
        return bad_field_say(bad, name, "has to be a text of at most %zu bytes", max);
    if (!text_plain(*text))
        return bad_field_say(bad, name, "has to be a text without control characters");
    return true;
}

static bool take_instant(const struct node *node, const char *name, int64_t *at,
                         struct bad_field *bad)
{
    if (node_kind(node) == NODE_TEXT && instant_parse(node_text(node), at) && *at > 0) return true;
    return bad_field_say(bad, name, "has to be an instant such as 2026-01-31T12:00:00Z");
}

static bool take_id(const struct node *node, const char *name, struct id *id, struct bad_field *bad)
{
    if (node_kind(node) == NODE_TEXT && id_parse(node_text(node), id)) return true;
    return bad_field_say(bad, name, "has to be an id such as net_01h455vb4pex5vsknk084sn02q");
}

static bool take_u64(const struct node *node, const char *name, uint64_t max, uint64_t *number,
                     struct bad_field *bad)
{
    if (node_kind(node) != NODE_INTEGER || node_integer(node) < 0)
        return bad_field_say(bad, name, "has to be a whole number, not negative");
    if ((uint64_t)node_integer(node) > max)
        return bad_field_say(bad, name, "has to be at most %llu", (unsigned long long)max);
    *number = (uint64_t)node_integer(node);
    return true;
}

static bool take_flag(const struct node *node, const char *name, bool *flag, struct bad_field *bad)
{
    if (node_kind(node) != NODE_FLAG) return bad_field_say(bad, name, "has to be true or false");
    *flag = node_flag(node);
    return true;
}

static bool take_json(const struct node *node, const char *name, size_t max, struct arena *arena,
                      struct slice *json, struct bad_field *bad)
{
    *json = node_canonical(arena, node);
    if (max && json->size > max)
        return bad_field_say(bad, name, "has to be at most %zu bytes of JSON", max);
    return true;
}

static bool take_texts(const struct node *node, const char *name, size_t max, struct arena *arena,
                       struct texts *texts, struct bad_field *bad)
{
    size_t        count = node_count(node);
    struct slice *items = arena_array(arena, struct slice, count);

    if (node_kind(node) != NODE_ARRAY) return bad_field_say(bad, name, "has to be a list of texts");
    if (count > max) return bad_field_say(bad, name, "has to be a list of at most %zu", max);
    for (size_t i = 0; i < count; i++) {
        if (!take_text(node_item(node, i), name, LIST_TEXT_MAX, &items[i], bad))
            return bad_field_say(bad, name, "has to be a list of texts of at most %d bytes",
                                 LIST_TEXT_MAX);
        if (!items[i].size) return bad_field_say(bad, name, "may not hold an empty text");
    }
    *texts = (struct texts){ items, count };
    return true;
}

static int by_name(const void *a, const void *b)
{
    return slice_compare(((const struct value *)a)->name, ((const struct value *)b)->name);
}

enum {
    VALUE_SIZE_MAX  = 2048,      /* of one value: a device's row holds one of each name */
    VALUES_SIZE_MAX = 64 * 1024, /* of all values of one field together */
};

static bool take_values(const struct node *node, const char *name, size_t max, struct arena *arena,
                        struct values *values, struct bad_field *bad)
{
    size_t        count = node_count(node), i = 0, size = 0;
    struct value *items = arena_array(arena, struct value, count);

    if (node_kind(node) != NODE_OBJECT || count > max || !count)
        return bad_field_say(bad, name, "has to be an object of 1 to %zu names and values", max);
    for (struct node_walk walk = node_walk(node); node_next(&walk); i++) {
        if (!walk.name.size || walk.name.size > LIST_TEXT_MAX || !text_plain(walk.name))
            return bad_field_say(bad, name, "has a name that is empty, too long or not plain");
        items[i] = (struct value){ walk.name, node_canonical(arena, walk.value) };
        if (items[i].json.size > VALUE_SIZE_MAX)
            return bad_field_say(bad, name, "has a value of more than %d bytes of JSON",
                                 VALUE_SIZE_MAX);
        size += items[i].json.size;
    }
    if (size > VALUES_SIZE_MAX)
        return bad_field_say(bad, name, "has to be at most %d bytes of JSON", VALUES_SIZE_MAX);
    qsort(items, count, sizeof *items, by_name);
    *values = (struct values){ items, count };
    return true;
}

/* Which words may be said is for the rules to say: what is not one of the list is no state. */
static bool take_state(const struct node *node, const char *name, const struct field *field,
                       unsigned *state, struct bad_field *bad)
{
    struct slice text = { 0 };

    if (!take_text(node, name, field->size_max, &text, bad)) return false;
    if (!text.size) return bad_field_say(bad, name, "may not be empty");
    *state = words_find(field->words, text);
    return true;
}

/* -- a table's row ------------------------------------------------------------------------ */

static bool read_value(const struct field *field, const char *name, const struct node *node,
                       struct arena *arena, void *to, struct bad_field *bad)
{
    switch (field->type) {
    case FIELD_text:
        if (!take_text(node, name, field->size_max, to, bad)) return false;
        if (field->source == FROM_BODY && !((struct slice *)to)->size)
            return bad_field_say(bad, name, "may not be empty");
        return true;
    case FIELD_state: return take_state(node, name, field, to, bad);
    /* clang-format off */
    case FIELD_id:      return take_id(node, name, to, bad);
    case FIELD_u64:     return take_u64(node, name, INT64_MAX, to, bad);
    case FIELD_instant: return take_instant(node, name, to, bad);
    case FIELD_flag:    return take_flag(node, name, to, bad);
    case FIELD_json:    return take_json(node, name, field->size_max, arena, to, bad);
    case FIELD_texts:   return take_texts(node, name, field->size_max, arena, to, bad);
    case FIELD_values:  return take_values(node, name, field->size_max, arena, to, bad);
    case FIELD_bytes:   break;
        /* clang-format on */
    }
    impossible("a field of raw bytes cannot come from a JSON body");
}

static bool read_field(const struct field *field, const struct node *object, struct arena *arena,
                       void *to, struct bad_field *bad)
{
    char               name[FIELD_NAME_MAX];
    const struct node *node;

    field_wire_name(field, name);
    node = node_member(object, name);
    /* null is a JSON value of its own where any JSON is asked for */
    if (node && node_kind(node) == NODE_NULL && field->type != FIELD_json) {
        if (field->type == FIELD_text && field->source == FROM_BODY_MAY)
            *(struct slice *)to = SLICE(""); /* cleared */
        node = NULL;
    }
    if (node) return read_value(field, name, node, arena, to, bad);
    return field->source == FROM_BODY ? bad_field_say(bad, name, "is missing") : true;
}

static bool is_among(const char *const *names, struct slice name)
{
    for (; names && *names; names++)
        if (slice_equal(slice_text(*names), name)) return true;
    return false;
}

static bool is_field(const struct shape *shape, struct slice member)
{
    char name[FIELD_NAME_MAX];

    for (const struct field *f = shape->fields(); f->name; f++) {
        if (f->source == FROM_US) continue;
        field_wire_name(f, name);
        if (slice_equal(slice_text(name), member)) return true;
    }
    return false;
}

static bool is_stranger(struct slice name, struct bad_field *bad)
{
    bad_field_say(bad, "", "%s", "is not known here");
    snprintf(bad->name, sizeof bad->name, "%.*s", (int)name.size, name.data);
    return false;
}

bool json_read_intent(const struct shape *shape, const struct node *object,
                      const char *const *others, struct arena *arena, void *body,
                      struct bad_field *bad)
{
    if (node_kind(object) != NODE_OBJECT) return bad_field_say(bad, "", "has to be a JSON object");
    for (struct node_walk walk = node_walk(object); node_next(&walk);)
        if (!is_field(shape, walk.name) && !is_among(others, walk.name))
            return is_stranger(walk.name, bad);
    for (const struct field *f = shape->fields(); f->name; f++)
        if (f->source != FROM_US && !read_field(f, object, arena, (char *)body + f->offset, bad))
            return false;
    return true;
}

bool json_only(const struct node *object, const char *const *names, struct bad_field *bad)
{
    if (node_kind(object) != NODE_OBJECT) return bad_field_say(bad, "", "has to be a JSON object");
    for (struct node_walk walk = node_walk(object); node_next(&walk);)
        if (!is_among(names, walk.name)) return is_stranger(walk.name, bad);
    return true;
}

bool bad_field_inside(struct bad_field *bad, const char *above)
{
    char name[BAD_NAME_MAX];

    snprintf(name, sizeof name, "%.40s%s%.50s", above, *bad->name ? "." : "", bad->name);
    memcpy(bad->name, name, sizeof name);
    return false;
}

/* -- one member by itself -------------------------------------------------------------------- */

static bool absent(const char *name, enum presence presence, struct bad_field *bad)
{
    return presence == OPTIONAL ? true : bad_field_say(bad, name, "is missing");
}

bool json_read_text(const struct node *object, const char *name, size_t size_max,
                    enum presence presence, struct slice *text, struct bad_field *bad)
{
    const struct node *node = given(object, name);

    if (!node) return absent(name, presence, bad);
    if (!take_text(node, name, size_max, text, bad)) return false;
    return text->size || presence == OPTIONAL ? true : bad_field_say(bad, name, "may not be empty");
}

bool json_read_flag(const struct node *object, const char *name, enum presence presence, bool *flag,
                    struct bad_field *bad)
{
    const struct node *node = given(object, name);

    return node ? take_flag(node, name, flag, bad) : absent(name, presence, bad);
}

bool json_read_u64(const struct node *object, const char *name, uint64_t max,
                   enum presence presence, uint64_t *number, struct bad_field *bad)
{
    const struct node *node = given(object, name);

    return node ? take_u64(node, name, max, number, bad) : absent(name, presence, bad);
}

bool json_read_instant(const struct node *object, const char *name, enum presence presence,
                       int64_t *at_us, struct bad_field *bad)
{
    const struct node *node = given(object, name);

    return node ? take_instant(node, name, at_us, bad) : absent(name, presence, bad);
}

/* schema.c -- a value against its data schema. */
#include "api/things/schema_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

/* Where we are in the value. */
struct checking {
    struct arena     *arena;
    struct bad_field *bad;
    char              path[BAD_NAME_MAX];
};

#define EXPECTED(on, ...) bad_field_say((on)->bad, (on)->path, __VA_ARGS__)

static bool check(struct checking *on, const struct schema *schema, const struct node *node);

/* -- kinds ------------------------------------------------------------------------- */

static bool check_type(struct checking *on, enum schema_type type, const struct node *node)
{
    enum node_kind kind = node_kind(node);

    switch (type) {
    /* clang-format off */
    case SCHEMA_ANY:     return true;
    case SCHEMA_NULL:    return kind == NODE_NULL ? true : EXPECTED(on, "has to be null");
    case SCHEMA_BOOLEAN: return kind == NODE_FLAG ? true : EXPECTED(on, "has to be true or false");
    case SCHEMA_INTEGER:
        return kind == NODE_INTEGER ? true : EXPECTED(on, "has to be a whole number");
    case SCHEMA_NUMBER:  return node_number(node) ? true : EXPECTED(on, "has to be a number");
    case SCHEMA_STRING:  return kind == NODE_TEXT ? true : EXPECTED(on, "has to be a text");
    case SCHEMA_ARRAY:   return kind == NODE_ARRAY ? true : EXPECTED(on, "has to be a list");
    case SCHEMA_OBJECT:  return kind == NODE_OBJECT ? true : EXPECTED(on, "has to be an object");
        /* clang-format on */
    }
    impossible("a schema's type is one of the table");
}

/* -- what narrows them --------------------------------------------------------------- */

static bool check_allowed(struct checking *on, const struct schema *schema, const struct node *node)
{
    char   list[BAD_WHY_MAX] = "";
    size_t size              = 0;

    if (!schema->constant.data && !schema->allowed.count) return true;
    struct slice value = node_canonical(on->arena, node);
    if (schema->constant.data && !slice_equal(value, schema->constant))
        return EXPECTED(on, "has to be %.*s", (int)schema->constant.size, schema->constant.data);
    if (!schema->allowed.count || texts_have(schema->allowed, value)) return true;
    for (size_t i = 0; i < schema->allowed.count && size < sizeof list; i++)
        size += (size_t)snprintf(list + size, sizeof list - size, "%s%.*s", i ? ", " : "",
                                 (int)schema->allowed.items[i].size, schema->allowed.items[i].data);
    return EXPECTED(on, "has to be one of %s", list);
}

static bool expected_number(struct checking *on, const char *relation, const struct decimal *number)
{
    char text[DECIMAL_TEXT_MAX];
    int  size = (int)decimal_text(number, text);

    return EXPECTED(on, "has to be %s %.*s", relation, size, text);
}

static bool check_number(struct checking *on, const struct schema *schema, const struct node *node)
{
    const struct decimal *number = node_number(node), *step = &schema->step;
    const struct bound   *low = &schema->minimum, *high = &schema->maximum;

    if (low->given && decimal_compare(number, &low->at) < low->excluded)
        return expected_number(on, low->excluded ? "more than" : "at least", &low->at);
    if (high->given && decimal_compare(&high->at, number) < high->excluded)
        return expected_number(on, high->excluded ? "less than" : "at most", &high->at);
    if (step->digits.size && !decimal_is_multiple(number, step))
        return expected_number(on, "a multiple of", step);
    return true;
}

static bool check_span(struct checking *on, struct span span, uint64_t length, const char *what)
{
    if (length < span.min)
        return EXPECTED(on, "has to have at least %llu %s", (unsigned long long)span.min, what);
    if (length > span.max)
        return EXPECTED(on, "has to have at most %llu %s", (unsigned long long)span.max, what);
    return true;
}

static bool check_text(struct checking *on, const struct schema *schema, const struct node *node)
{
    struct slice rest       = node_text(node);
    uint64_t     characters = 0;
    uint32_t     code;

    if (schema->characters.min == 0 && rest.size <= schema->characters.max) return true;
    for (size_t size; (size = text_character(rest, &code)) > 0; characters++)
        rest = (struct slice){ rest.data + size, rest.size - size };
    return check_span(on, schema->characters, characters, "characters");
}

static bool check_list(struct checking *on, const struct schema *schema, const struct node *node)
{
    size_t count = node_count(node), before = strlen(on->path);

    if (!check_span(on, schema->count, count, "items")) return false;
    for (size_t i = 0; schema->items && i < count; i++) {
        snprintf(on->path + before, sizeof on->path - before, "[%zu]", i);
        if (!check(on, schema->items, node_item(node, i))) return false;
    }
    on->path[before] = '\0';
    return true;
}

static bool check_object(struct checking *on, const struct schema *schema, const struct node *node)
{
    size_t before = strlen(on->path);

    for (size_t i = 0; i < schema->member_count; i++) {
        const struct member *member = &schema->members[i];
        const struct node   *value  = node_member(node, member->name.data);

        path_add(on->path, member->name);
        if (!value && member->required) return EXPECTED(on, "is missing");
        if (value && member->schema && !check(on, member->schema, value)) return false;
        on->path[before] = '\0';
    }
    return true;
}

static bool check(struct checking *on, const struct schema *schema, const struct node *node)
{
    if (!check_type(on, schema->type, node) || !check_allowed(on, schema, node)) return false;
    switch (node_kind(node)) {
    /* clang-format off */
    case NODE_INTEGER:
    case NODE_REAL:   return check_number(on, schema, node);
    case NODE_TEXT:   return check_text(on, schema, node);
    case NODE_ARRAY:  return check_list(on, schema, node);
    case NODE_OBJECT: return check_object(on, schema, node);
    case NODE_NULL:
    case NODE_FLAG:   return true;
        /* clang-format on */
    }
    impossible("a JSON value is of one of seven kinds");
}

/* -- affordances --------------------------------------------------------------------- */

static int by_name(const void *name, const void *affordance)
{
    return slice_compare(*(const struct slice *)name,
                         ((const struct affordance *)affordance)->name);
}

/* NULL: `bad` says so. */
static const struct affordance *find(const struct definition *definition, struct slice name,
                                     enum affordance_kind kind, struct checking *on)
{
    static const char *const kinds[] = { "property", "action", "event" };
    const struct affordance *found   = bsearch(&name, definition->affordances, definition->count,
                                               sizeof *definition->affordances, by_name);

    path_add(on->path, name);
    if (found && found->kind == kind) return found;
    EXPECTED(on, "is no %s of the thing model", kinds[kind]);
    return NULL;
}

bool schema_check_property(const struct definition *definition, struct slice name,
                           const struct node *value, enum schema_use use, struct arena *arena,
                           struct bad_field *bad)
{
    struct checking          checking = { .arena = arena, .bad = bad }, *on = &checking;
    const struct affordance *property = find(definition, name, AFFORDANCE_PROPERTY, on);

    if (!property) return false;
    if (use == SCHEMA_WRITTEN && property->schema->read_only)
        return EXPECTED(on, "can be read, not written");
    if (use == SCHEMA_REPORTED && property->schema->write_only)
        return EXPECTED(on, "can be written, not read");
    return check(on, property->schema, value);
}

bool schema_check_action(const struct definition *definition, struct slice name,
                         const struct node *input, struct arena *arena, struct bad_field *bad)
{
    struct checking          checking = { .arena = arena, .bad = bad }, *on = &checking;
    const struct affordance *action = find(definition, name, AFFORDANCE_ACTION, on);

    if (!action) return false;
    snprintf(on->path, sizeof on->path, "input");
    if (!input) return action->schema ? EXPECTED(on, "is missing: the action takes one") : true;
    if (!action->schema) return EXPECTED(on, "is too much: the action takes none");
    return check(on, action->schema, input);
}

bool schema_check_event(const struct definition *definition, struct slice name,
                        const struct node *data, struct arena *arena, struct bad_field *bad)
{
    struct checking          checking = { .arena = arena, .bad = bad }, *on = &checking;
    const struct affordance *event = find(definition, name, AFFORDANCE_EVENT, on);

    if (!event) return false;
    snprintf(on->path, sizeof on->path, "data");
    return data && event->schema ? check(on, event->schema, data) : true;
}

#include "core/wire/json_node.h"

#include <stdlib.h>
#include <string.h>

/* -- looking ---------------------------------------------------------------------- */

enum node_kind node_kind(const struct node *node) { return node->kind; }

static bool is(const struct node *node, enum node_kind kind) { return node && node->kind == kind; }

bool node_flag(const struct node *node) { return is(node, NODE_FLAG) && node->flag; }

const struct decimal *node_number(const struct node *node)
{
    return is(node, NODE_INTEGER) || is(node, NODE_REAL) ? &node->number : NULL;
}

bool node_u64(const struct node *node, uint64_t *number)
{
    return is(node, NODE_INTEGER) && decimal_u64(&node->number, number);
}

struct slice node_text(const struct node *node)
{
    return is(node, NODE_TEXT) ? node->text : (struct slice){ NULL, 0 };
}

size_t node_count(const struct node *node)
{
    return is(node, NODE_ARRAY) || is(node, NODE_OBJECT) ? node->inner.count : 0;
}

static int name_to_member(const void *name, const void *member)
{
    return slice_compare(*(const struct slice *)name, (*(const struct node *const *)member)->name);
}

const struct node *node_member(const struct node *object, const char *text)
{
    struct slice              name = slice_text(text);
    const struct node *const *found;

    if (!is(object, NODE_OBJECT)) return NULL;
    if (object->inner.sorted) {
        found = bsearch(&name, object->inner.sorted, object->inner.count, sizeof *found,
                        name_to_member);
        return found ? *found : NULL;
    }
    for (size_t i = 0; i < object->inner.count; i++)
        if (slice_equal(object->inner.nodes[i].name, name)) return &object->inner.nodes[i];
    return NULL;
}

const struct node *node_item(const struct node *array, size_t index)
{
    return is(array, NODE_ARRAY) && index < array->inner.count ? &array->inner.nodes[index] : NULL;
}

struct node_walk node_walk(const struct node *object)
{
    return (struct node_walk){ .object = is(object, NODE_OBJECT) ? object : NULL };
}

bool node_next(struct node_walk *walk)
{
    if (!walk->object || walk->passed == walk->object->inner.count) return false;
    walk->value = &walk->object->inner.nodes[walk->passed++];
    walk->name  = walk->value->name;
    return true;
}

/* -- canonical text ----------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return slice_compare(((const struct node_walk *)a)->name, ((const struct node_walk *)b)->name);
}

static void put_number(struct json *json, const struct decimal *number)
{
    char text[DECIMAL_TEXT_MAX];

    json_raw(json, (struct slice){ text, decimal_text(number, text) });
}

/* Members are sorted in the arena; NULL: they keep their order. */
static void put(struct arena *arena, struct json *json, const struct node *node);

static void put_member(struct arena *arena, struct json *json, const struct node_walk *member)
{
    json_name_slice(json, member->name);
    put(arena, json, member->value);
}

static void put_object(struct arena *arena, struct json *json, const struct node *node)
{
    size_t            count = arena ? node_count(node) : 0, i = 0;
    struct node_walk *members = arena ? arena_array(arena, struct node_walk, count) : NULL;

    json_object(json);
    for (struct node_walk walk = node_walk(node); node_next(&walk);) {
        if (arena) members[i++] = walk;
        else put_member(NULL, json, &walk);
    }
    if (count) qsort(members, count, sizeof *members, by_name);
    for (i = 0; i < count; i++) put_member(arena, json, &members[i]);
    json_object_end(json);
}

static void put(struct arena *arena, struct json *json, const struct node *node)
{
    switch (node_kind(node)) {
    /* clang-format off */
    case NODE_NULL:    json_null(json); return;
    case NODE_FLAG:    json_flag(json, node_flag(node)); return;
    case NODE_INTEGER:
    case NODE_REAL:    put_number(json, &node->number); return;
    case NODE_TEXT:    json_text(json, node_text(node)); return;
    case NODE_OBJECT:  put_object(arena, json, node); return;
    case NODE_ARRAY:
        /* clang-format on */
        json_array(json);
        for (size_t i = 0; i < node_count(node); i++) put(arena, json, node_item(node, i));
        json_array_end(json);
        return;
    }
}

void node_put(struct json *json, const struct node *node) { put(NULL, json, node); }

void node_put_sorted(struct arena *arena, struct json *json, const struct node *node)
{
    put(arena, json, node);
}

struct slice node_canonical(struct arena *arena, const struct node *node)
{
    struct buffer out  = { 0 };
    struct json   json = json_to(&out);
    struct slice  text;

    node_put_sorted(arena, &json, node);
    text = arena_copy(arena, buffer_slice(&out));
    buffer_free(&out);
    return text;
}

#include "core/wire/json_tree.h"

/* The writer of core/base/json.h has functions of these names; nobody here calls
 * jansson's, and jansson binds its own calls to itself. */
#define json_object jansson_object
#define json_array  jansson_array
#define json_null   jansson_null
#include <jansson.h>
#undef json_object
#undef json_array
#undef json_null

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

/* -- jansson's memory is the arena of the text being parsed -------------------- */

static _Thread_local struct arena *parsing;

static void *take(size_t size)
{
    ensure(parsing != NULL);
    return arena_take(parsing, size);
}

static void give_back(void *bytes) { (void)bytes; /* it goes with the arena */ }

static void use_arenas(void) { json_set_alloc_funcs(take, give_back); }

/* -- parsing --------------------------------------------------------------------- */

bool bad_field_say(struct bad_field *bad, const char *name, const char *why, ...)
{
    va_list args;

    snprintf(bad->name, sizeof bad->name, "%s", name);
    va_start(args, why);
    vsnprintf(bad->why, sizeof bad->why, why, args);
    va_end(args);
    return false;
}

struct slice bad_field_sentence(struct arena *arena, const struct bad_field *bad)
{
    if (!*bad->name) return arena_print(arena, "The body %s.", bad->why);
    return arena_print(arena, "%s %s.", bad->name, bad->why);
}

/* Deeper than any of our bodies is refused before jansson recurses into it. */
static bool is_shallow(struct slice text)
{
    unsigned depth   = 0;
    bool     in_text = false;

    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (in_text) {
            if (c == '\\') i++;
            else if (c == '"') in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX - 1) return false;
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
        }
    }
    return true;
}

/* The first three are JSON, but more than is taken here. */
static const char *why_not(const json_error_t *error)
{
    switch (json_error_code(error)) {
    /* clang-format off */
    case json_error_duplicate_key:    return "has a name twice in one object";
    case json_error_numeric_overflow: return "has a number that is too large";
    case json_error_null_byte_in_key:
    case json_error_null_character:   return "has a NUL character (\\u0000) in a text";
    default:                          return "is not well-formed JSON";
        /* clang-format on */
    }
}

const struct node *node_parse(struct arena *arena, struct slice text, struct bad_field *bad)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    json_error_t          error;
    json_t               *root;

    pthread_once(&once, use_arenas);
    if (!text.size) {
        bad_field_say(bad, "", "is empty; it has to be JSON");
        return NULL;
    }
    if (!is_shallow(text)) {
        bad_field_say(bad, "", "is nested more than %d deep", JSON_DEPTH_MAX - 1);
        return NULL;
    }
    parsing = arena;
    root    = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    parsing = NULL;
    if (!root)
        bad_field_say(bad, "", "%s (line %d, column %d)", why_not(&error), error.line,
                      error.column);
    return (const struct node *)root;
}

/* -- looking ---------------------------------------------------------------------- */

static json_t *value_of(const struct node *node)
{
    return (json_t *)(uintptr_t)node; /* jansson's readers take no const */
}

enum node_kind node_kind(const struct node *node)
{
    switch (json_typeof(value_of(node))) {
    /* clang-format off */
    case JSON_OBJECT:  return NODE_OBJECT;
    case JSON_ARRAY:   return NODE_ARRAY;
    case JSON_STRING:  return NODE_TEXT;
    case JSON_INTEGER: return NODE_INTEGER;
    case JSON_REAL:    return NODE_REAL;
    case JSON_TRUE:
    case JSON_FALSE:   return NODE_FLAG;
    case JSON_NULL:    return NODE_NULL;
        /* clang-format on */
    }
    impossible("a JSON value of an unknown type");
}

bool node_flag(const struct node *node) { return json_is_true(value_of(node)); }

int64_t node_integer(const struct node *node) { return json_integer_value(value_of(node)); }

struct slice node_text(const struct node *node)
{
    return (struct slice){ json_string_value(value_of(node)), json_string_length(value_of(node)) };
}

size_t node_count(const struct node *node)
{
    return json_object_size(value_of(node)) + json_array_size(value_of(node)); /* one is 0 */
}

const struct node *node_member(const struct node *object, const char *name)
{
    return (const struct node *)json_object_get(value_of(object), name);
}

const struct node *node_item(const struct node *array, size_t index)
{
    return (const struct node *)json_array_get(value_of(array), index);
}

struct node_walk node_walk(const struct node *object)
{
    return (struct node_walk){ .object = object, .at = json_object_iter(value_of(object)) };
}

bool node_next(struct node_walk *walk)
{
    if (!walk->at) return false;
    const char *name = json_object_iter_key(walk->at);
    walk->name       = (struct slice){ name, json_object_iter_key_len(walk->at) };
    walk->value      = (const struct node *)json_object_iter_value(walk->at);
    walk->at         = json_object_iter_next(value_of(walk->object), walk->at);
    return true;
}

/* -- canonical text ----------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return slice_compare(((const struct node_walk *)a)->name, ((const struct node_walk *)b)->name);
}

static void put_real(struct json *json, double real)
{
    char text[40];

    const double exact = 9007199254740992.0; /* whole numbers up to here are themselves */

    if (real >= -exact && real <= exact && real == (double)(int64_t)real) {
        json_i64(json, (int64_t)real);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) { /* the fewest that read back the same */
        snprintf(text, sizeof text, "%.*g", digits, real);
        if (strtod(text, NULL) == real) break;
    }
    json_raw(json, slice_text(text));
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
    case NODE_INTEGER: json_i64(json, node_integer(node)); return;
    case NODE_REAL:    put_real(json, json_real_value(value_of(node))); return;
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

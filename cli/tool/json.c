#include "cli/tool/json.h"

/* The writer of core/base/json.h has functions of these names; nobody here calls
 * jansson's, and jansson binds its own calls to itself. */
#define json_object jansson_object
#define json_array  jansson_array
#define json_null   jansson_null
#include <jansson.h>
#undef json_object
#undef json_array
#undef json_null

#include "core/base/json.h"

#include <stdlib.h>
#include <string.h>

enum {
    PATH_NAME_MAX = 64,
    DIGITS        = 15, /* of a number people read: 5.3, not 5.2999999999999998 */
};

/* A struct tree is jansson's json_t by another name. */
static json_t            *value_of(const struct tree *tree) { return (json_t *)(uintptr_t)tree; }
static const struct tree *tree_of(const json_t *value) { return (const void *)value; }

struct status tree_parse(struct slice text, struct tree **tree)
{
    json_error_t why;
    json_t      *root = json_loadb(text.data ? text.data : "", text.size,
                              JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);

    *tree = (struct tree *)(void *)root;
    if (root) return OK;
    return failed(STATUS_CORRUPT, "not JSON: %s, in line %d", why.text, why.line);
}

void tree_close(struct tree *tree) { json_decref(value_of(tree)); }

const struct tree *tree_at(const struct tree *tree, const char *path)
{
    char name[PATH_NAME_MAX];

    while (tree && *path) {
        const char *dot = strchrnul(path, '.');
        ensure((size_t)(dot - path) < sizeof name);
        memcpy(name, path, (size_t)(dot - path));
        name[dot - path] = '\0';
        tree             = tree_of(json_object_get(value_of(tree), name));
        path             = *dot ? dot + 1 : dot;
    }
    return tree;
}

const struct tree *tree_item(const struct tree *array, size_t index)
{
    return tree_of(json_array_get(value_of(array), index));
}

size_t tree_count(const struct tree *array) { return json_array_size(value_of(array)); }

bool tree_is_array(const struct tree *tree) { return tree && json_is_array(value_of(tree)); }

static int add(const char *bytes, size_t size, void *out)
{
    buffer_add(out, (struct slice){ bytes, size });
    return 0;
}

static void dump(const struct tree *tree, size_t flags, struct buffer *out)
{
    ensure(json_dump_callback(value_of(tree), add, out, JSON_ENCODE_ANY | flags) == 0);
}

struct slice tree_text(const struct tree *tree, const char *path, struct arena *arena)
{
    const json_t *value = value_of(tree_at(tree, path));
    struct buffer json  = { 0 };
    struct slice  text;

    if (!value || json_is_null(value)) return (struct slice){ NULL, 0 };
    if (json_is_string(value))
        return (struct slice){ json_string_value(value), json_string_length(value) };
    dump(tree_of(value), JSON_COMPACT | JSON_REAL_PRECISION(DIGITS), &json);
    text = arena_copy(arena, buffer_slice(&json));
    buffer_free(&json);
    return text;
}

bool tree_whole(const struct tree *tree, const char *path, uint64_t *number)
{
    const json_t *value = value_of(tree_at(tree, path));

    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    *number = (uint64_t)json_integer_value(value);
    return true;
}

bool tree_says(const struct tree *tree, const char *path, const char *text)
{
    const json_t *value = value_of(tree_at(tree, path));

    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

size_t tree_names(const struct tree *object, const char **names, size_t max)
{
    const char *name;
    json_t     *member;
    size_t      count = 0;

    json_object_foreach(value_of(object), name, member) if (count < max) names[count++] = name;
    return count;
}

void tree_write(const struct tree *tree, bool for_people, struct buffer *out)
{
    dump(tree, for_people ? JSON_INDENT(2) : JSON_COMPACT, out);
}

/* -- canonically ------------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_ascii(const char *name)
{
    while (*name && (unsigned char)*name < 0x80) name++;
    return !*name;
}

static bool write_value(json_t *value, struct json *json);

static bool write_object(json_t *object, struct json *json)
{
    size_t       count = json_object_size(object);
    struct arena arena = { 0 };
    const char **names = arena_array(&arena, const char *, count);
    bool         good  = true;

    tree_names(tree_of(object), names, count);
    qsort(names, count, sizeof *names, by_name);
    json_object(json);
    for (size_t i = 0; i < count && good; i++) {
        json_name_slice(json, slice_text(names[i]));
        good = is_ascii(names[i]) && write_value(json_object_get(object, names[i]), json);
    }
    if (good) json_object_end(json);
    arena_free(&arena);
    return good;
}

static bool write_array(json_t *array, struct json *json)
{
    bool good = true;

    json_array(json);
    for (size_t i = 0; i < json_array_size(array) && good; i++)
        good = write_value(json_array_get(array, i), json);
    if (good) json_array_end(json);
    return good;
}

static bool write_value(json_t *value, struct json *json)
{
    if (json->depth + 2 >= JSON_DEPTH_MAX) return false;
    if (json_is_object(value)) return write_object(value, json);
    if (json_is_array(value)) return write_array(value, json);
    if (json_is_string(value)) {
        json_text(json, (struct slice){ json_string_value(value), json_string_length(value) });
        return true;
    }
    if (!json_is_integer(value)) return false;
    json_i64(json, json_integer_value(value));
    return true;
}

struct status tree_write_canonical(const struct tree *tree, struct buffer *out)
{
    struct json json = json_canonical_to(out);

    return write_value(value_of(tree), &json)
               ? OK
               : failed(STATUS_CORRUPT, "something in it stands in no document that we sign");
}

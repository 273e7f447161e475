#include "core/wire/json_path.h"

#include <string.h>

#include "core/base/json.h"

enum { PATH_NAME_MAX = 64, INDENT = 2 };

struct status tree_read(struct tree *tree, struct slice text)
{
    struct bad_field bad;

    ensure(tree->root == NULL);
    tree->root = node_parse(&tree->arena, text, &bad);
    if (tree->root) return OK;
    arena_free(&tree->arena);
    return failed(STATUS_CORRUPT, "this %s", bad.why);
}

void tree_close(struct tree *tree)
{
    arena_free(&tree->arena);
    tree->root = NULL;
}

/* -- looking ---------------------------------------------------------------------- */

const struct node *node_at(const struct node *node, const char *path)
{
    char name[PATH_NAME_MAX];

    while (node && *path) {
        const char *dot = strchrnul(path, '.');
        ensure((size_t)(dot - path) < sizeof name);
        memcpy(name, path, (size_t)(dot - path));
        name[dot - path] = '\0';
        node             = node_member(node, name);
        path             = *dot ? dot + 1 : dot;
    }
    return node;
}

static bool is(const struct node *node, enum node_kind kind)
{
    return node && node_kind(node) == kind;
}

struct slice node_shown(const struct node *node, const char *path, struct arena *arena)
{
    struct buffer json = { 0 };

    node = node_at(node, path);
    if (!node || is(node, NODE_NULL)) return (struct slice){ NULL, 0 };
    if (is(node, NODE_TEXT)) return node_text(node);
    node_write(node, false, &json);
    struct slice text = arena_copy(arena, buffer_slice(&json));
    buffer_free(&json);
    return text;
}

bool node_whole(const struct node *node, const char *path, uint64_t *number)
{
    return node_u64(node_at(node, path), number);
}

bool node_says(const struct node *node, const char *path, const char *text)
{
    node = node_at(node, path);
    return is(node, NODE_TEXT) && slice_equal(node_text(node), slice_text(text));
}

bool node_is_array(const struct node *node) { return is(node, NODE_ARRAY); }

/* -- writing ---------------------------------------------------------------------- */

static void new_line(struct buffer *out, unsigned depth)
{
    buffer_print(out, "\n%*s", (int)(depth * INDENT), "");
}

/* Lines and indentation for JSON without blanks. */
static void indent(struct slice json, struct buffer *out)
{
    unsigned depth  = 0;
    bool     quoted = false;

    for (size_t i = 0; i < json.size; i++) {
        char c    = json.data[i];
        char next = i + 1 < json.size ? json.data[i + 1] : '\0';
        if (!quoted && (c == '}' || c == ']') && strchr("{[", json.data[i - 1]) == NULL)
            new_line(out, --depth);
        buffer_add_byte(out, c);
        if (quoted && c == '\\') buffer_add_byte(out, json.data[++i]);
        else if (c == '"') quoted = !quoted;
        else if (quoted) continue;
        else if (c == ':') buffer_add_byte(out, ' ');
        else if (c == ',') new_line(out, depth);
        else if ((c == '{' || c == '[') && next != '}' && next != ']') new_line(out, ++depth);
    }
}

void node_write(const struct node *node, bool for_people, struct buffer *out)
{
    struct buffer compact = { 0 };
    struct json   json    = json_canonical_to(for_people ? &compact : out);

    node_put(&json, node);
    if (for_people) indent(buffer_slice(&compact), out);
    buffer_free(&compact);
}

static bool is_ascii(struct slice name)
{
    for (size_t i = 0; i < name.size; i++)
        if ((unsigned char)name.data[i] >= 0x80) return false;
    return true;
}

static bool is_signable(const struct node *node)
{
    enum node_kind kind = node_kind(node);

    if (kind == NODE_TEXT || kind == NODE_INTEGER) return true;
    if (kind != NODE_ARRAY && kind != NODE_OBJECT) return false;
    for (size_t i = 0; kind == NODE_ARRAY && i < node_count(node); i++)
        if (!is_signable(node_item(node, i))) return false;
    for (struct node_walk walk = node_walk(node); node_next(&walk);)
        if (!is_ascii(walk.name) || !is_signable(walk.value)) return false;
    return true;
}

struct status node_write_signed(const struct node *node, struct buffer *out)
{
    struct json  json  = json_canonical_to(out);
    struct arena arena = { 0 };

    if (!is_signable(node))
        return failed(STATUS_CORRUPT, "something in it stands in no document that we sign");
    node_put_sorted(&arena, &json, node);
    arena_free(&arena);
    return OK;
}

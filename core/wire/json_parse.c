/* json_parse.c -- from text to nodes.
 *
 * Whoever fails says what is wrong, and on the way back each list and object puts before it
 * where that was.
 */
#include "core/wire/json_reading.h"

#include <stdlib.h>
#include <string.h>

static bool read_value(struct reading *from, struct node *node);

/* -- what is wrong, and where -------------------------------------------------------------- */

bool reading_fail(struct reading *from, const char *why)
{
    size_t line = 1, column = 1;

    for (size_t i = 0; i < (size_t)(from->at - from->begin); i++) {
        bool ends = from->text.data[i] == '\n';
        line += ends;
        column = ends ? 1 : column + 1;
    }
    return bad_field_say(from->bad, "", "%s (line %zu, column %zu)", why, line, column);
}

bool reading_malformed(struct reading *from)
{
    return reading_fail(from, "is not well-formed JSON");
}

/* -- bytes --------------------------------------------------------------------------------- */

static void skip_blanks(struct reading *from)
{
    while (*from->at == ' ' || *from->at == '\n' || *from->at == '\r' || *from->at == '\t')
        from->at++;
}

static bool take(struct reading *from, char c)
{
    if (*from->at != c) return false;
    from->at++;
    skip_blanks(from);
    return true;
}

static bool take_word(struct reading *from, const char *word)
{
    size_t size = strlen(word);

    if (strncmp(from->at, word, size) != 0) return false;
    from->at += size;
    return true;
}

/* -- numbers ------------------------------------------------------------------------------- */

static bool skip_digits(struct reading *from)
{
    char *begin = from->at;

    while (*from->at >= '0' && *from->at <= '9') from->at++;
    return from->at > begin;
}

static bool skip_number(struct reading *from)
{
    if (*from->at == '-') from->at++;
    if (*from->at == '0') from->at++;
    else if (!skip_digits(from)) return false;
    if (*from->at == '.') {
        from->at++;
        if (!skip_digits(from)) return false;
    }
    if (*from->at == 'e' || *from->at == 'E') {
        from->at++;
        if (*from->at == '+' || *from->at == '-') from->at++;
        return skip_digits(from);
    }
    return true;
}

static bool read_number(struct reading *from, struct node *node)
{
    char *begin = from->at;

    if (!skip_number(from)) return reading_malformed(from);
    switch (decimal_read(from->arena, (struct slice){ begin, (size_t)(from->at - begin) },
                         &node->number)) {
    case DECIMAL_TOO_LARGE: return reading_fail(from, "is a number that is too large");
    case DECIMAL_TOO_SMALL: return reading_fail(from, "is a number that is too small");
    case DECIMAL_FINE: break;
    }
    node->kind = decimal_is_whole(&node->number) ? NODE_INTEGER : NODE_REAL;
    return true;
}

/* -- lists and objects --------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return slice_compare((*(const struct node *const *)a)->name,
                         (*(const struct node *const *)b)->name);
}

static bool twice(struct reading *from, struct slice name)
{
    reading_fail(from, "stands twice in one object");
    return bad_field_inside(from->bad, name);
}

/* Few are compared each with each; many are sorted, which finds them later, too. */
static bool sort_members(struct reading *from, struct node *node)
{
    const struct node  *nodes  = node->inner.nodes;
    size_t              count  = node->inner.count;
    const struct node **sorted = NULL;

    for (size_t i = 1; count <= MEMBERS_FEW && i < count; i++)
        for (size_t before = 0; before < i; before++)
            if (slice_equal(nodes[i].name, nodes[before].name)) return twice(from, nodes[i].name);
    if (count <= MEMBERS_FEW) return true;
    sorted = arena_array(from->arena, const struct node *, count);
    for (size_t i = 0; i < count; i++) sorted[i] = &nodes[i];
    qsort(sorted, count, sizeof *sorted, by_name);
    for (size_t i = 1; i < count; i++)
        if (slice_equal(sorted[i]->name, sorted[i - 1]->name)) return twice(from, sorted[i]->name);
    node->inner.sorted = sorted;
    return true;
}

/* What was opened behind `first` moves into the arena. */
static bool close_inner(struct reading *from, struct node *node, size_t first)
{
    size_t       size  = from->open.size - first;
    struct node *nodes = arena_array(from->arena, struct node, size / sizeof *nodes);

    if (size) memcpy(nodes, from->open.data + first, size);
    node->inner.nodes  = nodes;
    node->inner.sorted = NULL;
    node->inner.count  = size / sizeof *nodes;
    from->open.size    = first;
    from->depth--;
    return node->kind == NODE_ARRAY || sort_members(from, node);
}

static bool read_name(struct reading *from, struct slice *name)
{
    if (*from->at != '"') return reading_malformed(from);
    if (!reading_text(from, name)) return false;
    skip_blanks(from);
    return take(from, ':') || reading_malformed(from);
}

static bool read_one(struct reading *from, enum node_kind kind, size_t first)
{
    struct node one = { .kind = NODE_NULL };

    if (kind == NODE_OBJECT && !read_name(from, &one.name)) return false;
    if (!read_value(from, &one))
        return kind == NODE_OBJECT
                   ? bad_field_inside(from->bad, one.name)
                   : bad_field_inside_item(from->bad, (from->open.size - first) / sizeof one);
    buffer_add(&from->open, (struct slice){ (const char *)&one, sizeof one });
    return true;
}

static bool read_inner(struct reading *from, struct node *node, enum node_kind kind, char end)
{
    size_t first = from->open.size;

    _Static_assert(JSON_DEPTH_MAX == 32, "as it is told");
    if (++from->depth == JSON_DEPTH_MAX) return reading_fail(from, "is nested more than 31 deep");
    node->kind = kind;
    from->at++;
    skip_blanks(from);
    if (*from->at != end) {
        do {
            if (!read_one(from, kind, first)) return false;
            skip_blanks(from);
        } while (take(from, ','));
    }
    if (*from->at != end) return reading_malformed(from);
    from->at++;
    return close_inner(from, node, first);
}

/* -- values -------------------------------------------------------------------------------- */

static bool read_value(struct reading *from, struct node *node)
{
    switch (*from->at) {
    case '{': return read_inner(from, node, NODE_OBJECT, '}');
    case '[': return read_inner(from, node, NODE_ARRAY, ']');
    case '"': node->kind = NODE_TEXT; return reading_text(from, &node->text);
    case 't':
    case 'f':
        node->kind = NODE_FLAG;
        node->flag = *from->at == 't';
        return take_word(from, node->flag ? "true" : "false") || reading_malformed(from);
    case 'n': node->kind = NODE_NULL; return take_word(from, "null") || reading_malformed(from);
    default: return read_number(from, node);
    }
}

static const struct node *parse(struct arena *arena, struct slice text, bool forgiving,
                                struct bad_field *bad)
{
    struct reading from = { .arena = arena, .text = text, .forgiving = forgiving, .bad = bad };
    struct node   *root = arena_new(arena, struct node);
    bool           good;

    if (!text.size) {
        bad_field_say(bad, "", "is empty; it has to be JSON");
        return NULL;
    }
    from.begin = from.at = memcpy(arena_take(arena, text.size + 1), text.data, text.size);
    skip_blanks(&from);
    good = read_value(&from, root);
    if (good) {
        skip_blanks(&from);
        good = from.at == from.begin + text.size || reading_malformed(&from);
    }
    buffer_free(&from.open);
    return good ? root : NULL;
}

const struct node *node_parse(struct arena *arena, struct slice text, struct bad_field *bad)
{
    return parse(arena, text, false, bad);
}

const struct node *node_parse_forgiving(struct arena *arena, struct slice text,
                                        struct bad_field *bad)
{
    return parse(arena, text, true, bad);
}

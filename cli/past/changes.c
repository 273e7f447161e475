#include "cli/past/changes.h"

#include "cli/tool/screen.h"

#define DIM   "\033[2m"
#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

/* A change of just that field has a word of its own. */
/* clang-format off */
static const struct {
    const char *kind, *field, *verb;
} verbs[] = {
    { "device", "network", "moved" },    { "device", "name", "renamed" },
    { "device", "room", "placed" },      { "network", "name", "renamed" },
    { "vendor", "name", "renamed" },     { "gateway", "network", "bound" },
};
/* clang-format on */

static struct slice verb_of(const struct tree *change, struct arena *arena)
{
    const struct tree *fields = tree_at(change, "fields");

    if (tree_says(change, "change", "reencoded")) return SLICE("stored in other bytes");
    if (tree_says(change, "change", "changed") && tree_count(fields) == 1)
        for (size_t i = 0; i < COUNT(verbs); i++)
            if (tree_says(change, "kind", verbs[i].kind) &&
                tree_says(tree_item(fields, 0), "name", verbs[i].field))
                return slice_text(verbs[i].verb);
    return tree_text(change, "change", arena);
}

static void add_side(const struct tree *field, const char *side, struct arena *arena,
                     struct buffer *out)
{
    struct slice text = tree_text(field, side, arena);

    if (tree_at(field, side)) screen_tame(out, text);
    else buffer_add(out, SLICE("nothing"));
}

/* Of what came or went only the one side. */
static void add_field(const struct tree *change, const struct tree *field, bool colour,
                      struct arena *arena, struct buffer *out)
{
    bool came = tree_says(change, "change", "added"), from = tree_at(field, "from") != NULL;

    buffer_add(out, colour ? SLICE(DIM) : SLICE(""));
    screen_tame(out, tree_text(field, "name", arena));
    buffer_add(out, colour ? SLICE(PLAIN " ") : SLICE(" "));
    if (tree_at(field, "hidden")) {
        buffer_add(out, SLICE("(not shown)"));
        return;
    }
    if (from || !came) add_side(field, "from", arena, out);
    if (!from && came) add_side(field, "to", arena, out);
    else if (tree_at(field, "to") || !tree_says(change, "change", "removed")) {
        buffer_add(out, SLICE(" → "));
        add_side(field, "to", arena, out);
    }
}

void change_words(const struct tree *change, bool colour, struct buffer *out)
{
    static const char *const names[] = { "id", "second", "key" };
    const struct tree       *fields  = tree_at(change, "fields");
    struct arena             arena   = { 0 };

    buffer_add(out, colour ? SLICE(BOLD) : SLICE(""));
    screen_tame(out, tree_text(change, "kind", &arena));
    buffer_add(out, colour ? SLICE(PLAIN) : SLICE(""));
    for (size_t i = 0; i < COUNT(names); i++) {
        if (!tree_at(change, names[i])) continue;
        buffer_add_byte(out, ' ');
        screen_tame(out, tree_text(change, names[i], &arena));
    }
    buffer_add_byte(out, ' ');
    buffer_add(out, verb_of(change, &arena));
    for (size_t i = 0; i < tree_count(fields); i++) {
        buffer_add(out, i ? SLICE(", ") : SLICE(": "));
        add_field(change, tree_item(fields, i), colour, &arena, out);
    }
    buffer_add_byte(out, '\n');
    arena_free(&arena);
}

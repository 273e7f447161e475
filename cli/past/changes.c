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

static struct slice change_verb(const struct node *change, struct arena *arena)
{
    const struct node *fields = node_at(change, "fields");

    if (node_says(change, "change", "reencoded")) return SLICE("stored in other bytes");
    if (node_says(change, "change", "changed") && node_count(fields) == 1)
        for (size_t i = 0; i < COUNT(verbs); i++)
            if (node_says(change, "kind", verbs[i].kind) &&
                node_says(node_item(fields, 0), "name", verbs[i].field))
                return slice_text(verbs[i].verb);
    return node_shown(change, "change", arena);
}

static void change_add_side(const struct node *field, const char *side, struct arena *arena,
                            struct buffer *out)
{
    struct slice text = node_shown(field, side, arena);

    if (node_at(field, side)) screen_sanitize(out, text);
    else buffer_add(out, SLICE("nothing"));
}

/* Of what came or went only the one side. */
static void change_add_field(const struct node *change, const struct node *field, bool colour,
                             struct arena *arena, struct buffer *out)
{
    bool came = node_says(change, "change", "added"), from = node_at(field, "from") != NULL;

    buffer_add(out, colour ? SLICE(DIM) : SLICE(""));
    screen_sanitize(out, node_shown(field, "name", arena));
    buffer_add(out, colour ? SLICE(PLAIN " ") : SLICE(" "));
    if (node_at(field, "hidden")) {
        buffer_add(out, SLICE("(not shown)"));
        return;
    }
    if (from || !came) change_add_side(field, "from", arena, out);
    if (!from && came) change_add_side(field, "to", arena, out);
    else if (node_at(field, "to") || !node_says(change, "change", "removed")) {
        buffer_add(out, SLICE(" → "));
        change_add_side(field, "to", arena, out);
    }
}

void change_words(const struct node *change, bool colour, struct buffer *out)
{
    static const char *const names[] = { "id", "second", "key" };
    const struct node       *fields  = node_at(change, "fields");
    struct arena             arena   = { 0 };

    buffer_add(out, colour ? SLICE(BOLD) : SLICE(""));
    screen_sanitize(out, node_shown(change, "kind", &arena));
    buffer_add(out, colour ? SLICE(PLAIN) : SLICE(""));
    for (size_t i = 0; i < COUNT(names); i++) {
        if (!node_at(change, names[i])) continue;
        buffer_add_byte(out, ' ');
        screen_sanitize(out, node_shown(change, names[i], &arena));
    }
    buffer_add_byte(out, ' ');
    buffer_add(out, change_verb(change, &arena));
    for (size_t i = 0; i < node_count(fields); i++) {
        buffer_add(out, i ? SLICE(", ") : SLICE(": "));
        change_add_field(change, node_item(fields, i), colour, &arena, out);
    }
    buffer_add_byte(out, '\n');
    arena_free(&arena);
}

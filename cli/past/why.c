#include "cli/past/why.h"

#include <stdio.h>
#include <string.h>

#include "cli/tool/screen.h"

enum { NAMES_MAX = 32 }; /* no event has as many fields */

struct status why_ask(const struct past *past, const void *device, struct json *json)
{
    return replay_why(past, *(const struct id *)device, json);
}

/* Without "piot.v1.". */
static struct slice type_of(const struct tree *event, struct arena *arena)
{
    struct slice type = tree_text(event, "type", arena), prefix = SLICE("piot.v1.");

    if (slice_starts(type, prefix))
        type = (struct slice){ type.data + prefix.size, type.size - prefix.size };
    return type;
}

static void add_line(const struct tree *event, struct arena *arena, struct buffer *out)
{
    const struct slice cells[] = {
        tree_text(event, "position", arena),
        tree_text(event, "time", arena),
        type_of(event, arena),
        tree_text(event, "actor.kind", arena),
        tree_text(event, "follows.position", arena),
        tree_text(event, "follows.by", arena),
        tree_text(event, "why", arena),
    };

    for (size_t i = 0; i < COUNT(cells); i++) {
        if (i) buffer_add_byte(out, '\t');
        screen_tame(out, cells[i].size ? cells[i] : SLICE("-"));
    }
    buffer_add_byte(out, '\n');
}

static void add(struct buffer *out, const char *before, struct slice text, const char *after)
{
    buffer_print(out, "%s", before);
    screen_tame(out, text);
    buffer_print(out, "%s", after);
}

static void add_paragraph(const struct tree *event, struct arena *arena, struct buffer *out)
{
    const char        *bold  = screen_paint(stdout, PAINT_BOLD), *names[NAMES_MAX];
    const char        *dim   = screen_paint(stdout, PAINT_DIM);
    const char        *end   = screen_paint(stdout, PAINT_NONE);
    const struct tree *data  = tree_at(event, "data");
    size_t             count = tree_names(data, names, NAMES_MAX);

    add(out, dim, tree_text(event, "time", arena), "  ");
    add(out, "", tree_text(event, "position", arena), end);
    add(out, "  ", SLICE(""), bold);
    add(out, "", type_of(event, arena), end);
    add(out, "  by ", tree_text(event, "actor.kind", arena), "\n    ");
    add(out, "", tree_text(event, "why", arena), "");
    if (tree_at(event, "follows")) {
        add(out, dim, SLICE("  (after "), "");
        add(out, "", tree_text(event, "follows.position", arena), ", by ");
        add(out, "", tree_text(event, "follows.by", arena), ")");
        add(out, end, SLICE(""), "");
    }
    buffer_add(out, SLICE("\n   "));
    for (size_t i = 0; i < count; i++) {
        add(out, " ", SLICE(""), dim);
        add(out, "", slice_text(names[i]), end);
        add(out, " ", tree_text(data, names[i], arena), "");
    }
    buffer_add_byte(out, '\n');
}

void why_show(const struct tree *answer)
{
    const struct tree *events = tree_at(answer, "events");
    bool               people = screen_is_terminal(stdout);
    struct arena       arena  = { 0 };
    struct buffer      out    = { 0 };

    for (size_t i = 0; i < tree_count(events); i++) {
        if (people) add_paragraph(tree_item(events, i), &arena, &out);
        else add_line(tree_item(events, i), &arena, &out);
    }
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    arena_free(&arena);
}

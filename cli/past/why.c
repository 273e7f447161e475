#include "cli/past/why.h"

#include <stdio.h>
#include <string.h>

#include "cli/tool/screen.h"

struct status why_answer(const struct past *past, const void *device, struct json *json)
{
    return replay_why(past, *(const struct id *)device, json);
}

/* Without "piot.v1.". */
static struct slice why_type(const struct node *event, struct arena *arena)
{
    struct slice type = node_shown(event, "type", arena), prefix = SLICE("piot.v1.");

    if (slice_starts(type, prefix))
        type = (struct slice){ type.data + prefix.size, type.size - prefix.size };
    return type;
}

static void why_add_line(const struct node *event, struct arena *arena, struct buffer *out)
{
    const struct slice cells[] = {
        node_shown(event, "position", arena),
        node_shown(event, "time", arena),
        why_type(event, arena),
        node_shown(event, "actor.kind", arena),
        node_shown(event, "follows.position", arena),
        node_shown(event, "follows.by", arena),
        node_shown(event, "why", arena),
    };

    for (size_t i = 0; i < COUNT(cells); i++) {
        if (i) buffer_add_byte(out, '\t');
        screen_sanitize(out, cells[i].size ? cells[i] : SLICE("-"));
    }
    buffer_add_byte(out, '\n');
}

static void why_add(struct buffer *out, const char *before, struct slice text, const char *after)
{
    buffer_print(out, "%s", before);
    screen_sanitize(out, text);
    buffer_print(out, "%s", after);
}

static void why_add_paragraph(const struct node *event, struct arena *arena, struct buffer *out)
{
    const char        *bold = screen_paint(stdout, PAINT_BOLD);
    const char        *dim  = screen_paint(stdout, PAINT_DIM);
    const char        *end  = screen_paint(stdout, PAINT_NONE);
    const struct node *data = node_at(event, "data");

    why_add(out, dim, node_shown(event, "time", arena), "  ");
    why_add(out, "", node_shown(event, "position", arena), end);
    why_add(out, "  ", SLICE(""), bold);
    why_add(out, "", why_type(event, arena), end);
    why_add(out, "  by ", node_shown(event, "actor.kind", arena), "\n    ");
    why_add(out, "", node_shown(event, "why", arena), "");
    if (node_at(event, "follows")) {
        why_add(out, dim, SLICE("  (after "), "");
        why_add(out, "", node_shown(event, "follows.position", arena), ", by ");
        why_add(out, "", node_shown(event, "follows.by", arena), ")");
        why_add(out, end, SLICE(""), "");
    }
    buffer_add(out, SLICE("\n   "));
    for (struct node_walk member = node_walk(data); node_next(&member);) {
        why_add(out, " ", SLICE(""), dim);
        why_add(out, "", member.name, end);
        why_add(out, " ", node_shown(member.value, "", arena), "");
    }
    buffer_add_byte(out, '\n');
}

void why_show(const struct node *answer)
{
    const struct node *events = node_at(answer, "events");
    bool               people = screen_is_terminal(stdout);
    struct arena       arena  = { 0 };
    struct buffer      out    = { 0 };

    for (size_t i = 0; i < node_count(events); i++) {
        if (people) why_add_paragraph(node_item(events, i), &arena, &out);
        else why_add_line(node_item(events, i), &arena, &out);
    }
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    arena_free(&arena);
}

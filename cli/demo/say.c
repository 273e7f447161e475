/* say.c -- see demo.h: voices, and calls that are told while they are made. */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>

#include "cli/demo/demo.h"
#include "cli/tool/screen.h"

enum { MARGIN = 10 }; /* columns of the voice's name */

/* In one piece, for two threads speak. */
static void say_line(enum paint paint, const char *who, const char *format, va_list args)
{
    struct buffer line = { 0 };
    char          sentence[2048];

    vsnprintf(sentence, sizeof sentence, format, args);
    buffer_print(&line, "%s%-*s%s ", screen_paint(stdout, *who ? PAINT_BOLD : PAINT_NONE), MARGIN,
                 who, screen_paint(stdout, PAINT_NONE));
    buffer_print(&line, "%s", screen_paint(stdout, paint));
    screen_sanitize(&line, slice_text(sentence));
    buffer_print(&line, "%s\n", screen_paint(stdout, PAINT_NONE));
    screen_put(stdout, buffer_slice(&line));
    buffer_free(&line);
}

void demo_say(const char *who, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_line(PAINT_NONE, who, format, args);
    va_end(args);
}

void demo_note(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_line(PAINT_DIM, "", format, args);
    va_end(args);
}

bool demo_differs(struct demo *demo, const char *format, ...)
{
    va_list args;

    atomic_store(&demo->differed, true);
    va_start(args, format);
    say_line(PAINT_BAD, "!", format, args);
    va_end(args);
    return false;
}

void demo_heading(const char *format, ...)
{
    struct buffer line = { 0 };
    char          sentence[256];
    va_list       args;

    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    buffer_print(&line, "\n%s%s%s\n", screen_paint(stdout, PAINT_NOTE), sentence,
                 screen_paint(stdout, PAINT_NONE));
    screen_put(stdout, buffer_slice(&line));
    buffer_free(&line);
}

bool demo_pause(struct demo *demo, int ms)
{
    poll(NULL, 0, ms);
    return !atomic_load(&demo->ending);
}

/* -- calling ---------------------------------------------------------------------------- */

static void say_call(const struct call_plan *plan, const struct answer *answer,
                     const struct node *tree)
{
    struct arena arena = { 0 };
    struct slice shown = { NULL, 0 };

    if (plan->shown) shown = node_shown(tree, plan->shown, &arena);
    demo_note("%s %s → %ld%s%.*s", plan->method, plan->path, answer->status, shown.size ? "  " : "",
              (int)(shown.size < 200 ? shown.size : 200), shown.size ? shown.data : "");
    arena_free(&arena);
}

static bool answer_judge(struct caller *caller, const struct call_plan *plan,
                         const struct answer *answer)
{
    if (answer->status == plan->wanted) return true;
    return demo_differs(caller->demo, "%s %s should have been answered %ld, but was %ld: %.*s",
                        plan->method, plan->path, plan->wanted, answer->status,
                        (int)(answer->body.size < 1000 ? answer->body.size : 1000),
                        answer->body.size ? answer->body.data : "");
}

bool demo_call(struct caller *caller, const struct call_plan *plan, struct tree *tree)
{
    struct question question = { .method  = plan->method,
                                 .path    = plan->path,
                                 .bearer  = caller->bearer,
                                 .type    = plan->type,
                                 .body    = plan->body,
                                 .headers = plan->headers ? plan->headers : caller->headers };
    struct answer   answer;
    struct status   status = client_send(caller->client, &question, &answer);
    bool            fine;

    if (status.code == STATUS_OK && answer.body.size)
        status = tree_read(tree, buffer_slice(&answer.body));
    if (status.code != STATUS_OK) {
        client_answer_free(&answer);
        return demo_differs(caller->demo, "%s %s: %s", plan->method, plan->path, status.text);
    }
    if (!plan->quiet) say_call(plan, &answer, tree->root);
    fine = answer_judge(caller, plan, &answer);
    client_answer_free(&answer);
    return fine;
}

const char *demo_keep(struct demo *demo, const struct node *tree, const char *path)
{
    struct slice text = node_shown(tree, path, &demo->arena);

    return arena_print(&demo->arena, "%.*s", (int)text.size, text.data ? text.data : "").data;
}

bool demo_get(struct caller *caller, const char *path, struct tree *tree)
{
    return demo_call(
        caller, &(struct call_plan){ .method = "GET", .path = path, .wanted = 200, .quiet = true },
        tree);
}

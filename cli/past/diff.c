/* diff.c -- piot diff: what changed about an account, a network or a device. */
#include <stdio.h>

#include "cli/past/changes.h"
#include "cli/past/inquiry.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"

struct diff_options {
    struct directory_options directory;
    const char              *from, *to;
    bool                     json, personal;
};

struct diff_question {
    struct id     subject;
    struct moment from, to;
};

static struct status diff_answer(const struct past *past, const void *context, struct json *json)
{
    const struct diff_question *question = context;

    return replay_diff(past, question->subject, question->from, question->to, json);
}

static void diff_show(const struct node *answer)
{
    const struct node *changes = node_at(answer, "changes");
    bool               colour  = *screen_paint(stdout, PAINT_BOLD) != '\0';
    struct buffer      out     = { 0 };

    for (size_t i = 0; i < node_count(changes); i++)
        change_words(node_item(changes, i), colour, &out);
    if (!node_count(changes)) screen_complain("nothing changed between the two");
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
}

static enum ending diff_run(void *context, const struct verb *verb, const char *word)
{
    const struct diff_options *options = context;
    struct diff_question       question;
    struct inquiry             inquiry = { .name      = "diff",
                                           .directory = &options->directory,
                                           .personal  = options->personal,
                                           .as_json   = options->json,
                                           .ask       = diff_answer,
                                           .show      = diff_show,
                                           .context   = &question };

    (void)verb;
    if (!inquiry_subject("diff", word, &question.subject)) return ENDED_MISUSED;
    if (!options->from) return misused("diff", "--from is missing: the earlier moment");
    if (!inquiry_moment("diff", "from", options->from, &question.from) ||
        !inquiry_moment("diff", "to", options->to, &question.to))
        return ENDED_MISUSED;
    return inquiry_run(&inquiry);
}

enum ending piot_diff(int count, char **words)
{
    static const struct verb verbs[] = { { "", "ID", "" }, VERBS_END };
    struct diff_options      options = { .from = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        { "from", "WHEN", NULL, "a position (1/123) or an instant", &options.from, NULL },
        { "to", "WHEN", NULL, "the later one; the last event if absent", &options.to, NULL },
        { "personal", NULL, NULL, "open personal fields, too", NULL, &options.personal },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "diff",
        .meaning = "what changed about one between two moments",
        .verbs   = verbs,
        .choices = choices,
        .run     = diff_run,
        .context = &options,
        .about =
            "ID is acc_…, net_… or dev_…. A line for everything of it that was added, removed\n"
            "or changed, field by field. Without --personal the fields that are about a person\n"
            "stay shut, and what changed in them is not told. Reads only.\n"
            "Ends with 1 if there was no such thing at either moment.\n",
        .examples =
            "  piot diff --data /var/lib/piot --from 1/120 --to 1/180 acc_01kat8x1p5fwza4n4d8cq0y2m"
            "v\n"
            "  piot diff --data /var/lib/piot --from 2026-11-22T00:00:00Z dev_01kat8x1p5fwza4n4d8cq"
            "0y2mv\n",
    };

    return arguments_run(&manual, count, words);
}

/* rebuild.c -- piot rebuild: all views again, from the log; in place where nobody serves
 * them, or by a running piotd beside those that it serves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/tool/directory.h"
#include "cli/tool/remote.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/text.h"
#include "projections/projection.h"

enum { LOOK_EVERY_MS = 200 };

struct rebuild_options {
    struct directory_options directory;
    struct remote_options    remote;
    const char              *rate;
    bool                     compare;
};

/* -- in place --------------------------------------------------------------------------- */

static struct status rebuild_directory(const struct rebuild_options *options, uint64_t *count)
{
    struct directory directory;
    struct status    status;

    TRY(directory_open(&directory, &options->directory, DIRECTORY_WRITE));
    status = replay_rebuild(directory.store, directory.vault, all_folds, &screen_progress, count);
    directory_close(&directory);
    screen_progress_end();
    return status;
}

static enum ending rebuild_in_place(const struct rebuild_options *options)
{
    uint64_t      count  = 0;
    struct status status = rebuild_directory(options, &count);

    if (status.code == STATUS_OK) {
        printf("%llu events folded; all views are new\n", (unsigned long long)count);
        return ENDED_WELL;
    }
    if (status.code == STATUS_CONFLICT)
        screen_complain("%s is in use: stop its piotd first, or ask it: --server URL",
                        options->directory.data);
    else screen_complain("%s", status.text);
    return ENDED_UNABLE;
}

/* -- by a running piotd ------------------------------------------------------------------- */

/* Of a position, or plain. */
static uint64_t rebuild_number(const struct node *tree, const char *path)
{
    struct arena    arena = { 0 };
    struct slice    text  = node_shown(tree, path, &arena);
    struct position found = { 0 };

    if (!position_parse(text, &found)) (void)text_u64(text, &found.number);
    arena_free(&arena);
    return found.number;
}

static void rebuild_write_order(const struct rebuild_options *options, struct buffer *body)
{
    struct json json = json_to(body);

    json_object(&json);
    if (options->rate) json_put_u64(&json, "eventsPerSecond", strtoull(options->rate, NULL, 10));
    if (options->compare) json_put_flag(&json, "compare", true);
    json_object_end(&json);
}

/* Asks until it is over; the last answer. */
static enum ending rebuild_follow(struct remote *remote, struct tree *tree)
{
    struct timespec pause  = { .tv_nsec = LOOK_EVERY_MS * 1000 * 1000 };
    struct arena    arena  = { 0 };
    struct slice    id     = node_shown(tree->root, "rebuildId", &arena);
    struct question look   = { .method = "GET" };
    enum ending     ending = ENDED_WELL;

    look.path = arena_print(&arena, "/operator/v1/rebuilds/%.*s", (int)id.size, id.data).data;
    while (ending == ENDED_WELL && node_says(tree->root, "status", "running")) {
        screen_progress.tell(NULL, "folding", rebuild_number(tree->root, "position"),
                             rebuild_number(tree->root, "head"));
        nanosleep(&pause, NULL);
        tree_close(tree);
        ending = remote_call(remote, &look, tree);
    }
    screen_progress_end();
    arena_free(&arena);
    return ending;
}

static void rebuild_add_text(struct buffer *out, const struct node *tree, const char *path)
{
    struct arena arena = { 0 };

    screen_sanitize(out, node_shown(tree, path, &arena));
    arena_free(&arena);
}

static void add_differences(struct buffer *out, const struct node *tree)
{
    const struct node *first = node_at(tree, "first");
    uint64_t           all   = rebuild_number(tree, "differences");

    buffer_print(out, "%llu rows of the old views were otherwise\n", (unsigned long long)all);
    for (size_t i = 0; i < node_count(first); i++) {
        const struct node *item = node_item(first, i);
        buffer_print(out, "  %s ",
                     node_says(item, "change", "added")     ? "was missing:"
                     : node_says(item, "change", "removed") ? "was too much:"
                                                            : "was otherwise:");
        rebuild_add_text(out, item, "kind");
        buffer_add_byte(out, ' ');
        rebuild_add_text(out, item, node_at(item, "id") ? "id" : "key");
        buffer_add_byte(out, '\n');
    }
    if (all > node_count(first)) buffer_add(out, SLICE("  ...\n"));
}

static enum ending rebuild_conclude(const struct rebuild_options *options, const struct node *tree)
{
    bool          switched = node_says(tree, "status", "switched");
    struct buffer out      = { 0 };

    if (options->remote.json) {
        node_write(tree, screen_is_terminal(stdout), &out);
        buffer_add_byte(&out, '\n');
    } else if (switched) {
        buffer_print(&out, "%llu events folded, %llu a second; all views are new\n",
                     (unsigned long long)rebuild_number(tree, "position"),
                     (unsigned long long)rebuild_number(tree, "rate"));
        if (options->compare) add_differences(&out, tree);
    }
    screen_put(stdout, buffer_slice(&out));
    buffer_clear(&out);
    rebuild_add_text(&out, tree, "failure");
    if (out.size) screen_complain("%.*s", (int)out.size, out.data);
    buffer_free(&out);
    if (!switched) return ENDED_UNABLE;
    return options->compare && rebuild_number(tree, "differences") ? ENDED_REFUSED : ENDED_WELL;
}

static enum ending rebuild_while_served(const struct rebuild_options *options)
{
    struct remote remote;
    struct tree   tree   = { 0 };
    struct buffer body   = { 0 };
    enum ending   ending = remote_open(&remote, "rebuild", &options->remote);

    if (ending != ENDED_WELL) return ending;
    rebuild_write_order(options, &body);
    struct question order = { .method = "POST",
                              .path   = "/operator/v1/rebuilds",
                              .body   = buffer_slice(&body) };
    ending                = remote_call(&remote, &order, &tree);
    if (ending == ENDED_WELL) ending = rebuild_follow(&remote, &tree);
    if (ending == ENDED_WELL) ending = rebuild_conclude(options, tree.root);
    tree_close(&tree);
    buffer_free(&body);
    remote_close(&remote);
    return ending;
}

/* -- which of both ------------------------------------------------------------------------ */

static enum ending rebuild_run(void *context, const struct verb *verb, const char *word)
{
    const struct rebuild_options *options = context;
    char                         *end     = NULL;

    (void)verb;
    (void)word;
    if (options->rate && (strtoull(options->rate, &end, 10) == 0 || *end))
        return misused("rebuild", "--rate is events a second, a number");
    if (options->directory.data && (options->remote.server || options->rate || options->compare))
        return misused("rebuild", "--data is for a directory that nobody serves: --server, "
                                  "--rate and --compare do not go with it");
    if (options->directory.data) return rebuild_in_place(options);
    if (options->remote.server || options->remote.token || getenv("PIOT_SERVER"))
        return rebuild_while_served(options);
    return misused("rebuild", "--data DIR, piotd's data directory, or --server URL is missing");
}

enum ending piot_rebuild(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct rebuild_options   options = { .rate = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        CHOICES_OF_A_SERVER(&options.remote.server, &options.remote.token),
        { "rate", "N", NULL, "events a second at most; else half a processor's worth",
          &options.rate, NULL },
        { "compare", NULL, NULL, "tell where the old views were otherwise", NULL,
          &options.compare },
        CHOICE_JSON(&options.remote.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "rebuild",
        .meaning = "fold all views again from the log",
        .verbs   = verbs,
        .choices = choices,
        .run     = rebuild_run,
        .context = &options,
        .about =
            "With --server a running piotd folds everything again beside the views it serves,\n"
            "and switches when the new ones have caught up: nobody waits, and what is cut\n"
            "short changes nothing. It goes on when this program is ended. --compare ends\n"
            "with 1 if the old views were otherwise; it shows ids, nothing personal.\n"
            "\n"
            "With --data it empties what was folded and folds it again in place, and piotd\n"
            "has to be stopped. If that is interrupted the directory stays marked as\n"
            "unfinished: run it again before piotd serves it.\n"
            "\n"
            "Both run the code that runs live, and leave the log untouched.\n",
        .examples =
            "  piot rebuild --server http://127.0.0.1:8080 --token operator.token --compare\n"
            "  piot rebuild --server http://127.0.0.1:8080 --token operator.token --rate 5000\n"
            "  systemctl stop piotd && piot rebuild --data /var/lib/piot\n",
    };

    return arguments_run(&manual, count, words);
}

/* try.c -- piot try: what this program's folds would make of a log, beside its views. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/past/changes.h"
#include "cli/tool/directory.h"
#include "cli/tool/scratch.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/text.h"
#include "projections/projection.h"

enum {
    KINDS_MAX = 256, /* kinds of rows; views.def, registry.def and families.def have 71 */
    LIMIT     = 20,  /* told of each kind, unless --limit says otherwise */
};

struct try_options {
    struct directory_options directory;
    const char              *limit;
    bool                     json, personal;
};

/* Everything of one kind that differs. */
struct kind_trial {
    char          name[32], view[32];
    uint64_t      added, removed, changed, reencoded;
    struct buffer listed; /* the first of them, as JSON with commas between */
    uint64_t      count;
};
/* All that differs. */
struct trial {
    const struct try_options *options;
    struct kind_trial         kinds[KINDS_MAX];
    size_t                    count;
    uint64_t                  limit, differences, events;
};

/* -- gathering ----------------------------------------------------------------------------- */

static struct kind_trial *trial_kind(struct trial *trial, const struct difference *difference)
{
    const char *view = family_name(difference->family);
    const char *name = difference->type ? difference->type->shape.name : view;

    for (size_t i = 0; i < trial->count; i++)
        if (strcmp(trial->kinds[i].name, name) == 0 && strcmp(trial->kinds[i].view, view) == 0)
            return &trial->kinds[i];
    ensure(trial->count < KINDS_MAX);
    struct kind_trial *kind = &trial->kinds[trial->count++];
    snprintf(kind->name, sizeof kind->name, "%s", name);
    snprintf(kind->view, sizeof kind->view, "%s", view);
    return kind;
}

static void trial_found(void *context, const struct difference *difference)
{
    struct trial      *trial  = context;
    struct kind_trial *kind   = trial_kind(trial, difference);
    struct buffer      text   = { 0 };
    struct json        json   = json_to(&text);
    const char        *change = difference_json(difference, trial->options->personal, &json);

    trial->differences++;
    kind->added += strcmp(change, "added") == 0;
    kind->removed += strcmp(change, "removed") == 0;
    kind->changed += strcmp(change, "changed") == 0;
    kind->reencoded += strcmp(change, "reencoded") == 0;
    if (kind->count++ < trial->limit) {
        if (kind->listed.size) buffer_add_byte(&kind->listed, ',');
        buffer_add(&kind->listed, buffer_slice(&text));
    }
    buffer_free(&text);
}

static struct status trial_compare(struct trial *trial, struct directory *directory,
                                   struct store *scratch)
{
    struct reader     *reader      = store_reader(directory->store);
    struct differences differences = { .found = trial_found, .context = trial };

    TRY(replay_check_whole(reader));
    return replay_compare_views(reader, directory->vault, all_folds, scratch, &screen_progress,
                                &differences, &trial->events);
}

static struct status trial_look(struct trial *trial)
{
    struct directory directory;
    struct store    *scratch;
    struct status    status;

    TRY(directory_open(&directory, &trial->options->directory, DIRECTORY_TRY));
    status = scratch_store_open(&scratch, store_reader(directory.store));
    if (status.code == STATUS_OK) {
        status = trial_compare(trial, &directory, scratch);
        scratch_store_close(scratch);
    }
    directory_close(&directory);
    screen_progress_end();
    return status;
}

/* -- telling ------------------------------------------------------------------------------- */

static void add_count(struct buffer *out, uint64_t count, const char *what)
{
    if (count) buffer_print(out, "  %llu %s", (unsigned long long)count, what);
}

static void show_kind(const struct trial *trial, const struct kind_trial *kind, struct buffer *out)
{
    bool          colour = *screen_paint(stdout, PAINT_BOLD) != '\0';
    struct buffer list   = { 0 };
    struct tree   tree   = { 0 };

    buffer_print(out, "%s%s%s of %s:", screen_paint(stdout, PAINT_NOTE), kind->name,
                 screen_paint(stdout, PAINT_NONE), kind->view);
    add_count(out, kind->changed, "changed");
    add_count(out, kind->added, "added");
    add_count(out, kind->removed, "removed");
    add_count(out, kind->reencoded, "stored in other bytes");
    buffer_add_byte(out, '\n');
    buffer_add_byte(&list, '[');
    buffer_add(&list, buffer_slice(&kind->listed));
    buffer_add_byte(&list, ']');
    struct status status = tree_read(&tree, buffer_slice(&list));
    if (status.code != STATUS_OK) buffer_print(out, "  shown with --json only: %s\n", status.text);
    for (size_t i = 0; i < node_count(tree.root); i++) {
        buffer_add(out, SLICE("  "));
        change_words(node_item(tree.root, i), colour, out);
    }
    tree_close(&tree);
    buffer_free(&list);
    if (kind->count > trial->limit)
        buffer_print(out, "  … and %llu more\n", (unsigned long long)(kind->count - trial->limit));
}

static void trial_show(const struct trial *trial, struct buffer *out)
{
    bool good = !trial->differences;

    for (size_t i = 0; i < trial->count; i++) show_kind(trial, &trial->kinds[i], out);
    buffer_print(out, "%s%llu events%s: %llu rows would be otherwise\n",
                 screen_paint(stdout, good ? PAINT_GOOD : PAINT_NOTE),
                 (unsigned long long)trial->events, screen_paint(stdout, PAINT_NONE),
                 (unsigned long long)trial->differences);
}

static void write_kind(const struct kind_trial *kind, struct json *json)
{
    struct buffer list = { 0 };

    buffer_add_byte(&list, '[');
    buffer_add(&list, buffer_slice(&kind->listed));
    buffer_add_byte(&list, ']');
    json_object(json);
    json_put_text(json, "kind", slice_text(kind->name));
    json_put_text(json, "view", slice_text(kind->view));
    json_put_u64(json, "changed", kind->changed);
    json_put_u64(json, "added", kind->added);
    json_put_u64(json, "removed", kind->removed);
    json_put_u64(json, "reencoded", kind->reencoded);
    json_put_raw(json, "changes", buffer_slice(&list));
    json_object_end(json);
    buffer_free(&list);
}

static void trial_write(const struct trial *trial, struct buffer *out)
{
    struct json json = json_to(out);

    json_object(&json);
    json_put_u64(&json, "events", trial->events);
    json_put_u64(&json, "differences", trial->differences);
    json_name(&json, "kinds");
    json_array(&json);
    for (size_t i = 0; i < trial->count; i++) write_kind(&trial->kinds[i], &json);
    json_array_end(&json);
    json_object_end(&json);
    buffer_add_byte(out, '\n');
}

/* -- being asked ----------------------------------------------------------------------------- */

static enum ending try_run(void *context, const struct verb *verb, const char *word)
{
    const struct try_options *options = context;
    struct trial              trial   = { .options = options, .limit = LIMIT };
    struct buffer             out     = { 0 };

    (void)verb;
    (void)word;
    if (!options->directory.data)
        return misused("try", "--data DIR is missing: piotd's data directory");
    if (options->limit && !text_u64(slice_text(options->limit), &trial.limit))
        return misused("try", "--limit has to be a number");
    struct status status = trial_look(&trial);
    if (status.code == STATUS_OK) {
        if (options->json) trial_write(&trial, &out);
        else trial_show(&trial, &out);
        screen_put(stdout, buffer_slice(&out));
    } else screen_complain("%s", status.text);
    for (size_t i = 0; i < trial.count; i++) buffer_free(&trial.kinds[i].listed);
    buffer_free(&out);
    if (status.code != STATUS_OK) return ENDED_UNABLE;
    return trial.differences ? ENDED_REFUSED : ENDED_WELL;
}

enum ending piot_try(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct try_options       options = { .limit = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        { "limit", "N", NULL, "rows told of each kind; 20 if absent", &options.limit, NULL },
        { "personal", NULL, NULL, "show personal fields, too", NULL, &options.personal },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "try",
        .meaning = "what this program's folds would make of the log",
        .verbs   = verbs,
        .choices = choices,
        .run     = try_run,
        .context = &options,
        .about =
            "For a new piot with a changed fold, before it goes live: the whole log is folded\n"
            "into a scratch store in $TMPDIR and compared with the views that are there,\n"
            "whichever version they have. Each row that would be otherwise is told with its\n"
            "fields before and after, by kind. What is personal or internal goes by name.\n"
            "Nothing in DIR is changed. With piotd running, stop it or try a copy: a large\n"
            "store may lose a file that is still read.\n"
            "Ends with 0: all the same, 1: something would be otherwise, 2: usage, 3: could\n"
            "not be tried.\n",
        .examples =
            "  ./piot-next try --data /var/lib/piot\n"
            "  ./piot-next try --data /backup/piot --limit 1000 --json > would-change.json\n",
    };

    return arguments_run(&manual, count, words);
}

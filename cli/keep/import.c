/* import.c -- piot import: a data directory out of an export.
 *
 * The copy is verified whole before anything is made. Then the anchor comes first, the store
 * grows under another name, and gets its own when it is finished: at no moment would a piotd
 * serve half a log, or begin another one with its key.
 */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/evidence/copy_check.h"
#include "cli/keep/copy_tell.h"
#include "cli/tool/directory.h"
#include "cli/tool/scratch.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/durable.h"
#include "projections/projection.h"
#include "replay/copy/import.h"

struct import_options {
    struct directory_options directory;
    const char              *from;
    bool                     json;
};

struct import_work {
    const struct import_options *options;
    char                  store[PATH_MAX], draft[PATH_MAX], vault[PATH_MAX], anchor[PATH_MAX];
    char                  key_path[PATH_MAX];
    struct published      published;
    struct note_key       key;
    struct buffer         note;
    struct slice          anchored;        /* the note in the anchor; data NULL: none */
    struct checkpoint     stream_heads[2]; /* the copy's, the anchor's */
    size_t                head_count;
    struct vault         *keys;
    struct arena          arena;
    struct verification   copy;
    struct finding_report report;
    struct import_job     job;
};

static struct status import_find_paths(struct import_work *work)
{
    const struct directory_options *directory = &work->options->directory;

    TRY(durable_join(work->store, directory->data, "store"));
    TRY(durable_join(work->draft, directory->data, "store.importing"));
    TRY(durable_join(work->vault, directory->data, "vault"));
    TRY(durable_join(work->anchor, directory->data, "anchor"));
    TRY(durable_join(work->key_path, directory->data, "log.key.pub"));
    if (directory->vault) snprintf(work->vault, sizeof work->vault, "%s", directory->vault);
    if (directory->anchor) snprintf(work->anchor, sizeof work->anchor, "%s", directory->anchor);
    return OK;
}

/* -- may it be done? ------------------------------------------------------------------------ */

static struct status import_read_key(struct import_work *work)
{
    const char   *given  = work->options->directory.key;
    struct status status = directory_key(given ? given : work->key_path, &work->key);

    if (status.code == STATUS_NOT_FOUND && !given)
        return failed(STATUS_INVALID, "whose log is it? Say --key, or bring log.key.pub along");
    return status;
}

static struct status import_read_anchor(struct import_work *work)
{
    struct status status = anchor_read(work->anchor, &work->arena, &work->anchored);

    if (status.code == STATUS_NOT_FOUND) {
        work->anchored = (struct slice){ 0 };
        return OK;
    }
    TRY(status);
    status = checkpoint_open(work->anchored, &work->key, &work->stream_heads[work->head_count]);
    if (status.code != STATUS_OK)
        return failed(STATUS_CONFLICT, "%s is the anchor of another log: %.160s", work->anchor,
                      status.text);
    work->head_count++;
    return OK;
}

static struct status import_look(struct import_work *work)
{
    TRY(import_find_paths(work));
    if (access(work->store, F_OK) == 0)
        return failed(STATUS_CONFLICT, "%s has a log already", work->options->directory.data);
    TRY(import_read_key(work));
    TRY(published_checkpoint(&work->published, &work->key, &work->note, &work->stream_heads[0]));
    work->head_count = 1;
    TRY(import_read_anchor(work));
    struct status status = vault_open(&work->keys, work->vault, true);
    if (status.code == STATUS_NOT_FOUND)
        return failed(STATUS_NOT_FOUND,
                      "there is no vault in %s: bring the log's own along, for "
                      "no other opens its personal fields",
                      work->vault);
    TRY(status);
    return copy_check(&work->published, &work->key, work->stream_heads, work->head_count,
                      &work->report, &work->copy);
}

/* -- doing it ------------------------------------------------------------------------------- */

static struct status import_fill(struct import_work *work)
{
    struct store_options how = { .path = work->draft };
    struct status        status;

    store_families_all(how.families);
    TRY(store_open(&work->job.into, &how));
    status = replay_import(&work->job);
    if (status.code == STATUS_OK) status = store_flush(work->job.into);
    store_close(work->job.into);
    screen_progress_end();
    return status;
}

static struct status import_put_anchor(struct import_work *work)
{
    struct slice note = buffer_slice(&work->note);

    return slice_equal(work->anchored, note) ? OK : anchor_swap(work->anchor, work->anchored, note);
}

static struct status import_all(struct import_work *work)
{
    TRY(import_look(work));
    if (work->report.findings.count)
        return failed(STATUS_CORRUPT, "this copy is not imported: it is not the log that was "
                                      "signed");
    TRY(durable_folder(work->options->directory.data));
    TRY(import_put_anchor(work));
    scratch_remove(work->draft); /* what an import left that was cut short */
    work->job = (struct import_job){ .from     = &work->published,
                                     .note     = buffer_slice(&work->note),
                                     .head     = &work->stream_heads[0],
                                     .vault    = work->keys,
                                     .folds    = all_folds,
                                     .progress = &screen_progress };
    TRY(import_fill(work));
    return durable_rename(work->draft, work->store);
}

static enum ending import_tell(const struct import_work *work, struct status status)
{
    bool refused = status.code == STATUS_CONFLICT || status.code == STATUS_CORRUPT;

    if (status.code != STATUS_OK) screen_complain("%s", status.text);
    if (status.code != STATUS_OK && !refused) return ENDED_UNABLE;
    if (work->options->json)
        copy_tell(&(struct copy_story){ .from = work->options->from,
                                        .to   = work->options->directory.data,
                                        .why  = refused ? status.text : NULL,
                                        .head = work->stream_heads[0],
                                        .copy = work->copy,
                                        .bare = work->job.bare },
                  &work->report);
    else if (!refused)
        printf("%llu events imported into %s, with the root that was signed%s\n"
               "before piotd serves it, log.key and the vault have to be there\n",
               (unsigned long long)work->job.events, work->options->directory.data,
               work->job.bare ? "; there were no ciphertexts, so all personal fields are lost"
                              : "");
    return refused ? ENDED_REFUSED : ENDED_WELL;
}

static enum ending import_run(void *context, const struct verb *verb, const char *word)
{
    const struct import_options *options = context;
    struct import_work work = { .options = options, .published = published_folder(options->from) };

    (void)verb;
    (void)word;
    if (!options->from)
        return misused("import", "--from FOLDER is missing: what piot export has written");
    if (!options->directory.data)
        return misused("import", "--data DIR is missing: the directory to make");
    finding_report_open(&work.report, options->json);
    enum ending ending = import_tell(&work, import_all(&work));
    finding_report_close(&work.report);
    vault_close(work.keys);
    buffer_free(&work.note);
    arena_free(&work.arena);
    return ending;
}

enum ending piot_import(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct import_options    options = { .from = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        { "from", "FOLDER", NULL, "what piot export has written", &options.from, NULL },
        CHOICES_OF_A_DIRECTORY(&options.directory),
        CHOICE_KEY(&options.directory.key),
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "import",
        .meaning = "make a data directory of an export",
        .verbs   = verbs,
        .choices = choices,
        .run     = import_run,
        .context = &options,
        .about =
            "The export is verified first; what is not the log that was signed is refused,\n"
            "and so is an anchor in DIR that it does not reach. Then every event gets its\n"
            "place again, with the same hashes and the same root, and all views are folded.\n"
            "DIR may hold a vault, an anchor and keys, but no log. Personal fields come along\n"
            "if the export has ciphertexts and the vault is the log's own; the vault is only\n"
            "read. What was cut short no piotd serves; the same import, said again, ends it.\n"
            "Ends with 0: done, 1: refused, 2: usage, 3: could not.\n",
        .examples = "  piot import --from /mnt/copy --data /var/lib/piot --key log.key.pub\n",
    };

    return arguments_run(&manual, count, words);
}

/* export.c -- piot export: the log as plain files. */
#include <limits.h>
#include <stdio.h>

#include "cli/evidence/copy_check.h"
#include "cli/keep/copy_tell.h"
#include "cli/keep/export_lines.h"
#include "cli/tool/directory.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/durable.h"
#include "replay/copy/export.h"

struct export_options {
    struct directory_options directory;
    const char              *folder;
    bool                     published_only, ciphertexts, lines, personal, json;
};

static struct status export_write_lines(const struct export_options *options,
                                        struct directory *directory, uint64_t size)
{
    char path[PATH_MAX];

    if (!options->lines) return OK;
    TRY(durable_join(path, options->folder, "events.ndjson"));
    return export_lines(store_reader(directory->store), options->personal ? directory->vault : NULL,
                        size, path);
}

/* The newest checkpoint, which the anchor has, or the newest that was shown, which witnesses
 * have cosigned. */
static struct status export_take_head(const struct export_options *options,
                                      struct directory *directory, struct slice *note,
                                      struct checkpoint *head)
{
    TRY(directory_head(directory, note, head));
    if (!options->published_only) return OK;
    TRY(checkpoint_last(store_reader(directory->store), &directory->arena, note));
    if (!note->data) return failed(STATUS_NOT_FOUND, "no checkpoint was published yet");
    return checkpoint_open(*note, &directory->key, head);
}

static struct status export_write_all(const struct export_options *options,
                                      struct directory *directory, struct export_job *job,
                                      struct checkpoint *head)
{
    TRY(export_take_head(options, directory, &job->note, head));
    job->reader = store_reader(directory->store);
    job->key    = &directory->key;
    TRY(replay_export(job));
    return export_write_lines(options, directory, head->size);
}

/* What was written, looked at as anybody would. */
static struct status export_check(const struct note_key *key, struct finding_report *report,
                                  struct copy_story *story)
{
    struct published published = published_folder(story->to);
    struct buffer    note      = { 0 };
    struct status    status    = published_checkpoint(&published, key, &note, &story->head);

    if (status.code == STATUS_OK)
        status = copy_check(&published, key, &story->head, 1, report, &story->copy);
    buffer_free(&note);
    return status;
}

static struct status export_directory(const struct export_options *options, struct export_job *job,
                                      struct finding_report *report, struct copy_story *story)
{
    struct directory  directory;
    struct checkpoint head;
    struct status     status;

    TRY(directory_open(&directory, &options->directory,
                       options->personal ? DIRECTORY_ALL : DIRECTORY_LOG));
    status = export_write_all(options, &directory, job, &head);
    if (status.code == STATUS_OK) status = export_check(&directory.key, report, story);
    directory_close(&directory);
    screen_progress_end();
    return status;
}

static enum ending export_tell(const struct export_job *job, const struct finding_report *report,
                               struct copy_story *story, struct status *status)
{
    if (status->code == STATUS_OK && report->findings.count)
        *status = failed(STATUS_CONFLICT, "what was written is not the log: see the findings");
    if (status->code != STATUS_OK) {
        screen_complain("%s", status->text);
        if (status->code != STATUS_CONFLICT) return ENDED_UNABLE;
        story->why = status->text;
    }
    if (report->as_json) copy_tell(story, report);
    else if (!story->why)
        printf("%llu events in %s: %llu files written, %llu kept, all of them verified\n",
               (unsigned long long)job->events, job->folder, (unsigned long long)job->written,
               (unsigned long long)job->kept);
    return story->why ? ENDED_REFUSED : ENDED_WELL;
}

static enum ending export_run(void *context, const struct verb *verb, const char *word)
{
    const struct export_options *options = context;
    struct export_job            job     = { .folder      = options->folder,
                                             .ciphertexts = options->ciphertexts,
                                             .progress    = &screen_progress };
    struct copy_story            story   = { .from = options->directory.data,
                                             .to   = options->folder,
                                             .bare = !options->ciphertexts,
                                             .job  = &job };
    struct finding_report        report;

    (void)verb;
    (void)word;
    if (!options->directory.data)
        return misused("export", "--data DIR is missing: piotd's data directory");
    if (!options->folder) return misused("export", "--to FOLDER is missing: where the files go");
    if (options->personal && !options->lines)
        return misused("export", "--personal is for the lines of --ndjson");
    finding_report_open(&report, options->json);
    struct status status = export_directory(options, &job, &report, &story);
    enum ending   ending = export_tell(&job, &report, &story, &status);
    finding_report_close(&report);
    return ending;
}

enum ending piot_export(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct export_options    options = { .folder = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        CHOICE_KEY(&options.directory.key),
        { "to", "FOLDER", NULL, "where the files go; an export of before is carried on",
          &options.folder, NULL },
        { "published", NULL, NULL, "only what was published, with its witnesses' cosignatures",
          NULL, &options.published_only },
        { "ciphertexts", NULL, NULL, "the sealed personal fields, too: an import needs them", NULL,
          &options.ciphertexts },
        { "ndjson", NULL, NULL, "also FOLDER/events.ndjson: CloudEvents, one a line", NULL,
          &options.lines },
        { "personal", NULL, NULL, "with personal fields opened in these lines", NULL,
          &options.personal },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "export",
        .meaning = "write the log into plain files, as C2SP tlog-tiles has them",
        .verbs   = verbs,
        .choices = choices,
        .run     = export_run,
        .context = &options,
        .about =
            "Everything up to the last checkpoint: FOLDER/checkpoint, FOLDER/tile/… and\n"
            "FOLDER/log.key.pub. Any web server can serve the folder, and any client of\n"
            "tlog-tiles read it. What is there already is kept, so an export that was cut\n"
            "short is taken up again. At the end all of it is read back and verified.\n"
            "Reads DIR only, and may run beside piotd. FOLDER is made for its owner alone.\n"
            "Personal fields are not in the entries, which hold hashes of what was sealed.\n"
            "The last checkpoint is newer than the one published last while witnesses have not\n"
            "cosigned it: --published for what is shown to others, all of it for an import.\n",
        .examples = "  piot export --data /var/lib/piot --to /srv/log\n"
                    "  piot export --data /var/lib/piot --to /mnt/copy --ciphertexts\n"
                    "  piot verify --export /srv/log --key log.key.pub\n",
    };

    return arguments_run(&manual, count, words);
}

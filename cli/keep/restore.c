/* restore.c -- piot restore: a backup comes back, or it is said why that must not be. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/keep/loss.h"
#include "cli/keep/restore_tell.h"
#include "cli/tool/arguments.h"
#include "cli/tool/directory.h"
#include "cli/tool/finding_report.h"
#include "cli/tool/scratch.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/durable.h"
#include "core/base/text.h"
#include "projections/projection.h"

struct restore_options {
    struct directory_options directory;
    const char              *folder, *number, *origin, *archive;
    bool                     accept_loss, look_only, json;
};

struct restore_work {
    const struct restore_options *options;
    struct arena                  arena;
    struct note_key               key;
    struct slice                  anchor; /* the note; data NULL: none at hand */
    const char                   *anchor_file;
    struct vault                 *vault;
    struct finding_report         report;
    struct restored               restored;
    struct note_key               now; /* after a loss: the new key */
};

static const char *restore_path(struct restore_work *work, const char *chosen, const char *name)
{
    return chosen ? chosen
                  : arena_print(&work->arena, "%s/%s", work->options->directory.data, name).data;
}

/* -- what is at hand ------------------------------------------------------------------ */

/* The operator's own before the folder's, which whoever altered a backup could have
 * altered, too. */
static struct status restore_read_key(struct restore_work *work)
{
    const char *kept  = arena_print(&work->arena, "%s/log.key.pub", work->options->folder).data;
    const char *own   = work->options->directory.data ? restore_path(work, NULL, "log.key.pub")
                                                      : kept;
    const char *given = work->options->directory.key;

    if (given && strchr(given, '+')) return note_key_parse(slice_text(given), &work->key);
    if (given) return checkpoint_key_read(given, &work->key);
    struct status status = checkpoint_key_read(own, &work->key);
    return status.code == STATUS_NOT_FOUND ? checkpoint_key_read(kept, &work->key) : status;
}

static struct status restore_read_anchor(struct restore_work *work)
{
    if (!work->options->directory.data && !work->options->directory.anchor) return OK;
    work->anchor_file    = restore_path(work, work->options->directory.anchor, "anchor");
    struct status status = anchor_read(work->anchor_file, &work->arena, &work->anchor);
    if (status.code != STATUS_NOT_FOUND) return status;
    work->anchor = (struct slice){ 0 };
    return work->options->directory.anchor && !work->options->accept_loss ? status : OK;
}

static struct status restore_open_vault(struct restore_work *work)
{
    const char *path = restore_path(work, work->options->directory.vault, "vault");

    if (access(path, F_OK) != 0)
        return failed(STATUS_NOT_FOUND,
                      "there is no vault at %s: without it all personal data "
                      "would be lost. Bring its copy there first",
                      path);
    return vault_open(&work->vault, path, true);
}

/* -- restoring ---------------------------------------------------------------------------- */

static struct loss restore_loss(const struct restore_work *work)
{
    return (struct loss){ .data     = work->options->directory.data,
                          .anchor   = work->anchor_file,
                          .origin   = work->options->origin ? work->options->origin : "",
                          .old_key  = &work->key,
                          .old_note = work->anchor,
                          .restored = &work->restored };
}

static struct status restore_check_place(struct restore_work *work)
{
    struct loss loss = restore_loss(work);

    TRY(durable_folder(work->options->directory.data));
    TRY(restore_open_vault(work));
    return work->options->accept_loss ? loss_check(&loss) : OK;
}

static struct status restore_into(struct restore_work *work, const char *path, uint32_t number)
{
    return backup_restore(&(struct restore_order){ .folder      = work->options->folder,
                                                   .number      = number,
                                                   .path        = path,
                                                   .vault       = work->vault,
                                                   .key         = &work->key,
                                                   .folds       = all_folds,
                                                   .anchor      = work->anchor,
                                                   .accept_loss = work->options->accept_loss,
                                                   .look_only   = work->options->look_only,
                                                   .archive     = work->options->archive,
                                                   .progress    = &screen_progress,
                                                   .findings    = &work->report.findings },
                          &work->arena, &work->restored);
}

static struct status restore_look(struct restore_work *work, uint32_t number)
{
    const char   *scratch;
    struct status status;

    TRY(scratch_open(&scratch));
    status = restore_into(work, arena_print(&work->arena, "%s/store", scratch).data, number);
    scratch_close();
    return status;
}

static struct status restore_checked(struct restore_work *work, uint32_t number)
{
    TRY(restore_read_key(work));
    TRY(restore_read_anchor(work));
    if (work->options->look_only) return restore_look(work, number);
    TRY(restore_check_place(work));
    TRY(restore_into(work, restore_path(work, NULL, "store"), number));
    if (work->restored.verdict != RESTORED_SHORT) return OK;
    struct loss loss = restore_loss(work);
    return loss_accept(&loss, &work->now);
}

/* -- the command ------------------------------------------------------------------------------ */

static enum ending restore_finish(struct restore_work *work, struct status status)
{
    struct restore_story story = { .folder    = work->options->folder,
                                   .data      = work->options->directory.data,
                                   .look_only = work->options->look_only,
                                   .archive   = work->options->archive,
                                   .findings  = work->report.findings.count,
                                   .restored  = &work->restored,
                                   .now       = &work->now };
    enum ending          ending;

    screen_progress_end();
    if (status.code == STATUS_CORRUPT) { /* the files' checksums, or the backup's checkpoint */
        finding_report_add(&work->report, 0, "backup", status.text);
        story.findings         = work->report.findings.count;
        work->restored.verdict = RESTORE_DAMAGED;
        status                 = OK;
    }
    if (status.code == STATUS_OK) ending = restore_tell(&story, &work->report, work->options->json);
    else {
        screen_complain("%s", status.text);
        ending = ENDED_UNABLE;
    }
    finding_report_close(&work->report);
    vault_close(work->vault);
    arena_free(&work->arena);
    return ending;
}

static enum ending restore_run(void *context, const struct verb *verb, const char *word)
{
    const struct restore_options *options = context;
    struct restore_work           work    = { .options = options };
    uint64_t                      number  = 0;

    (void)verb;
    (void)word;
    if (!options->folder)
        return misused("restore", "--from FOLDER is missing: where the backups are");
    if (!options->directory.data && !options->look_only)
        return misused("restore", "--data DIR is missing: the directory to be made; or --check");
    if (options->origin && !options->accept_loss)
        return misused("restore", "--origin goes with --accept-loss: the log keeps its name");
    if (options->look_only && options->accept_loss)
        return misused("restore", "--check restores nothing, so there is no loss to accept");
    if (options->look_only && options->archive)
        return misused("restore", "--check looks at the archive in the backup itself: leave "
                                  "--archive out");
    if (options->number &&
        (!text_u64(slice_text(options->number), &number) || !number || number > UINT32_MAX))
        return misused("restore", "--backup has to be a backup's number: see piot backup --list");
    finding_report_open(&work.report, options->json);
    return restore_finish(&work, restore_checked(&work, (uint32_t)number));
}

enum ending piot_restore(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct restore_options   options = { .folder = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        { "from", "FOLDER", NULL, "where the backups are", &options.folder, NULL },
        { "backup", "N", NULL, "which; else the newest", &options.number, NULL },
        CHOICES_OF_A_DIRECTORY(&options.directory),
        { "key", "KEY", NULL,
          "the log's verifier key, or its file; else DIR/log.key.pub, else "
          "FOLDER's",
          &options.directory.key, NULL },
        { "archive", "DIR", NULL,
          "where archived events come to be; else they are looked for "
          "where they were",
          &options.archive, NULL },
        { "check", NULL, NULL, "restore nothing: only say whether it could be", NULL,
          &options.look_only },
        { "accept-loss", NULL, NULL, "go on without the events that are missing, as a new log",
          NULL, &options.accept_loss },
        { "origin", "NAME", NULL, "the new log's name, after a loss; else one is made up",
          &options.origin, NULL },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "restore",
        .meaning = "bring a backup back, or say why that must not be",
        .verbs   = verbs,
        .choices = choices,
        .run     = restore_run,
        .context = &options,
        .about =
            "Put what was kept apart in its place first: the vault (or the newest copy of it,\n"
            "FOLDER/vault-N) as DIR/vault, log.key and log.key.pub, and the anchor. DIR must not\n"
            "have a store. Every file's checksum, every event, the tree and the signatures are\n"
            "checked, all views are folded, and only then DIR/store comes to be.\n"
            "\n"
            "A backup that does not reach the anchor is refused: the service would sign another\n"
            "history over positions that it has already signed, a fork, and everybody who holds\n"
            "the earlier checkpoint could prove it. So is any backup without an anchor, because\n"
            "then nobody can say. If what is missing is truly lost, --accept-loss goes on: as a\n"
            "new log, with a new key and name; DIR/lost.txt says what is known of the old one,\n"
            "and the old key is put aside and signs nothing any more.\n"
            "\n"
            "If old events were archived, they are in the backup, too. --archive DIR brings\n"
            "them: files that are in DIR stay and have to be right, others are copied; then set\n"
            "piotd's archive_folder to DIR, which has to be outside of FOLDER. If DIR has all of\n"
            "them, the backup's are not needed, as of a backup that has none. Without it the\n"
            "archive has to be where it was.\n"
            "Ends with 0: restored, 1: refused, 2: usage, 3: could not be tried.\n",
        .examples =
            "  piot restore --from /backup/piot --data /var/lib/piot\n"
            "  piot restore --from /backup/piot --data /var/lib/piot --archive /srv/archive\n"
            "  piot restore --from /backup/piot --check --anchor /other/disk/anchor\n"
            "  piot restore --from /backup/piot --data /var/lib/piot --accept-loss\n",
    };

    return arguments_run(&manual, count, words);
}

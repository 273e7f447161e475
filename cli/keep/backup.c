/* backup.c -- piot backup: copies of the log, taken by a running piotd or from a stopped
 * one's directory, and the list of them. */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "cli/keep/backup_list.h"
#include "cli/tool/directory.h"
#include "cli/tool/remote.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/text.h"
#include "projections/projection.h"
#include "replay/copy/backup.h"

enum { LOOK_AGAIN_MS = 200 };

struct backup_options {
    struct directory_options directory;
    struct remote_options    remote;
    const char              *folder, *vault_folder, *keep;
    bool                     list_only;
};

/* -- of a stopped service ------------------------------------------------------------- */

static struct status backup_directory(const struct backup_options *options,
                                      struct directory *directory, uint32_t keep,
                                      struct arena *arena, struct backup *taken)
{
    if (!directory->keyed)
        return failed(STATUS_NOT_FOUND, "without the log's key a backup could not be checked: "
                                        "--key");
    return backup_take(
        &(struct backup_order){
            .store        = directory->store,
            .vault        = options->vault_folder ? directory->vault : NULL,
            .key          = &directory->key,
            .folds        = all_folds,
            .note         = directory->anchor,
            .folder       = options->folder,
            .vault_folder = options->vault_folder,
            .scratch      = arena_print(arena, "%s/backup.frozen", options->directory.data).data,
            .keep         = keep,
        },
        arena, taken);
}

static enum ending backup_take_stopped(const struct backup_options *options, uint32_t keep)
{
    struct arena     arena = { 0 };
    struct directory directory;
    struct backup    taken;
    struct status    status = directory_open(&directory, &options->directory, DIRECTORY_WRITE);

    if (status.code == STATUS_CONFLICT)
        status = failed(STATUS_CONFLICT,
                        "%s is in use: a running piotd takes its own backups, "
                        "with --server instead of --data",
                        options->directory.data);
    if (status.code == STATUS_OK) {
        status = backup_directory(options, &directory, keep, &arena, &taken);
        directory_close(&directory);
    }
    if (status.code == STATUS_OK) backup_list_show(&taken, 1, options->remote.json);
    else screen_complain("%s", status.text);
    arena_free(&arena);
    return status.code == STATUS_OK ? ENDED_WELL : ENDED_UNABLE;
}

/* -- by a running service ---------------------------------------------------------------- */

/* The item of that number; NULL: it is not in the list. */
static const struct node *backup_find(const struct node *answer, const char *number)
{
    const struct node *items = node_at(answer, "items");

    for (size_t i = 0; i < node_count(items); i++)
        if (node_says(node_item(items, i), "backupId", number)) return node_item(items, i);
    return NULL;
}

static enum ending backup_tell(const struct remote *remote, const struct node *item,
                               const char *number)
{
    struct buffer out    = { 0 };
    struct arena  arena  = { 0 };
    enum ending   ending = node_says(item, "status", "done") ? ENDED_WELL : ENDED_REFUSED;
    struct slice  why    = node_shown(item, "reason", &arena);

    if (ending != ENDED_WELL)
        screen_complain("backup %s failed: %.*s", number, (int)why.size, why.data);
    else if (remote->json) {
        node_write(item, screen_is_terminal(stdout), &out);
        buffer_add_byte(&out, '\n');
    } else {
        struct slice position = node_shown(item, "position", &arena);
        buffer_print(&out, "backup %s is done, up to %.*s\n", number, (int)position.size,
                     position.data);
    }
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    arena_free(&arena);
    return ending;
}

static enum ending backup_await(struct remote *remote, const char *number)
{
    for (;;) {
        const struct question question = { .method = "GET", .path = "/operator/v1/backups" };

        struct tree        answer  = { 0 };
        enum ending        ending  = remote_call(remote, &question, &answer);
        const struct node *item    = backup_find(answer.root, number);
        bool               running = item && node_says(item, "status", "running");
        if (ending == ENDED_WELL && !item) {
            screen_complain("the service does not know of backup %s any more", number);
            ending = ENDED_UNABLE;
        } else if (ending == ENDED_WELL && !running) ending = backup_tell(remote, item, number);
        tree_close(&answer);
        if (ending != ENDED_WELL || !running) return ending;
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

static enum ending backup_take_running(const struct backup_options *options, uint32_t keep)
{
    struct arena  arena  = { 0 };
    struct buffer body   = { 0 };
    struct tree   answer = { 0 };
    struct remote remote;
    enum ending   ending = remote_open(&remote, "backup", &options->remote);

    if (ending != ENDED_WELL) return ending;
    if (keep) buffer_print(&body, "{\"keep\":%u}", keep);
    else buffer_add(&body, SLICE("{}"));
    ending = remote_call(&remote,
                         &(struct question){ .method = "POST",
                                             .path   = "/operator/v1/backups",
                                             .body   = buffer_slice(&body) },
                         &answer);
    if (ending == ENDED_WELL)
        ending = backup_await(&remote, node_shown(answer.root, "backupId", &arena).data);
    tree_close(&answer);
    buffer_free(&body);
    arena_free(&arena);
    remote_close(&remote);
    return ending;
}

/* -- the list ------------------------------------------------------------------------------ */

static enum ending backup_list_folder(const struct backup_options *options)
{
    struct arena   arena = { 0 };
    struct backup *backups;
    size_t         count;
    struct status  status = backup_list(options->folder, &arena, &backups, &count);

    if (status.code == STATUS_OK) backup_list_show(backups, count, options->remote.json);
    else screen_complain("%s", status.text);
    arena_free(&arena);
    return status.code == STATUS_OK ? ENDED_WELL : ENDED_UNABLE;
}

static enum ending backup_list_running(const struct backup_options *options)
{
    static const struct column columns[] = {
        { "BACKUP", "backupId" }, { "STATUS", "status" }, { "TAKEN", "takenAt" },
        { "UP TO", "position" },  { "BYTES", "size" },    { "REASON", "reason" },
    };

    return remote_list("backup",
                       &(struct question){ .method = "GET", .path = "/operator/v1/backups" },
                       columns, COUNT(columns), &options->remote);
}

/* -- the command ----------------------------------------------------------------------------- */

static enum ending backup_run(void *context, const struct verb *verb, const char *word)
{
    const struct backup_options *options = context;
    uint64_t                     keep    = 0;

    (void)verb;
    (void)word;
    if (options->keep &&
        (!text_u64(slice_text(options->keep), &keep) || !keep || keep > BACKUPS_KEPT_MAX))
        return misused("backup", "--keep has to be a number from 1 to %d", BACKUPS_KEPT_MAX);
    if (options->list_only)
        return options->folder ? backup_list_folder(options) : backup_list_running(options);
    if (!options->directory.data && (options->folder || options->vault_folder))
        return misused("backup", "--to and --with-vault go with --data DIR; a running piotd has "
                                 "its settings backup_folder and backup_vault_folder");
    if (!options->directory.data) return backup_take_running(options, (uint32_t)keep);
    if (!options->folder) return misused("backup", "--to FOLDER is missing: where backups go");
    return backup_take_stopped(options, (uint32_t)keep);
}

enum ending piot_backup(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct backup_options    options = { .folder = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_SERVER(&options.remote.server, &options.remote.token),
        CHOICES_OF_A_DIRECTORY(&options.directory),
        CHOICE_KEY(&options.directory.key),
        { "to", "FOLDER", NULL, "where the log's backups are", &options.folder, NULL },
        { "with-vault", "FOLDER", NULL, "copy the vault too, into this other folder",
          &options.vault_folder, NULL },
        { "keep", "N", NULL, "then take all but the newest N away", &options.keep, NULL },
        { "list", NULL, NULL, "only say which there are", NULL, &options.list_only },
        CHOICE_JSON(&options.remote.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "backup",
        .meaning = "copy the log, beside a running service or a stopped one's",
        .verbs   = verbs,
        .choices = choices,
        .run     = backup_run,
        .context = &options,
        .about =
            "Without --data a running piotd is asked, which goes on serving meanwhile; where\n"
            "to, its settings backup_folder and backup_vault_folder say. With --data DIR it is\n"
            "the directory of a stopped one. What an earlier backup has is not copied again.\n"
            "\n"
            "A backup has the log, its signed checkpoint and the key to check it; old events\n"
            "that are in an archive_folder, too, in FOLDER/archive, once for all backups. It has\n"
            "no views, which are folded again. Three things are yours to keep apart from it:\n"
            "  anchor    says how far the log came; best on another disk, always the newest\n"
            "  log.key   signs the log; whoever has it can sign another\n"
            "  the vault opens personal data; with the disk that has it, all of it is lost\n"
            "--with-vault FOLDER copies the vault, the newest copy only. Never onto the disk or\n"
            "into the hands that have the log's backup: together they are everybody's data,\n"
            "also of those who asked to be forgotten meanwhile. A person's erasure is complete\n"
            "only when the next copy has replaced this one, and copies of it elsewhere open\n"
            "nothing any more: after the next rotation of the master key.\n",
        .examples = "  piot backup --keep 14\n"
                    "  piot backup --data /var/lib/piot --to /backup/piot --with-vault /safe/piot\n"
                    "  piot backup --list --to /backup/piot\n",
    };

    return arguments_run(&manual, count, words);
}

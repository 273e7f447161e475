/* backup.c -- taking backups, and listing them. */
#include "replay/copy/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/durable.h"
#include "core/base/text.h"
#include "core/log/archived.h"
#include "core/rules/rules.h"
#include "core/store/backup.h"

#define VAULT_COPY "vault-"

/* -- what is in a backup ------------------------------------------------------------ */

static void leave_out(bool families[FAMILY_COUNT], const struct fold *fold)
{
    for (size_t i = 0; i < fold->family_count; i++) families[fold->families[i]] = false;
}

static void choose_families(bool families[FAMILY_COUNT], const struct fold *const *folds)
{
    store_families_all(families);
    leave_out(families, &fold_registry);
    for (; *folds; folds++) leave_out(families, *folds);
    families[FAMILY_leases]      = false;
    families[FAMILY_detections]  = false;
    families[FAMILY_idempotency] = false;
}

/* -- listing ------------------------------------------------------------------------ */

static struct status read_note(const char *folder, struct arena *arena, struct backup *backup,
                               bool *there)
{
    const char       *path = arena_print(arena, "%s/notes/%u", folder, backup->number).data;
    struct checkpoint checkpoint;
    struct slice      text, signatures;
    struct status     status = anchor_read(path, arena, &backup->note);

    *there = status.code != STATUS_NOT_FOUND;
    if (!*there) return OK;
    if (status.code == STATUS_OK) status = note_split(backup->note, &text, &signatures);
    if (status.code == STATUS_OK) status = checkpoint_parse(text, &checkpoint);
    if (status.code != STATUS_OK) return failed(status.code, "%s: %.180s", path, status.text);
    backup->position.number = checkpoint.size;
    return OK;
}

struct status backup_list(const char *folder, struct arena *arena, struct backup **backups,
                          size_t *count)
{
    const char                *store = arena_print(arena, "%s/store", folder).data;
    const struct store_options usual = { .path = NULL }; /* as restoring opens one */
    struct position            begin = { store_options_partition(&usual), 0 };
    struct stored_backup      *stored;
    size_t                     stored_count;
    bool                       there;

    *count = 0;
    TRY(store_backups(store, arena, &stored, &stored_count));
    *backups = arena_array(arena, struct backup, stored_count);
    for (size_t i = 0; i < stored_count; i++) {
        struct backup *backup = &(*backups)[*count];
        *backup               = (struct backup){ .number   = stored[i].number,
                                                 .taken_us = stored[i].taken_us,
                                                 .size     = stored[i].size,
                                                 .position = begin };
        TRY(read_note(folder, arena, backup, &there));
        *count += there;
    }
    return OK;
}

struct status backup_next(const char *folder, uint32_t *number)
{
    char store[PATH_MAX];

    TRY(durable_join(store, folder, "store"));
    return store_backup_next(store, number);
}

/* -- letting old ones go -------------------------------------------------------------- */

/* RocksDB counts those without a note, too. */
static uint32_t keep_stored(const struct backup *backups, size_t count,
                            const struct stored_backup *stored, size_t stored_count, uint32_t keep)
{
    uint32_t oldest = count > keep ? backups[count - keep].number : 0, kept = 0;

    for (size_t i = 0; i < stored_count; i++) kept += stored[i].number >= oldest;
    return kept;
}

static struct status keep_newest(const char *folder, struct arena *arena, uint32_t keep)
{
    const char           *store = arena_print(arena, "%s/store", folder).data;
    struct stored_backup *stored;
    struct backup        *backups;
    size_t                stored_count, count;

    TRY(store_backups(store, arena, &stored, &stored_count));
    TRY(backup_list(folder, arena, &backups, &count));
    if (count <= keep) return OK;
    TRY(store_backups_keep(store, keep_stored(backups, count, stored, stored_count, keep)));
    for (size_t i = 0; i < count - keep; i++) {
        const char *note = arena_print(arena, "%s/notes/%u", folder, backups[i].number).data;
        if (unlink(note) != 0) return durable_failed("removing", note);
    }
    return OK;
}

/* -- the vault, elsewhere --------------------------------------------------------------- */

static struct status check_apart(const char *folder, const char *vault_folder)
{
    bool inside, outside;

    TRY(durable_within(vault_folder, folder, &inside));
    TRY(durable_within(folder, vault_folder, &outside));
    if (!inside && !outside) return OK;
    return failed(STATUS_INVALID,
                  "%s lies with the log's backups, and would open them for "
                  "whoever has both: choose another disk",
                  vault_folder);
}

static struct status remove_copy(const char *folder, const char *name)
{
    char path[PATH_MAX], keys[PATH_MAX], inside[PATH_MAX];

    TRY(durable_join(path, folder, name));
    TRY(durable_join(keys, path, "keys"));
    TRY(store_remove(keys));
    static const char *const files[] = { "master.key", "master.key.new", "anchor" };
    for (size_t i = 0; i < COUNT(files); i++) {
        TRY(durable_join(inside, path, files[i]));
        if (unlink(inside) != 0 && errno != ENOENT) return durable_failed("removing", inside);
    }
    return rmdir(path) == 0 ? OK : durable_failed("removing", path);
}

static struct status remove_other_copies(const char *folder, const char *but)
{
    DIR           *listing = opendir(folder);
    struct status  status  = OK;
    struct dirent *entry;

    if (!listing) return durable_failed("opening", folder);
    while (status.code == STATUS_OK && (entry = readdir(listing)))
        if (strncmp(entry->d_name, VAULT_COPY, strlen(VAULT_COPY)) == 0 &&
            strcmp(entry->d_name, but) != 0)
            status = remove_copy(folder, entry->d_name);
    closedir(listing);
    return status;
}

/* After the log was frozen: so every key that the frozen log needs is in it. */
static struct status copy_vault(const struct backup_order *order, uint32_t number)
{
    char name[32], path[PATH_MAX];

    if (!order->vault) return OK;
    snprintf(name, sizeof name, VAULT_COPY "%u", number);
    TRY(durable_join(path, order->vault_folder, name));
    TRY(vault_copy(order->vault, path));
    return remove_other_copies(order->vault_folder, name);
}

/* -- taking ----------------------------------------------------------------------------- */

/* A folder's backups are of one log: the key in it says of which. */
static struct status check_key(const struct backup_order *order, const char *path)
{
    struct note_key kept;
    struct buffer   text   = { 0 };
    struct status   status = checkpoint_key_read(path, &kept);

    if (status.code == STATUS_OK)
        return memcmp(kept.public_key, order->key->public_key, sizeof kept.public_key) == 0
                   ? OK
                   : failed(STATUS_CONFLICT,
                            "%s holds backups of another log, %s: choose "
                            "another folder",
                            order->folder, kept.name);
    if (status.code != STATUS_NOT_FOUND) return status;
    note_key_text(order->key, &text);
    buffer_add_byte(&text, '\n');
    status = durable_write(path, buffer_slice(&text), DURABLE_REPLACE);
    buffer_free(&text);
    return status;
}

/* The archive of the log itself in the folder would pass for its backup. */
static struct status copy_archive(const struct backup_order *order, struct reader *reader,
                                  struct arena *arena)
{
    struct archived archived;
    bool            within = false;

    TRY(archived_look(reader, arena, &archived));
    if (!archived.through) return OK;
    if (access(archived.folder.data, F_OK) == 0) /* else copying says what is lost */
        TRY(durable_within(archived.folder.data, order->folder, &within));
    if (within)
        return failed(STATUS_INVALID,
                      "the archive is in %.100s, with the backups, and there would "
                      "be no second copy of it: copy it to another disk and set "
                      "archive_folder to it",
                      archived.folder.data);
    return archived_copy(reader, arena_print(arena, "%s/archive", order->folder).data);
}

/* What comes back without views says so: replay_check_ready(). */
static struct status copy_frozen(const struct backup_order *order, struct arena *arena,
                                 struct store *frozen, struct backup *taken)
{
    const char       *store = arena_print(arena, "%s/store", order->folder).data;
    struct checkpoint checkpoint;

    TRY(checkpoint_open(order->note, order->key, &checkpoint));
    TRY(checkpoint_check(store_reader(frozen), &checkpoint));
    TRY(copy_archive(order, store_reader(frozen), arena));
    TRY(replay_mark_unfolded(frozen));
    TRY(store_backup(frozen, store, &taken->number));
    TRY(copy_vault(order, taken->number));
    const char *note = arena_print(arena, "%s/notes/%u", order->folder, taken->number).data;
    return durable_write(note, order->note, DURABLE_REPLACE);
}

static struct status take(const struct backup_order *order, struct arena *arena,
                          struct backup *taken)
{
    bool           families[FAMILY_COUNT];
    struct store  *frozen;
    struct backup *backups;
    size_t         count;

    TRY(check_key(order, arena_print(arena, "%s/log.key.pub", order->folder).data));
    TRY(durable_folder(arena_print(arena, "%s/notes", order->folder).data));
    choose_families(families, order->folds);
    TRY(store_freeze(order->store, order->scratch, families, &frozen));
    struct status status = copy_frozen(order, arena, frozen, taken);
    struct status thawed = store_thaw(frozen, order->scratch);
    TRY(status);
    TRY(thawed);
    if (order->keep) TRY(keep_newest(order->folder, arena, order->keep));
    TRY(backup_list(order->folder, arena, &backups, &count));
    if (!count) return failed(STATUS_IO, "the backup in %.150s is gone", order->folder);
    *taken = backups[count - 1];
    return OK;
}

struct status backup_take(const struct backup_order *order, struct arena *arena,
                          struct backup *taken)
{
    int           lock;
    struct status status;

    ensure(order->store && order->key && order->folder && order->scratch && order->folds);
    if (!order->note.data)
        return failed(STATUS_CONFLICT, "the log has not been signed yet: nothing could be held "
                                       "against its backup");
    TRY(durable_folder(order->folder));
    if (order->vault) {
        TRY(durable_folder(order->vault_folder));
        TRY(check_apart(order->folder, order->vault_folder));
    }
    lock = open(order->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0) return durable_failed("opening", order->folder);
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) status = take(order, arena, taken);
    else status = failed(STATUS_CONFLICT, "somebody else writes a backup into %s", order->folder);
    close(lock);
    return status;
}

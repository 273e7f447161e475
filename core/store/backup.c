#include "core/store/backup.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/store/rocks.h"

enum { FROZEN_BYTES = 4 << 20 }; /* of cache and of memtables: little is read or written */

/* -- freezing ------------------------------------------------------------------ */

/* RocksDB's "default" stays, and is empty. */
static bool is_other(const struct store *store, const struct stored *stored)
{
    const struct handles *handles = atomic_load(&store->handles);

    for (size_t family = 0; family < FAMILY_COUNT; family++)
        if (handles->of[family] == stored->handle) return false;
    return strcmp(stored->name, "default") != 0;
}

struct status store_freeze(struct store *store, const char *path, const bool families[FAMILY_COUNT],
                           struct store **frozen)
{
    struct store_options options = {
        .path        = path,
        .still       = true,
        .partition   = store->partition,
        .cache_bytes = FROZEN_BYTES,
        .write_bytes = FROZEN_BYTES,
    };
    memcpy(options.families, families, sizeof options.families);
    TRY(store_remove(path));
    TRY(store_checkpoint(store, path));
    TRY(store_open(frozen, &options));
    struct status status = families_drop(*frozen, is_other);
    if (status.code == STATUS_OK) return OK;
    store_close(*frozen);
    *frozen = NULL;
    return status;
}

struct status store_thaw(struct store *frozen, const char *path)
{
    store_close(frozen);
    return store_remove(path);
}

/* -- the engine ------------------------------------------------------------------ */

/* Its defaults are what we want: tables are shared and told apart by the session that
 * wrote them, their size and number; files are synced before the list names them. */
static struct status engine_open(const char *folder, rocksdb_backup_engine_t **engine)
{
    char                            *error   = NULL;
    rocksdb_env_t                   *env     = rocksdb_create_default_env();
    rocksdb_backup_engine_options_t *options = rocksdb_backup_engine_options_create(folder);
    *engine = rocksdb_backup_engine_open_opts(options, env, &error);
    rocksdb_backup_engine_options_destroy(options);
    rocksdb_env_destroy(env);
    return rocks_status(error, "opening the backups");
}

/* Opening for reading would make a folder, so it is looked for first. */
static struct status engine_find(const char *folder, rocksdb_backup_engine_t **engine)
{
    if (access(folder, F_OK) != 0)
        return errno == ENOENT ? failed(STATUS_NOT_FOUND, "there is no backup in %s", folder)
                               : file_failed("looking for", folder);
    return engine_open(folder, engine);
}

struct status store_backup(struct store *frozen, const char *folder, uint32_t *number)
{
    rocksdb_backup_engine_t *engine = NULL;
    struct status            status = OK;
    char                    *error  = NULL;
    ensure(!frozen->memory && !frozen->read_only);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) return file_failed("making", folder);
    TRY(engine_open(folder, &engine));
    rocksdb_backup_engine_create_new_backup_flush(engine, frozen->db, 1, &error);
    if (!error) {
        const rocksdb_backup_engine_info_t *info  = rocksdb_backup_engine_get_backup_info(engine);
        int                                 count = rocksdb_backup_engine_info_count(info);
        if (count > 0) *number = rocksdb_backup_engine_info_backup_id(info, count - 1);
        else status = failed(STATUS_IO, "the backup in %.150s is gone", folder);
        rocksdb_backup_engine_info_destroy(info);
    }
    rocksdb_backup_engine_close(engine);
    return error ? rocks_status(error, "copying into the backup") : status;
}

struct status store_backups(const char *folder, struct arena *arena, struct stored_backup **backups,
                            size_t *count)
{
    rocksdb_backup_engine_t *engine = NULL;
    *backups                        = NULL;
    *count                          = 0;
    struct status status            = engine_find(folder, &engine);
    if (status.code == STATUS_NOT_FOUND) return OK;
    TRY(status);
    const rocksdb_backup_engine_info_t *info = rocksdb_backup_engine_get_backup_info(engine);
    *count                                   = (size_t)rocksdb_backup_engine_info_count(info);
    *backups                                 = arena_array(arena, struct stored_backup, *count);
    for (size_t at = 0; at < *count; at++)
        (*backups)[at] = (struct stored_backup){
            .number   = rocksdb_backup_engine_info_backup_id(info, (int)at),
            .taken_us = rocksdb_backup_engine_info_timestamp(info, (int)at) * SECOND,
            .size     = rocksdb_backup_engine_info_size(info, (int)at),
        };
    rocksdb_backup_engine_info_destroy(info);
    rocksdb_backup_engine_close(engine);
    return OK;
}

/* One more than the highest in the engine's folder, also of damaged ones, as it counts
 * itself. */
struct status store_backup_next(const char *folder, uint32_t *number)
{
    char path[PATH_MAX], *end;
    snprintf(path, sizeof path, "%s/meta", folder);
    DIR *listing = opendir(path);
    *number      = 1;
    if (!listing) return errno == ENOENT ? OK : file_failed("opening", path);
    struct dirent *entry;
    while ((entry = readdir(listing))) {
        unsigned long found = strtoul(entry->d_name, &end, 10);
        if (end != entry->d_name && !*end && found >= *number && found < UINT32_MAX)
            *number = (uint32_t)found + 1;
    }
    closedir(listing);
    return OK;
}

struct status store_backups_keep(const char *folder, uint32_t keep)
{
    rocksdb_backup_engine_t *engine = NULL;
    char                    *error  = NULL;
    ensure(keep > 0);
    TRY(engine_find(folder, &engine));
    rocksdb_backup_engine_purge_old_backups(engine, keep, &error);
    rocksdb_backup_engine_close(engine);
    return rocks_status(error, "taking old backups away");
}

/* -- coming back ------------------------------------------------------------------- */

static struct status check_there(const char *folder, uint32_t number)
{
    struct arena          arena = { 0 };
    struct stored_backup *backups;
    size_t                count;
    bool                  there  = false;
    struct status         status = store_backups(folder, &arena, &backups, &count);
    for (size_t at = 0; at < count; at++) there |= backups[at].number == number;
    arena_free(&arena);
    TRY(status);
    return there ? OK : failed(STATUS_NOT_FOUND, "there is no backup %u in %s", number, folder);
}

static struct status check_free(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) return errno == ENOENT ? OK : file_failed("opening", path);
    struct status  status = OK;
    struct dirent *entry;
    while (status.code == STATUS_OK && (entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = failed(STATUS_CONFLICT, "%s is not empty: nothing is overwritten", path);
    closedir(folder);
    return status;
}

/* RocksDB says which checksum it expected, but leaves the file's name out; its list, lines of
 * "NAME crc32 CHECKSUM", has both. */
static struct status name_altered(const char *folder, uint32_t number, struct status status)
{
    static const char EXPECTED[] = "expected checksum is ";
    const char       *expected   = strstr(status.text, EXPECTED);
    char              path[PATH_MAX], name[PATH_MAX];
    unsigned          checksum;
    unsigned long     wanted;
    if (status.code != STATUS_CORRUPT || !expected) return status;
    wanted = strtoul(expected + strlen(EXPECTED), NULL, 16);
    snprintf(path, sizeof path, "%s/meta/%u", folder, number);
    FILE *list = fopen(path, "r");
    if (!list) return status;
    char line[PATH_MAX + 64];
    while (fgets(line, sizeof line, list))
        if (sscanf(line, "%4095s crc32 %u", name, &checksum) == 2 && checksum == wanted)
            status = failed(STATUS_CORRUPT,
                            "%s is not what was written there: its checksum is "
                            "another",
                            name);
    fclose(list);
    return status;
}

struct status store_restore(const char *folder, uint32_t number, const char *path)
{
    rocksdb_backup_engine_t *engine = NULL;
    char                    *error  = NULL;
    TRY(check_there(folder, number));
    TRY(check_free(path));
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return file_failed("making", path);
    TRY(engine_find(folder, &engine));
    rocksdb_restore_options_t *options = rocksdb_restore_options_create();
    rocksdb_backup_engine_restore_db_from_backup(engine, path, path, options, number, &error);
    rocksdb_restore_options_destroy(options);
    rocksdb_backup_engine_close(engine);
    return name_altered(folder, number, rocks_status(error, "restoring"));
}

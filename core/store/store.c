/* store.c -- opening and closing.
 *
 * RocksDB opens a database with all the families it has, or not at all; so those
 * that nobody wants any more (older versions of a view) are listed and opened, too.
 */
#include "core/store/rocks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/durable.h"
#include "core/store/wal.h"

static const char *const names[FAMILY_COUNT] = {
#define FAMILY(name, stored, key, value) #name,
#include "core/store/families.def"
#undef FAMILY
};

static const char *const stored_names[FAMILY_COUNT] = {
#define FAMILY(name, stored, key, value) stored,
#include "core/store/families.def"
#undef FAMILY
};

#define MEMORY_PATH "/memory" /* inside the store's own file system */

const char *family_name(enum family family)
{
    ensure(family < FAMILY_COUNT);
    return names[family];
}

const char *family_stored_name(enum family family)
{
    ensure(family < FAMILY_COUNT);
    return stored_names[family];
}

void store_families_all(bool families[FAMILY_COUNT])
{
    for (size_t family = 0; family < FAMILY_COUNT; family++)
        families[family] = family != FAMILY_vault;
}

struct slice rocks_key(const struct store *store, enum family family, struct slice key,
                       char room[ROCKS_KEY_MAX])
{
    ensure(key.size <= KEY_MAX);
    if (!store->memory) return key;
    room[0] = (char)family;
    if (key.size) memcpy(room + 1, key.data, key.size);
    return (struct slice){ room, key.size + 1 };
}

struct status rocks_status(char *error, const char *doing)
{
    if (!error) return OK;
    enum status_code code = STATUS_IO;
    if (strstr(error, "lock hold by current process") || strstr(error, "While lock file"))
        code = STATUS_CONFLICT;
    else if (strncmp(error, "Corruption", strlen("Corruption")) == 0) code = STATUS_CORRUPT;
    else if (strncmp(error, "Invalid argument", strlen("Invalid argument")) == 0)
        code = STATUS_INVALID;
    struct status status = failed(code, "%s: %s", doing, error);
    rocksdb_free(error);
    return status;
}

struct status file_failed(const char *doing, const char *path)
{
    return failed(STATUS_IO, "%s %s: %s", doing, path, strerror(errno));
}

/* The folder's own name must be durable too, or a power cut takes all of it. */
static struct status directory_make(const char *path)
{
    char parent[PATH_MAX];
    if (mkdir(path, 0700) != 0) return errno == EEXIST ? OK : file_failed("making", path);
    snprintf(parent, sizeof parent, "%s/..", path);
    int folder = durable_open(parent, O_RDONLY | O_DIRECTORY);
    if (folder < 0) return file_failed("opening", parent);
    int           lost   = fsync(folder);
    struct status status = lost ? file_failed("syncing", parent) : OK;
    close(folder);
    return status;
}

static bool name_ends(const char *name, const char *end)
{
    size_t size = strlen(name), end_size = strlen(end);
    return size > end_size && strcmp(name + size - end_size, end) == 0;
}

/* Asked where CURRENT is missing. RocksDB would begin afresh there; but tables and
 * WAL files come to be only after CURRENT is durable, so they tell of a loss. */
static struct status directory_check_new(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) return file_failed("opening", path);
    struct status  status = OK;
    struct dirent *entry;
    while (status.code == STATUS_OK && (entry = readdir(folder)))
        if (name_ends(entry->d_name, ".sst") || name_ends(entry->d_name, ".log"))
            status = failed(STATUS_CORRUPT, "%s has %s but no CURRENT", path, entry->d_name);
    closedir(folder);
    return status;
}

/* What families the files have: RocksDB's own list, or none for a new store. */
static struct status families_list(const char *path, bool read_only, char ***list, size_t *count)
{
    char current[PATH_MAX];
    *list  = NULL;
    *count = 0;
    if (strlen(path) > PATH_MAX / 2)
        return failed(STATUS_INVALID, "the path of the store is too long");
    snprintf(current, sizeof current, "%s/CURRENT", path);
    if (access(current, F_OK) != 0) {
        if (read_only) return failed(STATUS_NOT_FOUND, "there is no store at %s", path);
        TRY(directory_make(path));
        return directory_check_new(path);
    }
    char              *error = NULL;
    rocksdb_options_t *rocks = rocksdb_options_create();
    *list                    = rocksdb_list_column_families(rocks, path, count, &error);
    rocksdb_options_destroy(rocks);
    return rocks_status(error, "listing families");
}

/* The names to open: those found, "default", and those wanted that are missing. */
struct opening {
    const char        **names;
    rocksdb_options_t **options;
    size_t              count;
};

static void opening_add(struct opening *opening, const char *name,
                        rocksdb_options_t *const shapes[2])
{
    for (size_t at = 0; at < opening->count; at++)
        if (strcmp(opening->names[at], name) == 0) return;
    opening->names[opening->count]   = name;
    opening->options[opening->count] = shapes[options_shape_of(name)];
    opening->count++;
}

/* In any generation: which one counts is not known before they are open. */
static bool opening_has(const struct opening *opening, const char *stored_name)
{
    for (size_t at = 0; at < opening->count; at++)
        if (slice_equal(stored_base(opening->names[at]), slice_text(stored_name))) return true;
    return false;
}

static void opening_gather(struct opening *opening, const struct store *store, char **found,
                           size_t found_count, rocksdb_options_t *const shapes[2])
{
    size_t room      = found_count + FAMILY_COUNT + 1;
    opening->names   = calloc(room, sizeof *opening->names);
    opening->options = calloc(room, sizeof *opening->options);
    opening->count   = 0;
    ensure(opening->names && opening->options);
    opening_add(opening, "default", shapes);
    for (size_t at = 0; at < found_count; at++) opening_add(opening, found[at], shapes);
    for (size_t family = 0; family < FAMILY_COUNT; family++)
        if (store->wanted[family] && !store->read_only && !store->memory &&
            !opening_has(opening, stored_names[family]))
            opening_add(opening, stored_names[family], shapes);
}

static struct status opening_run(struct store *store, const struct opening *opening,
                                 const char *path, const rocksdb_options_t *options)
{
    char                            *error  = NULL;
    int                              count  = (int)opening->count;
    rocksdb_column_family_handle_t **opened = calloc(opening->count, sizeof *opened);
    ensure(opened != NULL);
    const rocksdb_options_t *const *each = (const rocksdb_options_t *const *)opening->options;
    if (store->read_only)
        store->db = rocksdb_open_for_read_only_column_families(options, path, count, opening->names,
                                                               each, opened, 0, &error);
    else
        store->db = rocksdb_open_column_families(options, path, count, opening->names, each, opened,
                                                 &error);
    for (size_t at = 0; !error && at < opening->count; at++)
        family_add(store, opening->names[at], opened[at]);
    free(opened);
    return rocks_status(error, "opening the store");
}

static struct status families_open(struct store *store, const struct store_options *options,
                                   const char *path, int recovery_mode)
{
    char **found = NULL;
    size_t count = 0;
    if (!store->memory) TRY(families_list(path, options->read_only, &found, &count));
    rocksdb_options_t *shapes[] = {
        [OPTIONS_POINTS] = options_new(store, options, OPTIONS_POINTS, recovery_mode),
        [OPTIONS_SCANS]  = options_new(store, options, OPTIONS_SCANS, recovery_mode),
    };
    struct opening opening;
    opening_gather(&opening, store, found, count, shapes);
    struct status status = opening_run(store, &opening, path, shapes[OPTIONS_POINTS]);
    if (status.code == STATUS_OK) status = families_find(store, options->any_version);
    if (status.code == STATUS_OK && !store->read_only && !store->memory)
        status = families_drop_leftovers(store);
    free(opening.names);
    free(opening.options);
    rocksdb_options_destroy(shapes[OPTIONS_POINTS]);
    rocksdb_options_destroy(shapes[OPTIONS_SCANS]);
    if (found) rocksdb_list_column_families_destroy(found, count);
    return status;
}

struct status store_attempt(struct store **opened, const struct store_options *options,
                            const char *path, int recovery_mode)
{
    *opened             = NULL;
    struct store *store = calloc(1, sizeof *store);
    ensure(store != NULL);
    store->memory      = path ? NULL : rocksdb_create_mem_env();
    store->cache       = options_cache_new(options);
    store->read_only   = options->read_only;
    store->partition   = store_options_partition(options);
    store->write_bytes = options->write_bytes;
    ensure(pthread_mutex_init(&store->lock, NULL) == 0);
    atomic_store(&store->handles, handles_new());
    store->read         = rocksdb_readoptions_create();
    store->write        = rocksdb_writeoptions_create();
    store->write_synced = rocksdb_writeoptions_create();
    rocksdb_writeoptions_set_sync(store->write_synced, path != NULL);
    store->write_unlogged = rocksdb_writeoptions_create();
    rocksdb_writeoptions_disable_WAL(store->write_unlogged, 1);
    rocksdb_writeoptions_disable_WAL(store->write, path == NULL);
    rocksdb_writeoptions_disable_WAL(store->write_synced, path == NULL);
    memcpy(store->wanted, options->families, sizeof store->wanted);
    reader_start(&store->reader, store, NULL, NULL);

    struct status status = families_open(store, options, path ? path : MEMORY_PATH, recovery_mode);
    if (status.code == STATUS_OK) *opened = store;
    else store_close(store);
    return status;
}

struct status store_open(struct store **store, const struct store_options *options)
{
    ensure(options->path || !options->read_only);
    ensure(options->read_only || !options->any_version);
    memory_watch();
    if (options->path) TRY(wal_check(options->path));
    struct status strict = store_attempt(store, options, options->path,
                                         rocksdb_absolute_consistency_recovery);
    if (strict.code != STATUS_CORRUPT || !options->path || !options->accept) return strict;
    return recovery_run(store, options, strict);
}

/* A shadow writes into the database of the one it is made beside. */
void store_write_failed(struct store *store)
{
    atomic_store(&store->write_failed, true);
    if (store->under) atomic_store(&store->under->write_failed, true);
}

/* Handles before the database, and that before what it stands on. */
void store_close(struct store *store)
{
    static _Atomic(struct store *) left_open; /* the last one: RocksDB's threads still use it */

    if (!store) return;
    if (atomic_load(&store->write_failed)) {
        store->left_open = atomic_exchange(&left_open, store);
        return;
    }
    for (size_t at = 0; at < store->all_count; at++) {
        rocksdb_column_family_handle_destroy(store->all[at].handle);
        free(store->all[at].name);
    }
    free(store->all);
    for (struct handles *handles = atomic_load(&store->handles), *before; handles;
         handles                 = before) {
        before = handles->before;
        free(handles);
    }
    if (store->db) rocksdb_close(store->db);
    buffer_free(&store->generations);
    ensure(pthread_mutex_destroy(&store->lock) == 0);
    rocksdb_readoptions_destroy(store->read);
    rocksdb_writeoptions_destroy(store->write);
    rocksdb_writeoptions_destroy(store->write_synced);
    rocksdb_writeoptions_destroy(store->write_unlogged);
    rocksdb_cache_destroy(store->cache);
    if (store->memory) rocksdb_env_destroy(store->memory);
    free(store);
}

struct reader *store_reader(struct store *store) { return &store->reader; }

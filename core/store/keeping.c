/* keeping.c -- what a store needs besides reading and writing. */
#include "core/store/rocks.h"

#include <string.h>

enum { COMPACT_ALWAYS = 2 }; /* rocksdb::BottommostLevelCompaction::kForce */

/* In memory all have one handle. */
struct status store_flush(struct store *store)
{
    ensure(!store->read_only);
    char                   *error   = NULL;
    rocksdb_flushoptions_t *options = rocksdb_flushoptions_create();
    rocksdb_flushoptions_set_wait(options, 1);
    struct handles *handles = handles_use(store);
    for (size_t family = 0; family < FAMILY_COUNT && !error; family++)
        if (handles->of[family] && !(family && handles->of[family] == handles->of[family - 1]))
            rocksdb_flush_cf(store->db, options, handles->of[family], &error);
    handles_leave(handles);
    rocksdb_flushoptions_destroy(options);
    if (error) store_write_failed(store);
    return rocks_status(error, "flushing");
}

/* RocksDB's C API swallows the outcome of a compaction; a failed one shows as a
 * background error. */
struct status store_compact(struct store *store, enum family family)
{
    TRY(store_flush(store));
    rocksdb_compactoptions_t *options = rocksdb_compactoptions_create();
    rocksdb_compactoptions_set_bottommost_level_compaction(options, COMPACT_ALWAYS);
    rocksdb_compact_range_cf_opt(store->db, store_family(store, family), options, NULL, 0, NULL, 0);
    rocksdb_compactoptions_destroy(options);
    if (atomic_load(&store->compact_no_more))
        return failed(STATUS_CONFLICT, "compacting was ended halfway");
    return store_failing(store) ? failed(STATUS_IO, "compacting %s", family_name(family)) : OK;
}

void store_compact_no_more(struct store *store)
{
    atomic_store(&store->compact_no_more, true);
    rocksdb_disable_manual_compaction(store->db);
}

uint64_t store_snapshots(struct store *store)
{
    return store_property(store, "rocksdb.num-snapshots");
}

/* One range tombstone, then a compaction, lest every later read wade through. */
struct status store_clear(struct store *store, enum family family)
{
    ensure(!store->read_only);
    char        *error = NULL;
    char         room[ROCKS_KEY_MAX];
    char         last[ROCKS_KEY_MAX + 1]; /* longer than any key: sorts after them all */
    struct slice first = rocks_key(store, family, (struct slice){ "", 0 }, room);
    memset(last, 0xff, sizeof last);
    if (store->memory) last[0] = (char)family;
    rocksdb_delete_range_cf(store->db, store->write_synced, store_family(store, family), first.data,
                            first.size, last, sizeof last, &error);
    if (error) store_write_failed(store);
    TRY(rocks_status(error, "clearing"));
    return store_compact(store, family);
}

struct status store_checkpoint(struct store *store, const char *path)
{
    ensure(!store->memory && !store->read_only);
    char                 *error      = NULL;
    rocksdb_checkpoint_t *checkpoint = rocksdb_checkpoint_object_create(store->db, &error);
    TRY(rocks_status(error, "making a checkpoint"));
    rocksdb_checkpoint_create(checkpoint, path, 0, &error); /* 0: flush, copy no WAL */
    rocksdb_checkpoint_object_destroy(checkpoint);
    return rocks_status(error, "making a checkpoint");
}

/* Figures of the whole store, which every family would answer alike; the others
 * are summed over the families. */
static const char *const whole[] = {
    "rocksdb.block-cache-", "rocksdb.num-snapshots",      "rocksdb.oldest-snapshot",
    "rocksdb.num-running-", "rocksdb.is-write-stopped",   "rocksdb.actual-delayed-write-rate",
    "rocksdb.is-file-del",  "rocksdb.min-log-number-to-", "rocksdb.background-errors",
};

static bool property_is_whole(const char *name)
{
    for (size_t at = 0; at < COUNT(whole); at++)
        if (strncmp(name, whole[at], strlen(whole[at])) == 0) return true;
    return false;
}

uint64_t store_property(struct store *store, const char *name)
{
    uint64_t value = 0, sum = 0;
    if (property_is_whole(name))
        return rocksdb_property_int(store->db, name, &value) == 0 ? value : 0;
    ensure(pthread_mutex_lock(&store->lock) == 0);
    for (size_t at = 0; at < store->all_count; at++)
        if (rocksdb_property_int_cf(store->db, store->all[at].handle, name, &value) == 0)
            sum += value;
    ensure(pthread_mutex_unlock(&store->lock) == 0);
    return sum;
}

bool store_failing(struct store *store)
{
    return store_property(store, "rocksdb.background-errors") > 0;
}

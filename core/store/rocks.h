/* rocks.h -- what the files of this room share. No other room includes it.
 *
 * store.c opens, closes and keeps; options.c is the tuning; recovery.c the way
 * back after damage; backup.c the copies elsewhere; reader.c and cursor.c read; batch.c and
 * overlay.c write.
 *
 * THREADS   As store.h says. The one thing written by many threads is the
 *           failure noted in a reader, hence its lock.
 * MEMORY    rocks_status() frees RocksDB's sentence.
 */
#ifndef PIOT_STORE_ROCKS_H
#define PIOT_STORE_ROCKS_H

#include "core/store/store.h"

#include <pthread.h>
#include <rocksdb/c.h>
#include <stdatomic.h>

struct reader {
    struct store               *store;
    struct batch               *batch;    /* whose changes lie on top; NULL: none */
    const rocksdb_snapshot_t   *snapshot; /* NULL: what is committed now */
    rocksdb_readoptions_t      *options;
    pthread_mutex_t             lock;
    struct status               failure;
};
void reader_start(struct reader *reader, struct store *store, struct batch *batch,
                  const rocksdb_snapshot_t *snapshot);
void reader_stop(struct reader *reader);
void reader_forgive(struct reader *reader); /* a cleared batch begins without failure */

struct store {
    rocksdb_t              *db;
    rocksdb_env_t          *memory; /* the file system of a store in memory, else NULL */
    rocksdb_cache_t        *cache;
    rocksdb_writeoptions_t *write, *write_synced;
    bool                    read_only;
    atomic_bool             compact_no_more;
    struct reader           reader;

    /* Every family found or made, also those of older view versions: RocksDB
     * opens all or none. `families` borrows from it; NULL: not in this store. In
     * memory there is but one, see rocks_key(). */
    rocksdb_column_family_handle_t **all;
    size_t                           all_count;
    rocksdb_column_family_handle_t  *families[FAMILY_COUNT];
    bool                             wanted[FAMILY_COUNT];
};

/* STATUS_IO, with what errno says. */
must_use struct status file_failed(const char *doing, const char *path);

/* The key as RocksDB knows it. Making a family costs RocksDB milliseconds, which
 * is nothing once and too much for a store in memory that lives for one question:
 * there all families share one, and each key is led by its family's byte. On
 * disk it is `key` itself, and `room` is left alone. */
enum { ROCKS_KEY_MAX = KEY_MAX + 1 };
struct slice  rocks_key(const struct store *store, enum family family, struct slice key,
                        char room[ROCKS_KEY_MAX]);
static inline size_t rocks_key_lead(const struct store *store) { return store->memory ? 1 : 0; }

/* NULL only for a family that a read-only store wants and the files lack: it
 * reads as empty. A family the store was not opened with is our mistake. */
rocksdb_column_family_handle_t *store_family(const struct store *store, enum family family);

/* OK for NULL; else the sentence after `doing`, with the code it stands for. */
must_use struct status rocks_status(char *error, const char *doing);

/* The first and the only way of opening: as store_open(), but in the given mode
 * of WAL recovery and at `path`, without looking at `accept`. */
must_use struct status store_attempt(struct store **store, const struct store_options *options,
                                     const char *path, int recovery_mode);

/* After a strict opening said `refused`: see recovery.c. */
must_use struct status recovery_run(struct store **store, const struct store_options *options,
                                    struct status refused);

/* For all families together, then for one; the caller destroys both. */
enum options_shape { OPTIONS_POINTS, OPTIONS_SCANS };
rocksdb_options_t *options_new(const struct store *store, const struct store_options *options,
                               enum options_shape shape, int recovery_mode);
enum options_shape options_shape_of(const char *stored_name);
rocksdb_cache_t *options_cache_new(const struct store_options *options);

const struct overlay *batch_changes(const struct batch *batch);

#endif

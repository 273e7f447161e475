/* rocks.h -- what the files of this room share. No other room includes it.
 *
 * store.c opens and closes; families.c knows which of RocksDB's families is whose;
 * shadow.c makes others beside them; options.c is the tuning; wal.c tells a torn end of the log
 * from damage; recovery.c is the way back after that; backup.c the copies elsewhere; reader.c
 * and cursor.c read; batch.c and overlay.c write.
 *
 * THREADS   As store.h says. What many threads write is atomic or has its lock: how many
 *           reads failed, the list of what is open.
 * MEMORY    rocks_status() frees RocksDB's sentence.
 */
#ifndef PIOT_STORE_ROCKS_H
#define PIOT_STORE_ROCKS_H

#include "core/store/store.h"

#include "core/base/buffer.h"

#include <pthread.h>
#include <rocksdb/c.h>
#include <stdatomic.h>

/* Which handle is which family's: exchanged as a whole when a shadow takes the place of
 * what it was made beside. Whoever reads has one in use from looking a handle up until
 * RocksDB has answered (an iterator needs its handle no more); the store has its current
 * one in use. The last to leave destroys what nobody can ask for then. */
struct handles {
    rocksdb_column_family_handle_t *of[FAMILY_COUNT];   /* NULL: not in this store */
    rocksdb_column_family_handle_t *gone[FAMILY_COUNT]; /* replaced by what came after */
    _Atomic unsigned                users;
    struct handles                 *before; /* whose place it took; freed with the store */
};

struct reader {
    struct store             *store;
    struct batch             *batch;    /* whose changes lie on top; NULL: none */
    const rocksdb_snapshot_t *snapshot; /* NULL: what is committed now */
    struct handles           *handles;  /* a snapshot's, in use by it; NULL: the current */
    uint32_t                  partition;
    rocksdb_readoptions_t    *options; /* a snapshot's own, else the store's */
    struct status             failure;
};
void reader_start(struct reader *reader, struct store *store, struct batch *batch,
                  const rocksdb_snapshot_t *snapshot);
/* STATUS_OK, or that a read failed, which the store counts. */
must_use struct status reader_outcome(struct store *store, char *error, const char *doing);
void reader_forgive(struct reader *reader); /* a cleared batch begins without failure */

/* A family as RocksDB has it. */
struct stored {
    char                           *name;
    rocksdb_column_family_handle_t *handle;
};

struct store {
    rocksdb_t              *db;
    rocksdb_env_t          *memory; /* the file system of a store in memory, else NULL */
    rocksdb_cache_t        *cache;
    rocksdb_readoptions_t  *read;
    rocksdb_writeoptions_t *write, *write_synced, *write_unlogged;
    size_t                  write_bytes; /* as store_options has it */
    bool                    read_only;
    uint32_t                partition;
    atomic_bool             compact_no_more;
    atomic_bool             write_failed; /* closing it would stop the program */
    struct store           *left_open;    /* for that reason, before it */
    struct reader           reader;
    _Atomic uint64_t        reads, reads_failed;
    _Atomic int64_t         read_failed_us; /* the last one, monotonic */
    bool                    wanted[FAMILY_COUNT];
    /* In memory there is but one of RocksDB's, see rocks_key(). */
    _Atomic(struct handles *) handles;

    /* Every family found or made, also those of older view versions: RocksDB opens
     * all or none. */
    struct stored  *all;
    size_t          all_count;
    pthread_mutex_t lock;        /* over `all`, once the store is open */
    struct buffer   generations; /* which count, as meta has it; the writer's */

    /* Of a shadow: what it is made beside, from which it has all but the handles. */
    struct store *under;
    bool          shadowed[FAMILY_COUNT];
    bool          switched;
};

/* From now on it cannot be closed: store_close(). */
void store_write_failed(struct store *store);

/* STATUS_IO, with what errno says. */
must_use struct status file_failed(const char *doing, const char *path);

/* The key as RocksDB knows it. Making a family costs RocksDB milliseconds, which
 * is nothing once and too much for a store in memory that lives for one question:
 * there all families share one, and each key is led by its family's byte. On
 * disk it is `key` itself, and `room` is left alone. */
enum { ROCKS_KEY_MAX = KEY_MAX + 1 };
struct slice         rocks_key(const struct store *store, enum family family, struct slice key,
                               char room[ROCKS_KEY_MAX]);
static inline size_t rocks_key_lead(const struct store *store) { return store->memory ? 1 : 0; }

/* -- families.c ------------------------------------------------------------------- */

/* The writer's, or whoever knows that none are exchanged meanwhile. NULL only for a
 * family that a read-only store wants and the files lack: it reads as empty. A family
 * the store was not opened with is our mistake. */
rocksdb_column_family_handle_t *store_family(const struct store *store, enum family family);
/* The same through the handles in use. */
rocksdb_column_family_handle_t *handles_family(const struct store   *store,
                                               const struct handles *handles, enum family family);

/* -- memory.c ------------------------------------------------------------------------- */

/* From now on a failed allocation of RocksDB's is out_of_memory(). */
void memory_watch(void);

struct handles *handles_new(void); /* in use once: by the store it is made for */
struct handles *handles_use(struct store *store);
void            handles_leave(struct handles *handles);
/* A reader's: a batch's writer is the one who exchanges them, so it need not count. */
struct handles *reader_enter(struct reader *reader);
void            reader_leave(struct reader *reader, struct handles *handles);

/* "devices_v1" of "devices_v1~3". */
struct slice stored_base(const char *name);
/* Is it the generation that counts? */
bool stored_counts(const struct store *store, const char *name);
/* Reads which generation of each counts, and finds every family's handle among `all`. */
must_use struct status families_find(struct store *store, bool any_version);
/* Drops, and closes, each of those open that is `unwanted`. Before anybody reads. */
must_use struct status families_drop(struct store *store,
                                     bool (*unwanted)(const struct store  *store,
                                                      const struct stored *stored));
/* Drops what a rebuild left behind that was not carried through. */
must_use struct status families_drop_leftovers(struct store *store);
/* Drops the family for good and forgets it; the handle is the caller's to destroy. */
must_use struct status family_drop(struct store *store, rocksdb_column_family_handle_t *handle);
/* Adds one to the list of what is open. */
void family_add(struct store *store, const char *name, rocksdb_column_family_handle_t *handle);
struct key generations_key(const struct store *store); /* in FAMILY_meta */

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
rocksdb_cache_t   *options_cache_new(const struct store_options *options);

const struct overlay *batch_changes(const struct batch *batch);

#endif

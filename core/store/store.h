/* store.h -- the one face of RocksDB: sorted maps that change together.
 *
 * A store holds families; a batch holds changes to any of them, which become
 * durable and visible all at once or not at all. Reading goes through a
 * struct reader: a job's own (what is committed), a snapshot's (what was
 * committed then), or a batch's (what is committed, and what the batch will
 * change on top), so that folds and rules read the same way in every place.
 *
 * A store is opened for one partition of the log. Its readers and batches know which, and
 * each key begins with it: so nobody above has to be told.
 *
 * A read that fails, fails the job that reads. Most say so by a status. A record
 * or a view says "absent", and the failure is noted with its reader: whoever made
 * the reader looks there before it believes what it read. So each request, each
 * pass of a background chore has a reader of its own, and no failure is anybody
 * else's.
 *
 * Opening is strict. RocksDB's default recovery would silently drop
 * acknowledged records after a damaged one, so the store opens in mode
 * kAbsoluteConsistency first. When that refuses, which a torn tail after a
 * power cut may cause too, a copy is opened in kPointInTimeRecovery and handed
 * to `accept`; only if that says yes is the store itself recovered so. A read-only
 * store, which changes no file, is handed to `accept` itself.
 *
 * Before that all of the WAL is read: damage with a whole commit behind it is no torn tail, and
 * refused (wal.h). What that cannot see: a WAL cut exactly between two commits reads as a
 * shorter one. The layer above knows how much there must be, and counts.
 *
 * THREADS   A store serves any thread. A reader belongs to one thread at a time, and so
 *           do a batch, its reader and its cursors. One batch commits at a time by
 *           agreement, not by lock.
 * MEMORY    Values are copied into the caller's arena. A cursor's key and value
 *           are valid until it moves. Caches are bounded by store_options.
 * ERRORS    STATUS_IO       the disk failed; a commit's outcome is unknown: stop
 *           STATUS_CORRUPT  damaged files; the sentence names the file or rule
 *           STATUS_CONFLICT somebody else has the store open
 */
#ifndef PIOT_STORE_H
#define PIOT_STORE_H

#include "core/base/arena.h"
#include "core/base/base.h"
#include "core/store/key.h"

enum { STORE_FILES_MAX = 512 };

#define PARTITION_ONE UINT32_C(1) /* on one machine there is one */

enum family {
#define FAMILY(name, stored, key, value) FAMILY_##name,
#include "core/store/families.def"
#undef FAMILY
    FAMILY_COUNT,
};
const char *family_name(enum family family);
const char *family_stored_name(enum family family); /* with its version: "devices_v1" */

struct store;
struct reader;
struct batch;
struct cursor;
struct snapshot;

struct store_options {
    const char *path;        /* a directory, created if missing; NULL: in memory */
    bool        read_only;   /* for tools; sees what was flushed or is in the WAL, writes
                                  nothing, takes no lock; a family not yet there is empty */
    bool        any_version; /* read-only: a view that is not there in our version is read in
                                  the newest one that is */
    bool        still;       /* never compacts by itself: for a copy's short life */
    bool        families[FAMILY_COUNT]; /* which ones this store has */
    uint32_t    partition;              /* whose rows it has; 0: PARTITION_ONE */
    size_t      cache_bytes;            /* block cache; 0: 64 MiB */
    size_t      files_max;              /* tables it holds open; 0: STORE_FILES_MAX */
    bool        uncompressed;           /* files hold everything as it is */
    size_t      write_bytes;            /* all memtables together; 0: 64 MiB */
    /* May the state recovered on a copy stand for the store? NULL: never. */
    struct status (*accept)(void *context, struct reader *recovered);
    void *context;
};
/* The partition that they mean. */
static inline uint32_t store_options_partition(const struct store_options *options)
{
    return options->partition ? options->partition : PARTITION_ONE;
}
must_use struct status store_open(struct store **store, const struct store_options *options);
/* Writes nothing: what is in the WAL is read again at the next opening. Whoever
 * stops in peace calls store_flush() first, and starts faster. One that could not write is
 * left open, with its lock, until the process ends: RocksDB asserts, when it closes a log, that
 * all of it was written. */
void store_close(struct store *store);
/* Every family but the vault's. */
void store_families_all(bool families[FAMILY_COUNT]);

/* -- reading -- */
/* A reader of what is committed, in the arena: one for each job. */
struct reader *reader_new(struct store *store, struct arena *arena);
/* The store's own: for a process that does one job, or from any thread for reads that say
 * by a status that they failed. What is noted with it stays until the store is closed. */
struct reader *store_reader(struct store *store); /* owned by the store */
uint32_t       reader_partition(const struct reader *reader);
uint32_t       store_partition(const struct store *store);
/* What each key begins with that it can see. */
static inline struct key reader_key(const struct reader *reader)
{
    return key_new(reader_partition(reader));
}

/* The value at `key`, copied into `arena`; data NULL: absent. */
must_use struct status reader_get(struct reader *reader, enum family family, struct slice key,
                                  struct arena *arena, struct slice *value);

/* Walks the keys that start with `prefix`, in order, from the first that is not
 * less than `from` (nothing: from the prefix itself). A cursor stands before
 * the first; each next or previous moves and says whether it stands on one.
 * `cursor_previous` on a fresh cursor starts from the last key that is less
 * than or equal to `from` (nothing: from the last of the prefix). Once it said
 * no, it stays ended. While one walks over a batch, the batch may change: what
 * lies behind may be put and erased freely, whether a change ahead is still seen
 * is not promised. No cursor may be open when its batch commits or is cleared. */
struct cursor *cursor_open(struct reader *reader, enum family family, struct slice prefix,
                           struct slice from);
/* The same, but for keys less than `before`, which starts with `prefix`: what was
 * erased beyond it costs nothing. Nothing: to the end of the prefix. */
struct cursor *cursor_open_before(struct reader *reader, enum family family, struct slice prefix,
                                  struct slice from, struct slice before);
bool           cursor_next(struct cursor *cursor);
bool           cursor_previous(struct cursor *cursor);
/* Stands before the first key that is not less than `from`, as if it had been opened there. */
void         cursor_restart(struct cursor *cursor, struct slice from);
struct slice cursor_key(const struct cursor *cursor);
struct slice cursor_value(const struct cursor *cursor);
/* Frees it; tells whether it ended by the end or by an error. */
must_use struct status cursor_close(struct cursor *cursor);

struct snapshot *snapshot_open(struct store *store);
struct reader   *snapshot_reader(struct snapshot *snapshot); /* owned by it */
void             snapshot_close(struct snapshot *snapshot);

/* -- writing -- */
struct batch  *batch_open(struct store *store);
void           batch_close(struct batch *batch);
struct reader *batch_reader(struct batch *batch); /* owned by the batch */
/* What each key begins with that is put into it. */
static inline struct key batch_key(struct batch *batch) { return reader_key(batch_reader(batch)); }
void batch_put(struct batch *batch, enum family family, struct slice key, struct slice value);
void batch_erase(struct batch *batch, enum family family, struct slice key);
/* From here on only these families may be changed, each bit 1 << FAMILY_…; another stops the
 * program. A new batch may change all. */
#define BATCH_ANY UINT32_MAX
void   batch_allow(struct batch *batch, uint32_t families);
size_t batch_count(const struct batch *batch); /* changes so far */
size_t batch_size(const struct batch *batch);  /* bytes so far, about */
/* Makes all changes durable (one fdatasync when `sync`) and empties the batch.
 * A failure noted with its reader is given back instead, and nothing written.
 * Never retried by us; after an error the batch is of no more use. */
must_use struct status batch_commit(struct batch *batch, bool sync);
/* For what can be made again: past the write-ahead log, so that a crash may take it until
 * store_flush(), and in pieces, so that another's commits need not wait for a large one. */
must_use struct status batch_commit_unlogged(struct batch *batch);
void                   batch_clear(struct batch *batch); /* forgets a noted failure, too */

/* A read that failed where nothing can say so, as inside a fold or a rule: the first one
 * is kept here. Whoever owns the reader looks before acting on what was read; a batch that
 * has one does not commit. */
void                   reader_note(struct reader *reader, struct status status);
must_use struct status reader_failure(const struct reader *reader);

/* -- shadows: families made again beside those that are read --
 *
 * A shadow is a store that has other, empty families in the place of some; batches and
 * readers are opened on it as on any. One that is not switched is dropped when it is closed,
 * or by the next opening of the store after a crash. Not in memory, and one at a time.

 * Its batches may commit while another of the store does. */
must_use struct status store_shadow_open(struct store **shadow, struct store *store,
                                         const bool families[FAMILY_COUNT]);
/* Puts the shadow's families in the place of those it was made beside, for every reader and
 * batch, durably and at once: each read sees one or the other. Snapshots and cursors that
 * are open keep what they have. What was committed unlogged has to be flushed before. By
 * whoever commits to the store, with no batch of it that changes those families. After an
 * error the store is of no more use. */
must_use struct status store_shadow_switch(struct store *shadow);
/* Instead of store_close(). If it was switched, what it replaced is dropped, and its disk
 * space freed once the last snapshot of it is closed. STATUS_IO: something stays until the
 * next opening. No reader or batch of the shadow may be left. NULL: nothing. */
must_use struct status store_shadow_close(struct store *shadow);

/* -- keeping -- */
must_use struct status store_clear(struct store *store, enum family family); /* empties it */
must_use struct status store_flush(struct store *store);
/* Drops views in versions that are not ours, which nobody asks for any more: once ours
 * are whole. Before anybody reads. */
must_use struct status store_drop_old_views(struct store *store);
/* Reads every row of every table, those of views that nobody asks for any more too, so
 * that each checksum is looked at. STATUS_CORRUPT names the file. */
must_use struct status store_check(struct store *store);
/* Rewrites a family down to its last level, so that no file holds what was erased
 * or overwritten in it any more, unless an open snapshot still shows it. RocksDB's list
 * of files may still name first and last keys of those before; after one more change to
 * any family it does not. */
must_use struct status store_compact(struct store *store, enum family family);
/* Compactions end at once and say STATUS_CONFLICT, from now on: a process that stops. */
void store_compact_no_more(struct store *store);
/* How many snapshots are open now: while one is, compacting keeps what it shows. */
uint64_t store_snapshots(struct store *store);
/* Hard links and copies into `path`, which must not exist. Online. */
must_use struct status store_checkpoint(struct store *store, const char *path);
/* Figures for /metrics; a name RocksDB does not know gives 0. */
uint64_t store_property(struct store *store, const char *name);
/* RocksDB's own word that a background job failed; nothing after it is safe. */
bool store_failing(struct store *store);
/* How often it was read since it was opened: values that were looked up, and walks. How many
 * of them failed, and when the last one did, on the monotonic clock; 0: none has. */
struct store_reads {
    uint64_t count, failed;
    int64_t  failed_us;
};
struct store_reads store_reads(const struct store *store);

#endif

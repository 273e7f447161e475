/* reader.c -- reading one value, and reading as of a moment. */
#include "core/base/clock.h"
#include "core/store/overlay.h"
#include "core/store/rocks.h"

#include <stdlib.h>

struct snapshot {
    struct reader reader;
};

void reader_start(struct reader *reader, struct store *store, struct batch *batch,
                  const rocksdb_snapshot_t *snapshot)
{
    reader->store     = store;
    reader->batch     = batch;
    reader->snapshot  = snapshot;
    reader->handles   = NULL;
    reader->partition = store->partition;
    reader->options   = snapshot ? rocksdb_readoptions_create() : store->read;
    reader->failure   = OK;
    if (snapshot) rocksdb_readoptions_set_snapshot(reader->options, snapshot);
}

struct reader *reader_new(struct store *store, struct arena *arena)
{
    struct reader *reader = arena_new(arena, struct reader);

    reader_start(reader, store, NULL, NULL);
    return reader;
}

/* -- one value ------------------------------------------------------------------------ */

struct status reader_outcome(struct store *store, char *error, const char *doing)
{
    struct store *whole = store->under ? store->under : store;

    atomic_fetch_add_explicit(&whole->reads, 1, memory_order_relaxed);
    if (error) {
        atomic_fetch_add(&whole->reads_failed, 1);
        atomic_store(&whole->read_failed_us, clock_monotonic_us());
    }
    return rocks_status(error, doing);
}

struct store_reads store_reads(const struct store *store)
{
    return (struct store_reads){ atomic_load(&store->reads), atomic_load(&store->reads_failed),
                                 atomic_load(&store->read_failed_us) };
}

uint32_t reader_partition(const struct reader *reader) { return reader->partition; }

uint32_t store_partition(const struct store *store) { return store->partition; }

static struct status get_committed(struct reader *reader, rocksdb_column_family_handle_t *handle,
                                   struct slice key, struct arena *arena, struct slice *value)
{
    char                    *error = NULL;
    rocksdb_pinnableslice_t *found = rocksdb_get_pinned_cf(reader->store->db, reader->options,
                                                           handle, key.data, key.size, &error);
    TRY(reader_outcome(reader->store, error, "reading"));
    if (!found) return OK;
    size_t      size;
    const char *data = rocksdb_pinnableslice_value(found, &size);
    *value           = arena_copy(arena, (struct slice){ data ? data : "", size });
    rocksdb_pinnableslice_destroy(found);
    return OK;
}

struct status reader_get(struct reader *reader, enum family family, struct slice key,
                         struct arena *arena, struct slice *value)
{
    ensure(key.data && key.size && key.size <= KEY_MAX);
    char room[ROCKS_KEY_MAX];
    *value                      = (struct slice){ NULL, 0 };
    struct slice         full   = rocks_key(reader->store, family, key, room);
    const struct change *change = reader->batch
                                      ? overlay_find(batch_changes(reader->batch), family, full)
                                      : NULL;
    if (change) {
        *value = arena_copy(arena, change->value); /* erased: nothing */
        return OK;
    }
    struct handles                 *handles = reader_enter(reader);
    rocksdb_column_family_handle_t *handle  = handles_family(reader->store, handles, family);
    struct status status = handle ? get_committed(reader, handle, full, arena, value) : OK;
    reader_leave(reader, handles);
    return status;
}

void reader_note(struct reader *reader, struct status status)
{
    if (reader->failure.code == STATUS_OK) reader->failure = status;
}

struct status reader_failure(const struct reader *reader) { return reader->failure; }

void reader_forgive(struct reader *reader) { reader->failure = OK; }

/* -- as of a moment ------------------------------------------------------------------- */

/* The families have to be those of that moment: were others in their place already when
 * RocksDB's snapshot was made, it would lack what came to those since. */
struct snapshot *snapshot_open(struct store *store)
{
    struct snapshot *snapshot = malloc(sizeof *snapshot);
    ensure(snapshot != NULL);
    for (;;) {
        struct handles           *handles = handles_use(store);
        const rocksdb_snapshot_t *moment  = rocksdb_create_snapshot(store->db);
        if (handles == atomic_load(&store->handles)) {
            reader_start(&snapshot->reader, store, NULL, moment);
            snapshot->reader.handles = handles;
            return snapshot;
        }
        rocksdb_release_snapshot(store->db, moment);
        handles_leave(handles);
    }
}

struct reader *snapshot_reader(struct snapshot *snapshot) { return &snapshot->reader; }

void snapshot_close(struct snapshot *snapshot)
{
    if (!snapshot) return;
    rocksdb_release_snapshot(snapshot->reader.store->db, snapshot->reader.snapshot);
    handles_leave(snapshot->reader.handles);
    rocksdb_readoptions_destroy(snapshot->reader.options);
    free(snapshot);
}

/* reader.c -- reading one value, and reading as of a moment. */
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
    reader->options   = rocksdb_readoptions_create();
    reader->failure   = OK;
    if (snapshot) rocksdb_readoptions_set_snapshot(reader->options, snapshot);
    ensure(pthread_mutex_init(&reader->lock, NULL) == 0);
}

void reader_stop(struct reader *reader)
{
    rocksdb_readoptions_destroy(reader->options);
    ensure(pthread_mutex_destroy(&reader->lock) == 0);
}

uint32_t reader_partition(const struct reader *reader) { return reader->partition; }

static struct status get_committed(struct reader *reader, rocksdb_column_family_handle_t *handle,
                                   struct slice key, struct arena *arena, struct slice *value)
{
    char                    *error = NULL;
    rocksdb_pinnableslice_t *found = rocksdb_get_pinned_cf(reader->store->db, reader->options,
                                                           handle, key.data, key.size, &error);
    TRY(rocks_status(error, "reading"));
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
    if (status.code == STATUS_OK) return;
    ensure(pthread_mutex_lock(&reader->lock) == 0);
    if (reader->failure.code == STATUS_OK) reader->failure = status;
    ensure(pthread_mutex_unlock(&reader->lock) == 0);
}

struct status reader_failure(const struct reader *reader)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&reader->lock; /* the reader stays as it is */
    ensure(pthread_mutex_lock(lock) == 0);
    struct status failure = reader->failure;
    ensure(pthread_mutex_unlock(lock) == 0);
    return failure;
}

void reader_forgive(struct reader *reader)
{
    ensure(pthread_mutex_lock(&reader->lock) == 0);
    reader->failure = OK;
    ensure(pthread_mutex_unlock(&reader->lock) == 0);
}

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
    reader_stop(&snapshot->reader);
    free(snapshot);
}

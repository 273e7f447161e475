/* batch.c -- changes that happen together, and can be read before they do.
 *
 * RocksDB keeps an index over the batch, so reading through it costs a search and
 * two copies. A small filter remembers which keys the batch has touched at all:
 * the others, most of what a turn reads, are read from the store alone.
 */
#include "core/store/rocks.h"

#include <stdlib.h>
#include <string.h>

enum {
    FILTER_BITS  = 1 << 16, /* 8 KiB; 3,000 changes make 5 % of reads take the long way */
    FILTER_WORDS = FILTER_BITS / 64,
};

struct batch {
    struct reader            reader;
    rocksdb_writebatch_wi_t *changes;
    uint64_t                 touched[FILTER_WORDS];
};

struct batch *batch_open(struct store *store)
{
    ensure(!store->read_only);
    struct batch *batch = malloc(sizeof *batch);
    ensure(batch != NULL);
    reader_start(&batch->reader, store, batch, NULL);
    batch->changes = rocksdb_writebatch_wi_create(0, 1); /* overwrite: cursors show a key once */
    memset(batch->touched, 0, sizeof batch->touched);
    return batch;
}

void batch_close(struct batch *batch)
{
    if (!batch)
        return;
    rocksdb_writebatch_wi_destroy(batch->changes);
    reader_stop(&batch->reader);
    free(batch);
}

struct reader *batch_reader(struct batch *batch) { return &batch->reader; }

rocksdb_writebatch_wi_t *batch_changes(const struct batch *batch) { return batch->changes; }

/* FNV-1a with a last stir, since its low bits alone are poor. */
static uint32_t filter_bit(enum family family, struct slice key)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)family;
    for (size_t at = 0; at < key.size; at++)
        hash = (hash ^ (uint8_t)key.data[at]) * UINT64_C(1099511628211);
    hash ^= hash >> 32;
    return (uint32_t)((hash * UINT64_C(0x9e3779b97f4a7c15)) >> 48);
}

bool batch_touches(const struct batch *batch, enum family family, struct slice key)
{
    uint32_t bit = filter_bit(family, key);
    return batch->touched[bit / 64] >> (bit % 64) & 1;
}

static rocksdb_column_family_handle_t *batch_touch(struct batch *batch, enum family family,
                                                   struct slice key)
{
    ensure(key.data && key.size && key.size <= KEY_MAX);
    rocksdb_column_family_handle_t *handle = store_family(batch->reader.store, family);
    ensure(handle != NULL);
    uint32_t bit = filter_bit(family, key);
    batch->touched[bit / 64] |= UINT64_C(1) << (bit % 64);
    return handle;
}

void batch_put(struct batch *batch, enum family family, struct slice key, struct slice value)
{
    char         room[ROCKS_KEY_MAX];
    struct slice full = rocks_key(batch->reader.store, family, key, room);
    rocksdb_writebatch_wi_put_cf(batch->changes, batch_touch(batch, family, key), full.data,
                                 full.size, value.data ? value.data : "", value.size);
}

void batch_erase(struct batch *batch, enum family family, struct slice key)
{
    char         room[ROCKS_KEY_MAX];
    struct slice full = rocks_key(batch->reader.store, family, key, room);
    rocksdb_writebatch_wi_delete_cf(batch->changes, batch_touch(batch, family, key), full.data,
                                    full.size);
}

size_t batch_count(const struct batch *batch)
{
    return (size_t)rocksdb_writebatch_wi_count(batch->changes);
}

size_t batch_size(const struct batch *batch)
{
    size_t size;
    (void)rocksdb_writebatch_wi_data(batch->changes, &size);
    return size;
}

struct status batch_commit(struct batch *batch, bool sync)
{
    struct store *store = batch->reader.store;
    TRY(reader_failure(&batch->reader));
    if (batch_count(batch) > 0) {
        char *error = NULL;
        rocksdb_write_writebatch_wi(store->db, sync ? store->write_synced : store->write,
                                    batch->changes, &error);
        TRY(rocks_status(error, "committing"));
    }
    batch_clear(batch);
    return OK;
}

void batch_clear(struct batch *batch)
{
    rocksdb_writebatch_wi_clear(batch->changes);
    memset(batch->touched, 0, sizeof batch->touched);
    reader_forgive(&batch->reader);
}

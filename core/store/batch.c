/* batch.c -- changes that happen together, and can be read before they do. */
#include "core/store/overlay.h"
#include "core/store/rocks.h"

#include <stdlib.h>

_Static_assert(FAMILY_COUNT <= 32, "the families a batch may change are bits of a uint32_t");

enum { PIECE_ROWS = 128 }; /* written in one go beside the writer: a third of a millisecond */

struct batch {
    struct reader         reader;
    struct overlay        changes;
    uint32_t              allowed; /* families, as batch_allow() has them */
    rocksdb_writebatch_t *written; /* what a commit hands to RocksDB */
};

struct batch *batch_open(struct store *store)
{
    ensure(!store->read_only);
    struct batch *batch = calloc(1, sizeof *batch);
    ensure(batch != NULL);
    batch->allowed = BATCH_ANY;
    reader_start(&batch->reader, store, batch, NULL);
    batch->written = rocksdb_writebatch_create();
    return batch;
}

void batch_close(struct batch *batch)
{
    if (!batch) return;
    rocksdb_writebatch_destroy(batch->written);
    overlay_free(&batch->changes);
    free(batch);
}

struct reader *batch_reader(struct batch *batch) { return &batch->reader; }

const struct overlay *batch_changes(const struct batch *batch) { return &batch->changes; }

static void change(struct batch *batch, enum family family, struct slice key, struct slice value)
{
    char room[ROCKS_KEY_MAX];

    ensure(key.data && key.size && key.size <= KEY_MAX);
    ensure(store_family(batch->reader.store, family) != NULL && batch->allowed >> family & 1);
    overlay_set(&batch->changes, family, rocks_key(batch->reader.store, family, key, room), value);
}

void batch_put(struct batch *batch, enum family family, struct slice key, struct slice value)
{
    change(batch, family, key, (struct slice){ value.data ? value.data : "", value.size });
}

void batch_erase(struct batch *batch, enum family family, struct slice key)
{
    change(batch, family, key, (struct slice){ NULL, 0 });
}

void batch_allow(struct batch *batch, uint32_t families) { batch->allowed = families; }

size_t batch_count(const struct batch *batch) { return batch->changes.map.count; }

size_t batch_size(const struct batch *batch) { return batch->changes.bytes; }

static void write_one(struct batch *batch, rocksdb_column_family_handle_t *handle,
                      const struct change *c)
{
    if (c->value.data)
        rocksdb_writebatch_put_cf(batch->written, handle, c->key.data, c->key.size, c->value.data,
                                  c->value.size);
    else rocksdb_writebatch_delete_cf(batch->written, handle, c->key.data, c->key.size);
}

static struct status write_out(struct batch *batch, const rocksdb_writeoptions_t *options)
{
    char *error = NULL;

    rocksdb_write(batch->reader.store->db, options, batch->written, &error);
    rocksdb_writebatch_clear(batch->written);
    if (error) store_write_failed(batch->reader.store);
    return rocks_status(error, "committing");
}

/* Family by family, so that RocksDB's hints about where the last key went hold; in pieces
 * of `piece` rows. */
static struct status write_down(struct batch *batch, const rocksdb_writeoptions_t *options,
                                size_t piece)
{
    size_t rows = 0;

    for (enum family family = 0; family < FAMILY_COUNT; family++) {
        const struct change *c = batch->changes.families[family];
        if (!c) continue;
        rocksdb_column_family_handle_t *handle = store_family(batch->reader.store, family);
        for (; c; c = c->next_in_family) {
            write_one(batch, handle, c);
            if (++rows % piece == 0) TRY(write_out(batch, options));
        }
    }
    return rows % piece ? write_out(batch, options) : OK;
}

struct status batch_commit(struct batch *batch, bool sync)
{
    struct store *store = batch->reader.store;
    TRY(reader_failure(&batch->reader));
    TRY(write_down(batch, sync ? store->write_synced : store->write, SIZE_MAX));
    batch_clear(batch);
    return OK;
}

struct status batch_commit_unlogged(struct batch *batch)
{
    TRY(reader_failure(&batch->reader));
    TRY(write_down(batch, batch->reader.store->write_unlogged, PIECE_ROWS));
    batch_clear(batch);
    return OK;
}

void batch_clear(struct batch *batch)
{
    overlay_clear(&batch->changes);
    rocksdb_writebatch_clear(batch->written);
    reader_forgive(&batch->reader);
}

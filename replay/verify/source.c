#include "replay/verify/source.h"

static bool next(void *context, struct log_record *record)
{
    return log_scan_next(((struct store_source *)context)->scan, record);
}

static struct status end(void *context)
{
    struct store_source *store = context;
    struct log_scan     *scan  = store->scan;

    store->scan = NULL;
    return log_scan_close(scan);
}

static struct status tile(void *context, const struct tile_path *path, struct arena *arena,
                          struct slice *hashes)
{
    struct store_source *store = context;
    struct key           key   = reader_key(store->reader);

    ensure(path->width == TILE_WIDTH); /* no others are stored */
    key_add_byte(&key, (uint8_t)path->level);
    key_add_u64(&key, path->index);
    return reader_get(store->reader, FAMILY_tiles, key_slice(&key), arena, hashes);
}

struct status source_of_store(struct store_source *store, struct reader *reader,
                              struct record_source *source)
{
    *source = (struct record_source){
        .reader  = reader,
        .next    = next,
        .end     = end,
        .tile    = tile,
        .context = store,
    };
    TRY(log_head(reader, &source->count));
    source->size = source->count;
    *store       = (struct store_source){ reader, log_scan_open(reader, 0) };
    return OK;
}

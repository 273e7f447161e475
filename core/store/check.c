/* check.c -- is every byte in the tables what was written?
 *
 * RocksDB looks at the checksum of each block that it reads, so reading all is checking
 * all. Filters are not read: a damaged one is passed over by RocksDB and answers nothing.
 */
#include "core/store/rocks.h"

static struct status walk(struct store *store, const rocksdb_readoptions_t *options,
                          rocksdb_column_family_handle_t *family)
{
    char               *error = NULL;
    rocksdb_iterator_t *rows  = rocksdb_create_iterator_cf(store->db, options, family);

    for (rocksdb_iter_seek_to_first(rows); rocksdb_iter_valid(rows); rocksdb_iter_next(rows)) {}
    rocksdb_iter_get_error(rows, &error);
    rocksdb_iter_destroy(rows);
    return rocks_status(error, "checking");
}

struct status store_check(struct store *store)
{
    rocksdb_readoptions_t *options = rocksdb_readoptions_create();
    struct status          status  = OK;

    rocksdb_readoptions_set_fill_cache(options, 0);
    ensure(pthread_mutex_lock(&store->lock) == 0);
    for (size_t at = 0; at < store->all_count && status.code == STATUS_OK; at++)
        status = walk(store, options, store->all[at].handle);
    ensure(pthread_mutex_unlock(&store->lock) == 0);
    rocksdb_readoptions_destroy(options);
    return status;
}

/* options.c -- how RocksDB is set, and why.
 *
 * Two shapes of family. Points are read by whole key, often for keys that are
 * absent, so they get bloom filters and small blocks. Scans are written in order
 * and read in runs, so they get larger blocks, which compress better, and no
 * filters, which they would never ask.
 *
 * One thread commits: the parts of RocksDB that let many threads write into a
 * memtable at once, or wait by spinning for one another, only cost here.
 *
 * The WAL is never recycled: RocksDB cannot tell a torn tail from what an older
 * file left behind, so it is not compatible with strict recovery.
 */
#include "core/store/rocks.h"

#include <string.h>

enum {
    KIB = 1024,
    MIB = 1024 * KIB,

    CACHE_BYTES      = 64 * MIB,
    CACHE_SHARD_BITS = 2,
    WRITE_BYTES      = 64 * MIB,
    WAL_BYTES_MAX    = 64 * MIB, /* read again after a crash, at 40 MiB a second or so */
    MANIFEST_MAX     = 1,        /* a new one at every change of the set of files, so that none
                                names keys of files long gone: a lease's key is an address */
    MANIFEST_STEP    = 64 * KIB, /* taken from the disk at once; ours stay small */
    LOG_BYTES_MAX    = MIB,      /* RocksDB's own diary */
    LOG_FILES        = 2,
    JOBS             = 2,        /* one flush, one compaction: two cores, one of them serving */
    SYNC_STEP        = MIB,      /* tables go to disk evenly, so a WAL sync waits for little */
    ARENA_MEMORY     = 16 * KIB, /* stores in memory are many, small and short-lived */

    POINTS_BLOCK  = 4 * KIB,
    SCANS_BLOCK   = 16 * KIB,
    BLOOM_BITS    = 10, /* a key: about 1 % false positives */
    TABLE_FORMAT  = 5,
    CHECKSUM_XXH3 = 4, /* rocksdb::kXXH3; c.h names none */
    LOG_WARN      = 2, /* rocksdb::WARN_LEVEL */
};

#define MEMTABLE_BLOOM 0.02 /* of a memtable: 6 bits a row of 40 bytes */

static const char *const scans[] = { "log",    "personal", "index", "tiles",
                                     "timers", "outbox",   "leases" };

/* By the beginning of the name, so that outbox_v1 and outbox_v2 are alike. */
enum options_shape options_shape_of(const char *stored_name)
{
    for (size_t at = 0; at < COUNT(scans); at++)
        if (strncmp(stored_name, scans[at], strlen(scans[at])) == 0) return OPTIONS_SCANS;
    return OPTIONS_POINTS;
}

static void set_tables(rocksdb_options_t *rocks, const struct store *store,
                       enum options_shape shape)
{
    rocksdb_block_based_table_options_t *table = rocksdb_block_based_options_create();
    rocksdb_block_based_options_set_block_cache(table, store->cache);
    /* Indexes and filters live inside the cache, so that it bounds them too. */
    rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
    rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority(table, 1);
    rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table, 1);
    rocksdb_block_based_options_set_format_version(table, TABLE_FORMAT);
    rocksdb_block_based_options_set_checksum(table, CHECKSUM_XXH3);
    if (shape == OPTIONS_SCANS) {
        rocksdb_block_based_options_set_block_size(table, SCANS_BLOCK);
    } else {
        rocksdb_block_based_options_set_block_size(table, POINTS_BLOCK);
        rocksdb_block_based_options_set_whole_key_filtering(table, 1);
        rocksdb_block_based_options_set_filter_policy(table, rocksdb_filterpolicy_create_bloom_full(
                                                                 BLOOM_BITS)); /* takes it over */
    }
    rocksdb_options_set_block_based_table_factory(rocks, table);
    rocksdb_block_based_options_destroy(table);
}

static void set_limits(rocksdb_options_t *rocks, const struct store_options *options)
{
    size_t write_bytes = options->write_bytes ? options->write_bytes : (size_t)WRITE_BYTES;
    rocksdb_options_set_db_write_buffer_size(rocks, write_bytes);
    rocksdb_options_set_write_buffer_size(rocks, write_bytes / 2);
    rocksdb_options_set_max_write_buffer_number(rocks, 3);
    rocksdb_options_set_max_total_wal_size(rocks, WAL_BYTES_MAX);
    rocksdb_options_set_max_manifest_file_size(rocks, MANIFEST_MAX);
    rocksdb_options_set_manifest_preallocation_size(rocks, MANIFEST_STEP);
    rocksdb_options_set_max_log_file_size(rocks, LOG_BYTES_MAX);
    rocksdb_options_set_keep_log_file_num(rocks, LOG_FILES);
    rocksdb_options_set_max_open_files(rocks, options->files_max ? (int)options->files_max
                                                                 : (int)STORE_FILES_MAX);
    rocksdb_options_set_max_background_jobs(rocks, JOBS);
    rocksdb_options_set_bytes_per_sync(rocks, SYNC_STEP);
}

static void set_compression(rocksdb_options_t *rocks, bool uncompressed)
{
    rocksdb_options_set_compression(rocks, uncompressed ? rocksdb_no_compression
                                                        : rocksdb_lz4_compression);
    rocksdb_options_set_bottommost_compression(rocks, uncompressed ? rocksdb_no_compression
                                                                   : rocksdb_zstd_compression);
}

static void set_writing(rocksdb_options_t *rocks, int recovery_mode)
{
    rocksdb_options_set_wal_recovery_mode(rocks, recovery_mode);
    rocksdb_options_set_recycle_log_file_num(rocks, 0);
    rocksdb_options_set_use_fsync(rocks, 0); /* fdatasync: times of files are of no interest */
    rocksdb_options_set_paranoid_checks(rocks, 1);
    rocksdb_options_set_allow_concurrent_memtable_write(rocks, 0);
    rocksdb_options_set_enable_write_thread_adaptive_yield(rocks, 0);
    rocksdb_options_set_level_compaction_dynamic_level_bytes(rocks, 1);
}

static void set_quiet(rocksdb_options_t *rocks)
{
    rocksdb_options_set_info_log_level(rocks, LOG_WARN);
    rocksdb_options_set_stats_dump_period_sec(rocks, 0);
    rocksdb_options_set_stats_persist_period_sec(rocks, 0);
    rocksdb_options_set_skip_stats_update_on_db_open(rocks, 1); /* reads every table */
}

/* A store in memory has no WAL, so closing it would flush tables nobody will
 * ever read. Only RocksDB's option text can say that in C. */
static rocksdb_options_t *without_last_flush(rocksdb_options_t *rocks)
{
    rocksdb_options_t *result = rocksdb_options_create();
    char              *error  = NULL;
    rocksdb_get_options_from_string(rocks, "avoid_flush_during_shutdown=true", result, &error);
    ensure(error == NULL);
    rocksdb_options_destroy(rocks);
    return result;
}

rocksdb_options_t *options_new(const struct store *store, const struct store_options *options,
                               enum options_shape shape, int recovery_mode)
{
    rocksdb_options_t *rocks = rocksdb_options_create();
    set_limits(rocks, options);
    set_writing(rocks, recovery_mode);
    set_compression(rocks, options->uncompressed);
    set_quiet(rocks);
    set_tables(rocks, store, shape);
    if (shape == OPTIONS_POINTS) { /* most looks into a memtable find nothing */
        rocksdb_options_set_memtable_prefix_bloom_size_ratio(rocks, MEMTABLE_BLOOM);
        rocksdb_options_set_memtable_whole_key_filtering(rocks, 1);
    }
    rocksdb_options_set_disable_auto_compactions(rocks, options->still);
    rocksdb_options_set_create_if_missing(rocks, !store->read_only);
    rocksdb_options_set_create_missing_column_families(rocks, !store->read_only);
    if (store->memory) {
        rocksdb_options_set_env(rocks, store->memory);
        rocksdb_options_set_arena_block_size(rocks, ARENA_MEMORY);
        rocks = without_last_flush(rocks);
    }
    /* A reader beside a running writer must not rename the writer's diary; there
     * is no file below /dev/null, so RocksDB goes without one. */
    if (store->read_only) rocksdb_options_set_db_log_dir(rocks, "/dev/null");
    return rocks;
}

/* A block that is larger than its shard of the cache is read again each time it is wanted,
 * and the filter of a table with a million keys takes more than a MiB: so the shards are
 * few. The threads that meet at their locks are, too. */
rocksdb_cache_t *options_cache_new(const struct store_options *options)
{
    rocksdb_lru_cache_options_t *rocks = rocksdb_lru_cache_options_create();

    rocksdb_lru_cache_options_set_capacity(rocks, options->cache_bytes ? options->cache_bytes
                                                                       : (size_t)CACHE_BYTES);
    rocksdb_lru_cache_options_set_num_shard_bits(rocks, CACHE_SHARD_BITS);
    rocksdb_cache_t *cache = rocksdb_cache_create_lru_opts(rocks);
    rocksdb_lru_cache_options_destroy(rocks);
    return cache;
}

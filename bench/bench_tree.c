/* What does the tree cost, how long does a proof take, and how long the edge at a start?
 *
 *     bench_tree [LEAVES]
 *
 * Only the tree and as much of the log as it looks at are written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/history.h"
#include "bench/place.h"
#include "core/base/clock.h"

enum { LEAVES = 10 * 1000 * 1000, COMMIT = 4096, TIMES = 301 };

static struct hash leaf_of(uint64_t i)
{
    return hash_leaf((struct slice){ (const char *)&i, sizeof i });
}

static void put_row(struct batch *batch, uint64_t position, const struct hash *leaf)
{
    struct key key                  = batch_key(batch);
    char       row[SHA256_SIZE + 1] = { 0 };

    key_add_u64(&key, position);
    memcpy(row, leaf->bytes, SHA256_SIZE);
    batch_put(batch, FAMILY_log, key_slice(&key), SLICE_OF(row));
}

static void grow(struct store *store, uint64_t leaves)
{
    struct batch  *batch = batch_open(store);
    struct merkle *tree;
    int64_t        added = 0;

    stop_if(merkle_open(&tree, store_reader(store)));
    for (uint64_t i = 0; i < leaves; i += COMMIT) {
        struct hash hashes[COMMIT];
        size_t      count = leaves - i < COMMIT ? (size_t)(leaves - i) : COMMIT;

        for (size_t at = 0; at < count; at++) hashes[at] = leaf_of(i + at);
        int64_t began = clock_monotonic_us();
        for (size_t at = 0; at < count; at++) merkle_add(tree, batch, &hashes[at]);
        added += clock_monotonic_us() - began;
        for (size_t at = 0; at < count; at++) put_row(batch, i + at + 1, &hashes[at]);
        stop_if(batch_commit(batch, false));
    }
    printf("%llu leaves; adding one takes %.2f us\n", (unsigned long long)leaves,
           (double)added / (double)leaves);
    merkle_close(tree);
    batch_close(batch);
    stop_if(store_flush(store));
}

/* Any leaf, in a tree of any size: as auditors ask. */
static double proof_us(struct merkle *tree, struct reader *reader, uint64_t leaves)
{
    int64_t took[TIMES];

    for (unsigned i = 0; i < TIMES; i++) {
        struct proof proof;
        struct hash  root, leaf;
        uint64_t     size = leaves - leaves / 2 * i / TIMES, index = size * 7919 * i % size;
        int64_t      began = clock_monotonic_us();

        stop_if(merkle_inclusion(tree, reader, index, size, &proof));
        took[i] = clock_monotonic_us() - began;
        leaf    = leaf_of(index);
        stop_if(merkle_root(tree, reader, size, &root));
        if (!proof_includes(&proof, &leaf, index, size, &root))
            stop_if(failed(STATUS_CORRUPT, "a proof is wrong"));
    }
    return median_of(took, TIMES);
}

int main(int count, char **arguments)
{
    struct place         place = place_open(arguments[0]);
    char                 path[512];
    struct store_options options = { .path = path };
    uint64_t             leaves  = count > 1 ? strtoull(arguments[1], NULL, 10) : LEAVES;
    struct store        *store;
    struct merkle       *tree;
    struct hash          root;

    if (!leaves) bench_die("how many leaves? not %s", arguments[1]);
    snprintf(path, sizeof path, "%s/store", place.folder);
    store_families_all(options.families);
    stop_if(store_open(&store, &options));
    grow(store, leaves);
    int64_t began = clock_monotonic_us();
    stop_if(merkle_open(&tree, store_reader(store)));
    int64_t opened = clock_monotonic_us();
    stop_if(merkle_root(tree, store_reader(store), leaves, &root));
    int64_t rooted = clock_monotonic_us();
    printf("the edge at a start %.2f ms; a root %.3f ms; an inclusion proof, median, %.3f ms\n",
           (double)(opened - began) / 1e3, (double)(rooted - opened) / 1e3,
           proof_us(tree, store_reader(store), leaves) / 1e3);
    merkle_close(tree);
    store_close(store);
    place_close(&place);
    return 0;
}

/* Are the roots and proofs of the tree those of RFC 6962, whatever the size, from the
 * edge or from tiles, before and after a restart?
 *
 * The text's own recursive definitions stand here once more, over plain arrays; another
 * implementation's answers are in test_merkle_vectors.c.
 *
 * Planted bugs that this must notice, and did: a full tile not put, a tile put under the
 * next index, the edge of a level not rebuilt, split() giving the size itself. */
#include "tests/world/logged.h"

#include "core/log/merkle.h"

enum { SIZES = 600 };

static struct hash leaves[SIZES];

static void make_leaves(void)
{
    for (uint64_t i = 0; i < SIZES; i++)
        leaves[i] = hash_leaf((struct slice){ (const char *)&i, sizeof i });
}

/* -- RFC 6962, 2.1, as it is written --------------------------------------------- */

static uint64_t k_of(uint64_t n)
{
    uint64_t k = 1;

    while (2 * k < n) k *= 2;
    return k;
}

static struct hash mth(const struct hash *d, uint64_t n)
{
    if (n == 0) return crypto_sha256((struct slice){ 0 });
    if (n == 1) return d[0];
    uint64_t    k    = k_of(n);
    struct hash left = mth(d, k), right = mth(d + k, n - k);
    return hash_node(&left, &right);
}

static void path(uint64_t m, const struct hash *d, uint64_t n, struct proof *proof)
{
    if (n == 1) return;
    uint64_t k = k_of(n);
    if (m < k) {
        path(m, d, k, proof);
        proof->hashes[proof->count++] = mth(d + k, n - k);
    } else {
        path(m - k, d + k, n - k, proof);
        proof->hashes[proof->count++] = mth(d, k);
    }
}

static void subproof(uint64_t m, const struct hash *d, uint64_t n, bool whole, struct proof *proof)
{
    if (m == n) {
        if (!whole) proof->hashes[proof->count++] = mth(d, n);
        return;
    }
    uint64_t k = k_of(n);
    if (m <= k) {
        subproof(m, d, k, whole, proof);
        proof->hashes[proof->count++] = mth(d + k, n - k);
    } else {
        subproof(m - k, d + k, n - k, false, proof);
        proof->hashes[proof->count++] = mth(d, k);
    }
}

static void assert_same_proof(const struct proof *found, const struct proof *wanted)
{
    assert_int_equal(found->count, wanted->count);
    assert_memory_equal(found->hashes, wanted->hashes, wanted->count * sizeof(struct hash));
}

/* -- a tree without events ----------------------------------------------------------- */

static void add(struct world *world, struct merkle *tree, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) merkle_add(tree, world->batch, &leaves[i % SIZES]);
    assert_ok(batch_commit(world->batch, false));
    merkle_publish(tree);
}

static struct merkle *tree_of(struct world *world, uint64_t size)
{
    struct merkle *tree;

    make_leaves();
    assert_ok(merkle_open(&tree, world_reader(world)));
    add(world, tree, 0, size);
    return tree;
}

static void roots_are_those_of_the_text(void **state)
{
    struct merkle *tree = tree_of(*state, 0);

    for (uint64_t size = 0; size <= SIZES; size++) {
        struct hash root, wanted = mth(leaves, size);

        assert_int_equal(merkle_size(tree), size);
        assert_ok(merkle_root(tree, world_reader(*state), size, &root));
        assert_true(hash_equal(&root, &wanted));
        if (size < SIZES) add(*state, tree, size, size + 1);
    }
    merkle_close(tree);
}

static void a_grown_tree_still_proves_every_smaller_one(void **state)
{
    struct merkle *tree   = tree_of(*state, SIZES);
    struct reader *reader = world_reader(*state);

    for (uint64_t size = 1; size <= SIZES; size += size < 20 ? 1 : 37) {
        struct hash root;

        assert_ok(merkle_root(tree, reader, size, &root));
        for (uint64_t m = 0; m < size; m++) {
            struct proof found, wanted = { 0 };

            path(m, leaves, size, &wanted);
            assert_ok(merkle_inclusion(tree, reader, m, size, &found));
            assert_same_proof(&found, &wanted);
            assert_true(proof_includes(&found, &leaves[m], m, size, &root));
        }
    }
    merkle_close(tree);
}

static void every_tree_is_proved_the_beginning_of_every_later_one(void **state)
{
    struct merkle *tree   = tree_of(*state, SIZES);
    struct reader *reader = world_reader(*state);

    for (uint64_t to = 1; to <= SIZES; to += to < 20 ? 1 : 37) {
        struct hash old, new;

        assert_ok(merkle_root(tree, reader, to, &new));
        for (uint64_t from = 0; from <= to; from++) {
            struct proof found, wanted = { 0 };

            if (from) subproof(from, leaves, to, true, &wanted);
            assert_ok(merkle_root(tree, reader, from, &old));
            assert_ok(merkle_consistency(tree, reader, from, to, &found));
            assert_same_proof(&found, &wanted);
            assert_true(proof_is_consistent(&found, from, &old, to, &new));
        }
    }
    merkle_close(tree);
}

static void wrong_proofs_are_rejected(void **state)
{
    struct merkle *tree   = tree_of(*state, 300);
    struct reader *reader = world_reader(*state);
    struct hash    root, old;

    assert_ok(merkle_root(tree, reader, 300, &root));
    for (uint64_t m = 0; m < 300; m++) {
        struct proof good, wrong;

        assert_ok(merkle_inclusion(tree, reader, m, 300, &good));
        assert_false(proof_includes(&good, &leaves[m], m ^ 1, 300, &root));
        assert_false(proof_includes(&good, &leaves[m + 1], m, 300, &root));
        assert_false(proof_includes(&good, &leaves[m], m + 300, 300, &root));
        for (size_t i = 0; i < good.count; i++) {
            wrong = good;
            wrong.hashes[i].bytes[m % SHA256_SIZE] ^= 1;
            assert_false(proof_includes(&wrong, &leaves[m], m, 300, &root));
        }
        wrong = good;
        wrong.count--;
        assert_false(proof_includes(&wrong, &leaves[m], m, 300, &root));
        wrong.count              = good.count + 1;
        wrong.hashes[good.count] = root;
        assert_false(proof_includes(&wrong, &leaves[m], m, 300, &root));
    }
    for (uint64_t from = 1; from < 300; from++) {
        struct proof good, wrong;

        assert_ok(merkle_root(tree, reader, from, &old));
        assert_ok(merkle_consistency(tree, reader, from, 300, &good));
        assert_false(proof_is_consistent(&good, from, &root, 300, &root));
        assert_false(proof_is_consistent(&good, from, &old, 300, &old));
        for (size_t i = 0; i < good.count; i++) {
            wrong = good;
            wrong.hashes[i].bytes[from % SHA256_SIZE] ^= 1;
            assert_false(proof_is_consistent(&wrong, from, &old, 300, &root));
        }
        wrong = good;
        wrong.count--;
        assert_false(proof_is_consistent(&wrong, from, &old, 300, &root));
        wrong.count              = good.count + 1;
        wrong.hashes[good.count] = root;
        assert_false(proof_is_consistent(&wrong, from, &old, 300, &root));
    }
    merkle_close(tree);
}

static void what_is_beyond_the_tree_is_refused(void **state)
{
    struct merkle *tree   = tree_of(*state, 300);
    struct reader *reader = world_reader(*state);
    struct hash    hashes[TILE_WIDTH];
    struct proof   proof;

    assert_status(merkle_root(tree, reader, 301, hashes), STATUS_INVALID);
    assert_status(merkle_inclusion(tree, reader, 300, 300, &proof), STATUS_INVALID);
    assert_status(merkle_inclusion(tree, reader, 0, 301, &proof), STATUS_INVALID);
    assert_status(merkle_consistency(tree, reader, 1, 301, &proof), STATUS_INVALID);
    assert_status(merkle_consistency(tree, reader, 200, 199, &proof), STATUS_INVALID);
    assert_status(merkle_tile(tree, reader, 0, 1, 45, hashes), STATUS_INVALID);
    assert_status(merkle_tile(tree, reader, 0, 2, 1, hashes), STATUS_INVALID);
    assert_status(merkle_tile(tree, reader, 1, 0, 2, hashes), STATUS_INVALID);
    assert_status(merkle_tile(tree, reader, TILE_LEVELS, 0, 1, hashes), STATUS_INVALID);
    assert_status(merkle_tile(tree, reader, 0, UINT64_MAX / 2, 1, hashes), STATUS_INVALID);
    merkle_close(tree);
}

static void tiles_hold_the_hashes_of_their_level(void **state)
{
    struct merkle *tree   = tree_of(*state, 600);
    struct reader *reader = world_reader(*state);
    struct hash    hashes[TILE_WIDTH], wanted;

    assert_ok(merkle_tile(tree, reader, 0, 1, TILE_WIDTH, hashes));
    assert_memory_equal(hashes, &leaves[256], sizeof hashes);
    assert_ok(merkle_tile(tree, reader, 0, 2, 88, hashes));
    assert_memory_equal(hashes, &leaves[512], 88 * sizeof *hashes);
    assert_ok(merkle_tile(tree, reader, 1, 0, 2, hashes));
    wanted = mth(&leaves[256], 256);
    assert_true(hash_equal(&hashes[1], &wanted));
    merkle_close(tree);
}

/* -- with events ------------------------------------------------------------------------ */

/* As much of a row of the log as the tree looks at. */
static void put_leaves(struct world *world, struct merkle *tree, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        struct key key                = world_row(i + 1);
        char       row[LEAF_SIZE + 1] = { 0 };

        memcpy(row, leaves[i % SIZES].bytes, LEAF_SIZE);
        batch_put(world->batch, FAMILY_log, key_slice(&key), SLICE_OF(row));
        merkle_add(tree, world->batch, &leaves[i % SIZES]);
    }
    assert_ok(batch_commit(world->batch, false));
    merkle_publish(tree);
}

/* 65,536 leaves fill a tile of level 1, so that level 2 has an edge. */
static void a_reopened_tree_is_the_one_that_was_closed(void **state)
{
    struct world  *world   = *state;
    uint64_t       sizes[] = { 0, 1, 255, 256, 257, 65535, 65536, 65537, 66000 }, before = 0;
    struct merkle *tree = tree_of(world, 0), *again;

    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct hash root, wanted;

        put_leaves(world, tree, before, sizes[i]);
        before = sizes[i];
        assert_ok(merkle_root(tree, world_reader(world), before, &wanted));
        assert_ok(merkle_open(&again, world_reader(world)));
        assert_int_equal(merkle_size(again), before);
        assert_ok(merkle_root(again, world_reader(world), before, &root));
        assert_true(hash_equal(&root, &wanted));
        merkle_close(tree);
        tree = again; /* and goes on from there */
    }
    merkle_close(tree);
}

static void a_tree_with_a_lost_tile_says_which(void **state)
{
    struct world  *world = *state;
    struct merkle *tree  = tree_of(world, 0);
    struct key     key   = reader_key(world_reader(world));
    struct hash    root;

    put_leaves(world, tree, 0, 600);
    key_add_byte(&key, 0);
    key_add_u64(&key, 1);
    batch_erase(world->batch, FAMILY_tiles, key_slice(&key));
    assert_ok(batch_commit(world->batch, false));
    struct status status = merkle_root(tree, world_reader(world), 300, &root);
    assert_status(status, STATUS_CORRUPT);
    assert_string_equal(status.text, "tile 0/1 is missing");
    merkle_close(tree);
    assert_status(merkle_open(&tree, world_reader(world)), STATUS_CORRUPT);
}

static void the_log_grows_its_tree_and_shows_it_when_committed(void **state)
{
    struct world  *world = *state;
    struct event   event = renamed(sample_id(ID_account, "ann"), SLICE("lamp"));
    struct merkle *tree  = log_merkle(world->log);
    struct hash    root, leaf;

    world_append(world, event);
    assert_int_equal(merkle_size(tree), 0);
    log_committed(world->log);
    assert_int_equal(merkle_size(tree), 1);
    assert_ok(merkle_root(tree, world_reader(world), 1, &root));
    struct log_stream_head head;
    assert_ok(log_stream_head(world_reader(world), event.stream, &head));
    leaf = head.leaf;
    assert_true(hash_equal(&root, &leaf));

    event.id = ids_next(&world->ids, ID_event, world->clock.fixed_us);
    assert_ok(log_append(world->log, world->batch, world->clock.fixed_us, &world->arena, &event));
    batch_clear(world->batch);
    assert_ok(log_rewind(world->log));
    log_committed(world->log);
    assert_int_equal(merkle_size(tree), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, a_log, world_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(roots_are_those_of_the_text),
        TEST(a_grown_tree_still_proves_every_smaller_one),
        TEST(every_tree_is_proved_the_beginning_of_every_later_one),
        TEST(wrong_proofs_are_rejected),
        TEST(what_is_beyond_the_tree_is_refused),
        TEST(tiles_hold_the_hashes_of_their_level),
        TEST(a_reopened_tree_is_the_one_that_was_closed),
        TEST(a_tree_with_a_lost_tile_says_which),
        TEST(the_log_grows_its_tree_and_shows_it_when_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Are roots and proofs, for all pairs of sizes from 0 to 600, those of another
 * implementation?
 *
 * tests/tlog/merkle.mjs was written from the RFCs alone, in another language; what it has
 * for a tree of known leaves stands in vectors.txt (make_vectors.mjs says how).
 *
 * Planted bug that this must notice, and did: leaf and node hashed with the same lead. */
#include "tests/world/logged.h"

#include "core/base/text.h"
#include "core/log/merkle.h"

enum { SIZES = 600 };

static struct hash leaves[SIZES];

/* Leaf i is the entry that is i as 8 bytes, big-endian, (i % 5) + 1 times over. */
static void make_entries(void)
{
    for (uint64_t i = 0; i < SIZES; i++) {
        char entry[5 * 8];

        for (unsigned at = 0; at < sizeof entry; at++) entry[at] = (char)(i >> (56 - at % 8 * 8));
        leaves[i] = hash_leaf((struct slice){ entry, 8 * (i % 5 + 1) });
    }
}

static void digest_add(struct buffer *all, const struct proof *proof)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buffer_add_byte(all, (char)(proof->count >> shift));
    buffer_add(all,
               (struct slice){ (const char *)proof->hashes, proof->count * sizeof *proof->hashes });
}

static void assert_digest(struct buffer *all, const char *wanted)
{
    struct hash found = crypto_sha256(buffer_slice(all));
    char        text[2 * SHA256_SIZE + 1];

    text_hex(SLICE_OF(found.bytes), text);
    assert_string_equal(text, wanted);
    buffer_clear(all);
}

static void all_answers_are_those_of_another_implementation(void **state)
{
    struct world  *world  = *state;
    struct reader *reader = world_reader(world);
    struct merkle *tree;
    FILE          *file = fopen("tests/tlog/vectors.txt", "r");
    struct buffer  all  = { 0 };
    char           root_text[65], inclusion[65], consistency[65], text[65];
    unsigned       size, lines = 0;

    make_entries();
    assert_ok(merkle_open(&tree, reader));
    for (uint64_t i = 0; i < SIZES; i++) merkle_add(tree, world->batch, &leaves[i]);
    assert_ok(batch_commit(world->batch, false));
    merkle_publish(tree);
    assert_non_null(file);
    for (; fscanf(file, "%u %64s %64s %64s", &size, root_text, inclusion, consistency) == 4;
         lines++) {
        struct hash  root;
        struct proof proof;

        assert_ok(merkle_root(tree, reader, size, &root));
        text_hex(SLICE_OF(root.bytes), text);
        assert_string_equal(text, root_text);
        for (uint64_t m = 0; m < size; m++) {
            assert_ok(merkle_inclusion(tree, reader, m, size, &proof));
            digest_add(&all, &proof);
        }
        assert_digest(&all, inclusion);
        for (uint64_t m = 0; m <= size; m++) {
            assert_ok(merkle_consistency(tree, reader, m, size, &proof));
            digest_add(&all, &proof);
        }
        assert_digest(&all, consistency);
    }
    assert_int_equal(lines, SIZES + 1);
    assert_int_equal(fclose(file), 0);
    buffer_free(&all);
    merkle_close(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_answers_are_those_of_another_implementation, a_log,
                                        world_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

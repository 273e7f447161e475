/* Is everything that is altered in an exported log found, and named by its rule and place?
 *
 * Planted bugs that this must notice, and did: partial tiles of the right edge that are not
 * compared, bytes behind the last entry of a bundle that are let through, ciphertexts that
 * are not hashed. */
#include "tests/world/copied.h"

#include "core/log/bundle.h"

static struct verification result;

static void names(struct copied *copied, const char *rule, uint64_t position)
{
    struct copy_told told = copied_verify(copied, NULL, &result);

    if (!strstr(told.rules, rule)) fail_msg("found: %s; %s was expected", told.rules, rule);
    assert_int_equal(told.first.position, position);
}

static void flip(struct copied *copied, const char *path, size_t at)
{
    struct slice bytes = copied_file(copied, path);

    assert_true(at < bytes.size);
    ((char *)(uintptr_t)bytes.data)[at] ^= 4;
    copied_put(copied, path, bytes);
}

/* The bundle with its entries in another order: `order` ends at SIZE_MAX. */
static void reorder(struct copied *copied, const char *path, enum bundle_kind kind,
                    const size_t *order)
{
    struct slice  rest  = copied_file(copied, path), entries[TILE_WIDTH];
    struct buffer made  = { 0 };
    size_t        count = 0;

    while (bundle_take(&rest, kind, &entries[count])) count++;
    for (; *order != SIZE_MAX; order++)
        if (*order < count) bundle_add(&made, kind, entries[*order]);
    copied_put(copied, path, buffer_slice(&made));
    buffer_free(&made);
}

/* All places in order, but what stands at `a` and `b` exchanged. */
static const size_t *exchanged(size_t a, size_t b)
{
    static size_t order[TILE_WIDTH + 1];

    for (size_t i = 0; i < TILE_WIDTH; i++) order[i] = i == a ? b : i == b ? a : i;
    order[TILE_WIDTH] = SIZE_MAX;
    return order;
}

static int copy_begins(void **state)
{
    struct export_job job;

    copied_begins(state);
    assert_ok(copied_export(*state, true, &job));
    return 0;
}

static void an_altered_entry_is_named(void **state)
{
    flip(*state, "tile/entries/000", 20);
    names(*state, "leaf", 1);
}

static void exchanged_entries_are_named(void **state)
{
    struct copied *copied = *state;

    reorder(copied, "tile/entries/001", BUNDLE_ENTRIES, exchanged(17, 18));
    names(copied, "leaf", TILE_WIDTH + 18);
}

static void an_entry_that_was_left_out_is_named(void **state)
{
    struct copied *copied = *state;
    size_t         order[TILE_WIDTH];

    for (size_t i = 0; i < TILE_WIDTH; i++) order[i] = i + 1;
    order[TILE_WIDTH - 1] = SIZE_MAX;
    reorder(copied, "tile/entries/001", BUNDLE_ENTRIES, order);
    names(copied, "gap", TILE_WIDTH + 1);
}

static void an_entry_that_was_put_in_is_named(void **state)
{
    struct copied *copied = *state;
    struct buffer  longer = { 0 };

    buffer_add(&longer, copied_file(copied, "tile/entries/000"));
    bundle_add(&longer, BUNDLE_ENTRIES, SLICE("one more"));
    copied_put(copied, "tile/entries/000", buffer_slice(&longer));
    buffer_free(&longer);
    names(copied, "gap", 1);
}

static void a_torn_bundle_is_named(void **state)
{
    struct copied *copied = *state;
    struct slice   bundle = copied_file(copied, "tile/entries/000");

    bundle.size -= 3;
    copied_put(copied, "tile/entries/000", bundle);
    names(copied, "gap", 1);
}

static void a_missing_bundle_is_named(void **state)
{
    copied_put(*state, "tile/entries/001", (struct slice){ 0 });
    names(*state, "gap", TILE_WIDTH + 1);
}

static void an_altered_lowest_tile_is_named(void **state)
{
    flip(*state, "tile/0/001", 5 * SHA256_SIZE);
    names(*state, "leaf", TILE_WIDTH + 6);
}

static void a_lowest_tile_that_is_missing_or_cut_short_is_named(void **state)
{
    struct copied *copied = *state;
    struct slice   tile   = copied_file(copied, "tile/0/000");

    tile.size -= SHA256_SIZE;
    copied_put(copied, "tile/0/000", tile);
    names(copied, "gap", 1);
    copied_put(copied, "tile/0/000", (struct slice){ 0 });
    names(copied, "gap", 1);
}

static void an_altered_tile_of_the_right_edge_is_named(void **state)
{
    struct copied *copied = *state;

    flip(copied, "tile/1/000.p/2", 40);
    names(copied, "tile", 1);
    assert_true(hash_equal(&result.root, &copied->head.root)); /* the log itself is whole */
    copied_put(copied, "tile/1/000.p/2", (struct slice){ 0 });
    names(copied, "tile", 1);
}

static void a_ciphertext_that_was_altered_or_exchanged_is_named(void **state)
{
    struct copied *copied = *state;
    struct slice   all    = copied_file(copied, "personal/001");

    flip(copied, "personal/001", all.size - 1);
    assert_string_equal(copied_verify(copied, NULL, &result).rules, "ciphertext ");
    copied_put(copied, "personal/001", all);
    assert_int_equal(copied_verify(copied, NULL, &result).count, 0);
    reorder(copied, "personal/001", BUNDLE_CIPHERTEXTS, exchanged(20, 23));
    assert_non_null(strstr(copied_verify(copied, NULL, &result).rules, "ciphertext"));
}

static void a_bundle_of_ciphertexts_that_is_missing_is_named(void **state)
{
    copied_put(*state, "personal/001", (struct slice){ 0 });
    names(*state, "gap", TILE_WIDTH + 1);
}

static void an_altered_checkpoint_is_none(void **state)
{
    struct copied    *copied = *state;
    struct published  from   = published_folder(copied->folder);
    struct slice      whole  = copied_file(copied, "checkpoint");
    struct checkpoint head;

    for (size_t at = 0; at < whole.size; at += 7) {
        struct buffer note = { 0 };
        flip(copied, "checkpoint", at);
        assert_int_equal(published_checkpoint(&from, &copied->world->signer.key, &note, &head).code,
                         STATUS_CORRUPT);
        buffer_free(&note);
        copied_put(copied, "checkpoint", whole);
    }
}

static void a_checkpoint_of_another_history_is_named(void **state)
{
    struct copied *copied = *state;
    struct buffer  forged = { 0 };
    struct hash    root   = crypto_sha256(SLICE("another history"));

    checkpoint_sign(&copied->world->signer, copied->head.size, &root, &forged);
    copied_put(copied, "checkpoint", buffer_slice(&forged));
    buffer_free(&forged);
    names(copied, "checkpoint", copied->head.size);
}

static void a_copy_that_was_taken_back_is_named(void **state)
{
    struct copied    *copied = *state;
    struct checkpoint kept   = copied->head;
    struct buffer     older  = { 0 };
    struct hash       root;

    assert_ok(merkle_root(ledger_merkle(copied->world->ledger), store_reader(copied->world->store),
                          300, &root));
    checkpoint_sign(&copied->world->signer, 300, &root, &older);
    copied_put(copied, "checkpoint", buffer_slice(&older));
    buffer_free(&older);
    assert_non_null(strstr(copied_verify(copied, &kept, &result).rules, "checkpoint"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, copy_begins, copied_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_altered_entry_is_named),
        TEST(exchanged_entries_are_named),
        TEST(an_entry_that_was_left_out_is_named),
        TEST(an_entry_that_was_put_in_is_named),
        TEST(a_torn_bundle_is_named),
        TEST(a_missing_bundle_is_named),
        TEST(an_altered_lowest_tile_is_named),
        TEST(a_lowest_tile_that_is_missing_or_cut_short_is_named),
        TEST(an_altered_tile_of_the_right_edge_is_named),
        TEST(a_ciphertext_that_was_altered_or_exchanged_is_named),
        TEST(a_bundle_of_ciphertexts_that_is_missing_is_named),
        TEST(an_altered_checkpoint_is_none),
        TEST(a_checkpoint_of_another_history_is_named),
        TEST(a_copy_that_was_taken_back_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Does verify name every tile and checkpoint that is not the log's?
 *
 * Planted bugs that this must notice, and did: a root taken without the lowest level, a
 * tile that is never compared, rows of checkpoints that are never read, a size shifted by
 * all of its bits for the highest tiles. */
#include "replay/fold/replay.h"
#include "tests/world/asked.h"

#include "core/log/checkpoint.h"

enum { EVENTS = 600 };

struct vendor_event {
    unsigned       count;
    struct finding first;
};

static void keep_first(void *context, const struct finding *finding)
{
    struct vendor_event *told = context;

    if (!told->count++) told->first = *finding;
}

static struct vendor_event verified(struct world *world, const struct replay_checks *checks)
{
    struct vendor_event told     = { 0 };
    struct findings     findings = { .found = keep_first, .context = &told };
    struct verification result;

    assert_ok(replay_verify_log(store_reader(world->store), world->vault, checks, NULL, &findings,
                                &result));
    return told;
}

static void assert_told(struct vendor_event told, const char *rule, const char *text)
{
    assert_true(told.count > 0);
    assert_string_equal(told.first.rule, rule);
    assert_string_equal(told.first.text, text);
}

static void much_happens(struct world *world)
{
    for (unsigned i = 0; i < EVENTS; i++) {
        struct question token = for_a_token(i);
        ask(world, &token);
    }
}

static struct key tile_key(struct world *world, uint8_t level, uint64_t index)
{
    struct key key = reader_key(store_reader(world->store));

    key_add_byte(&key, level);
    key_add_u64(&key, index);
    return key;
}

static void put(struct world *world, enum family family, struct key key, struct slice value)
{
    struct batch *batch = batch_open(world->store);

    if (value.data) batch_put(batch, family, key_slice(&key), value);
    else batch_erase(batch, family, key_slice(&key));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static struct hash root_of(struct world *world, uint64_t size)
{
    struct hash root;

    assert_ok(merkle_root(ledger_merkle(world->ledger), store_reader(world->store), size, &root));
    return root;
}

static void is_signed(struct world *world, uint64_t row, uint64_t size, struct hash root)
{
    struct buffer note = { 0 };
    struct key    key  = reader_key(store_reader(world->store));

    key_add_u64(&key, row);
    checkpoint_sign(&world->signer, size, &root, &note);
    put(world, FAMILY_checkpoints, key, buffer_slice(&note));
    buffer_free(&note);
}

static void a_whole_tree_has_no_findings(void **state)
{
    struct world        *world  = *state;
    struct replay_checks checks = { .key = &world->signer.key };

    assert_int_equal(verified(world, &checks).count, 0);
    much_happens(world);
    for (uint64_t size = 1; size <= EVENTS; size += 7)
        is_signed(world, size, size, root_of(world, size));
    assert_int_equal(verified(world, &checks).count, 0);
}

static void an_altered_lost_or_foreign_tile_is_named(void **state)
{
    struct world *world = *state;
    char          altered[TILE_WIDTH * SHA256_SIZE];
    struct arena  arena = { 0 };
    struct slice  tile;
    struct key    key = tile_key(world, 0, 1);

    much_happens(world);
    assert_ok(reader_get(store_reader(world->store), FAMILY_tiles, key_slice(&key), &arena, &tile));
    memcpy(altered, tile.data, sizeof altered);
    altered[5000] ^= 4;
    put(world, FAMILY_tiles, key, SLICE_OF(altered));
    assert_told(verified(world, NULL), "tile", "tile 0/1 has other hashes than the log");
    put(world, FAMILY_tiles, key, (struct slice){ 0 });
    assert_told(verified(world, NULL), "tile", "tile 0/1 is missing");
    put(world, FAMILY_tiles, key, tile);
    put(world, FAMILY_tiles, tile_key(world, 1, 0), tile);
    assert_told(verified(world, NULL), "tile", "1 tiles are of no event in the log");
    put(world, FAMILY_tiles, tile_key(world, TILE_LEVELS - 1, 0), tile);
    assert_told(verified(world, NULL), "tile", "2 tiles are of no event in the log");
    arena_free(&arena);
}

static void a_checkpoint_of_another_history_is_named(void **state)
{
    struct world        *world  = *state;
    struct replay_checks checks = { .key = &world->signer.key };

    much_happens(world);
    is_signed(world, 300, 300, root_of(world, 299));
    assert_told(verified(world, &checks), "checkpoint",
                "the checkpoint of 300 has another root than the log");
}

static void a_checkpoint_of_another_key_or_size_is_named(void **state)
{
    struct world        *world  = *state;
    struct note_key      key    = world->signer.key;
    struct replay_checks checks = { .key = &key };

    much_happens(world);
    is_signed(world, 300, 301, root_of(world, 301));
    assert_told(verified(world, &checks), "checkpoint", "the checkpoint of 300: it is of 301");
    note_signer_new(&world->signer, SLICE("example.net/log"), NOTE_ED25519);
    is_signed(world, 300, 300, root_of(world, 300));
    assert_told(verified(world, &checks), "checkpoint",
                "the checkpoint of 300: example.net/log did not sign it");
}

static void a_log_shorter_than_what_was_signed_is_named(void **state)
{
    struct world *world = *state;

    much_happens(world);
    is_signed(world, 700, 700, root_of(world, 600));
    assert_told(verified(world, NULL), "checkpoint",
                "the log ends at 600, but was signed up to 700");
}

static void a_checkpoint_somebody_kept_is_held_against_the_log(void **state)
{
    struct world        *world = *state;
    struct checkpoint    kept;
    struct replay_checks checks = { .earlier = &kept, .earlier_count = 1 };

    much_happens(world);
    kept = (struct checkpoint){ .size = 423, .root = root_of(world, 423) };
    assert_int_equal(verified(world, &checks).count, 0);
    kept.root.bytes[0] ^= 1;
    assert_told(verified(world, &checks), "checkpoint",
                "the checkpoint of 423 has another root than the log");
    kept.size = 601;
    assert_told(verified(world, &checks), "checkpoint",
                "the log ends at 600, but an earlier checkpoint is of 601");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_tree_has_no_findings),
        TEST(an_altered_lost_or_foreign_tile_is_named),
        TEST(a_checkpoint_of_another_history_is_named),
        TEST(a_checkpoint_of_another_key_or_size_is_named),
        TEST(a_log_shorter_than_what_was_signed_is_named),
        TEST(a_checkpoint_somebody_kept_is_held_against_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

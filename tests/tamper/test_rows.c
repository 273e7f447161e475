/* Is every row that is altered, taken away, put beside the others, exchanged or taken back
 * to what it was found, and named by its rule?
 *
 * Each family of what the log stands on is tampered with in each way that it allows, in a
 * store whose own checksums are right again afterwards: the hand that does it goes through
 * RocksDB. What it does to files is asked in files.test.mjs.
 *
 * Planted bugs that this must notice, and did: rows of the index not summed up, values of
 * stream rows not summed up, ciphertexts beyond the last event not looked for. */
#include "tests/world/asked.h"

#include "core/log/checkpoint.h"
#include "projections/projection.h"
#include "replay/fold/replay.h"

enum { ACCOUNTS = 90 }; /* three events each: more than a tile */

struct vendor_event {
    unsigned count;
    char     rules[512]; /* each once, with blanks between */
    uint64_t first;      /* position */
};

static void keep(void *context, const struct finding *finding)
{
    struct vendor_event *told = context;

    if (!told->count++) told->first = finding->position;
    size_t size = strlen(told->rules);
    if (!strstr(told->rules, finding->rule))
        snprintf(told->rules + size, sizeof told->rules - size, "%s ", finding->rule);
}

static struct vendor_event verified(struct world *world)
{
    struct vendor_event  told     = { 0 };
    struct findings      findings = { .found = keep, .context = &told };
    struct replay_checks checks   = { .key = &world->signer.key };
    struct store_options options  = { .path = NULL };
    struct verification  result;
    struct store        *scratch;
    struct reader       *reader = store_reader(world->store);

    assert_ok(replay_verify_log(reader, world->vault, &checks, NULL, &findings, &result));
    if (told.count) return told;
    store_families_all(options.families);
    assert_ok(store_open(&scratch, &options));
    assert_ok(replay_verify_views(reader, world->vault, all_folds, scratch, NULL, &findings));
    store_close(scratch);
    return told;
}

static void assert_named(struct world *world, const char *rule)
{
    struct vendor_event told = verified(world);

    if (!told.count) fail_msg("nothing was found; %s was expected", rule);
    if (!strstr(told.rules, rule)) fail_msg("found: %s; %s was expected", told.rules, rule);
}

static struct question for_the_account(struct world *world, unsigned number)
{
    struct slice login   = arena_print(&world->arena, "account-%u", number);
    struct id    account = { "a" };

    memcpy(account.bytes + 1, &number, sizeof number);
    return ASKING(name_login(NULL, login), claim_login, .login = login, .account = account,
                  .activation_hash = login);
}

/* -- a history, signed on the way ------------------------------------------------------- */

static void is_signed(struct world *world)
{
    struct merkle *tree  = ledger_merkle(world->ledger);
    struct batch  *batch = batch_open(world->store);
    struct buffer  note  = { 0 };
    struct hash    root;

    assert_ok(merkle_root(tree, store_reader(world->store), merkle_size(tree), &root));
    checkpoint_sign(&world->signer, merkle_size(tree), &root, &note);
    checkpoint_put(batch, merkle_size(tree), buffer_slice(&note));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    buffer_free(&note);
}

static void much_happens(struct world *world)
{
    for (unsigned i = 0; i < ACCOUNTS; i++) {
        struct question account = for_the_account(world, i), token = for_a_token(i);

        ask(world, &account);
        ask(world, &token);
        if (i % 30 == 29) is_signed(world);
    }
    assert_int_equal(verified(world).count, 0);
}

/* -- the hand --------------------------------------------------------------------------- */

struct row {
    struct slice key, value;
};

/* The `skip`th row of the family, in the world's arena. */
static struct row row_at(struct world *world, enum family family, unsigned skip)
{
    struct key     prefix = reader_key(store_reader(world->store));
    struct cursor *rows   = cursor_open(store_reader(world->store), family, key_slice(&prefix),
                                        (struct slice){ 0 });
    struct row     row;

    for (unsigned i = 0; i <= skip; i++) assert_true(cursor_next(rows));
    row.key   = arena_copy(&world->arena, cursor_key(rows));
    row.value = arena_copy(&world->arena, cursor_value(rows));
    if (!row.value.data) row.value = SLICE("");
    assert_ok(cursor_close(rows));
    return row;
}

static void put(struct world *world, enum family family, struct slice key, struct slice value)
{
    struct batch *batch = batch_open(world->store);

    if (value.data) batch_put(batch, family, key, value);
    else batch_erase(batch, family, key);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static void alter(struct world *world, enum family family, unsigned skip, size_t byte)
{
    struct row row = row_at(world, family, skip);

    assert_true(byte < row.value.size);
    ((char *)(uintptr_t)row.value.data)[byte] ^= 0x20;
    put(world, family, row.key, row.value);
}

static void take_away(struct world *world, enum family family, unsigned skip)
{
    put(world, family, row_at(world, family, skip).key, (struct slice){ 0 });
}

static void exchange(struct world *world, enum family family, unsigned one, unsigned other)
{
    struct row a = row_at(world, family, one), b = row_at(world, family, other);

    put(world, family, a.key, b.value);
    put(world, family, b.key, a.value);
}

/* Its value under another key, which nobody has; the key. */
static struct slice put_beside(struct world *world, enum family family, unsigned skip)
{
    struct row   row = row_at(world, family, skip);
    struct slice key = arena_copy(&world->arena, row.key);

    ((char *)(uintptr_t)key.data)[key.size - 1] ^= 0x65;
    put(world, family, key, row.value);
    return key;
}

/* -- the families ------------------------------------------------------------------------ */

static void an_altered_event_is_named(void **state)
{
    much_happens(*state);
    alter(*state, FAMILY_log, 40, LEAF_SIZE + 60);
    assert_named(*state, "leaf");
    assert_int_equal(verified(*state).first, 41);
}

/* Whoever alters the leaf hash as well is caught by what names it. */
static void an_event_altered_with_its_leaf_hash_is_named(void **state)
{
    struct world *world = *state;

    much_happens(world);
    struct row   row      = row_at(world, FAMILY_log, 40);
    char        *bytes    = (char *)(uintptr_t)row.value.data;
    struct slice envelope = { bytes + LEAF_SIZE, row.value.size - LEAF_SIZE };
    char        *name     = memmem(envelope.data, envelope.size, "auditor", 7);
    for (unsigned skip = 41; !name; skip++) {
        row      = row_at(world, FAMILY_log, skip);
        bytes    = (char *)(uintptr_t)row.value.data;
        envelope = (struct slice){ bytes + LEAF_SIZE, row.value.size - LEAF_SIZE };
        name     = memmem(envelope.data, envelope.size, "auditor", 7);
    }
    name[0]          = 'A';
    struct hash leaf = hash_leaf(envelope);
    memcpy(bytes, leaf.bytes, LEAF_SIZE);
    put(world, FAMILY_log, row.key, row.value);
    assert_named(world, "checkpoint");
}

static void a_missing_event_is_named(void **state)
{
    much_happens(*state);
    take_away(*state, FAMILY_log, 40);
    assert_named(*state, "gap");
    assert_int_equal(verified(*state).first, 41);
}

static void exchanged_events_are_named(void **state)
{
    much_happens(*state);
    exchange(*state, FAMILY_log, 40, 43);
    assert_named(*state, "time");
}

static void a_log_without_its_last_event_is_named(void **state)
{
    struct world *world = *state;
    uint64_t      head;

    much_happens(world);
    assert_ok(log_head(store_reader(world->store), &head));
    take_away(world, FAMILY_log, (unsigned)head - 1);
    assert_named(world, "checkpoint");
}

static void an_altered_exchanged_or_foreign_ciphertext_is_named(void **state)
{
    struct world *world = *state;

    much_happens(world);
    struct row row = row_at(world, FAMILY_personal, 5);
    alter(world, FAMILY_personal, 5, 3);
    assert_named(world, "ciphertext");
    put(world, FAMILY_personal, row.key, row.value);
    exchange(world, FAMILY_personal, 5, 6);
    assert_named(world, "ciphertext");
    exchange(world, FAMILY_personal, 5, 6);
    struct key beyond = reader_key(store_reader(world->store));
    key_add_u64(&beyond, 100000);
    put(world, FAMILY_personal, key_slice(&beyond), row.value);
    assert_named(world, "stray");
}

/* Nobody was forgotten, so nothing may be gone. */
static void a_missing_ciphertext_is_named(void **state)
{
    much_happens(*state);
    take_away(*state, FAMILY_personal, 5);
    assert_named(*state, "missing");
}

static void rows_of_streams_are_named(void **state)
{
    struct world *world = *state;

    much_happens(world);
    for (unsigned skip = 0; skip < 8; skip++) {
        struct row row = row_at(world, FAMILY_stream, skip);

        take_away(world, FAMILY_stream, skip);
        assert_named(world, "stream-");
        put(world, FAMILY_stream, row.key, row.value);
        alter(world, FAMILY_stream, skip, 7); /* a version */
        assert_named(world, "stream-");
        put(world, FAMILY_stream, row.key, row.value);
    }
    struct slice beside = put_beside(world, FAMILY_stream, 1);
    assert_named(world, "stream-row");
    put(world, FAMILY_stream, beside, (struct slice){ 0 });
    struct id  nobody = { "a nobody knows me" };
    struct key head   = reader_key(store_reader(world->store));
    key_add_id(&head, nobody);
    key_add_u64(&head, 0);
    put(world, FAMILY_stream, key_slice(&head), row_at(world, FAMILY_stream, 0).value);
    assert_named(world, "stream-row");
}

static void rows_of_the_index_are_named(void **state)
{
    struct world *world = *state;

    much_happens(world);
    for (unsigned skip = 0; skip < 300; skip += 37) {
        struct row row = row_at(world, FAMILY_index, skip);

        take_away(world, FAMILY_index, skip);
        assert_named(world, "index-row");
        put(world, FAMILY_index, row.key, row.value);
    }
    put_beside(world, FAMILY_index, 7);
    assert_named(world, "index-row");
}

static void tiles_and_checkpoints_are_named(void **state)
{
    struct world *world = *state;

    much_happens(world);
    struct row tile = row_at(world, FAMILY_tiles, 0);
    alter(world, FAMILY_tiles, 0, 4000);
    assert_named(world, "tile");
    put(world, FAMILY_tiles, tile.key, tile.value);
    struct slice beside = put_beside(world, FAMILY_tiles, 0);
    assert_named(world, "tile");
    put(world, FAMILY_tiles, beside, (struct slice){ 0 });
    alter(world, FAMILY_checkpoints, 1, 25);
    assert_named(world, "checkpoint");
}

static void an_exchanged_checkpoint_is_named(void **state)
{
    much_happens(*state);
    exchange(*state, FAMILY_checkpoints, 0, 1);
    assert_named(*state, "checkpoint");
}

static void rows_of_every_view_are_named(void **state)
{
    static const enum family views[] = { FAMILY_registry, FAMILY_accounts, FAMILY_tokens };
    struct world            *world   = *state;

    much_happens(world);
    for (size_t i = 0; i < COUNT(views); i++) {
        struct row row = row_at(world, views[i], 3);

        take_away(world, views[i], 3);
        assert_named(world, "view");
        put(world, views[i], row.key, row.value);
        struct slice beside = put_beside(world, views[i], 3);
        assert_named(world, "view");
        put(world, views[i], beside, (struct slice){ 0 });
    }
    exchange(world, FAMILY_accounts, 3, 4);
    assert_named(world, "view");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_altered_event_is_named),
        TEST(an_event_altered_with_its_leaf_hash_is_named),
        TEST(a_missing_event_is_named),
        TEST(exchanged_events_are_named),
        TEST(a_log_without_its_last_event_is_named),
        TEST(an_altered_exchanged_or_foreign_ciphertext_is_named),
        TEST(a_missing_ciphertext_is_named),
        TEST(rows_of_streams_are_named),
        TEST(rows_of_the_index_are_named),
        TEST(tiles_and_checkpoints_are_named),
        TEST(an_exchanged_checkpoint_is_named),
        TEST(rows_of_every_view_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

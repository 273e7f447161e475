/* Question: does everything work in another partition than the first, and does nothing that
 * is written there fall into the first?
 *
 * Planted bugs that this must notice, and did: a timer's key and a row of the registry made
 * for partition one. */
#include "replay/fold/replay.h"
#include "tests/world/life.h"
#include "tests/world/replayed.h"

enum { ELSEWHERE = 7 };

static int life_elsewhere(void **state)
{
    struct store_options options = { .partition = ELSEWHERE };
    struct life         *life    = calloc(1, sizeof *life);

    assert_non_null(life);
    life->world = world_with_ledger(false);
    ledger_close(life->world->ledger);
    store_close(life->world->store);
    store_families_all(options.families);
    assert_ok(store_open(&life->world->store, &options));
    life->world->settings.store = life->world->store;
    world_ledger(life->world);
    *state = life;
    life_begins(life);
    life_goes_on(life);
    life_parts(life);
    lamp_is_seen(life, BOB, "bob", "lamp-3", (struct id){ "othird" }); /* a question waits */
    return 0;
}

static uint64_t rows_elsewhere(struct world *world, enum family family)
{
    const struct slice all  = SLICE("");
    struct cursor     *rows = cursor_open(store_reader(world->store), family, all, all);
    uint64_t           count;

    for (count = 0; cursor_next(rows); count++) {
        struct slice key       = cursor_key(rows);
        uint32_t     partition = 0;

        if (!key_read_u32(&key, &partition) || partition != ELSEWHERE)
            fail_msg("a row of %s is in partition %u", family_name(family), partition);
    }
    assert_ok(cursor_close(rows));
    return count;
}

static void every_row_of_a_log_is_in_its_partition(void **state)
{
    static const enum family filled[] = { FAMILY_log,      FAMILY_personal, FAMILY_stream,
                                          FAMILY_index,    FAMILY_registry, FAMILY_devices,
                                          FAMILY_consents, FAMILY_commands, FAMILY_outbox,
                                          FAMILY_timers };
    struct life             *life     = *state;

    for (enum family family = 0; family < FAMILY_COUNT; family++)
        if (family != FAMILY_vault) rows_elsewhere(life->world, family);
    for (size_t i = 0; i < COUNT(filled); i++)
        assert_true(rows_elsewhere(life->world, filled[i]) > 0);
}

static void a_log_is_verified_and_replayed_in_its_partition(void **state)
{
    struct life        *life     = *state;
    struct findings     findings = { .found = NULL };
    struct verification result;

    assert_ok(replay_verify_log(store_reader(life->world->store), life->world->vault, NULL, NULL,
                                &findings, &result));
    assert_int_equal(findings.count, 0);
    assert_int_equal(result.head, world_head(life->world));
    assert_int_equal(assert_replayed(store_reader(life->world->store), life->world->vault),
                     world_head(life->world));
}

static void positions_are_told_with_their_partition(void **state)
{
    struct life  *life = *state;
    struct past   past = past_of(life, true);
    struct buffer text = { 0 };
    struct json   json = json_to(&text);

    assert_ok(replay_as_of(&past, ALICE, MOMENT_LAST, &json));
    buffer_add_byte(&text, '\0');
    assert_has(text.data, "\"position\":\"7/");
    assert_has(text.data, "\"changed\":\"7/");
    assert_null(strstr(text.data, ":\"1/"));
    buffer_free(&text);
    store_close(past.nothing);
}

/* A partition's store has nothing of any other. */
static void a_reader_of_another_partition_sees_nothing(void **state)
{
    struct world        *world   = world_with_ledger(true);
    struct store_options options = { .path = world->store_path, .partition = ELSEWHERE };
    struct question      token   = for_a_token(1);

    (void)state;
    ask(world, &token);
    assert_int_equal(world_head(world), 1);
    ledger_close(world->ledger);
    store_close(world->store);
    store_families_all(options.families);
    assert_ok(store_open(&world->store, &options));
    assert_int_equal(reader_partition(store_reader(world->store)), ELSEWHERE);
    assert_int_equal(world_head(world), 0);
    store_close(world->store);
    world_store(world);
    assert_int_equal(world_head(world), 1);
    world_ledger(world);
    world_free(world);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, life_elsewhere, life_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_of_a_log_is_in_its_partition),
        TEST(a_log_is_verified_and_replayed_in_its_partition),
        TEST(positions_are_told_with_their_partition),
        cmocka_unit_test(a_reader_of_another_partition_sees_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Are views that another program left, or a rebuild that was cut short, noticed before
 * they are served, and does a rebuild mend them?
 *
 * Planted bug that it caught: any names taken for ours. */
#include "replay/fold/replay.h"
#include "tests/world/asked.h"
#include "tests/world/replayed.h"

static const struct fold *const fewer[] = { &fold_accounts, NULL };

static void some_happens(struct world *world)
{
    struct question account = for_an_account(), token = for_a_token(1);

    ask(world, &account);
    ask(world, &token);
}

static void an_empty_store_is_made_ready_and_stays_so(void **state)
{
    struct world *world = *state;

    assert_int_equal(replay_make_ready(world->store, all_folds).code, STATUS_OK);
    some_happens(world);
    assert_int_equal(replay_make_ready(world->store, all_folds).code, STATUS_OK);
}

static void views_of_another_version_are_refused_until_they_are_rebuilt(void **state)
{
    struct world *world = *state;
    uint64_t      count;

    assert_int_equal(replay_make_ready(world->store, fewer).code, STATUS_OK);
    some_happens(world);
    struct status status = replay_make_ready(world->store, all_folds);
    assert_int_equal(status.code, STATUS_CONFLICT);
    assert_non_null(strstr(status.text, "piot rebuild"));
    assert_int_equal(replay_rebuild(world->store, world->vault, all_folds, NULL, &count).code,
                     STATUS_OK);
    assert_int_equal(count, 3);
    assert_int_equal(replay_check_ready(store_reader(world->store), all_folds).code, STATUS_OK);
    assert_int_equal(assert_replayed(store_reader(world->store), world->vault), 3);
}

static void views_that_are_whole_may_be_anybodys_but_not_half_of_a_rebuild(void **state)
{
    struct world *world = *state;
    struct key    key   = reader_key(store_reader(world->store));

    assert_int_equal(replay_make_ready(world->store, fewer).code, STATUS_OK);
    some_happens(world);
    assert_int_equal(replay_check_whole(store_reader(world->store)).code, STATUS_OK);
    key_add_bytes(&key, SLICE("views"));
    struct batch *batch = batch_open(world->store);
    batch_put(batch, FAMILY_meta, key_slice(&key), SLICE("rebuild-unfinished"));
    assert_int_equal(batch_commit(batch, false).code, STATUS_OK);
    batch_close(batch);
    assert_int_equal(replay_check_whole(store_reader(world->store)).code, STATUS_CONFLICT);
}

static void a_log_without_a_word_about_its_views_is_not_served(void **state)
{
    struct world *world = *state;

    some_happens(world);
    assert_int_equal(replay_make_ready(world->store, all_folds).code, STATUS_CONFLICT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_store_is_made_ready_and_stays_so),
        TEST(views_of_another_version_are_refused_until_they_are_rebuilt),
        TEST(views_that_are_whole_may_be_anybodys_but_not_half_of_a_rebuild),
        TEST(a_log_without_a_word_about_its_views_is_not_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

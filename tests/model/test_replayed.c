/* Would assert_replayed() notice a view that is more than a fold of the log? A fold
 * that counts how often it ran in this process is planted among ours; and a live row
 * is changed, taken away, or put beside the others.
 */
#include "tests/world/asked.h"
#include "tests/world/replayed.h"

static uint64_t times_run;

/* Keeps in memory what it should have read from the store. */
static void count_runs(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct key    key   = batch_key(batch);
    struct buffer value = { 0 };

    (void)scratch, (void)event;
    key_add_bytes(&key, SLICE("times"));
    buffer_print(&value, "%llu", (unsigned long long)++times_run);
    batch_put(batch, FAMILY_leases, key_slice(&key), buffer_slice(&value));
    buffer_free(&value);
}
static const struct fold bent = {
    .name = "bent", .families = { FAMILY_leases }, .family_count = 1, .apply = count_runs
};
static const struct fold *const folds_and_bent[] = { &fold_accounts, &bent, NULL };

static void some_happens(struct world *world)
{
    struct question account = for_an_account(), token = for_a_token(1);

    ask(world, &account);
    ask(world, &token);
}

static void what_is_a_fold_agrees(void **state)
{
    struct world *world = *state;

    some_happens(world);
    assert_int_equal(assert_replayed(store_reader(world->store), world->vault), 3);
}

static void a_fold_that_remembers_by_itself_is_noticed(void **state)
{
    struct world *world = *state;

    world->settings.folds = folds_and_bent;
    world_reopens(world);
    some_happens(world);
    struct replayed result = replayed(store_reader(world->store), world->vault, folds_and_bent);
    assert_int_equal(result.differences, 1);
    assert_string_equal(result.first.rule, "view");
}

static struct slice first_key_of(struct world *world, enum family family)
{
    struct key     prefix = reader_key(store_reader(world->store));
    struct cursor *cursor = cursor_open(store_reader(world->store), family, key_slice(&prefix),
                                        (struct slice){ 0 });

    assert_true(cursor_next(cursor));
    struct slice key = arena_copy(&world->arena, cursor_key(cursor));
    assert_ok(cursor_close(cursor));
    return key;
}

enum damage { OTHER_BYTES, MISSING, TOO_MANY };

static uint64_t differences_after(struct world *world, enum family family, enum damage damage)
{
    struct batch *batch = batch_open(world->store);
    struct slice  key   = first_key_of(world, family);
    struct key    more  = batch_key(batch);

    key_add_bytes(&more, SLICE("\xffmore"));
    if (damage == OTHER_BYTES) batch_put(batch, family, key, SLICE("\x90"));
    if (damage == MISSING) batch_erase(batch, family, key);
    if (damage == TOO_MANY) batch_put(batch, family, key_slice(&more), SLICE("\x90"));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    return replayed(store_reader(world->store), world->vault, all_folds).differences;
}

static void a_row_that_was_touched_is_noticed_in_the_registry_and_the_views(void **state)
{
    struct world *world = *state;

    some_happens(world);
    assert_int_equal(differences_after(world, FAMILY_registry, OTHER_BYTES), 1);
    assert_int_equal(differences_after(world, FAMILY_accounts, MISSING), 2);
    assert_int_equal(differences_after(world, FAMILY_tokens, TOO_MANY), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_a_fold_agrees),
        TEST(a_fold_that_remembers_by_itself_is_noticed),
        TEST(a_row_that_was_touched_is_noticed_in_the_registry_and_the_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

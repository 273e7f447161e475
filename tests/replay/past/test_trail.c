/* Are several lists of positions walked as one, each position once, in order, and no
 * further than asked?
 *
 * Planted bugs that it caught: a position past the end; one that stands in two lists
 * given twice; a list's 257th position lost.
 */
#include "replay/past/trail.h"
#include "tests/world/logged.h"

#define ANN    sample_id(ID_account, "ann")
#define BEN    sample_id(ID_account, "ben")
#define DEVICE sample_id(ID_device, "lamp")

/* ann at the odd positions, ben at the even ones; each names the device. */
static void append_alternately(struct world *world, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        world_append(world, renamed(i % 2 ? BEN : ANN, SLICE("a")));
        arena_reset(&world->arena);
    }
}

static uint64_t next(struct trail *trail)
{
    uint64_t position;

    assert_ok(trail_next(trail, &position));
    return position;
}

static void lists_are_merged_and_each_position_comes_once(void **state)
{
    struct world *world = *state;
    struct trail *trail;

    append_alternately(world, 1000);
    trail = trail_open(world_reader(world), UINT64_MAX, 0);
    trail_add_index(trail, DEVICE);
    trail_add_stream(trail, BEN);
    trail_add_stream(trail, ANN);
    trail_add_stream(trail, ANN);
    for (uint64_t i = 1; i <= 1000; i++) assert_int_equal(next(trail), i);
    assert_int_equal(next(trail), 0);
    assert_int_equal(next(trail), 0);
    trail_close(trail);
}

static void a_list_longer_than_one_reading_is_whole(void **state)
{
    struct world *world = *state;
    struct trail *trail;

    append_alternately(world, 600);
    trail = trail_open(world_reader(world), UINT64_MAX, 0);
    trail_add_index(trail, DEVICE);
    for (uint64_t i = 1; i <= 600; i++) assert_int_equal(next(trail), i);
    assert_int_equal(next(trail), 0);
    trail_close(trail);
}

static void it_ends_at_the_position_asked_for_which_is_its_last(void **state)
{
    struct world *world = *state;

    append_alternately(world, 12);
    for (uint64_t until = 0; until < 12; until++) {
        struct trail *trail = trail_open(world_reader(world), until, 0);
        uint64_t      last  = 0, position;
        trail_add_stream(trail, ANN);
        while ((position = next(trail)) != 0) last = position;
        assert_int_equal(last, until % 2 ? until : until ? until - 1 : 0);
        trail_close(trail);
    }
}

static void a_list_that_joins_late_is_brought_up_first(void **state)
{
    struct world *world = *state;
    struct trail *trail;

    append_alternately(world, 6);
    trail = trail_open(world_reader(world), UINT64_MAX, 0);
    trail_add_stream(trail, BEN);
    assert_int_equal(next(trail), 2);
    assert_int_equal(next(trail), 4);
    trail_add_stream(trail, ANN);
    assert_int_equal(next(trail), 1);
    assert_int_equal(next(trail), 3);
    assert_int_equal(next(trail), 5);
    assert_int_equal(next(trail), 6);
    assert_int_equal(next(trail), 0);
    trail_close(trail);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, a_log, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lists_are_merged_and_each_position_comes_once),
        TEST(a_list_longer_than_one_reading_is_whole),
        TEST(it_ends_at_the_position_asked_for_which_is_its_last),
        TEST(a_list_that_joins_late_is_brought_up_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

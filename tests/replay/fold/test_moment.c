/* Is a moment read as people write it, and does it lead to one event of the log?
 *
 * Planted bug that it caught: an instant's microsecond before an event taken for it.
 */
#include "tests/world/life.h"

static void positions_and_instants_are_read_and_nothing_else(void **state)
{
    static const char *const wrong[] = { "",   "0",    "1/0",   "0/7", "1/",  "/7",
                                         "-1", "1/7 ", "1/7/7", "007", "now", "1/x" };
    struct moment            moment  = { { 7, 7 }, 7 };

    (void)state;
    assert_true(moment_parse(SLICE("1/123"), &moment));
    assert_int_equal(moment.position.partition, 1);
    assert_int_equal(moment.position.number, 123);
    assert_true(moment_parse(SLICE("42"), &moment));
    assert_int_equal(moment.position.partition, 0);
    assert_int_equal(moment.position.number, 42);
    assert_true(moment_parse(SLICE("2026-11-22T17:03:07.123+01:00"), &moment));
    assert_int_equal(moment.position.number, 0);
    assert_true(moment.at_us == START);
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (moment_parse(slice_text(wrong[i]), &moment)) fail_msg("\"%s\" was read", wrong[i]);
    assert_true(moment.at_us == START);
}

static void an_instant_between_two_events_means_the_first_of_them(void **state)
{
    struct life    *life   = *state;
    struct reader  *reader = store_reader(life->world->store);
    struct position position;
    int64_t         at;

    vendor_comes(life, GLOW, "Glow");
    for (uint64_t i = 1; i <= world_head(life->world); i++) {
        int64_t recorded = world_read(life->world, i).recorded_at;
        assert_ok(moment_settle(reader, (struct moment){ .at_us = recorded }, &position, &at));
        assert_int_equal(position.number, i);
        assert_true(at == recorded);
        if (i == 1) continue;
        assert_ok(moment_settle(reader, (struct moment){ .at_us = recorded - 1 }, &position, &at));
        assert_int_equal(position.number, i - 1);
    }
    assert_ok(moment_settle(reader, MOMENT_LAST, &position, &at));
    assert_int_equal(position.number, world_head(life->world));
}

static void what_the_log_does_not_reach_is_not_found(void **state)
{
    struct life    *life   = *state;
    struct reader  *reader = store_reader(life->world->store);
    struct position position;
    int64_t         at;
    struct status   status = moment_settle(reader, MOMENT_LAST, &position, &at);

    assert_int_equal(status.code, STATUS_NOT_FOUND);
    assert_has(status.text, "nothing has happened here yet");
    vendor_comes(life, GLOW, "Glow");
    status = moment_settle(reader, (struct moment){ .at_us = START - 1 }, &position, &at);
    assert_int_equal(status.code, STATUS_NOT_FOUND);
    assert_has(status.text, "nothing had happened by 2026-11-22T16:03:07.122Z");
    status = moment_settle(reader, (struct moment){ .position.number = 99 }, &position, &at);
    assert_int_equal(status.code, STATUS_NOT_FOUND);
    assert_has(status.text, "the log ends at 1/");
}

static void a_position_of_another_partition_is_invalid(void **state)
{
    struct life    *life   = *state;
    struct reader  *reader = store_reader(life->world->store);
    struct position position;
    int64_t         at;

    vendor_comes(life, GLOW, "Glow");
    assert_ok(moment_settle(reader, (struct moment){ { 1, 1 }, 0 }, &position, &at));
    struct status status = moment_settle(reader, (struct moment){ { 2, 1 }, 0 }, &position, &at);
    assert_int_equal(status.code, STATUS_INVALID);
    assert_has(status.text, "the log has no partition 2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, life_is_given, life_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_and_instants_are_read_and_nothing_else),
        TEST(an_instant_between_two_events_means_the_first_of_them),
        TEST(what_the_log_does_not_reach_is_not_found),
        TEST(a_position_of_another_partition_is_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

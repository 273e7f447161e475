/* What if there is little room on the disk? Writes are refused before they are tried; erasures,
 * timers and checkpoints are not; and all goes on by itself when there is room again.
 *
 * Planted bugs that this must notice, and did: a door that lets all in; a writer that takes its
 * turn on a full disk; one that keeps waiting who was let in before; a stop that signs all the
 * same.
 */
#include "tests/world/asked.h"

static enum ledger_room room;
static enum ledger_room look(void *context)
{
    (void)context;
    return room;
}

/* Once the writer has looked. */
static void there_is(struct world *world, enum ledger_room now)
{
    room = now;
    turn(world);
    assert_int_equal(ledger_room(world->ledger), now);
}

static struct world *of(void **state)
{
    struct world *world = *state;

    room                        = LEDGER_ROOM_ENOUGH;
    world->settings.room        = look;
    world->settings.anchor_path = world->anchor_path;
    world_reopens(world);
    return world;
}

/* As submit() does, which has to be taken. */
static bool is_taken(struct world *world, struct question *question, bool from_reserve)
{
    question->request = (struct ledger_request){ .items        = &question->item,
                                                 .count        = 1,
                                                 .from_reserve = from_reserve,
                                                 .context      = question,
                                                 .done         = question_answered };
    return ledger_submit(world->ledger, &question->request);
}

static void with_little_room_a_write_is_refused_before_it_is_tried(void **state)
{
    struct world   *world = of(state);
    struct question asked = for_a_token(1);

    there_is(world, LEDGER_ROOM_RESERVE);
    assert_false(is_taken(world, &asked, false));
    turn(world);
    assert_int_equal(world_head(world), 0);
    assert_int_equal(asked.answers, 0);
}

static void what_may_use_the_reserve_is_written_with_little_room(void **state)
{
    struct world   *world = of(state);
    struct question asked = for_a_token(1);

    there_is(world, LEDGER_ROOM_RESERVE);
    assert_true(is_taken(world, &asked, true));
    turn(world);
    assert_int_equal(asked.answers, 1);
    assert_int_equal(asked.request.failure.code, STATUS_OK);
    assert_int_equal(world_head(world), 1);
}

static void on_a_full_disk_nothing_is_taken_at_all(void **state)
{
    struct world   *world = of(state);
    struct question asked = for_a_token(1);

    there_is(world, LEDGER_ROOM_NONE);
    assert_false(is_taken(world, &asked, true));
}

static void who_was_let_in_before_the_disk_was_full_is_told(void **state)
{
    struct world   *world  = of(state);
    struct question before = for_a_token(1), after = for_a_token(2);

    assert_true(is_taken(world, &before, false));
    there_is(world, LEDGER_ROOM_NONE);
    assert_int_equal(before.answers, 1);
    assert_int_equal(before.request.failure.code, STATUS_LIMIT);
    assert_int_equal(world_head(world), 0);

    there_is(world, LEDGER_ROOM_ENOUGH);
    ask(world, &after);
    assert_int_equal(after.request.failure.code, STATUS_OK);
    assert_int_equal(world_head(world), 1);
}

/* One timer, due until it was fired. */
static bool    fired;
static int64_t timer_next(struct reader *reader, int64_t from_us, int64_t until_us)
{
    (void)reader, (void)until_us;
    return fired ? INT64_MAX : from_us;
}
static size_t timer_due(struct reader *reader, int64_t from_us, int64_t until_us,
                        struct arena *arena, struct intent *intents, size_t max)
{
    (void)reader, (void)from_us, (void)until_us, (void)arena, (void)max;
    if (fired) return 0;
    intents[0]   = for_a_token(1).item.intent;
    return fired = true;
}

static void a_timer_waits_on_a_full_disk_and_goes_on_from_the_reserve(void **state)
{
    static const struct timer_source timer = { timer_next, timer_due };
    struct world                    *world = *state;

    fired                  = false;
    world->settings.timers = &timer;
    world                  = of(state);
    there_is(world, LEDGER_ROOM_NONE);
    assert_int_equal(world_head(world), 0);
    there_is(world, LEDGER_ROOM_RESERVE);
    assert_int_equal(world_head(world), 1);
}

static uint64_t anchored(struct world *world) { return ledger_figures(world->ledger).anchored; }

static void a_stop_signs_from_the_reserve(void **state)
{
    struct world   *world = of(state);
    struct question asked = for_a_token(1);

    assert_true(is_taken(world, &asked, false));
    room = LEDGER_ROOM_RESERVE;
    assert_ok(ledger_start(world->ledger));
    ledger_stop(world->ledger);
    assert_int_equal(asked.answers, 1);
    assert_int_equal(anchored(world), 1);
}

static void a_stop_on_a_full_disk_writes_nothing_and_the_next_start_signs(void **state)
{
    struct world   *world = of(state);
    struct question first = for_a_token(1), second = for_a_token(2);

    ask(world, &first);
    assert_int_equal(anchored(world), 1);
    ask(world, &second); /* within the second, so that it is not signed yet */
    uint64_t before = anchored(world);
    room            = LEDGER_ROOM_NONE;
    assert_ok(ledger_start(world->ledger));
    ledger_stop(world->ledger);
    assert_int_equal(anchored(world), before);
    room = LEDGER_ROOM_ENOUGH;
    world_reopens(world);
    assert_int_equal(world_head(world), 2);
    assert_ok(ledger_start(world->ledger));
    ledger_stop(world->ledger);
    assert_int_equal(anchored(world), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, on_disk, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(with_little_room_a_write_is_refused_before_it_is_tried),
        TEST(what_may_use_the_reserve_is_written_with_little_room),
        TEST(on_a_full_disk_nothing_is_taken_at_all),
        TEST(who_was_let_in_before_the_disk_was_full_is_told),
        TEST(a_timer_waits_on_a_full_disk_and_goes_on_from_the_reserve),
        TEST(a_stop_signs_from_the_reserve),
        TEST(a_stop_on_a_full_disk_writes_nothing_and_the_next_start_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is nothing written, and does no timer fire, while the wall clock is off; and does all go on
 * when it is back, or when its time was accepted?
 *
 * Planted bugs that it caught: a door that looked at steps forward only; a writer that did not
 * look at all, whose timers fired and who decided what had queued; a thread that asked when
 * the next timer is due, which was long ago, and span.
 */
#include "core/base/report.h"
#include "tests/world/asked.h"

#include <stdatomic.h>

#define MOST (10 * SECOND) /* as the world has it */

static bool submits(struct world *world, struct question *question)
{
    question->request.items = &question->item;
    question->request.count = 1;
    question->request.done  = question_answered;
    return ledger_submit(world->ledger, &question->request);
}

static void is_off_by(struct world *world, int64_t us)
{
    struct question asked = for_a_token(1);
    uint64_t        head  = world_head(world);

    world->clock.stepped_us = us;
    assert_int_equal(ledger_clock_step(world->ledger), us);
    assert_false(submits(world, &asked));
    turn(world);
    assert_int_equal(asked.answers, 0);
    assert_int_equal(world_head(world), head);
}

static void is_right(struct world *world, uint64_t number)
{
    struct question asked = for_a_token(number);

    assert_int_equal(ledger_clock_step(world->ledger), 0);
    ask(world, &asked);
    assert_int_equal(asked.item.outcome.refusal, ACCEPTED);
    assert_true(asked.last.recorded_at - clock_now(&world->clock) < MILLISECOND);
}

static void a_step_stops_all_writing_until_the_clock_is_back(void **state)
{
    struct world *world = *state;

    is_right(world, 1);
    is_off_by(world, 3650 * DAY);
    world->clock.stepped_us = 0;
    is_right(world, 2);
    is_off_by(world, -MOST - 1);
    world->clock.stepped_us = -MOST;
    is_right(world, 3);
}

static void what_had_queued_before_a_step_is_deferred(void **state)
{
    struct world   *world = *state;
    struct question first = for_a_token(1), second = for_something_refused();

    submit(world, &first);
    submit(world, &second);
    world->clock.stepped_us = DAY;
    turn(world);
    assert_int_equal(world_head(world), 0);
    assert_int_equal(first.answers, 1);
    assert_int_equal(second.answers, 1);
    assert_int_equal(first.request.failure.code, STATUS_LIMIT);
    assert_int_equal(second.request.failure.code, STATUS_LIMIT);

    world->clock.stepped_us = 0;
    submit(world, &first);
    turn(world);
    assert_int_equal(first.answers, 2);
    assert_int_equal(first.request.failure.code, STATUS_OK);
    assert_int_equal(world_head(world), 1);
}

/* -- timers --------------------------------------------------------------------------- */

/* One, due at `due_at`, which issues a token. */
static atomic_int looked; /* for the next one due */
static int64_t    due_at;

static int64_t next(struct reader *reader, int64_t from_us, int64_t until_us)
{
    (void)reader, (void)from_us;
    atomic_fetch_add(&looked, 1);
    return due_at && due_at <= until_us ? due_at : INT64_MAX;
}

static size_t due(struct reader *reader, int64_t from_us, int64_t until_us, struct arena *arena,
                  struct intent *intents, size_t max)
{
    (void)reader, (void)from_us, (void)arena;
    if (!due_at || due_at > until_us || !max) return 0;
    due_at     = 0;
    intents[0] = for_a_token(7).item.intent;
    return 1;
}

static struct world *with_a_timer(struct world *world, int64_t at_us)
{
    static const struct timer_source one = { next, due };

    due_at                 = at_us;
    world->settings.timers = &one;
    world_reopens(world);
    atomic_store(&looked, 0);
    return world;
}

static void no_timer_fires_by_a_clock_that_is_off(void **state)
{
    struct world *world = with_a_timer(*state, START + DAY);

    is_off_by(world, 2 * DAY);
    world->clock.stepped_us = 0;
    turn(world);
    assert_int_equal(world_head(world), 0);
    world->clock.fixed_us = START + DAY;
    turn(world);
    assert_int_equal(world_head(world), 1);
}

static void what_is_due_fires_when_the_new_time_is_accepted(void **state)
{
    struct world *world = with_a_timer(*state, START + DAY);
    int64_t       wall, step;

    is_off_by(world, 2 * DAY);
    assert_true(clock_accept(&world->clock, START + 2 * DAY, MOST, &wall, &step));
    turn(world);
    assert_int_equal(world_head(world), 1);
    assert_int_equal(world_read(world, 1).recorded_at, START + 2 * DAY);
    is_right(world, 2);
}

static struct status nothing(void *context)
{
    (void)context;
    return OK;
}

/* Between two turns it says how long it will rest. */
static void the_writer_rests_while_the_clock_is_off(void **state)
{
    struct world *world = with_a_timer(*state, START - DAY);

    is_off_by(world, DAY);
    assert_ok(ledger_start(world->ledger));
    for (int i = 0; i < 2; i++) assert_ok(ledger_between_turns(world->ledger, nothing, NULL));
    ledger_stop(world->ledger);
    assert_int_equal(atomic_load(&looked), 0);
    assert_int_equal(world_head(world), 0);
}

/* -- what is said --------------------------------------------------------------------- */

static void a_step_is_reported_once_and_so_is_its_end(void **state)
{
    struct world *world  = *state;
    uint64_t      errors = report_count(REPORT_ERROR), notices = report_count(REPORT_NOTICE);

    for (int i = 0; i < 3; i++) is_off_by(world, DAY + i * SECOND);
    assert_int_equal(report_count(REPORT_ERROR), errors + 1);
    world->clock.stepped_us = 0;
    for (unsigned i = 0; i < 3; i++) is_right(world, 10 + i);
    assert_int_equal(report_count(REPORT_ERROR), errors + 1);
    assert_int_equal(report_count(REPORT_NOTICE), notices + 1);
}

static void a_last_event_of_the_future_is_said_at_the_opening(void **state)
{
    struct world *world    = *state;
    uint64_t      warnings = report_count(REPORT_WARNING);

    world->clock.fixed_us += DAY;
    is_right(world, 1);
    world->clock.fixed_us -= MOST;
    world_reopens(world);
    assert_int_equal(report_count(REPORT_WARNING), warnings);
    world->clock.fixed_us -= DAY;
    world_reopens(world);
    assert_int_equal(report_count(REPORT_WARNING), warnings + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_step_stops_all_writing_until_the_clock_is_back),
        TEST(what_had_queued_before_a_step_is_deferred),
        TEST(no_timer_fires_by_a_clock_that_is_off),
        TEST(what_is_due_fires_when_the_new_time_is_accepted),
        TEST(the_writer_rests_while_the_clock_is_off),
        TEST(a_step_is_reported_once_and_so_is_its_end),
        TEST(a_last_event_of_the_future_is_said_at_the_opening),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

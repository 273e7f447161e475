/* Does each caller get what it may and no more, and does memory stay the same? */
#include "api/call/limit.h"

#include <stdio.h>

#include "core/base/clock.h"
#include "tests/world/checks.h"

static struct limits          *limits;
static const struct limit_rate two_a_second = { 2, 5 };

static int open_limits(void **state)
{
    (void)state;
    limits = limits_open();
    return 0;
}

static int close_limits(void **state)
{
    (void)state;
    limits_close(limits);
    return 0;
}

static bool take(const char *who, int64_t now_us)
{
    return limit_take(limits, slice_text(who), two_a_second, 1, now_us).allowed;
}

static void a_burst_is_allowed_and_then_the_rate(void **state)
{
    int64_t now = DAY;

    (void)state;
    for (int i = 0; i < 5; i++) assert_true(take("ann", now));
    assert_false(take("ann", now));
    assert_false(take("ann", now + 400 * MILLISECOND));
    assert_true(take("ann", now + 600 * MILLISECOND));
    assert_false(take("ann", now + 600 * MILLISECOND));
    for (int i = 0; i < 5; i++) assert_true(take("ann", now + HOUR));
    assert_false(take("ann", now + HOUR));
}

static void callers_do_not_pay_for_each_other(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) take("ann", DAY);
    assert_false(take("ann", DAY));
    assert_true(take("bob", DAY));
}

static void a_clock_that_goes_back_gives_nothing_away(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) assert_true(take("ann", DAY));
    assert_false(take("ann", DAY - HOUR));
}

static void who_takes_more_than_is_left_waits_until_that_is_made_up_for(void **state)
{
    struct limit_verdict verdict;

    (void)state;
    verdict = limit_take(limits, SLICE("ann"), two_a_second, 15, DAY);
    assert_true(verdict.allowed);
    assert_int_equal(verdict.remaining, 0);
    assert_false(take("ann", DAY + 5 * SECOND));
    assert_true(take("ann", DAY + 6 * SECOND));
}

static void the_verdict_says_how_long_to_wait(void **state)
{
    struct limit_verdict verdict = { .allowed = true };

    (void)state;
    while (verdict.allowed) verdict = limit_take(limits, SLICE("ann"), two_a_second, 1, DAY);
    assert_int_equal(verdict.limit, 5);
    assert_int_equal(verdict.remaining, 0);
    assert_int_equal(verdict.reset_s, 1);
}

static void what_is_given_back_may_be_taken_again(void **state)
{
    (void)state;
    limit_give_back(limits, SLICE("ann"), DAY); /* never taken: nothing to give back */
    for (int i = 0; i < 5; i++) assert_true(take("ann", DAY));
    limit_give_back(limits, SLICE("ann"), DAY);
    assert_true(take("ann", DAY));
    assert_false(take("ann", DAY));
    for (int i = 0; i < 9; i++) limit_give_back(limits, SLICE("ann"), DAY + HOUR);
    for (int i = 0; i < 5; i++) assert_true(take("ann", DAY + HOUR));
    assert_false(take("ann", DAY + HOUR)); /* no more than the burst */
}

static void many_strangers_do_not_free_a_busy_caller(void **state)
{
    char who[32];

    (void)state;
    for (int i = 0; i < 5; i++) take("ann", DAY);
    for (int i = 0; i < LIMIT_ROWS; i++) {
        snprintf(who, sizeof who, "stranger %d", i);
        take(who, DAY);
    }
    assert_false(take("ann", DAY)); /* they have used less of theirs, so they go first */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_burst_is_allowed_and_then_the_rate, open_limits,
                                        close_limits),
        cmocka_unit_test_setup_teardown(callers_do_not_pay_for_each_other, open_limits,
                                        close_limits),
        cmocka_unit_test_setup_teardown(a_clock_that_goes_back_gives_nothing_away, open_limits,
                                        close_limits),
        cmocka_unit_test_setup_teardown(who_takes_more_than_is_left_waits_until_that_is_made_up_for,
                                        open_limits, close_limits),
        cmocka_unit_test_setup_teardown(the_verdict_says_how_long_to_wait, open_limits,
                                        close_limits),
        cmocka_unit_test_setup_teardown(what_is_given_back_may_be_taken_again, open_limits,
                                        close_limits),
        cmocka_unit_test_setup_teardown(many_strangers_do_not_free_a_busy_caller, open_limits,
                                        close_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

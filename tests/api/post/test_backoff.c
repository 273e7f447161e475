/* How long is waited after a failure, and is an endpoint that is down left alone? */
#include "api/post/backoff.h"
#include "tests/world/checks.h"

enum { MANY = 64 };
static const int64_t NOON = INT64_C(1795363387) * SECOND;

static void waits_double_up_to_the_longest(void **state)
{
    (void)state;
    assert_int_equal(backoff_us(SECOND, HOUR, 1, UINT32_MAX), SECOND);
    assert_int_equal(backoff_us(SECOND, HOUR, 2, UINT32_MAX), 2 * SECOND);
    assert_int_equal(backoff_us(SECOND, HOUR, 12, UINT32_MAX), 2048 * SECOND);
    assert_int_equal(backoff_us(SECOND, HOUR, 13, UINT32_MAX), HOUR);
    assert_int_equal(backoff_us(SECOND, HOUR, UINT64_MAX, UINT32_MAX), HOUR);
    assert_int_equal(backoff_us(DAY, HOUR, 1, UINT32_MAX), HOUR);
    assert_int_equal(backoff_us(SECOND, INT64_MAX, 1000, UINT32_MAX), INT64_MAX);
}

static void chance_takes_away_at_most_a_half(void **state)
{
    int64_t before = 0;

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        int64_t wait = backoff_us(SECOND, HOUR, 4, i * (UINT32_MAX / MANY));
        assert_in_range(wait, 4 * SECOND, 8 * SECOND);
        assert_true(wait > before);
        before = wait;
    }
    assert_int_equal(backoff_us(SECOND, HOUR, 4, 0), 4 * SECOND);
}

static void fall_over(struct breaker *breaker, int64_t now_us)
{
    for (int i = 0; i < BREAKER_FAILURES; i++) breaker_failed(breaker, now_us, UINT32_MAX);
}

static void a_few_failures_change_nothing(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    for (int i = 0; i < MANY; i++) {
        for (int n = 1; n < BREAKER_FAILURES; n++) breaker_failed(&breaker, NOON, 0);
        assert_int_equal(breaker_room(&breaker, NOON, 8), 8);
        breaker_worked(&breaker);
    }
}

static void many_failures_in_a_row_open_the_breaker(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fall_over(&breaker, NOON);
    assert_int_equal(breaker_room(&breaker, NOON, 8), 0);
    assert_int_equal(breaker_room(&breaker, NOON + BREAKER_REST_FIRST - 1, 8), 0);
}

static void then_one_webhook_tries_the_endpoint(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fall_over(&breaker, NOON);
    assert_int_equal(breaker_room(&breaker, NOON + BREAKER_REST_FIRST, 8), 1);
    breaker_worked(&breaker);
    assert_int_equal(breaker_room(&breaker, NOON + BREAKER_REST_FIRST, 8), 8);
}

static void a_failed_trial_opens_it_for_longer_but_not_for_ever(void **state)
{
    struct breaker breaker = { 0 };
    int64_t        now = NOON, rest = BREAKER_REST_FIRST;

    (void)state;
    fall_over(&breaker, now);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(breaker.open_until, now + rest);
        now  = breaker.open_until;
        rest = rest * 2 < BREAKER_REST_MAX ? rest * 2 : BREAKER_REST_MAX;
        breaker_failed(&breaker, now, UINT32_MAX);
    }
    assert_int_equal(rest, BREAKER_REST_MAX);
}

static void what_was_under_way_when_it_opened_does_not_make_the_rest_longer(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fall_over(&breaker, NOON);
    fall_over(&breaker, NOON + SECOND);
    assert_int_equal(breaker.open_until, NOON + BREAKER_REST_FIRST);
}

static void a_pause_asked_for_is_kept_whatever_else_gets_through(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    breaker_pause(&breaker, NOON + MINUTE);
    breaker_pause(&breaker, NOON + SECOND);
    breaker_worked(&breaker);
    assert_int_equal(breaker_room(&breaker, NOON + MINUTE - 1, 8), 0);
    assert_int_equal(breaker_room(&breaker, NOON + MINUTE, 8), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_the_longest),
        cmocka_unit_test(chance_takes_away_at_most_a_half),
        cmocka_unit_test(a_few_failures_change_nothing),
        cmocka_unit_test(many_failures_in_a_row_open_the_breaker),
        cmocka_unit_test(then_one_webhook_tries_the_endpoint),
        cmocka_unit_test(a_failed_trial_opens_it_for_longer_but_not_for_ever),
        cmocka_unit_test(what_was_under_way_when_it_opened_does_not_make_the_rest_longer),
        cmocka_unit_test(a_pause_asked_for_is_kept_whatever_else_gets_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

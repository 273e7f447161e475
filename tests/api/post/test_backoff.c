/* How long is waited after a failure, and is an endpoint that is down left alone? */
#include "api/post/backoff.h"
#include "tests/world/checks.h"

enum { MANY = 64 };
static const int64_t NOON = INT64_C(1795363387) * SECOND;

/* The longest wait after so many tries. */
static int64_t wait_of(int64_t first_us, int64_t max_us, unsigned factor, uint64_t attempt)
{
    return backoff_us(&(struct backoff){ first_us, max_us, factor }, attempt, UINT32_MAX);
}

static void waits_double_up_to_the_longest(void **state)
{
    (void)state;
    assert_int_equal(wait_of(SECOND, HOUR, 2, 1), SECOND);
    assert_int_equal(wait_of(SECOND, HOUR, 2, 2), 2 * SECOND);
    assert_int_equal(wait_of(SECOND, HOUR, 2, 12), 2048 * SECOND);
    assert_int_equal(wait_of(SECOND, HOUR, 2, 13), HOUR);
    assert_int_equal(wait_of(SECOND, HOUR, 2, UINT64_MAX), HOUR);
    assert_int_equal(wait_of(DAY, HOUR, 2, 1), HOUR);
    assert_int_equal(wait_of(SECOND, INT64_MAX, 2, 1000), INT64_MAX);
}

static void they_may_grow_faster_or_not_at_all(void **state)
{
    (void)state;
    assert_int_equal(wait_of(SECOND, HOUR, 5, 3), 25 * SECOND);
    assert_int_equal(wait_of(SECOND, HOUR, 5, 7), HOUR);
    assert_int_equal(wait_of(SECOND, HOUR, 1, UINT64_MAX), SECOND);
}

static void chance_takes_away_at_most_a_half(void **state)
{
    static const struct backoff usual  = { SECOND, HOUR, 2 };
    int64_t                     before = 0;

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        int64_t wait = backoff_us(&usual, 4, i * (UINT32_MAX / MANY));
        assert_in_range(wait, 4 * SECOND, 8 * SECOND);
        assert_true(wait > before);
        before = wait;
    }
    assert_int_equal(backoff_us(&usual, 4, 0), 4 * SECOND);
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

static void it_rests_no_longer_than_a_command_lives(void **state)
{
    (void)state;
    assert_true(BREAKER_REST_MAX <= 30 * SECOND);
}

static void time_asked_for_is_given_whatever_else_gets_through(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    breaker_rest(&breaker, NOON + MINUTE);
    breaker_rest(&breaker, NOON + SECOND);
    breaker_worked(&breaker);
    breaker_heard(&breaker, NOON);
    assert_int_equal(breaker_room(&breaker, NOON + MINUTE - 1, 8), 0);
    assert_int_equal(breaker_until(&breaker, NOON), NOON + MINUTE);
    assert_int_equal(breaker_room(&breaker, NOON + MINUTE, 8), 8);
    assert_int_equal(breaker_until(&breaker, NOON + MINUTE), 0);
}

static void a_pause_ends_when_its_vendor_is_heard_of(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    breaker_pause(&breaker, NOON + HOUR);
    breaker_worked(&breaker);
    assert_int_equal(breaker_room(&breaker, NOON + HOUR - 1, 8), 0);
    breaker_heard(&breaker, NOON + SECOND);
    assert_int_equal(breaker_room(&breaker, NOON + SECOND, 8), 8);
}

static void one_tries_the_endpoint_at_once_when_its_vendor_is_heard_of(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fall_over(&breaker, NOON);
    breaker_heard(&breaker, NOON + 1);
    assert_int_equal(breaker_room(&breaker, NOON + 1, 8), 1);
}

static void a_vendor_that_goes_on_calling_has_it_tried_once_a_second(void **state)
{
    struct breaker breaker = { 0 };
    unsigned       tries   = 0;

    (void)state;
    fall_over(&breaker, NOON);
    for (int64_t now = NOON; now < NOON + 10 * SECOND; now += SECOND / 100) {
        breaker_heard(&breaker, now);
        if (!breaker_room(&breaker, now, 8)) continue;
        breaker_failed(&breaker, now, UINT32_MAX);
        tries++;
    }
    assert_int_equal(tries, 10);
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
        cmocka_unit_test(they_may_grow_faster_or_not_at_all),
        cmocka_unit_test(it_rests_no_longer_than_a_command_lives),
        cmocka_unit_test(time_asked_for_is_given_whatever_else_gets_through),
        cmocka_unit_test(a_pause_ends_when_its_vendor_is_heard_of),
        cmocka_unit_test(one_tries_the_endpoint_at_once_when_its_vendor_is_heard_of),
        cmocka_unit_test(a_vendor_that_goes_on_calling_has_it_tried_once_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

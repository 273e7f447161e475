/* What is known of an endpoint's failures, whose they were, and of its refusals? */
#include "projections/health.h"

#include "tests/world/folding.h"

static const struct id SWITCH_ON = { "mswitch" };

static int empty(void **state)
{
    (void)state;
    assert_int_equal(fold_alone(&fold_outbox), 0);
    happened(ALICE, command_requested, .command = SWITCH_ON, .device = LAMP, .vendor = GLOW);
    return 0;
}

static struct delivery_row delivery(void)
{
    struct delivery_row row;

    assert_row(delivery, GLOW, name_delivery(event_at(1)), &row);
    return row;
}

static struct pending_row pending(void)
{
    struct pending_row row;

    assert_row(pending, GLOW, name_delivery(event_at(1)), &row);
    return row;
}

static struct health_row health(void)
{
    struct health_row row;

    assert_row(health, GLOW, NO_ID, &row);
    return row;
}

/* With the number of the try before: it was none, for it never left us. */
static void answered(uint64_t attempt, uint64_t http_status)
{
    happened(ALICE, webhook_deferred, .delivery = name_delivery(event_at(1)), .vendor = GLOW,
             .attempt = attempt, .http_status = http_status, .reason = SLICE("no"),
             .next_at = START + HOUR);
}

static void an_endpoint_fails_from_its_first_failure_until_something_gets_through(void **state)
{
    (void)state;
    answered(1, 503);
    answered(2, 503);
    answered(2, 0); /* our own fault is none of its */
    assert_int_equal(health().failing_since, recorded_at(2));
    assert_int_equal(health().failures, 2);
    assert_says(health().last_error, "no");
    happened(ALICE, webhook_delivered, .delivery = name_delivery(event_at(1)), .vendor = GLOW,
             .attempt = 3, .http_status = 204);
    assert_int_equal(health().failing_since, 0);
    assert_int_equal(health().succeeded_at, recorded_at(5));
    assert_int_equal(health().latencies.size, 4);
}

static void it_is_counted_how_often_a_webhook_was_refused_itself(void **state)
{
    static const uint64_t others[] = { 0, 307, 408, 410, 425, 429, 500, 503 };

    (void)state;
    answered(1, 400);
    for (size_t i = 0; i < COUNT(others); i++) answered(2 + i, others[i]);
    assert_int_equal(pending().refusals, 1);
    answered(10, 404);
    assert_int_equal(pending().refusals, 2);
    assert_int_equal(delivery().refusals, 2);
}

static void how_long_we_held_a_webhook_up_ourselves_is_known(void **state)
{
    (void)state;
    answered(0, 0); /* no try */
    assert_int_equal(delivery().attempt, 0);
    assert_int_equal(delivery().held_up_at, recorded_at(2));
    answered(0, 0);
    answered(1, 500);
    assert_int_equal(delivery().held_up_at, 0);
    assert_int_equal(delivery().excused, recorded_at(4) - recorded_at(2));
    answered(2, 500);
    assert_int_equal(delivery().excused, recorded_at(4) - recorded_at(2));
}

/* 70 of them, 1 to 70 ms: the last 64 are kept. */
static void how_long_answers_took_is_of_the_last_that_got_through(void **state)
{
    struct health_latency latency;
    struct health_row     none = { .failures = 0 };

    (void)state;
    assert_false(health_latency_of(&none, &latency));
    for (uint64_t ms = 1; ms <= 70; ms++)
        happened(ALICE, webhook_delivered, .delivery = name_delivery(event_at(1)), .vendor = GLOW,
                 .attempt = ms, .http_status = 200, .latency_ms = ms * 1000);
    struct health_row row = health();
    assert_true(health_latency_of(&row, &latency));
    assert_int_equal(latency.p50_ms, 39 * 1000);
    assert_int_equal(latency.p95_ms, 67 * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(how_long_answers_took_is_of_the_last_that_got_through),
        TEST(an_endpoint_fails_from_its_first_failure_until_something_gets_through),
        TEST(it_is_counted_how_often_a_webhook_was_refused_itself),
        TEST(how_long_we_held_a_webhook_up_ourselves_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

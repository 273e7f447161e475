/* When is a vendor's endpoint left alone, for how long, and what are failures of our own? */
#include "tests/world/courier.h"

static void answering(int status)
{
    behave(0, (struct manners){ .path = "/one", .status = status });
}

/* Until its breaker has opened. */
static struct id a_vendor_that_is_down(void)
{
    struct id vendor = a_vendor("/one");

    answering(500);
    for (int i = 0; i < BREAKER_FAILURES; i++) {
        try_out(vendor);
        settle();
    }
    assert_int_equal(heard_count(), BREAKER_FAILURES);
    try_out(vendor);
    settle();
    assert_int_equal(heard_count(), BREAKER_FAILURES); /* it is left alone */
    answering(204);
    return vendor;
}

static void a_vendor_that_calls_us_is_tried_at_once(void **state)
{
    struct id vendor = a_vendor_that_is_down();

    (void)state;
    settle();
    assert_int_equal(heard_count(), BREAKER_FAILURES);
    courier_heard(courier, vendor);
    until(is_now(vendor, BREAKER_FAILURES, DELIVERY_delivered));
    pass(SECOND); /* the rest have waited for that long by themselves */
    for (size_t i = 0; i < BREAKER_FAILURES; i++) until(is_now(vendor, i, DELIVERY_delivered));
}

static void another_ones_call_is_nothing_to_it(void **state)
{
    struct id other = a_vendor("/two");

    (void)state;
    (void)a_vendor_that_is_down();
    courier_heard(courier, other);
    settle();
    assert_int_equal(heard_count(), BREAKER_FAILURES);
}

static void it_is_noticed_within_half_a_minute_that_it_is_back(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    answering(500);
    for (int i = 0; i < 8; i++) try_out(vendor);
    for (int minute = 0; minute < 60; minute++) { /* it rests for longer each time */
        pass(MINUTE);
        settle();
    }
    answering(204);
    try_out(vendor);
    pass(30 * SECOND);
    until(is_now(vendor, 8, DELIVERY_delivered));
}

/* -- a pause ------------------------------------------------------------------------ */

static void pausing(int status, const char *retry_after)
{
    behave(0, (struct manners){
                  .path = "/one", .status = status, .retry_after = retry_after, .pause = true });
}

static void a_pause_lasts_as_long_as_it_says(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    pausing(204, "7200");
    try_out(vendor);
    until(is_now(vendor, 0, DELIVERY_delivered)); /* its status counts as usual */
    answering(204);
    try_out(vendor);
    pass(2 * HOUR - 1);
    settle();
    assert_int_equal(heard_count(), 1);
    pass(1);
    until(is_now(vendor, 1, DELIVERY_delivered));
}

static void else_it_is_an_hour(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    pausing(503, NULL);
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    assert_in_range(delivery(vendor, 0).next_at - ground.clock.fixed_us, 1, SECOND);
    answering(204);
    pass(HOUR - 1);
    settle();
    assert_int_equal(heard_count(), 1);
    pass(1);
    until(is_now(vendor, 0, DELIVERY_delivered));
}

static void a_pause_ends_when_the_vendor_calls_us(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    pausing(429, "86400");
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    answering(204);
    pass(MINUTE);
    settle();
    assert_int_equal(heard_count(), 1);
    courier_heard(courier, vendor);
    until(is_now(vendor, 0, DELIVERY_delivered));
}

/* -- our own fault ------------------------------------------------------------------ */

static void what_we_could_not_send_was_no_try(void **state)
{
    enum { MANY = 3 * BREAKER_FAILURES };
    struct id vendor = a_vendor("/one");

    (void)state;
    configured.allow_private_endpoints = false;
    for (int i = 0; i < MANY; i++) try_out(vendor);
    for (int i = 0; i < 5; i++) {
        settle();
        pass(30 * SECOND);
    }
    assert_int_equal(heard_count(), 0);
    assert_true(delivery(vendor, 0).next_at > 0);
    configured.allow_private_endpoints = true;
    for (int i = 0; i < 2; i++) { /* one tries, and then all go */
        pass(30 * SECOND);
        settle();
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_true(is_now(vendor, i, DELIVERY_delivered));
        assert_int_equal(delivery(vendor, i).attempt, 1);
    }
}

static void nor_does_it_bring_giving_up_nearer(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    configured.webhook_attempts_min    = 1;
    configured.webhook_tried_for       = DAY;
    configured.allow_private_endpoints = false;
    try_out(vendor);
    for (int hour = 0; hour < 3 * 24; hour++) {
        settle();
        pass(HOUR);
    }
    settle();
    assert_true(is_now(vendor, 0, DELIVERY_pending));
    assert_int_equal(delivery(vendor, 0).attempt, 0);
    configured.allow_private_endpoints = true;
    answering(500);
    pass(MINUTE);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    assert_true(is_now(vendor, 0, DELIVERY_pending)); /* a day of tries is before it */
    pass(DAY + MINUTE);
    until(is_now(vendor, 0, DELIVERY_dead));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_vendor_that_calls_us_is_tried_at_once),
        TEST(another_ones_call_is_nothing_to_it),
        TEST(it_is_noticed_within_half_a_minute_that_it_is_back),
        TEST(a_pause_lasts_as_long_as_it_says),
        TEST(else_it_is_an_hour),
        TEST(a_pause_ends_when_the_vendor_calls_us),
        TEST(what_we_could_not_send_was_no_try),
        TEST(nor_does_it_bring_giving_up_nearer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How long is a webhook tried before it is given up, and which never is? */
#include "tests/world/courier.h"

#define QUIET_TEST(name) cmocka_unit_test_setup_teardown(name, begins, courier_ends)
/* Nobody is told meanwhile how the endpoint does: that would be another webhook. */
static int begins(void **state)
{
    int begun = courier_begins(state);

    configured.endpoint_failing_after = 365 * DAY;
    return begun;
}

static void what_never_gets_through_is_given_up(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 400 });
    try_out(vendor);
    int64_t last = ground.clock.fixed_us + configured.webhook_tried_for;
    for (uint64_t attempt = 1; ground.clock.fixed_us <= last; attempt++) {
        until(delivery(vendor, 0).attempt == attempt && !courier_under_way(courier));
        assert_true(is_now(vendor, 0, DELIVERY_pending));
        pass(HOUR);
    }
    until(is_now(vendor, 0, DELIVERY_dead));
    assert_int_equal(heard_count(), 74); /* at once, and after each hour of the 73 */
}

static void one_that_waited_for_days_still_gets_its_tries(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    configured.webhook_attempts_min = 3;
    behave(0, (struct manners){ .path = "/one", .status = 400 });
    try_out(vendor);
    ask_for(end_endpoint, vendor, .reason = SLICE("for a week"));
    pass(7 * DAY);
    ask_for(set_endpoint, vendor, .url = url_of("/one"));
    for (uint64_t attempt = 1; attempt < 3; attempt++) {
        until(delivery(vendor, 0).attempt == attempt && !courier_under_way(courier));
        assert_true(is_now(vendor, 0, DELIVERY_pending));
        pass(HOUR);
    }
    until(is_now(vendor, 0, DELIVERY_dead));
}

/* A month of days without an answer, then one. */
static void waits_a_month(size_t index)
{
    size_t before = heard_count();

    for (int day = 0; day < 30; day++) {
        until(heard_count() > before + (size_t)day && !courier_under_way(courier));
        assert_true(is_now(home.vendor, index, DELIVERY_pending));
        pass(DAY);
    }
    behave(0, (struct manners){ .path = "/glow", .status = 204 });
    until(is_now(home.vendor, index, DELIVERY_delivered));
}

static void what_a_vendor_has_to_know_is_never_given_up(void **state)
{
    (void)state;
    a_household();
    behave(0, (struct manners){ .path = "/glow", .status = 500 });
    a_lamp("lamp-1");
    the_owner_says("grant");
    waits_a_month(0);
    behave(0, (struct manners){ .path = "/glow", .status = 500 });
    ask_for(withdraw_consent, home.account, .consent = home.consent);
    waits_a_month(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUIET_TEST(what_never_gets_through_is_given_up),
        QUIET_TEST(one_that_waited_for_days_still_gets_its_tries),
        QUIET_TEST(what_a_vendor_has_to_know_is_never_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

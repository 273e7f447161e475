/* When is a vendor told how its endpoint does? */
#include "tests/world/courier.h"

static uint64_t told(struct id vendor)
{
    struct health_row row;

    view_get_health(store_reader(ground.store), vendor, NO_ID, &configured.arena, &row);
    return row.told_percent;
}

static size_t deliveries(struct id vendor)
{
    struct id ids[HEARD_MAX];

    return view_list_delivery(store_reader(ground.store), vendor, NO_ID, ids, HEARD_MAX);
}

static bool was_heard(const char *what)
{
    for (size_t i = 0; i < heard_count(); i++)
        if (strstr(heard(i)->type, "cloudevents") && strstr(heard(i)->body, what)) return true;
    return false;
}

/* A vendor whose endpoint does not get anything from now on, and counts as failing in an hour. */
static struct id a_vendor_in_trouble(void)
{
    struct id vendor = a_vendor("/one");

    configured.endpoint_failing_after = HOUR;
    configured.webhook_retry_max      = 10 * SECOND;
    behave(0, (struct manners){ .path = "/one", .status = 500 });
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    assert_int_equal(deliveries(vendor), 1);
    return vendor;
}

static void at_each_step_once_and_when_something_gets_through_again(void **state)
{
    static const struct {
        int64_t  later;
        uint64_t percent;
    } steps[]             = { { 30 * MINUTE, 50 }, { 24 * MINUTE, 90 }, { 6 * MINUTE, 100 } };
    const int64_t retried = 20 * SECOND; /* after the last try, at most */
    struct id     vendor  = a_vendor_in_trouble();

    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++) {
        pass(steps[i].later - (i ? 2 : 1) * retried);
        settle();
        assert_int_equal(deliveries(vendor), 1 + i);
        pass(2 * retried);
        until(told(vendor) == steps[i].percent && !courier_under_way(courier));
        assert_int_equal(deliveries(vendor), 2 + i);
        assert_says(delivery(vendor, 1 + i).kind, "endpoint-health-changed");
    }
    pass(HOUR);
    settle();
    assert_int_equal(deliveries(vendor), 4);

    behave(0, (struct manners){ .path = "/one", .status = 204 });
    pass(HOUR);
    until(told(vendor) == 0 && deliveries(vendor) == 5 && is_now(vendor, 4, DELIVERY_delivered));
    assert_true(was_heard("\"state\":\"failing\"") && was_heard("\"thresholdPercent\":100"));
    assert_true(was_heard("\"state\":\"healthy\"") && was_heard("\"thresholdPercent\":0"));
    settle();
    assert_int_equal(deliveries(vendor), 5);
}

static void what_gets_through_in_time_is_no_news(void **state)
{
    struct id vendor = a_vendor_in_trouble();

    (void)state;
    pass(29 * MINUTE);
    settle();
    behave(0, (struct manners){ .path = "/one", .status = 204 });
    pass(2 * MINUTE);
    until(is_now(vendor, 0, DELIVERY_delivered));
    settle();
    assert_int_equal(deliveries(vendor), 1);
}

static void a_restart_does_not_tell_it_again(void **state)
{
    struct id vendor = a_vendor_in_trouble();

    (void)state;
    pass(31 * MINUTE);
    until(told(vendor) == 50 && !courier_under_way(courier));
    courier_close(courier);
    assert_ok(courier_open(&courier, &ground));
    pass(10 * MINUTE);
    settle();
    assert_int_equal(deliveries(vendor), 2);
    pass(15 * MINUTE);
    until(told(vendor) == 90);
    assert_int_equal(deliveries(vendor), 3);
}

static void our_own_failures_are_not_its(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    configured.endpoint_failing_after = HOUR;
    ask_for(set_endpoint, vendor, .url = SLICE("http://nowhere.invalid/"));
    try_out(vendor);
    settle();
    for (int i = 0; i < 4; i++) {
        pass(HOUR);
        settle();
    }
    assert_int_equal(deliveries(vendor), 1);
    assert_int_equal(told(vendor), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(at_each_step_once_and_when_something_gets_through_again),
        TEST(what_gets_through_in_time_is_no_news),
        TEST(a_restart_does_not_tell_it_again),
        TEST(our_own_failures_are_not_its),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

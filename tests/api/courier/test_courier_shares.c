/* Do endpoints that hang, or devices that are stuck, leave room for the others? */
#include "tests/world/courier.h"

static void hanging(const char *path) { behave(0, (struct manners){ .path = path, .status = 0 }); }

static void vendors_that_hang_hold_up_nobody_for_long(void **state)
{
    enum { HANGING = 8 };
    struct id hung[HANGING], quick = a_vendor("/quick");

    (void)state;
    configured.webhooks_at_once    = 4;
    configured.webhooks_per_vendor = 2;
    hanging("/slow");
    for (size_t i = 0; i < HANGING; i++) {
        hung[i] = a_vendor("/slow");
        for (int n = 0; n < 4; n++) try_out(hung[i]);
    }
    int64_t began = clock_monotonic_us();
    try_out(quick);
    until(is_now(quick, 0, DELIVERY_delivered));
    assert_true(clock_monotonic_us() - began < 10 * SECOND); /* webhook_limit */
    until(courier_under_way(courier) == 2 * HANGING);
    for (int i = 0; i < 300; i++) courier_step(courier, MILLISECOND);
    assert_int_equal(courier_under_way(courier), 2 * HANGING); /* each no more than its share */
}

static void what_failed_before_leaves_room_for_what_is_new(void **state)
{
    enum { STUCK = 12 };
    struct id vendor = a_vendor("/one");

    (void)state;
    configured.webhooks_per_vendor = 4;
    for (int i = 0; i < STUCK; i++) {
        behave(0, (struct manners){ .path = "/one", .status = i % 2 ? 503 : 400 });
        try_out(vendor);
        until(delivery(vendor, (size_t)i).attempt == 1 && !courier_under_way(courier));
    }
    hanging("/one");
    pass(MINUTE);
    until(courier_under_way(courier) == 1); /* a quarter of four */
    behave(0, (struct manners){ .path = "/one", .status = 204 });
    try_out(vendor);
    until(is_now(vendor, STUCK, DELIVERY_delivered));
}

static void all_that_failed_goes_when_it_gets_through_again(void **state)
{
    enum { MANY = 12 };
    struct id vendor = a_vendor("/one");

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 400 });
    for (int i = 0; i < MANY; i++) try_out(vendor);
    for (size_t i = 0; i < MANY; i++) until(delivery(vendor, i).attempt == 1);
    behave(0, (struct manners){ .path = "/one", .status = 204 });
    pass(MINUTE);
    for (size_t i = 0; i < MANY; i++) until(is_now(vendor, i, DELIVERY_delivered));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(vendors_that_hang_hold_up_nobody_for_long),
        TEST(what_failed_before_leaves_room_for_what_is_new),
        TEST(all_that_failed_goes_when_it_gets_through_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

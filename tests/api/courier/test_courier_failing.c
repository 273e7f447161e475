/* What becomes of webhooks whose endpoint is slow, down, gone or not to be called? */
#include "tests/world/courier.h"

#include "core/base/report.h"

static void says(struct slice found_text, const char *wanted)
{
    assert_int_equal(found_text.size, strlen(wanted));
    assert_memory_equal(found_text.data, wanted, found_text.size);
}

static void what_failed_is_tried_again_and_gets_through(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 500 });
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    struct delivery_row row = delivery(vendor, 0);
    assert_int_equal(row.status, DELIVERY_pending);
    says(row.reason, "answered 500");
    assert_int_equal(row.http_status, 500);
    assert_in_range(row.next_at - ground.clock.fixed_us, SECOND / 2, SECOND);

    behave(0, (struct manners){ .path = "/one", .status = 204 });
    pass(SECOND / 2 - 1);
    settle();
    assert_int_equal(heard_count(), 1);
    pass(SECOND);
    until(is_now(vendor, 0, DELIVERY_delivered));
    assert_int_equal(delivery(vendor, 0).attempt, 2);
    assert_string_equal(heard(0)->id, heard(1)->id);
    assert_string_equal(heard(0)->body, heard(1)->body);
    assert_string_not_equal(heard(0)->timestamp, heard(1)->timestamp);
}

static void an_endpoint_may_say_when_to_come_again(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 429, .retry_after = "120" });
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    assert_int_equal(delivery(vendor, 0).next_at, ground.clock.fixed_us + 2 * MINUTE);
    try_out(vendor); /* nothing else goes there either */
    settle();
    assert_int_equal(heard_count(), 1);
    behave(0, (struct manners){ .path = "/one", .status = 204 });
    pass(2 * MINUTE);
    until(is_now(vendor, 0, DELIVERY_delivered) && is_now(vendor, 1, DELIVERY_delivered));
}

static void a_pause_asked_for_by_one_endpoint_does_not_hold_for_another(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 429, .retry_after = "3600" });
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    ask_for(set_endpoint, vendor, .url = url_of("/two"));
    try_out(vendor);
    until(is_now(vendor, 1, DELIVERY_delivered));
    assert_true(is_now(vendor, 0, DELIVERY_pending));
}

static void it_may_not_say_never(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 503, .retry_after = "99999999" });
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    assert_int_equal(delivery(vendor, 0).next_at, ground.clock.fixed_us + HOUR);
}

static void gone_ends_the_endpoint_and_the_webhook_waits_for_another(void **state)
{
    struct id         vendor = a_vendor("/one");
    struct vendor_row row;

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 410 });
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    assert_true(
        view_get_vendor(store_reader(ground.store), vendor, NO_ID, &configured.arena, &row));
    assert_int_equal(row.endpoint.size, 0);
    assert_int_equal(row.status, VENDOR_approved);
    pass(HOUR);
    settle();
    assert_int_equal(heard_count(), 1);

    ask_for(set_endpoint, vendor, .url = url_of("/two"));
    until(is_now(vendor, 0, DELIVERY_delivered));
    assert_string_equal(heard(1)->path, "/two");
    assert_string_equal(heard(1)->id, heard(0)->id);
}

static void gone_does_not_end_an_endpoint_that_was_set_meanwhile(void **state)
{
    struct id         vendor = a_vendor("/one");
    struct vendor_row row;

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 410 });
    try_out(vendor);
    courier_step(courier, 0);
    ask_for(set_endpoint, vendor, .url = url_of("/two"));
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    assert_true(
        view_get_vendor(store_reader(ground.store), vendor, NO_ID, &configured.arena, &row));
    assert_true(slice_equal(row.endpoint, url_of("/two")));
}

static void a_redirect_is_not_followed(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 307, .location = "/two" });
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    assert_int_equal(heard_count(), 1);
    assert_int_equal(delivery(vendor, 0).http_status, 307);
}

static void an_answer_that_does_not_come_in_time_is_none(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    configured.webhook_limit = 100 * MILLISECOND;
    behave(0, (struct manners){ .path = "/one", .status = 0 });
    try_out(vendor);
    until(delivery(vendor, 0).attempt == 1 && !courier_under_way(courier));
    says(delivery(vendor, 0).reason, "no answer in time");
    assert_int_equal(delivery(vendor, 0).http_status, 0);
}

static void a_private_address_is_not_called(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    configured.allow_private_endpoints = false;
    try_out(vendor);
    until(delivery(vendor, 0).next_at && !courier_under_way(courier));
    says(delivery(vendor, 0).reason, "its address is not one we call");
    assert_int_equal(heard_count(), 0);
}

static void a_name_that_means_this_machine_is_not_called_either(void **state)
{
    struct id    vendor = a_vendor("/one");
    struct slice url    = arena_print(&configured.arena, "http://localhost:%u/one",
                                      server_port(endpoint.server));

    (void)state;
    ask_for(set_endpoint, vendor, .url = url);
    configured.allow_private_endpoints = false;
    try_out(vendor);
    until(delivery(vendor, 0).next_at && !courier_under_way(courier));
    says(delivery(vendor, 0).reason, "its address is not one we call");
    assert_int_equal(heard_count(), 0);
}

static void an_endpoint_that_fails_again_and_again_is_left_alone(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 500 });
    configured.webhooks_at_once = 1;
    for (int i = 0; i < 8; i++) try_out(vendor);
    settle();
    assert_int_equal(heard_count(), 5); /* BREAKER_FAILURES */
    pass(5 * SECOND);
    settle();
    assert_int_equal(heard_count(), 6); /* one tries, and fails */
    behave(0, (struct manners){ .path = "/one", .status = 204 });
    pass(10 * SECOND);
    settle();
    assert_int_equal(heard_count(), 6 + 8);
    for (size_t i = 0; i < 8; i++) assert_true(is_now(vendor, i, DELIVERY_delivered));
}

static void one_slow_vendor_does_not_hold_up_another(void **state)
{
    struct id slow = a_vendor("/slow"), quick = a_vendor("/quick");

    (void)state;
    configured.webhooks_per_vendor = 2;
    behave(0, (struct manners){ .path = "/slow", .status = 0 });
    for (int i = 0; i < 8; i++) try_out(slow);
    for (int i = 0; i < 8; i++) try_out(quick);
    until(is_now(quick, 7, DELIVERY_delivered) && courier_under_way(courier) == 2);
    assert_true(is_now(slow, 0, DELIVERY_pending));
    behave(0, (struct manners){ .path = "/slow", .status = 204 });
    assert_true(server_post(endpoint.server, speak, NULL));
    until(is_now(slow, 7, DELIVERY_delivered));
}

/* As after a kill. */
static void courier_begins_anew(void)
{
    courier_close(courier);
    assert_ok(courier_open(&courier, &ground));
}

/* The row of what is pending first, of the first vendor; gives what stood there. */
static struct slice put_pending(struct slice *key, struct slice value)
{
    struct key     prefix = reader_key(store_reader(ground.store));
    struct batch  *batch  = batch_open(ground.store);
    struct arena  *arena  = &configured.arena;
    struct cursor *cursor;

    key_add_byte(&prefix, 'p');
    cursor = cursor_open(batch_reader(batch), FAMILY_outbox, key_slice(&prefix), SLICE(""));
    assert_true(cursor_next(cursor));
    struct slice before = arena_copy(arena, cursor_value(cursor));
    *key                = arena_copy(arena, cursor_key(cursor));
    assert_int_equal(cursor_close(cursor).code, STATUS_OK);
    batch_put(batch, FAMILY_outbox, *key, value);
    assert_int_equal(batch_commit(batch, true).code, STATUS_OK);
    batch_close(batch);
    return before;
}

static void behind_what_cannot_be_read_a_vendors_webhooks_wait(void **state)
{
    struct id    one = a_vendor("/one"), two = a_vendor("/two");
    uint64_t     reports = report_count(REPORT_ERROR);
    struct slice key, row;

    (void)state;
    try_out(one);
    try_out(one);
    try_out(two);
    row = put_pending(&key, SLICE("\xc1 is nothing in MessagePack"));
    courier_begins_anew();
    until(is_now(two, 0, DELIVERY_delivered));
    pass(SECOND);
    settle();
    assert_int_equal(heard_count(), 1);
    assert_int_equal(report_count(REPORT_ERROR), reports + 1); /* and not at every look */

    put_pending(&key, row);
    pass(LOOK_AGAIN);
    until(is_now(one, 0, DELIVERY_delivered) && is_now(one, 1, DELIVERY_delivered));
}

/* The vendor's only delivery, as if it had been tried so often. */
static void put_attempt(struct id vendor, uint64_t attempt)
{
    struct batch       *batch = batch_open(ground.store);
    struct delivery_row row   = delivery(vendor, 0);
    struct id           id;

    assert_int_equal(view_list_delivery(batch_reader(batch), vendor, NO_ID, &id, 1), 1);
    row.attempt = attempt;
    view_put_delivery(batch, vendor, id, &row);
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
}

static void behind_a_row_that_nobody_wrote_so_they_wait_too(void **state)
{
    struct id one = a_vendor("/one"), two = a_vendor("/two");
    uint64_t  reports = report_count(REPORT_ERROR);

    (void)state;
    try_out(one);
    try_out(two);
    put_attempt(one, UINT64_MAX); /* the next would be number 0 */
    until(is_now(two, 0, DELIVERY_delivered));
    settle();
    assert_int_equal(heard_count(), 1);
    assert_int_equal(report_count(REPORT_ERROR), reports + 1);
    put_attempt(one, 0);
    pass(MINUTE);
    until(is_now(one, 0, DELIVERY_delivered));
}

static void what_was_under_way_at_a_kill_is_sent_again_under_the_same_id(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    behave(0, (struct manners){ .path = "/one", .status = 0 });
    try_out(vendor);
    until(heard_count() == 1);
    courier_begins_anew();
    behave(0, (struct manners){ .path = "/one", .status = 204 });
    until(is_now(vendor, 0, DELIVERY_delivered));
    assert_int_equal(heard_count(), 2);
    assert_string_equal(heard(0)->id, heard(1)->id);
    assert_int_equal(delivery(vendor, 0).attempt, 1); /* nobody knows of the other */
}

static void on_nothing(struct ledger_request *request) { (void)request; }

static void what_the_ledger_has_not_heard_of_yet_is_not_sent_again(void **state)
{
    struct ledger_request idle[64] = { { .done = on_nothing } };
    struct id             vendor   = a_vendor("/one");

    (void)state;
    try_out(vendor);
    for (size_t i = 0; i < COUNT(idle); i++) {
        idle[i].done = on_nothing;
        assert_true(ledger_submit(ground.ledger, &idle[i])); /* until its queue is full */
    }
    for (int i = 0; i < 50 || !heard_count(); i++) {
        courier_wake(courier);
        courier_step(courier, MILLISECOND);
    }
    take_turn();
    for (int i = 0; i < 150; i++) { /* now it can be told, and has not heard */
        courier_wake(courier);
        courier_step(courier, MILLISECOND);
    }
    assert_int_equal(heard_count(), 1);
    assert_true(is_now(vendor, 0, DELIVERY_pending));
    until(is_now(vendor, 0, DELIVERY_delivered));
    assert_int_equal(heard_count(), 1);
}

static void of_a_suspended_vendors_webhooks_only_the_one_that_says_so_goes(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    ask_for(suspend_vendor, vendor, .reason = SLICE("a leak"));
    try_out(vendor);
    until(is_now(vendor, 0, DELIVERY_delivered));
    settle();
    assert_int_equal(heard_count(), 1);
    says(delivery(vendor, 0).kind, "vendor-suspended");
    ask_for(resume_vendor, vendor, .none_ = { 0 });
    until(is_now(vendor, 1, DELIVERY_delivered) && is_now(vendor, 2, DELIVERY_delivered));
    says(delivery(vendor, 2).kind, "vendor-resumed");
}

static void webhooks_of_a_vendor_that_has_left_are_given_up(void **state)
{
    struct id vendor = a_vendor("/one");

    (void)state;
    for (int i = 0; i < 20; i++) try_out(vendor);
    ask_for(offboard_vendor, vendor, .reason = SLICE("fraud"));
    ask_for(end_offboarding, vendor, .none_ = { 0 });
    until(is_now(vendor, 19, DELIVERY_dead));
    settle();
    for (size_t i = 0; i < 20; i++) assert_true(is_now(vendor, i, DELIVERY_dead));
    says(delivery(vendor, 0).reason, "the vendor has left");
    assert_int_equal(delivery(vendor, 0).attempt, 0);
    assert_int_equal(heard_count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_failed_is_tried_again_and_gets_through),
        TEST(an_endpoint_may_say_when_to_come_again),
        TEST(a_pause_asked_for_by_one_endpoint_does_not_hold_for_another),
        TEST(it_may_not_say_never),
        TEST(gone_ends_the_endpoint_and_the_webhook_waits_for_another),
        TEST(gone_does_not_end_an_endpoint_that_was_set_meanwhile),
        TEST(a_redirect_is_not_followed),
        TEST(an_answer_that_does_not_come_in_time_is_none),
        TEST(a_private_address_is_not_called),
        TEST(a_name_that_means_this_machine_is_not_called_either),
        TEST(an_endpoint_that_fails_again_and_again_is_left_alone),
        TEST(one_slow_vendor_does_not_hold_up_another),
        TEST(behind_what_cannot_be_read_a_vendors_webhooks_wait),
        TEST(behind_a_row_that_nobody_wrote_so_they_wait_too),
        TEST(what_was_under_way_at_a_kill_is_sent_again_under_the_same_id),
        TEST(what_the_ledger_has_not_heard_of_yet_is_not_sent_again),
        TEST(of_a_suspended_vendors_webhooks_only_the_one_that_says_so_goes),
        TEST(webhooks_of_a_vendor_that_has_left_are_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

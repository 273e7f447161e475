/* Which vendor is owed which webhook, and what is left of one that is over. */
#include "tests/world/folding.h"

static const struct id SWITCH_ON = { "mswitch" };

static int empty(void **state)
{
    (void)state;
    return fold_alone(&fold_outbox);
}

static uint64_t waiting(void)
{
    struct waiting_vendor_row row;

    view_get_waiting_vendor(now.reader, name_system(), GLOW, &now.rows, &row);
    return row.pending;
}

/* The webhook that carries the event at that position. */
static struct delivery_row delivery(uint64_t position)
{
    struct delivery_row row;

    assert_row(delivery, GLOW, name_delivery(event_at(position)), &row);
    assert_int_equal(row.position, position);
    return row;
}

static void assert_owed(const char *kind, struct id order)
{
    struct delivery_row row = delivery(now.position);
    struct pending_row  pending;

    assert_says(row.kind, kind);
    assert_int_equal(row.status, DELIVERY_pending);
    assert_id(row.order, order);
    assert_int_equal(row.created_at, recorded_at(now.position));
    assert_int_equal(row.attempt, 0);
    assert_row(pending, GLOW, name_delivery(event_at(now.position)), &pending);
    assert_id(pending.order, order);
    assert_int_equal(pending.next_at, 0);
}

static void assert_owed_nothing(void)
{
    struct id deliveries[8];

    assert_int_equal(view_list_pending(now.reader, GLOW, NO_ID, deliveries, 8), 0);
    assert_no_row(waiting_vendor, name_system(), GLOW);
    assert_no_row(unsent_command, SWITCH_ON, NO_ID);
}

static void lamp_is_told(void)
{
    happened(ALICE, command_requested, .command = SWITCH_ON, .device = LAMP, .vendor = GLOW);
}

static void tried(uint64_t position, int64_t next_at)
{
    happened(ALICE, webhook_deferred, .delivery = name_delivery(event_at(position)), .vendor = GLOW,
             .attempt = 1, .http_status = 503, .reason = SLICE("busy"), .next_at = next_at);
}

static void arrived(uint64_t position)
{
    happened(ALICE, webhook_delivered, .delivery = name_delivery(event_at(position)),
             .vendor = GLOW, .attempt = 2, .http_status = 200);
}

static void a_vendor_is_told_what_concerns_it(void **state)
{
    (void)state;
    happened(ALICE, denial_settled, .consent = GRANT, .claim = LAMP_CLAIM, .vendor = GLOW);
    assert_owed("grant-refused", LAMP_CLAIM);
    happened(ALICE, consent_granted, .consent = GRANT, .device = LAMP, .vendor = GLOW);
    assert_owed("grant-created", LAMP);
    assert_id(delivery(2).stream, ALICE);
    happened(ALICE, consent_renewed, .consent = GRANT, .device = LAMP, .vendor = GLOW);
    assert_owed("grant-renewed", LAMP);
    lamp_is_told();
    assert_owed("command-requested", LAMP);
    assert_id(delivery(4).command, SWITCH_ON);
    happened(ALICE, consent_withdrawn, .consent = GRANT, .device = LAMP, .vendor = GLOW);
    assert_owed("grant-withdrawn", LAMP);
    happened(ALICE, consent_revoked, .consent = GRANT, .device = LAMP, .vendor = GLOW);
    assert_owed("grant-withdrawn", LAMP);
    happened_plainly(GLOW, test_notification_requested);
    assert_owed("test-notification", name_delivery(event_at(7)));
    assert_id(delivery(7).stream, GLOW);
    assert_int_equal(waiting(), 7);
}

/* In logs of before there was an undo, no denial-settled ever follows. */
static void a_no_that_can_be_undone_is_not_told_yet(void **state)
{
    (void)state;
    happened(ALICE, consent_denied, .consent = GRANT, .claim = LAMP_CLAIM, .vendor = GLOW,
             .undo_until = START + 10 * SECOND);
    assert_int_equal(waiting(), 0);
    happened(ALICE, consent_denied, .consent = GRANT, .claim = LAMP_CLAIM, .vendor = GLOW);
    assert_int_equal(waiting(), 1);
}

static void a_vendor_is_not_told_of_questions(void **state)
{
    (void)state;
    happened(ALICE, consent_requested, .consent = GRANT, .vendor = GLOW);
    happened(ALICE, consent_postponed, .consent = GRANT);
    happened(ALICE, consent_lapsed, .consent = GRANT, .vendor = GLOW);
    assert_owed_nothing();
}

static void a_delivered_webhook_waits_no_more(void **state)
{
    (void)state;
    lamp_is_told();
    arrived(1);
    assert_int_equal(delivery(1).status, DELIVERY_delivered);
    assert_int_equal(delivery(1).attempt, 2);
    assert_int_equal(delivery(1).http_status, 200);
    assert_owed_nothing();
    arrived(1); /* told twice, counted once */
    assert_owed_nothing();
}

static void a_deferred_webhook_waits_for_its_time(void **state)
{
    struct pending_row pending;
    (void)state;

    lamp_is_told();
    tried(1, START + MINUTE);
    assert_int_equal(delivery(1).status, DELIVERY_pending);
    assert_says(delivery(1).reason, "busy");
    assert_int_equal(delivery(1).attempt, 1);
    assert_int_equal(delivery(1).http_status, 503);
    assert_int_equal(delivery(1).next_at, START + MINUTE);
    assert_row(pending, GLOW, name_delivery(event_at(1)), &pending);
    assert_int_equal(pending.next_at, START + MINUTE);
    assert_id(pending.order, LAMP);
    assert_int_equal(waiting(), 1);
    arrived(1);
    assert_says(delivery(1).reason, "");
    assert_int_equal(delivery(1).next_at, 0);
    assert_owed_nothing();
}

static struct pending_row pending_of(uint64_t position)
{
    struct pending_row row;

    assert_row(pending, GLOW, name_delivery(event_at(position)), &row);
    return row;
}

static void notices_of_grants_are_known_to_be_tried_for_good(void **state)
{
    (void)state;
    lamp_is_told();
    assert_false(pending_of(1).lasting);
    happened(ALICE, consent_withdrawn, .consent = GRANT, .device = LAMP, .vendor = GLOW);
    assert_true(pending_of(2).lasting);
    happened(ALICE, webhook_deferred, .delivery = name_delivery(event_at(2)), .vendor = GLOW,
             .attempt = 1, .reason = SLICE("no"), .next_at = START + HOUR);
    assert_true(pending_of(2).lasting);
}

static size_t how_many_wait(void)
{
    struct id deliveries[8];

    return view_list_pending(now.reader, GLOW, NO_ID, deliveries, 8);
}

static void an_overdue_withdrawal_is_told_once_more_not_again_and_again(void **state)
{
    (void)state;
    happened(ALICE, consent_withdrawn, .consent = GRANT, .device = LAMP, .vendor = GLOW);
    for (int i = 0; i < 3; i++)
        happened(ALICE, withdrawal_overdue, .consent = GRANT, .device = LAMP, .vendor = GLOW,
                 .acknowledge_by = START + DAY);
    assert_int_equal(how_many_wait(), 1);
    arrived(1);
    assert_int_equal(how_many_wait(), 0);
    happened(ALICE, withdrawal_overdue, .consent = GRANT, .device = LAMP, .vendor = GLOW,
             .acknowledge_by = START + DAY);
    assert_owed("grant-withdrawn", LAMP);
    happened(ALICE, withdrawal_overdue, .consent = GRANT, .device = LAMP, .vendor = GLOW,
             .acknowledge_by = START + DAY);
    assert_int_equal(how_many_wait(), 1);
}

static void a_dead_webhook_waits_no_more(void **state)
{
    (void)state;
    lamp_is_told();
    happened(ALICE, webhook_dead_lettered, .delivery = name_delivery(event_at(1)), .vendor = GLOW,
             .attempt = 9, .reason = SLICE("no route"));
    assert_int_equal(delivery(1).status, DELIVERY_dead);
    assert_says(delivery(1).reason, "no route");
    assert_int_equal(delivery(1).attempt, 9);
    assert_owed_nothing();
}

static void a_command_that_is_over_before_it_was_tried_is_not_sent(void **state)
{
    (void)state;
    happened(GLOW, endpoint_set, .url = SLICE("https://glow.example"));
    lamp_is_told();
    happened(ALICE, command_cancelled, .command = SWITCH_ON, .device = LAMP, .vendor = GLOW);
    assert_owed_nothing();
    assert_no_row(delivery, GLOW, name_delivery(event_at(2)));
    assert_no_row(place, GLOW, name_place(2));
    lamp_is_told();
    happened(ALICE, command_superseded, .command = SWITCH_ON, .device = LAMP);
    assert_owed_nothing();
    lamp_is_told();
    happened(ALICE, command_expired, .command = SWITCH_ON, .device = LAMP);
    assert_owed_nothing();
    assert_no_row(delivery, GLOW, name_delivery(event_at(6)));
}

static void a_vendor_that_fetches_may_know_of_a_command_that_was_never_sent(void **state)
{
    (void)state;
    lamp_is_told();
    happened(ALICE, command_cancelled, .command = SWITCH_ON, .device = LAMP, .vendor = GLOW);
    assert_owed("command-cancelled", LAMP);
    assert_int_equal(delivery(1).status, DELIVERY_dropped);

    happened(GLOW, endpoint_set, .url = SLICE("https://glow.example"));
    happened(GLOW, outbox_moved, .consumer = SLICE("audit"), .up_to = 1); /* has copies, too */
    lamp_is_told();
    happened(ALICE, command_cancelled, .command = SWITCH_ON, .device = LAMP, .vendor = GLOW);
    assert_owed("command-cancelled", LAMP);
}

/* -- places ------------------------------------------------------------------------------- */

static struct id stands_at(uint64_t position)
{
    struct place_row row;

    assert_row(place, GLOW, name_place(position), &row);
    return row.delivery;
}

static void what_is_owed_stands_in_the_order_of_the_log(void **state)
{
    struct id places[4];
    (void)state;

    lamp_is_told();
    happened(ALICE, consent_granted, .consent = GRANT, .device = LAMP, .vendor = GLOW);
    assert_int_equal(view_list_place(now.reader, GLOW, NO_ID, places, 4), 2);
    assert_id(places[0], name_place(1));
    assert_id(places[1], name_place(2));
    assert_id(stands_at(1), name_delivery(event_at(1)));
    assert_int_equal(name_placed(places[1]), 2);
}

static void what_is_redelivered_stands_at_the_end_under_its_name(void **state)
{
    struct pending_row pending;
    (void)state;

    happened(ALICE, consent_granted, .consent = GRANT, .device = LAMP, .vendor = GLOW);
    happened(ALICE, webhook_dead_lettered, .delivery = name_delivery(event_at(1)), .vendor = GLOW,
             .attempt = 9, .reason = SLICE("no route"));
    happened(ALICE, webhook_redelivered, .delivery = name_delivery(event_at(1)), .vendor = GLOW);
    assert_no_row(place, GLOW, name_place(1));
    assert_id(stands_at(3), name_delivery(event_at(1)));
    assert_int_equal(delivery(1).status, DELIVERY_pending);
    assert_int_equal(delivery(1).owed_since, recorded_at(3));
    assert_row(pending, GLOW, name_delivery(event_at(1)), &pending);
    assert_int_equal(waiting(), 1);
    happened(ALICE, webhook_redelivered, .delivery = name_delivery(event_at(1)), .vendor = GLOW);
    assert_int_equal(waiting(), 1); /* once is enough */
}

static void what_was_settled_goes_after_thirty_days_and_what_waits_stays(void **state)
{
    (void)state;
    happened(ALICE, consent_granted, .consent = GRANT, .device = LAMP, .vendor = GLOW);
    lamp_is_told();
    arrived(2);
    now.position += 31 * DAY / SECOND; /* an event a second */
    happened_plainly(GLOW, test_notification_requested);
    assert_no_row(delivery, GLOW, name_delivery(event_at(2)));
    assert_no_row(place, GLOW, name_place(2));
    assert_no_row(attempt, name_delivery(event_at(2)), name_place(3));
    assert_int_equal(delivery(1).status, DELIVERY_pending);
    assert_id(stands_at(1), name_delivery(event_at(1)));
}

static void a_vendor_that_may_know_of_a_command_is_told_that_it_is_cancelled(void **state)
{
    (void)state;
    lamp_is_told();
    tried(1, START + MINUTE);
    happened(ALICE, command_cancelled, .command = SWITCH_ON, .device = LAMP, .vendor = GLOW);
    assert_owed("command-cancelled", LAMP);
    assert_int_equal(delivery(1).status, DELIVERY_dropped);
    assert_no_row(pending, GLOW, name_delivery(event_at(1)));
    assert_int_equal(waiting(), 1);

    lamp_is_told();
    arrived(4);
    happened(ALICE, command_cancelled, .command = SWITCH_ON, .device = LAMP, .vendor = GLOW);
    assert_owed("command-cancelled", LAMP);
    assert_int_equal(delivery(4).status, DELIVERY_delivered);
    assert_int_equal(waiting(), 2);
}

static void a_concluded_command_is_not_tried_again(void **state)
{
    (void)state;
    lamp_is_told();
    tried(1, START + MINUTE);
    happened(ALICE, command_succeeded, .command = SWITCH_ON, .device = LAMP);
    assert_int_equal(delivery(1).status, DELIVERY_dropped);
    assert_owed_nothing();

    lamp_is_told(); /* its first try is on its way */
    happened(ALICE, command_failed, .command = SWITCH_ON, .device = LAMP);
    assert_int_equal(delivery(4).status, DELIVERY_pending);
    arrived(4);
    assert_int_equal(delivery(4).status, DELIVERY_delivered);
    assert_owed_nothing();
}

static void a_dropped_webhook_does_not_come_back(void **state)
{
    (void)state;
    lamp_is_told();
    tried(1, START + MINUTE);
    happened(ALICE, command_expired, .command = SWITCH_ON, .device = LAMP);
    tried(1, START + HOUR); /* it was on its way just then */
    assert_int_equal(delivery(1).status, DELIVERY_dropped);
    assert_owed_nothing();
}

static void an_outcome_of_what_is_not_owed_changes_nothing(void **state)
{
    (void)state;
    arrived(77);
    tried(77, START + MINUTE);
    happened(ALICE, webhook_dead_lettered, .delivery = name_delivery(event_at(77)), .vendor = GLOW);
    assert_owed_nothing();
    assert_no_row(delivery, GLOW, name_delivery(event_at(77)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_vendor_is_told_what_concerns_it),
        TEST(a_no_that_can_be_undone_is_not_told_yet),
        TEST(a_vendor_is_not_told_of_questions),
        TEST(a_delivered_webhook_waits_no_more),
        TEST(a_deferred_webhook_waits_for_its_time),
        TEST(notices_of_grants_are_known_to_be_tried_for_good),
        TEST(an_overdue_withdrawal_is_told_once_more_not_again_and_again),
        TEST(a_dead_webhook_waits_no_more),
        TEST(a_command_that_is_over_before_it_was_tried_is_not_sent),
        TEST(a_vendor_that_fetches_may_know_of_a_command_that_was_never_sent),
        TEST(what_is_owed_stands_in_the_order_of_the_log),
        TEST(what_is_redelivered_stands_at_the_end_under_its_name),
        TEST(what_was_settled_goes_after_thirty_days_and_what_waits_stays),
        TEST(a_vendor_that_may_know_of_a_command_is_told_that_it_is_cancelled),
        TEST(a_concluded_command_is_not_tried_again),
        TEST(a_dropped_webhook_does_not_come_back),
        TEST(an_outcome_of_what_is_not_owed_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Where a device is, what it last said, and what is wanted of it. */
#include "tests/world/folding.h"

static const struct id FIRST = { "mfirst" }, SECOND_ONE = { "msecond" };

static void lamp_is_added(void)
{
    happened(ALICE, device_added, .device = LAMP, .consent = GRANT, .claim = LAMP_CLAIM,
             .vendor = GLOW, .network = HOME, .model = SLICE("lamp:1.0.0"),
             .vendor_device_id = SLICE("SN-1"), .name = SLICE("Reading lamp"));
}

static int empty(void **state)
{
    (void)state;
    fold_alone(&fold_devices);
    lamp_is_added();
    return 0;
}

static struct device_row lamp(void)
{
    struct device_row row;

    assert_row(device, LAMP, NO_ID, &row);
    return row;
}

/* "name value, name value" */
static void assert_values(struct values found, const char *wanted)
{
    struct buffer text = { 0 };

    for (size_t i = 0; i < found.count; i++)
        buffer_print(&text, "%s%.*s %.*s", i ? ", " : "", (int)found.items[i].name.size,
                     found.items[i].name.data, (int)found.items[i].json.size,
                     found.items[i].json.data);
    assert_says(buffer_slice(&text), wanted);
    buffer_free(&text);
}

static void lamp_reports(int64_t when, const char *name, const char *json)
{
    struct value value = { slice_text(name), slice_text(json) };

    happened_at(when, ALICE, device_state_reported, .device = LAMP, .vendor = GLOW,
                .properties = { &value, 1 });
}

static void an_added_device_is_in_its_network_and_its_account(void **state)
{
    struct device_row row = lamp();
    struct claim_row  claim;
    (void)state;

    assert_id(row.account, ALICE);
    assert_id(row.network, HOME);
    assert_id(row.vendor, GLOW);
    assert_id(row.consent, GRANT);
    assert_id(row.claim, LAMP_CLAIM);
    assert_says(row.model, "lamp:1.0.0");
    assert_says(row.vendor_device_id, "SN-1");
    assert_says(row.name, "Reading lamp");
    assert_int_equal(row.status, DEVICE_active);
    assert_int_equal(row.added_at, recorded_at(1));
    assert_int_equal(row.online_at, 0);
    assert_listed(network_device, HOME, LAMP);
    assert_listed(account_device, ALICE, LAMP);
    assert_row(claim, LAMP_CLAIM, NO_ID, &claim);
    assert_id(claim.account, ALICE);
    assert_id(claim.device, LAMP);
}

static void a_move_ends_what_was_proposed(void **state)
{
    (void)state;
    happened(ALICE, device_move_proposed, .device = LAMP, .network = OFFICE);
    assert_id(lamp().proposed, OFFICE);
    assert_id(lamp().network, HOME);
    happened(ALICE, device_moved, .device = LAMP, .network = OFFICE, .previous = HOME);
    assert_id(lamp().network, OFFICE);
    assert_id(lamp().proposed, NO_ID);
    assert_no_row(network_device, HOME, LAMP);
    assert_listed(network_device, OFFICE, LAMP);
}

static void a_device_has_the_name_room_and_status_it_got_last(void **state)
{
    (void)state;
    happened(ALICE, device_renamed, .device = LAMP, .name = SLICE("Desk lamp"));
    happened(ALICE, device_placed, .device = LAMP, .room = SLICE("study"));
    happened(ALICE, device_suspended, .device = LAMP, .reason = SLICE("expired"));
    assert_says(lamp().name, "Desk lamp");
    assert_says(lamp().room, "study");
    assert_int_equal(lamp().status, DEVICE_suspended);
    happened(ALICE, device_placed, .device = LAMP);
    happened(ALICE, device_resumed, .device = LAMP);
    happened(ALICE, device_claim_disputed, .device = LAMP);
    assert_says(lamp().room, "");
    assert_int_equal(lamp().status, DEVICE_active);
    assert_true(lamp().disputed);
    assert_int_equal(lamp().changed, 7);
}

static void a_report_tells_when_it_was_so_and_when_we_heard(void **state)
{
    (void)state;
    lamp_reports(START, "on", "true");
    assert_values(lamp().reported, "on true");
    assert_values(lamp().observed, "on \"2026-11-22T16:03:07.123Z\"");
    assert_values(lamp().received, "on \"2026-11-22T16:03:09.123Z\"");
    assert_int_equal(lamp().changed, 2);

    lamp_reports(0, "on", "false"); /* no instant of its own: as recorded */
    assert_values(lamp().reported, "on false");
    assert_values(lamp().observed, "on \"2026-11-22T16:03:10.123Z\"");
}

static void reports_come_together_in_the_order_of_the_names(void **state)
{
    const struct value two[] = { { SLICE("brightness"), SLICE("40") },
                                 { SLICE("power"), SLICE("7") } };
    (void)state;

    lamp_reports(START, "on", "true");
    lamp_reports(START, "colour", "\"red\"");
    happened_at(START + SECOND, ALICE, device_state_reported, .device = LAMP, .vendor = GLOW,
                .properties = { two, 2 });
    lamp_reports(START + SECOND, "colour", "\"blue\"");
    assert_values(lamp().reported, "brightness 40, colour \"blue\", on true, power 7");
    assert_values(lamp().observed, "brightness \"2026-11-22T16:03:08.123Z\", "
                                   "colour \"2026-11-22T16:03:08.123Z\", "
                                   "on \"2026-11-22T16:03:07.123Z\", "
                                   "power \"2026-11-22T16:03:08.123Z\"");
}

static void an_older_value_does_not_replace_a_newer_one(void **state)
{
    const struct value both[] = { { SLICE("on"), SLICE("false") }, { SLICE("power"), SLICE("7") } };
    (void)state;

    lamp_reports(START, "on", "true");
    happened_at(START - SECOND, ALICE, device_state_reported, .device = LAMP, .vendor = GLOW,
                .properties = { both, 2 });
    assert_values(lamp().reported, "on true, power 7");
    lamp_reports(START, "on", "0"); /* of the same instant: the later word */
    assert_values(lamp().reported, "on 0, power 7");
}

static void a_forgotten_report_says_nothing(void **state)
{
    (void)state;
    lamp_reports(START, "on", "true");
    happened(ALICE, device_state_reported, .device = LAMP, .vendor = GLOW);
    assert_values(lamp().reported, "on true");
}

static void an_older_word_on_connectivity_does_not_count(void **state)
{
    (void)state;
    happened_at(START, ALICE, device_connectivity_changed, .device = LAMP, .vendor = GLOW,
                .online = true);
    happened_at(START - SECOND, ALICE, device_connectivity_changed, .device = LAMP, .vendor = GLOW,
                .cause = SLICE("timeout"));
    assert_true(lamp().online);
    assert_int_equal(lamp().online_at, START);
    happened_at(START + SECOND, ALICE, device_connectivity_changed, .device = LAMP, .vendor = GLOW,
                .cause = SLICE("timeout"));
    assert_false(lamp().online);
    assert_says(lamp().online_cause, "timeout");
}

static void lamp_is_told(struct id command, const char *name, const char *input)
{
    happened(ALICE, command_requested, .command = command, .device = LAMP, .vendor = GLOW,
             .operation = SLICE("writeProperty"), .name = slice_text(name),
             .input = slice_text(input));
}

static void a_desired_value_outlives_its_command_s_success_only(void **state)
{
    (void)state;
    lamp_is_told(FIRST, "on", "true");
    assert_values(lamp().desired, "on true");
    happened(ALICE, command_succeeded, .command = FIRST, .device = LAMP);
    assert_values(lamp().desired, "on true");

    lamp_is_told(SECOND_ONE, "level", "3");
    assert_values(lamp().desired, "level 3, on true");
    happened(ALICE, command_failed, .command = SECOND_ONE, .device = LAMP);
    assert_values(lamp().desired, "on true");

    lamp_is_told(SECOND_ONE, "level", "4");
    happened(ALICE, command_expired, .command = SECOND_ONE, .device = LAMP);
    lamp_is_told(SECOND_ONE, "level", "5");
    happened(ALICE, command_cancelled, .command = SECOND_ONE, .device = LAMP);
    lamp_is_told(SECOND_ONE, "on", "false");
    happened(ALICE, command_timed_out, .command = SECOND_ONE, .device = LAMP);
    assert_values(lamp().desired, "");
    assert_no_row(desired_by, LAMP, NO_ID);
}

static void a_newer_wish_survives_the_end_of_the_older(void **state)
{
    (void)state;
    lamp_is_told(FIRST, "on", "true");
    lamp_is_told(SECOND_ONE, "on", "false");
    happened(ALICE, command_superseded, .command = FIRST, .device = LAMP, .by = SECOND_ONE);
    assert_values(lamp().desired, "on false");
    happened(ALICE, command_cancelled, .command = SECOND_ONE, .device = LAMP);
    assert_values(lamp().desired, "");
}

static void actions_and_forgotten_inputs_want_no_value(void **state)
{
    (void)state;
    happened(ALICE, command_requested, .command = FIRST, .device = LAMP,
             .operation = SLICE("invokeAction"), .name = SLICE("blink"), .input = SLICE("3"));
    happened(ALICE, command_requested, .command = SECOND_ONE, .device = LAMP,
             .operation = SLICE("writeProperty"), .name = SLICE("on"));
    assert_values(lamp().desired, "");
    assert_no_row(desired_by, LAMP, NO_ID);
}

static void a_removed_device_keeps_its_name_and_nothing_it_said(void **state)
{
    (void)state;
    lamp_reports(START, "on", "true");
    happened_at(START, ALICE, device_connectivity_changed, .device = LAMP, .vendor = GLOW,
                .online = true);
    lamp_is_told(FIRST, "on", "false");
    happened(ALICE, device_removed, .device = LAMP, .network = HOME);
    assert_int_equal(lamp().status, DEVICE_removed);
    assert_says(lamp().name, "Reading lamp");
    assert_values(lamp().reported, "");
    assert_values(lamp().observed, "");
    assert_values(lamp().received, "");
    assert_values(lamp().desired, "");
    assert_false(lamp().online);
    assert_int_equal(lamp().online_at, 0);
    assert_no_row(network_device, HOME, LAMP);
    assert_no_row(account_device, ALICE, LAMP);
    assert_no_row(desired_by, LAMP, NO_ID);
    assert_listed(claim, LAMP_CLAIM, NO_ID);
    happened(ALICE, command_cancelled, .command = FIRST, .device = LAMP);
    assert_int_equal(lamp().changed, 5);
}

static void what_never_began_leaves_no_row(void **state)
{
    static const struct id GHOST = { "dghost" };
    (void)state;

    happened(ALICE, device_state_reported, .device = GHOST);
    happened(ALICE, device_moved, .device = GHOST, .network = HOME);
    happened(ALICE, device_removed, .device = GHOST);
    assert_no_row(device, GHOST, NO_ID);
    assert_no_row(network_device, HOME, GHOST);
}

static void lists_that_are_not_equally_long_are_a_failed_read(void **state)
{
    struct device_row row   = lamp();
    struct value      value = { SLICE("on"), SLICE("true") };
    (void)state;

    row.reported = (struct values){ &value, 1 };
    view_put_device(now.batch, LAMP, NO_ID, &row);
    now.position += 1 - now.position % 2; /* what comes next is not committed: it must not be */
    lamp_reports(START, "on", "false");
    assert_int_equal(reader_failure(now.reader).code, STATUS_CORRUPT);
    batch_clear(now.batch);
}

/* Each by its second event, after which nothing is committed by itself. */
static void a_row_that_is_not_as_it_was_written_stops_the_fold(void **state)
{
    static const struct value on  = { { "on", 2 }, { "true", 4 } };
    struct device_row         row = lamp();
    (void)state;

    row.reported = (struct values){ &on, 1 }; /* observed when? */
    view_put_device(now.batch, LAMP, NO_ID, &row);
    lamp_reports(START, "on", "false");
    assert_stopped("a row is not as it was written: values_are_of_same");
}

static void an_event_that_does_not_follow_stops_the_fold(void **state)
{
    (void)state;
    happened(ALICE, device_moved, .device = LAMP, .network = HOME, .previous = OFFICE);
    assert_stopped("does not follow from the log before it: id_equal(row.network, it->previous)");
    now.position--;
    happened(BOB, device_renamed, .device = LAMP, .name = SLICE("My lamp"));
    assert_stopped("id_equal(row->account, event->stream)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_added_device_is_in_its_network_and_its_account),
        TEST(a_move_ends_what_was_proposed),
        TEST(a_device_has_the_name_room_and_status_it_got_last),
        TEST(a_report_tells_when_it_was_so_and_when_we_heard),
        TEST(reports_come_together_in_the_order_of_the_names),
        TEST(an_older_value_does_not_replace_a_newer_one),
        TEST(a_forgotten_report_says_nothing),
        TEST(an_older_word_on_connectivity_does_not_count),
        TEST(lists_that_are_not_equally_long_are_a_failed_read),
        TEST(a_desired_value_outlives_its_command_s_success_only),
        TEST(a_newer_wish_survives_the_end_of_the_older),
        TEST(actions_and_forgotten_inputs_want_no_value),
        TEST(a_removed_device_keeps_its_name_and_nothing_it_said),
        TEST(what_never_began_leaves_no_row),
        TEST(a_row_that_is_not_as_it_was_written_stops_the_fold),
        TEST(an_event_that_does_not_follow_stops_the_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

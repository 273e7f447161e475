/* What became of a command, in the vendor's words and in the device's own. */
#include "tests/world/folding.h"

static const struct id FIRST = { "mfirst" }, NEWER = { "mnewer" }, THIRD = { "mthird" };

static void lamp_is_told(struct id command, const char *operation, const char *input)
{
    happened(ALICE, command_requested, .command = command, .device = LAMP, .vendor = GLOW,
             .consent = GRANT, .operation = slice_text(operation), .name = SLICE("on"),
             .valid_until = START + 30 * SECOND, .input = slice_text(input));
}

static int empty(void **state)
{
    (void)state;
    fold_alone(&fold_commands);
    lamp_is_told(FIRST, "writeProperty", "true");
    return 0;
}

static void commands_of_a_device_are_listed_either_way(void **state)
{
    struct id ids[3];

    (void)state;
    lamp_is_told(NEWER, "invokeAction", "");
    lamp_is_told(THIRD, "invokeAction", "");
    assert_int_equal(view_fall_device_command(now.reader, LAMP, NO_ID, ids, 2), 2);
    assert_id(ids[0], THIRD);
    assert_id(ids[1], NEWER);
    assert_int_equal(view_fall_device_command(now.reader, LAMP, ids[1], ids, 3), 1);
    assert_id(ids[0], FIRST);
    assert_int_equal(view_fall_device_command(now.reader, LAMP, FIRST, ids, 3), 0);
    assert_int_equal(view_fall_device_command(now.reader, (struct id){ "dother" }, NO_ID, ids, 3),
                     0);
}

static struct command_row command(struct id id)
{
    struct command_row row;

    assert_row(command, id, NO_ID, &row);
    return row;
}

static void assert_effective(enum effect wanted)
{
    assert_int_equal(command(FIRST).effective, wanted);
}

static void lamp_reports(int64_t when, const char *json)
{
    const struct value values[] = { { SLICE("level"), SLICE("3") },
                                    { SLICE("on"), slice_text(json) } };

    happened_at(when, ALICE, device_state_reported, .device = LAMP, .properties = { values, 2 });
}

static void a_command_begins_in_the_queue(void **state)
{
    struct command_row row = command(FIRST);
    (void)state;

    assert_id(row.account, ALICE);
    assert_id(row.device, LAMP);
    assert_id(row.vendor, GLOW);
    assert_says(row.operation, "writeProperty");
    assert_says(row.name, "on");
    assert_says(row.input, "true");
    assert_int_equal(row.status, COMMAND_queued);
    assert_int_equal(row.effective, EFFECT_unknown);
    assert_int_equal(row.requested_at, recorded_at(1));
    assert_int_equal(row.valid_until, START + 30 * SECOND);
    assert_int_equal(row.concluded_at, 0);
    assert_listed(device_command, LAMP, FIRST);
}

static void a_command_goes_on_to_its_success(void **state)
{
    (void)state;
    happened(ALICE, command_sent, .command = FIRST, .device = LAMP);
    assert_int_equal(command(FIRST).status, COMMAND_sent);
    happened(ALICE, command_accepted, .command = FIRST, .device = LAMP);
    assert_int_equal(command(FIRST).status, COMMAND_accepted);
    happened(ALICE, command_delivered, .command = FIRST, .device = LAMP);
    assert_int_equal(command(FIRST).status, COMMAND_delivered);
    assert_int_equal(command(FIRST).concluded_at, 0);
    happened(ALICE, command_succeeded, .command = FIRST, .device = LAMP, .output = SLICE("7"));
    assert_int_equal(command(FIRST).status, COMMAND_succeeded);
    assert_says(command(FIRST).output, "7");
    assert_int_equal(command(FIRST).concluded_at, recorded_at(5));
    assert_int_equal(command(FIRST).changed, 5);
}

static void a_failure_says_why(void **state)
{
    (void)state;
    happened(ALICE, command_failed, .command = FIRST, .device = LAMP, .error_code = SLICE("E7"),
             .error_message = SLICE("no bulb"));
    assert_int_equal(command(FIRST).status, COMMAND_failed);
    assert_says(command(FIRST).error_code, "E7");
    assert_says(command(FIRST).error_message, "no bulb");
    assert_int_equal(command(FIRST).concluded_at, recorded_at(2));
}

static void a_command_may_end_without_an_outcome(void **state)
{
    (void)state;
    happened(ALICE, command_expired, .command = FIRST, .device = LAMP);
    assert_int_equal(command(FIRST).status, COMMAND_expired);
    lamp_is_told(NEWER, "writeProperty", "false");
    happened(ALICE, command_cancelled, .command = NEWER, .device = LAMP);
    assert_int_equal(command(NEWER).status, COMMAND_cancelled);
    happened(ALICE, command_cancelled, .command = NEWER, .device = LAMP); /* sent meanwhile */
    assert_int_equal(command(NEWER).concluded_at, recorded_at(5));
    lamp_is_told(THIRD, "writeProperty", "true");
    happened(ALICE, command_superseded, .command = THIRD, .device = LAMP);
    assert_int_equal(command(THIRD).status, COMMAND_superseded);
    assert_int_equal(command(THIRD).concluded_at, recorded_at(7));
    assert_no_row(awaited, LAMP, NO_ID);
}

static void a_late_outcome_stands_beside_the_status(void **state)
{
    (void)state;
    happened(ALICE, command_sent, .command = FIRST, .device = LAMP);
    happened(ALICE, command_timed_out, .command = FIRST, .device = LAMP);
    happened(ALICE, command_outcome_recorded, .command = FIRST, .device = LAMP,
             .status = SLICE("succeeded"), .output = SLICE("7"));
    assert_int_equal(command(FIRST).status, COMMAND_timed_out);
    assert_int_equal(command(FIRST).late_status, COMMAND_succeeded);
    assert_says(command(FIRST).output, "7");
    assert_int_equal(command(FIRST).concluded_at, recorded_at(3));
    happened(ALICE, command_outcome_recorded, .command = FIRST, .device = LAMP,
             .status = SLICE("failed"), .error_code = SLICE("E7"));
    assert_int_equal(command(FIRST).late_status, COMMAND_failed);
    assert_says(command(FIRST).error_code, "E7");
    assert_says(command(FIRST).output, "7");
}

static void a_report_of_the_wanted_value_makes_a_command_effective(void **state)
{
    (void)state;
    lamp_reports(0, "false"); /* not done yet: says nothing */
    assert_effective(EFFECT_unknown);
    lamp_reports(0, "true");
    assert_effective(EFFECT_true);
}

static void a_newer_report_that_disagrees_takes_it_back(void **state)
{
    (void)state;
    lamp_reports(0, "true");
    lamp_reports(0, "false");
    assert_effective(EFFECT_unknown);
    happened(ALICE, command_succeeded, .command = FIRST, .device = LAMP);
    lamp_reports(0, "true");
    assert_effective(EFFECT_true);
    lamp_reports(0, "false");
    assert_effective(EFFECT_false);
}

static void what_was_observed_before_the_command_says_nothing(void **state)
{
    (void)state;
    lamp_reports(recorded_at(1) - MILLISECOND, "true");
    assert_effective(EFFECT_unknown);
    lamp_reports(recorded_at(1) / MILLISECOND * MILLISECOND, "true"); /* as instants are told */
    assert_effective(EFFECT_true);
}

static void an_instant_in_whole_seconds_stands_for_all_of_that_second(void **state)
{
    int64_t second = recorded_at(1) / SECOND * SECOND;

    (void)state;
    lamp_reports(second - SECOND, "true");
    assert_effective(EFFECT_unknown);
    lamp_reports(second, "true");
    assert_effective(EFFECT_true);
}

static void what_is_older_than_the_value_held_says_nothing(void **state)
{
    (void)state;
    lamp_reports(recorded_at(9), "false");
    lamp_reports(recorded_at(9) - MILLISECOND, "true"); /* it came late */
    assert_effective(EFFECT_unknown);
    lamp_reports(recorded_at(9), "true");
    assert_effective(EFFECT_true);
    lamp_reports(recorded_at(9) - MILLISECOND, "false");
    assert_effective(EFFECT_true);
}

/* A report of two properties is kept while it has the word on either. */
static void the_report_that_has_the_word_is_kept(void **state)
{
    struct telling_report_row row;

    (void)state;
    happened(ALICE, command_requested, .command = THIRD, .device = LAMP, .vendor = GLOW,
             .consent = GRANT, .operation = SLICE("writeProperty"), .name = SLICE("level"),
             .valid_until = START + 30 * SECOND, .input = SLICE("3"));
    lamp_reports(0, "true");
    assert_row(telling_report, LAMP, event_at(3), &row);
    assert_int_equal(row.commands, 2);
    const struct value on = { SLICE("on"), SLICE("false") };
    happened(ALICE, device_state_reported, .device = LAMP, .properties = { &on, 1 });
    assert_row(telling_report, LAMP, event_at(3), &row);
    assert_int_equal(row.commands, 1);
    lamp_reports(0, "true");
    assert_no_row(telling_report, LAMP, event_at(3));
    assert_no_row(telling_report, LAMP, event_at(4));
    assert_row(telling_report, LAMP, event_at(5), &row);
}

static void a_report_of_another_value_after_the_success_makes_it_not(void **state)
{
    (void)state;
    happened(ALICE, command_succeeded, .command = FIRST, .device = LAMP);
    lamp_reports(recorded_at(2), "false"); /* observed before we heard of the success */
    assert_effective(EFFECT_unknown);
    lamp_reports(recorded_at(2) + 1, "false");
    assert_effective(EFFECT_false);
    assert_int_equal(command(FIRST).changed, 4);
    lamp_reports(0, "true"); /* after all */
    assert_effective(EFFECT_true);
}

static void a_timed_out_command_may_have_happened(void **state)
{
    (void)state;
    happened(ALICE, command_sent, .command = FIRST, .device = LAMP);
    happened(ALICE, command_timed_out, .command = FIRST, .device = LAMP);
    lamp_reports(0, "true");
    assert_effective(EFFECT_true);
    assert_int_equal(command(FIRST).status, COMMAND_timed_out);
}

static void a_command_that_was_not_done_is_not_made_effective_by_chance(void **state)
{
    (void)state;
    happened(ALICE, command_failed, .command = FIRST, .device = LAMP);
    assert_no_row(awaited, LAMP, NO_ID);
    lamp_reports(0, "true");
    assert_effective(EFFECT_unknown);
}

static void the_newest_command_waits_in_its_property_s_name(void **state)
{
    (void)state;
    lamp_is_told(NEWER, "writeProperty", "false");
    happened(ALICE, command_superseded, .command = FIRST, .device = LAMP, .by = NEWER);
    lamp_reports(0, "true");
    assert_effective(EFFECT_unknown);
    lamp_reports(0, "false");
    assert_effective(EFFECT_unknown);
    assert_int_equal(command(NEWER).effective, EFFECT_true);
}

static void nobody_can_see_whether_an_action_took_effect(void **state)
{
    (void)state;
    lamp_is_told(NEWER, "invokeAction", "true");
    happened(ALICE, command_cancelled, .command = FIRST, .device = LAMP);
    assert_no_row(awaited, LAMP, NO_ID);
    lamp_reports(0, "true");
    assert_int_equal(command(NEWER).effective, EFFECT_unknown);
}

static void a_removed_device_is_waited_for_no_more(void **state)
{
    (void)state;
    assert_listed(awaited, LAMP, NO_ID);
    happened(ALICE, device_removed, .device = LAMP, .network = HOME);
    assert_no_row(awaited, LAMP, NO_ID);
    assert_listed(command, FIRST, NO_ID);
}

static void what_never_began_leaves_no_row(void **state)
{
    (void)state;
    happened(ALICE, command_succeeded, .command = NEWER, .device = LAMP);
    happened(ALICE, command_outcome_recorded, .command = NEWER, .device = LAMP);
    assert_no_row(command, NEWER, NO_ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_command_begins_in_the_queue),
        TEST(a_command_goes_on_to_its_success),
        TEST(a_failure_says_why),
        TEST(a_command_may_end_without_an_outcome),
        TEST(a_late_outcome_stands_beside_the_status),
        TEST(a_report_of_the_wanted_value_makes_a_command_effective),
        TEST(a_newer_report_that_disagrees_takes_it_back),
        TEST(what_was_observed_before_the_command_says_nothing),
        TEST(an_instant_in_whole_seconds_stands_for_all_of_that_second),
        TEST(what_is_older_than_the_value_held_says_nothing),
        TEST(the_report_that_has_the_word_is_kept),
        TEST(a_report_of_another_value_after_the_success_makes_it_not),
        TEST(a_timed_out_command_may_have_happened),
        TEST(a_command_that_was_not_done_is_not_made_effective_by_chance),
        TEST(the_newest_command_waits_in_its_property_s_name),
        TEST(nobody_can_see_whether_an_action_took_effect),
        TEST(a_removed_device_is_waited_for_no_more),
        TEST(commands_of_a_device_are_listed_either_way),
        TEST(what_never_began_leaves_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What may be asked of a device, and what becomes of it? A command never lies:
 * "timed-out" is not "did not happen", and what comes late is kept beside it. */
#include "tests/world/given.h"

static int alice_and_her_lamp(void **state)
{
    int begun = story_begins(state);

    if (begun) return begun;
    glow_is_approved(*state);
    alice_lives_at_home(*state);
    alice_has_the_lamp(*state);
    return 0;
}

static void requests(struct story *story, struct id command, const char *operation,
                     const char *name)
{
    when(story, ALICE, ALICES_APP, request_command, .command = command, .device = LAMP,
         .operation = slice_text(operation), .name = slice_text(name), .input = SLICE("true"));
}

static void says(struct story *story, enum command_state status)
{
    when(story, ALICE, GLOWS_CLOUD, record_outcome, .command_id = SWITCH, .vendor = GLOW,
         .status = status, .output = SLICE("{}"), .error_code = SLICE("E1"));
}

static void its_time_is_over(struct story *story)
{
    when(story, ALICE, THE_SYSTEM, time_out_command, .command = SWITCH);
}

/* -- asking ------------------------------------------------------------------------------ */

static void a_command_stands_on_the_grant_and_has_a_deadline(void **state)
{
    struct story *story = *state;

    requests(story, SWITCH, "writeProperty", "on");
    then_happened(story, command_requested);
    assert_id(the(story, command_requested)->consent, GRANT);
    assert_int_equal(the(story, command_requested)->valid_until, START + 30 * SECOND);
    when(story, ALICE, ALICES_APP, request_command, .command = OTHER_SWITCH, .device = LAMP,
         .operation = SLICE("invokeAction"), .name = SLICE("blink"), .valid_for = 86400);
    then_happened(story, command_requested);
    assert_int_equal(the(story, command_requested)->valid_until, START + DAY);
    when(story, ALICE, ALICES_APP, request_command, .command = OTHER_SWITCH, .device = LAMP,
         .operation = SLICE("invokeAction"), .name = SLICE("blink"), .valid_for = 86401);
    then_refused(story, valid_for_out_of_range);
    when(story, ALICE, ALICES_APP, request_command, .command = OTHER_SWITCH, .device = LAMP,
         .operation = SLICE("invokeAction"), .name = SLICE("blink"), .valid_for = UINT64_MAX);
    then_refused(story, valid_for_out_of_range);
}

static void only_what_was_granted_is_commanded(void **state)
{
    struct story *story = *state;

    requests(story, SWITCH, "explode", "on");
    then_refused(story, operation_unknown);
    requests(story, SWITCH, "writeProperty", "camera");
    then_refused(story, capability_not_granted);
    when(story, ALICE, ALICES_APP, request_command, .device = { "dother" },
         .operation = SLICE("writeProperty"), .name = SLICE("on"));
    then_refused(story, device_unknown);
}

static void no_command_without_a_live_grant(void **state)
{
    struct story *story = *state;

    given(story, ALICE, device_suspended, .device = LAMP);
    requests(story, SWITCH, "writeProperty", "on");
    then_refused(story, device_suspended);
    given(story, ALICE, device_resumed, .device = LAMP);
    given_plainly(story, GLOW, vendor_suspended);
    requests(story, SWITCH, "writeProperty", "on");
    then_refused(story, vendor_unavailable);
    when(story, ALICE, ALICES_APP, remove_device, .device = LAMP);
    requests(story, SWITCH, "writeProperty", "on");
    then_refused(story, device_removed);
}

static struct id numbered(uint8_t number)
{
    struct id id = { "m" };

    id.bytes[ID_SIZE - 1] = number;
    return id;
}

static void a_device_has_only_so_many_commands_open(void **state)
{
    struct story *story = *state;

    for (uint64_t i = 1; i <= story->policy.commands_open_max; i++) {
        requests(story, numbered((uint8_t)i), "invokeAction", "blink");
        then_happened(story, command_requested);
    }
    requests(story, numbered(200), "invokeAction", "blink");
    then_refused(story, command_limit_reached);
    when(story, ALICE, ALICES_APP, cancel_command, .command = numbered(7));
    requests(story, numbered(201), "invokeAction", "blink");
    then_happened(story, command_requested);
}

static void a_full_device_is_withdrawn_in_one_decision_whatever_the_policy(void **state)
{
    struct story *story = *state;
    uint8_t       open  = 0;

    story->policy.commands_open_max = 1000;
    while (story->answer == ACCEPTED) requests(story, numbered(++open), "invokeAction", "blink");
    then_refused(story, command_limit_reached);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT);
    assert_int_equal(story->answer, ACCEPTED);
    assert_int_equal(story->out.count, open - 1 + 2);
}

static void a_newer_value_supersedes_one_that_was_not_sent(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    requests(story, OTHER_SWITCH, "writeProperty", "on");
    then_happened(story, command_superseded, command_requested);
    assert_id(the(story, command_superseded)->command, SWITCH);
    assert_id(the(story, command_superseded)->by, OTHER_SWITCH);
}

static void what_was_sent_or_is_something_else_is_not_superseded(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    requests(story, OTHER_SWITCH, "writeProperty", "brightness");
    then_happened(story, command_requested);
    requests(story, numbered(1), "invokeAction", "on");
    then_happened(story, command_requested);
    given(story, ALICE, command_sent, .command = SWITCH, .device = LAMP);
    requests(story, numbered(2), "writeProperty", "on");
    then_happened(story, command_requested);
}

/* -- its way ------------------------------------------------------------------------------- */

static void a_command_is_accepted_delivered_and_done(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    says(story, COMMAND_accepted);
    then_happened(story, command_accepted);
    says(story, COMMAND_delivered);
    then_happened(story, command_delivered);
    says(story, COMMAND_succeeded);
    then_happened(story, command_succeeded);
    assert_says(the(story, command_succeeded)->output, "{}");
}

static void a_failure_says_why(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    says(story, COMMAND_failed);
    then_happened(story, command_failed);
    assert_says(the(story, command_failed)->error_code, "E1");
}

static void an_older_word_changes_nothing(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    says(story, COMMAND_delivered);
    says(story, COMMAND_accepted);
    then_nothing(story);
    says(story, COMMAND_delivered);
    then_nothing(story);
    says(story, COMMAND_succeeded);
    says(story, COMMAND_succeeded);
    then_nothing(story);
    says(story, COMMAND_accepted);
    then_nothing(story);
}

static void only_its_vendor_speaks_of_a_command_in_known_words(void **state)
{
    struct story *story = *state;

    says(story, COMMAND_accepted);
    then_refused(story, command_unknown);
    alice_switches_the_lamp(story);
    says(story, command_state_of(SLICE("exploded")));
    then_refused(story, outcome_unknown);
    when(story, ALICE, GLOWS_CLOUD, record_outcome, .command_id = SWITCH, .vendor = ACME,
         .status = COMMAND_accepted);
    then_refused(story, command_unknown);
}

static void a_command_is_taken_back_until_it_is_sent(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, cancel_command, .command = SWITCH);
    then_refused(story, command_unknown);
    alice_switches_the_lamp(story);
    when(story, ALICE, ALICES_APP, cancel_command, .command = SWITCH);
    then_happened(story, command_cancelled);
    when(story, ALICE, ALICES_APP, cancel_command, .command = SWITCH);
    then_nothing(story);
    given(story, ALICE, command_requested, .command = OTHER_SWITCH, .device = LAMP, .vendor = GLOW);
    given(story, ALICE, command_sent, .command = OTHER_SWITCH, .device = LAMP);
    when(story, ALICE, ALICES_APP, cancel_command, .command = OTHER_SWITCH);
    then_refused(story, command_already_sent);
}

/* -- its deadline --------------------------------------------------------------------------- */

static void what_was_not_sent_in_time_expires(void **state)
{
    struct story *story = *state;

    its_time_is_over(story);
    then_refused(story, command_unknown);
    alice_switches_the_lamp(story);
    its_time_is_over(story);
    then_happened(story, command_expired);
    its_time_is_over(story);
    then_nothing(story);
}

static void what_was_sent_times_out_and_may_have_happened(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    says(story, COMMAND_accepted);
    its_time_is_over(story);
    then_happened(story, command_timed_out);
    says(story, COMMAND_succeeded);
    then_happened(story, command_outcome_recorded);
    assert_says(the(story, command_outcome_recorded)->status, "succeeded");
}

static void a_change_of_mind_is_recorded_too(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    says(story, COMMAND_succeeded);
    says(story, COMMAND_failed);
    then_happened(story, command_outcome_recorded);
}

static void tells_all(struct story *story, enum command_state status)
{
    when(story, ALICE, GLOWS_CLOUD, record_outcome, .command_id = SWITCH, .vendor = GLOW,
         .status = status, .output = SLICE("{\"seen\":\"a cat\"}"), .error_code = SLICE("E7"),
         .error_message = SLICE("a cat sat on it"));
}

static void after_the_grant_has_ended_only_the_end_of_a_command_is_kept(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    given(story, ALICE, command_sent, .command = SWITCH, .device = LAMP);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT);
    tells_all(story, COMMAND_succeeded);
    then_happened(story, command_succeeded);
    assert_int_equal(the(story, command_succeeded)->output.size, 0);
    tells_all(story, COMMAND_failed); /* a change of mind */
    then_happened(story, command_outcome_recorded);
    assert_int_equal(the(story, command_outcome_recorded)->output.size, 0);
    assert_int_equal(the(story, command_outcome_recorded)->error_message.size, 0);
}

static void while_the_grant_stands_what_came_of_a_command_is_kept(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    given(story, ALICE, command_sent, .command = SWITCH, .device = LAMP);
    tells_all(story, COMMAND_succeeded);
    then_happened(story, command_succeeded);
    assert_true(the(story, command_succeeded)->output.size > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, alice_and_her_lamp, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_command_stands_on_the_grant_and_has_a_deadline),
        TEST(only_what_was_granted_is_commanded),
        TEST(no_command_without_a_live_grant),
        TEST(a_device_has_only_so_many_commands_open),
        TEST(a_full_device_is_withdrawn_in_one_decision_whatever_the_policy),
        TEST(a_newer_value_supersedes_one_that_was_not_sent),
        TEST(what_was_sent_or_is_something_else_is_not_superseded),
        TEST(a_command_is_accepted_delivered_and_done),
        TEST(a_failure_says_why),
        TEST(an_older_word_changes_nothing),
        TEST(only_its_vendor_speaks_of_a_command_in_known_words),
        TEST(a_command_is_taken_back_until_it_is_sent),
        TEST(what_was_not_sent_in_time_expires),
        TEST(what_was_sent_times_out_and_may_have_happened),
        TEST(a_change_of_mind_is_recorded_too),
        TEST(while_the_grant_stands_what_came_of_a_command_is_kept),
        TEST(after_the_grant_has_ended_only_the_end_of_a_command_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What does it mean for a command that its webhook got through, or did not? */
#include "tests/world/given.h"

static const struct id WEBHOOK = { "wfirst" };

static int a_switch_is_on_its_way(void **state)
{
    int begun = story_begins(state);

    if (begun) return begun;
    glow_is_approved(*state);
    alice_lives_at_home(*state);
    alice_has_the_lamp(*state);
    alice_switches_the_lamp(*state);
    return 0;
}

static void is_delivered(struct story *story, struct id command)
{
    when(story, ALICE, THE_SYSTEM, note_delivered, .delivery = WEBHOOK, .vendor = GLOW,
         .command = command, .attempt = 2, .http_status = 200);
}

static void a_webhook_that_got_through_sends_its_command(void **state)
{
    struct story *story = *state;

    is_delivered(story, SWITCH);
    then_happened(story, webhook_delivered, command_sent);
    assert_int_equal(the(story, webhook_delivered)->attempt, 2);
    assert_id(the(story, command_sent)->device, LAMP);
}

static void a_webhook_without_a_command_is_delivered_alone(void **state)
{
    struct story *story = *state;

    is_delivered(story, NO_ID);
    then_happened(story, webhook_delivered);
    when(story, GLOW, THE_SYSTEM, note_delivered, .delivery = WEBHOOK, .vendor = GLOW, .attempt = 1,
         .http_status = 204);
    then_happened(story, webhook_delivered);
}

static void a_command_taken_back_while_under_way_is_taken_back_at_the_vendor_too(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, cancel_command, .command = SWITCH);
    is_delivered(story, SWITCH);
    then_happened(story, webhook_delivered, command_cancelled);
    assert_true(slice_equal(the(story, command_cancelled)->reason, SLICE("sent-meanwhile")));
}

static void fails(struct story *story, uint64_t attempt, uint64_t http_status)
{
    when(story, ALICE, THE_SYSTEM, note_deferred, .delivery = WEBHOOK, .vendor = GLOW,
         .command = SWITCH, .attempt = attempt, .http_status = http_status,
         .reason = SLICE("no answer"), .next_at = START + MINUTE);
}

static void a_command_taken_back_during_a_try_whose_answer_was_lost_is_so_at_the_vendor(
    void **state)
{
    struct story *story = *state;

    fails(story, 1, 0);
    then_happened(story, webhook_deferred); /* it still waits */
    when(story, ALICE, ALICES_APP, cancel_command, .command = SWITCH);
    fails(story, 1, 0);
    then_happened(story, webhook_deferred, command_cancelled);
    assert_says(the(story, command_cancelled)->reason, "sent-meanwhile");
    fails(story, 1, 504);
    then_happened(story, webhook_deferred, command_cancelled);
    fails(story, 1, 404); /* the vendor itself did not take it */
    then_happened(story, webhook_deferred);
    fails(story, 2, 0); /* whoever took it back knew of the first */
    then_happened(story, webhook_deferred);
    when(story, ALICE, THE_SYSTEM, note_deferred, .delivery = WEBHOOK, .vendor = GLOW,
         .command = SWITCH, .attempt = 1, .reason = SLICE("no such name"),
         .next_at = START + MINUTE, .ours = true); /* it never left us */
    then_happened(story, webhook_deferred);
    when(story, ALICE, THE_SYSTEM, note_dead, .delivery = WEBHOOK, .vendor = GLOW,
         .command = SWITCH, .attempt = 1, .reason = SLICE("no time is left"));
    then_happened(story, webhook_dead_lettered, command_cancelled);
}

static void a_webhook_that_failed_is_deferred_and_in_the_end_given_up(void **state)
{
    struct story *story = *state;

    when(story, ALICE, THE_SYSTEM, note_deferred, .delivery = WEBHOOK, .vendor = GLOW, .attempt = 1,
         .reason = SLICE("refused"), .next_at = START + MINUTE);
    then_happened(story, webhook_deferred);
    assert_int_equal(the(story, webhook_deferred)->next_at, START + MINUTE);
    when(story, ALICE, THE_SYSTEM, note_dead, .delivery = WEBHOOK, .vendor = GLOW, .attempt = 9,
         .http_status = 500, .reason = SLICE("tried enough"));
    then_happened(story, webhook_dead_lettered);
    assert_int_equal(the(story, webhook_dead_lettered)->attempt, 9);
    when(story, ALICE, ALICES_APP, cancel_command, .command = SWITCH);
    then_happened(story, command_cancelled);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, a_switch_is_on_its_way, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_webhook_that_got_through_sends_its_command),
        TEST(a_webhook_without_a_command_is_delivered_alone),
        TEST(a_command_taken_back_while_under_way_is_taken_back_at_the_vendor_too),
        TEST(a_command_taken_back_during_a_try_whose_answer_was_lost_is_so_at_the_vendor),
        TEST(a_webhook_that_failed_is_deferred_and_in_the_end_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

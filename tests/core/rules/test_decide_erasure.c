/* How is a person forgotten, step by step, and what keeps it from happening? */
#include "tests/world/given.h"

static const struct id TOKEN = { "ttoken" };

static void asks_to_be_erased(struct story *story)
{
    when_plainly(story, ALICE, ALICES_APP, erase_account);
}

/* Each firing of the timer; what follows elsewhere comes with it. */
static void goes_on(struct story *story)
{
    when_plainly(story, ALICE, THE_SYSTEM, go_on_erasing);
    with_follow_ups(story);
}

static void alice_is_erased(struct story *story)
{
    asks_to_be_erased(story);
    do goes_on(story);
    while (!(story->out.count &&
             story->out.events[story->out.count - 1].type == EVENT_account_erased));
}

static void whoever_wants_to_be_erased_is_let_in_no_more_and_frees_the_login(void **state)
{
    struct story *story = *state;
    struct id     login = name_login(NULL, SLICE("alice"));

    when(story, login, OPERATOR, claim_login, .login = SLICE("alice"), .account = ALICE,
         .activation_hash = SLICE("code"));
    with_follow_ups(story);
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("code"));
    asks_to_be_erased(story);
    with_follow_ups(story);
    then_happened(story, account_erasure_requested, login_released);
    assert_id(story_event(story, EVENT_login_released)->stream, login);

    when(story, ALICE, ALICES_APP, open_session, .token = TOKEN);
    then_refused(story, account_not_active);
    when(story, ALICE, ALICES_APP, create_network, .network = OFFICE, .name = SLICE("Office"));
    then_refused(story, account_unknown);
    when(story, login, OPERATOR, claim_login, .login = SLICE("Alice"), .account = BOB);
    then_happened(story, login_claimed);
}

static void a_code_that_was_not_used_is_good_for_nothing_then(void **state)
{
    struct story *story = *state;

    given(story, ALICE, account_opened, .activation_hash = SLICE("code"),
          .activation_expires_at = START + DAY);
    asks_to_be_erased(story);
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("code"));
    then_refused(story, activation_invalid);
}

static void grants_end_first_then_gateways_then_the_account(void **state)
{
    struct story *story = *state;

    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_has_the_lamp(story);
    asks_to_be_erased(story);
    then_happened(story, account_erasure_requested);
    goes_on(story);
    then_happened(story, consent_withdrawn, device_removed, device_released);
    assert_says(the(story, consent_withdrawn)->reason, "account-erased");
    goes_on(story);
    then_happened(story, gateway_detached, gateway_released);
    goes_on(story);
    then_happened(story, account_erased);
}

static void an_open_question_ends_and_the_device_may_be_offered_elsewhere(void **state)
{
    struct story *story = *state;

    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_is_asked_about_the_lamp(story);
    asks_to_be_erased(story);
    goes_on(story);
    then_happened(story, consent_lapsed, offer_closed);
}

static void nobody_waits_for_the_outcome_of_a_command_that_was_sent(void **state)
{
    struct story *story = *state;

    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_has_the_lamp(story);
    alice_switches_the_lamp(story);
    given(story, ALICE, command_sent, .command = SWITCH, .device = LAMP);
    asks_to_be_erased(story);
    goes_on(story);
    then_happened(story, consent_withdrawn, device_removed, device_released);
    goes_on(story);
    then_happened(story, command_timed_out);
}

static void a_vendor_may_still_say_that_it_knows_and_is_reminded_if_not(void **state)
{
    struct story *story = *state;

    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_has_the_lamp(story);
    alice_is_erased(story);
    later(story, 2 * DAY);
    when(story, ALICE, THE_SYSTEM, note_overdue, .consent = GRANT);
    then_happened(story, withdrawal_overdue);
    assert_int_equal(the(story, withdrawal_overdue)->vendor_device_id.size, 0);
    when(story, ALICE, GLOWS_CLOUD, acknowledge_withdrawal, .grant_id = GRANT, .vendor = GLOW);
    then_happened(story, withdrawal_acknowledged);
}

static void nothing_begins_anew_in_an_erased_account(void **state)
{
    struct story *story = *state;

    glow_is_approved(story);
    alice_lives_at_home(story);
    alice_is_erased(story);
    when(story, BOX, OPERATOR, claim_gateway, .gateway_id = SLICE("box-1"), .account_id = ALICE);
    with_follow_ups(story);
    then_happened(story, gateway_claimed, gateway_refused, gateway_released);
    when(story, ALICE, THE_SYSTEM, request_consent, .claim = LAMP_CLAIM, .vendor = GLOW,
         .detection = REPORT, .model = SLICE("lamp:1.0.0"));
    then_happened(story, consent_not_requested);
    asks_to_be_erased(story);
    then_nothing(story);
}

static void a_hold_is_placed_and_released_once(void **state)
{
    struct story *story = *state;

    alice_lives_at_home(story);
    when(story, ALICE, OPERATOR, hold_account, .reason = SLICE("tax law"));
    then_happened(story, legal_hold_placed);
    when(story, ALICE, OPERATOR, hold_account, .reason = SLICE("again"));
    then_nothing(story);
    asks_to_be_erased(story);
    then_refused(story, account_on_hold);
    when_plainly(story, ALICE, OPERATOR, release_hold);
    then_happened(story, legal_hold_released);
    when_plainly(story, ALICE, OPERATOR, release_hold);
    then_nothing(story);
    asks_to_be_erased(story);
    then_happened(story, account_erasure_requested);
}

static void reports_that_expired_are_told_by_their_number(void **state)
{
    struct story *story = *state;

    alice_lives_at_home(story);
    when(story, ALICE, THE_SYSTEM, expire_reports, .until = START - 5, .reports = 3);
    then_happened(story, reports_expired);
    assert_true(the(story, reports_expired)->until == START - 5);
    assert_int_equal(the(story, reports_expired)->reports, 3);
    when(story, ALICE, THE_SYSTEM, expire_reports, .until = START - 4, .reports = 0);
    then_nothing(story);
}

static void no_report_expires_while_a_hold_is_placed_nor_once_all_is_erased(void **state)
{
    struct story *story = *state;

    when(story, ALICE, THE_SYSTEM, expire_reports, .until = START, .reports = 3);
    then_refused(story, account_unknown);
    alice_lives_at_home(story);
    when(story, ALICE, OPERATOR, hold_account, .reason = SLICE("a court's order"));
    when(story, ALICE, THE_SYSTEM, expire_reports, .until = START, .reports = 3);
    then_refused(story, account_on_hold);
    when_plainly(story, ALICE, OPERATOR, release_hold);
    when(story, ALICE, THE_SYSTEM, expire_reports, .until = START, .reports = 3);
    then_happened(story, reports_expired);
    alice_is_erased(story);
    when(story, ALICE, THE_SYSTEM, expire_reports, .until = START, .reports = 3);
    then_refused(story, account_erased);
}

static void what_was_destroyed_and_completed_is_told_once_and_in_order(void **state)
{
    struct story *story = *state;

    alice_lives_at_home(story);
    when(story, ALICE, THE_SYSTEM, note_destroyed, .master = 1);
    then_refused(story, account_unknown);
    alice_is_erased(story);
    when(story, ALICE, THE_SYSTEM, complete_erasure, .master = 2);
    then_nothing(story);
    when(story, ALICE, THE_SYSTEM, note_destroyed, .master = 1);
    then_happened(story, personal_data_destroyed);
    when(story, ALICE, THE_SYSTEM, note_destroyed, .master = 1);
    then_nothing(story);
    when(story, ALICE, THE_SYSTEM, complete_erasure, .master = 2);
    then_happened(story, erasure_completed);
    when(story, ALICE, THE_SYSTEM, complete_erasure, .master = 2);
    then_nothing(story);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, story_begins, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whoever_wants_to_be_erased_is_let_in_no_more_and_frees_the_login),
        TEST(a_code_that_was_not_used_is_good_for_nothing_then),
        TEST(grants_end_first_then_gateways_then_the_account),
        TEST(an_open_question_ends_and_the_device_may_be_offered_elsewhere),
        TEST(nobody_waits_for_the_outcome_of_a_command_that_was_sent),
        TEST(a_vendor_may_still_say_that_it_knows_and_is_reminded_if_not),
        TEST(nothing_begins_anew_in_an_erased_account),
        TEST(a_hold_is_placed_and_released_once),
        TEST(reports_that_expired_are_told_by_their_number),
        TEST(no_report_expires_while_a_hold_is_placed_nor_once_all_is_erased),
        TEST(what_was_destroyed_and_completed_is_told_once_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* May an answer be taken back, for how long, and who hears what of it?
 *
 * Planted bugs that this must notice, and did: a no that was settled before its time; an undo
 * of a no that had been settled because the device was sold.
 */
#include "tests/world/given.h"

static int alice_is_asked(void **state)
{
    int begun = story_begins(state);

    if (begun) return begun;
    glow_is_approved(*state);
    alice_lives_at_home(*state);
    alice_is_asked_about_the_lamp(*state);
    return 0;
}

static void answers(struct story *story, const char *decision)
{
    when(story, ALICE, ALICES_APP, decide_consent, .consent = GRANT,
         .decision = slice_text(decision));
    with_follow_ups(story);
}

static void undoes(struct story *story)
{
    when(story, ALICE, ALICES_APP, undo_answer, .consent = GRANT);
}

static void the_lamp_is_seen(struct story *story, struct id account, struct id gateway,
                             uint64_t epoch)
{
    when(story, LAMP_CLAIM, THE_SYSTEM, resolve_detection, .vendor = GLOW,
         .vendor_device_id = SLICE("lamp-1"), .ownership_epoch = epoch, .detection = LATER_REPORT,
         .model = SLICE("lamp:1.0.0"), .confidence = CONFIDENCE_exact, .account = account,
         .gateway = gateway);
    with_follow_ups(story);
}

/* -- a no --------------------------------------------------------------------------- */

static void a_no_is_told_once_it_can_be_undone_no_longer(void **state)
{
    struct story *story = *state;

    answers(story, "not-mine");
    then_happened(story, consent_denied);
    assert_int_equal(the(story, consent_denied)->undo_until, START + 10 * SECOND);
    when(story, ALICE, THE_SYSTEM, settle_denial, .consent = GRANT);
    then_nothing(story); /* too early */
    later(story, 10 * SECOND);
    when(story, ALICE, THE_SYSTEM, settle_denial, .consent = GRANT);
    with_follow_ups(story);
    then_happened(story, denial_settled, offer_closed);
    assert_says(the(story, denial_settled)->reason, "not-mine");
    assert_true(the(story, offer_closed)->for_good);
    when(story, ALICE, THE_SYSTEM, settle_denial, .consent = GRANT);
    then_nothing(story);
}

static void a_no_that_is_undone_waits_again_under_its_id(void **state)
{
    struct story *story = *state;

    answers(story, "deny");
    later(story, 10 * SECOND - 1);
    undoes(story);
    with_follow_ups(story);
    then_happened(story, consent_reopened);
    assert_id(the(story, consent_reopened)->consent, GRANT);
    assert_int_equal(the(story, consent_reopened)->lapses_at, START + 7 * DAY);
    assert_says(the(story, consent_reopened)->reason, "deny");
    later(story, 1);
    when(story, ALICE, THE_SYSTEM, settle_denial, .consent = GRANT);
    then_nothing(story); /* so its vendor never hears of it */
    undoes(story);
    then_refused(story, nothing_to_undo);
    when(story, ALICE, ALICES_APP, note_notified, .consent = GRANT);
    then_happened(story, consent_notified);
    answers(story, "grant");
    then_happened(story, consent_granted, device_added, device_held);
}

static void an_answer_is_undone_for_ten_seconds_and_not_longer(void **state)
{
    static const char *const decisions[] = { "grant", "deny", "not-mine", "later" };

    for (size_t i = 0; i < COUNT(decisions); i++) {
        assert_int_equal(story_ends(state), 0);
        assert_int_equal(alice_is_asked(state), 0);
        struct story *story = *state;

        answers(story, decisions[i]);
        later(story, 10 * SECOND);
        undoes(story);
        then_refused(story, undo_too_late);
    }
}

static void undoing_never_this_vendor_lets_it_ask_again(void **state)
{
    struct story *story = *state;

    answers(story, "never-vendor");
    undoes(story);
    then_happened(story, consent_reopened, vendor_unblocked);
    answers(story, "deny");
    undoes(story);
    then_happened(story, consent_reopened); /* it was not blocked by that */
}

/* Else somebody else would be asked about a device that the undo takes back. */
static void a_no_keeps_the_device_from_others_until_it_is_settled(void **state)
{
    struct story *story = *state;

    bob_lives_next_door(story);
    answers(story, "deny");
    the_lamp_is_seen(story, BOB, BOBS_BOX, 1);
    then_happened(story, detection_resolved);
    the_lamp_is_seen(story, ALICE, BOX, 1);
    then_happened(story, detection_resolved);
    undoes(story);
    then_happened(story, consent_reopened);
}

static void a_device_that_was_sold_meanwhile_settles_the_no(void **state)
{
    struct story *story = *state;

    bob_lives_next_door(story);
    answers(story, "deny");
    the_lamp_is_seen(story, BOB, BOBS_BOX, 2);
    then_happened(story, detection_resolved, offer_closed, device_offered, denial_settled,
                  consent_requested);
    when(story, ALICE, ALICES_APP, undo_answer, .consent = GRANT);
    then_refused(story, nothing_to_undo);
}

static void a_question_that_was_put_off_bothers_again_when_that_is_undone(void **state)
{
    struct story *story = *state;

    answers(story, "later");
    assert_int_equal(the(story, consent_postponed)->until, START + DAY);
    undoes(story);
    then_happened(story, consent_reopened);
    assert_says(the(story, consent_reopened)->reason, ""); /* there was no no */
    answers(story, "grant");
    then_happened(story, consent_granted, device_added, device_held);
}

/* -- a yes --------------------------------------------------------------------------- */

static void a_grant_that_is_undone_ends_and_is_asked_about_again(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, decide_consent, .consent = GRANT, .decision = SLICE("grant"),
         .capabilities = TEXTS(SLICE("on")));
    with_follow_ups(story);
    undoes(story);
    with_follow_ups(story);
    then_happened(story, consent_withdrawn, device_removed, consent_requested, device_released,
                  device_offered);
    assert_says(the(story, consent_withdrawn)->reason, "undone");
    const struct consent_requested *again = the(story, consent_requested);
    struct id                       id    = again->consent;
    assert_id(again->reopens, GRANT);
    assert_id(again->network, HOME);
    assert_int_equal(again->capabilities.count, 3); /* what was asked for, not what was granted */
    assert_says(again->display_name, "Lamp");
    assert_id(the(story, device_offered)->detection, REPORT);
    undoes(story);
    then_refused(story, nothing_to_undo);
    when(story, ALICE, ALICES_APP, decide_consent, .consent = id, .decision = SLICE("grant"));
    with_follow_ups(story);
    then_happened(story, consent_granted, device_added, device_held);
}

static void a_grant_of_a_vendor_blocked_meanwhile_can_be_undone(void **state)
{
    struct story *story = *state;

    answers(story, "grant");
    given(story, ALICE, vendor_blocked, .vendor = GLOW);
    undoes(story);
    with_follow_ups(story);
    then_happened(story, consent_withdrawn, device_removed, consent_requested, device_released,
                  device_offered);
}

static void what_ended_otherwise_is_not_undone(void **state)
{
    struct story *story = *state;

    undoes(story);
    then_refused(story, nothing_to_undo);
    answers(story, "grant");
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT);
    undoes(story);
    then_refused(story, nothing_to_undo);
    when(story, ALICE, ALICES_APP, undo_answer, .consent = { "cnone" });
    then_refused(story, consent_unknown);
}

/* -- who goes meanwhile ---------------------------------------------------------------- */

static void an_account_that_closes_settles_what_it_said_no_to(void **state)
{
    struct story *story = *state;

    answers(story, "deny");
    when_plainly(story, ALICE, ALICES_APP, erase_account);
    undoes(story);
    then_refused(story, consent_unknown);
    when_plainly(story, ALICE, THE_SYSTEM, go_on_erasing);
    with_follow_ups(story);
    then_happened(story, denial_settled, offer_closed);
    when_plainly(story, ALICE, THE_SYSTEM, go_on_erasing);
    then_happened(story, gateway_detached);
    when_plainly(story, ALICE, THE_SYSTEM, go_on_erasing);
    then_happened(story, account_erased);
}

static void a_blocked_vendor_may_ask_again_when_it_is_unblocked(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, unblock_vendor, .vendor = GLOW);
    then_refused(story, vendor_not_blocked);
    answers(story, "never-vendor");
    when(story, ALICE, ALICES_APP, unblock_vendor, .vendor = GLOW);
    then_happened(story, vendor_unblocked);
    undoes(story);
    then_happened(story, consent_reopened);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, alice_is_asked, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_no_is_told_once_it_can_be_undone_no_longer),
        TEST(a_no_that_is_undone_waits_again_under_its_id),
        TEST(an_answer_is_undone_for_ten_seconds_and_not_longer),
        TEST(undoing_never_this_vendor_lets_it_ask_again),
        TEST(a_no_keeps_the_device_from_others_until_it_is_settled),
        TEST(a_device_that_was_sold_meanwhile_settles_the_no),
        TEST(a_question_that_was_put_off_bothers_again_when_that_is_undone),
        TEST(a_grant_that_is_undone_ends_and_is_asked_about_again),
        TEST(a_grant_of_a_vendor_blocked_meanwhile_can_be_undone),
        TEST(what_ended_otherwise_is_not_undone),
        TEST(an_account_that_closes_settles_what_it_said_no_to),
        TEST(a_blocked_vendor_may_ask_again_when_it_is_unblocked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

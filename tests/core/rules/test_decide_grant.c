/* How does a grant go on, how does it end, and who has to know? */
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

static void withdraws(struct story *story)
{
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT, .reason = SLICE("moved"));
}

/* -- its end ------------------------------------------------------------------------ */

static void a_withdrawal_stops_everything_in_one_decision(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    withdraws(story);
    then_happened(story, consent_withdrawn, command_cancelled, device_removed);
    assert_id(the(story, command_cancelled)->command, SWITCH);
    assert_id(the(story, device_removed)->network, HOME);
    assert_int_equal(the(story, consent_withdrawn)->acknowledge_by, START + DAY);
    with_follow_ups(story);
    then_happened(story, consent_withdrawn, command_cancelled, device_removed, device_released);
}

static void what_was_sent_cannot_be_taken_back_by_a_withdrawal(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    given(story, ALICE, command_sent, .command = SWITCH, .device = LAMP);
    withdraws(story);
    then_happened(story, consent_withdrawn, device_removed);
    when(story, ALICE, THE_SYSTEM, time_out_command, .command = SWITCH);
    then_happened(story, command_timed_out);
}

static void a_grant_is_withdrawn_once(void **state)
{
    struct story *story = *state;

    withdraws(story);
    withdraws(story);
    then_nothing(story);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = LATER_REPORT);
    then_refused(story, consent_unknown);
}

static void only_a_grant_is_withdrawn_or_renewed(void **state)
{
    struct story *story = *state;
    struct id     other = { "cother" };

    given(story, ALICE, consent_requested, .consent = other, .claim = LOCK_CLAIM, .vendor = GLOW);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = other);
    then_refused(story, consent_not_granted);
    when(story, ALICE, ALICES_APP, renew_consent, .consent = other);
    then_refused(story, consent_not_granted);
}

static void a_device_taken_out_withdraws_its_grant(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, remove_device, .device = LAMP);
    then_happened(story, consent_withdrawn, device_removed);
    assert_says(the(story, consent_withdrawn)->reason, "device-removed");
}

static void a_revocation_of_what_is_over_is_no_news(void **state)
{
    struct story *story = *state;

    when(story, ALICE, THE_SYSTEM, revoke_consent, .consent = GRANT,
         .reason = SLICE("ownership-epoch"));
    then_happened(story, consent_revoked, device_removed);
    when(story, ALICE, THE_SYSTEM, revoke_consent, .consent = GRANT);
    then_nothing(story);
    withdraws(story);
    then_refused(story, consent_not_granted);
}

/* -- its time --------------------------------------------------------------------------- */

static void a_grant_expires_at_its_end_and_not_before(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, renew_consent, .consent = GRANT, .expires_at = START + DAY);
    then_happened(story, consent_renewed);
    assert_says(the(story, consent_renewed)->vendor_device_id, "lamp-1");
    assert_int_equal(the(story, consent_renewed)->capabilities.count, 3);
    alice_switches_the_lamp(story);
    when(story, ALICE, THE_SYSTEM, expire_consent, .consent = GRANT);
    then_nothing(story);
    later(story, DAY);
    when(story, ALICE, THE_SYSTEM, expire_consent, .consent = GRANT);
    then_happened(story, consent_expired, device_suspended, command_cancelled);
    assert_says(the(story, consent_expired)->vendor_device_id, "lamp-1");
    assert_int_equal(the(story, consent_expired)->expired_at, START + DAY);
    assert_says(the(story, command_cancelled)->vendor_device_id, "lamp-1");
    when(story, ALICE, THE_SYSTEM, expire_consent, .consent = GRANT);
    then_nothing(story);
    when(story, ALICE, THE_SYSTEM, expire_consent, .consent = LATER_REPORT);
    then_refused(story, consent_unknown);
}

static void a_grant_without_an_end_does_not_expire(void **state)
{
    struct story *story = *state;

    later(story, 365 * DAY);
    when(story, ALICE, THE_SYSTEM, expire_consent, .consent = GRANT);
    then_nothing(story);
}

static void an_expired_grant_is_renewed_and_its_device_resumes(void **state)
{
    struct story *story = *state;

    given(story, ALICE, consent_expired, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    given(story, ALICE, device_suspended, .device = LAMP);
    when(story, ALICE, ALICES_APP, renew_consent, .consent = GRANT);
    then_happened(story, consent_renewed, device_resumed);
    when(story, ALICE, ALICES_APP, request_command, .device = LAMP, .command = SWITCH,
         .operation = SLICE("invokeAction"), .name = SLICE("blink"));
    then_happened(story, command_requested);
}

static void an_expired_grant_may_still_be_withdrawn(void **state)
{
    struct story *story = *state;

    given(story, ALICE, consent_expired, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    given(story, ALICE, device_suspended, .device = LAMP);
    withdraws(story);
    then_happened(story, consent_withdrawn, device_removed);
}

static void a_renewal_ends_in_the_future(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, renew_consent, .consent = GRANT, .expires_at = START);
    then_refused(story, already_expired);
    when(story, ALICE, ALICES_APP, renew_consent, .consent = LATER_REPORT);
    then_refused(story, consent_unknown);
}

static void a_grant_goes_on_only_with_a_vendor_that_works(void **state)
{
    struct story *story = *state;

    given_plainly(story, GLOW, vendor_suspended);
    when(story, ALICE, ALICES_APP, renew_consent, .consent = GRANT);
    then_refused(story, vendor_unavailable);
    given_plainly(story, GLOW, vendor_offboarding);
    when(story, ALICE, ALICES_APP, renew_consent, .consent = GRANT);
    then_refused(story, vendor_unavailable);
}

/* -- the name that references are made of -------------------------------------------------- */

/* Glow's lock is asked about and granted; the bond it was granted under. */
static struct id bond_of_a_new_grant(struct story *story)
{
    when(story, ALICE, THE_SYSTEM, request_consent, .claim = LOCK_CLAIM, .detection = LATER_REPORT,
         .vendor = GLOW, .gateway = BOX, .ownership_epoch = 1, .model = SLICE("lock:1.0.0"),
         .vendor_device_id = SLICE("lock-1"));
    when(story, ALICE, ALICES_APP, decide_consent, .here = BOX, .decision = SLICE("grant"),
         .consent = the(story, consent_requested)->consent);
    then_happened(story, consent_granted, device_added);
    return the(story, consent_granted)->bond;
}

static void while_a_grant_lives_its_vendor_knows_the_account_by_one_name(void **state)
{
    struct story *story = *state;

    assert_id(bond_of_a_new_grant(story), GRANT);
    withdraws(story); /* the lock's grant lives on, and so does the name */
    assert_id(bond_of_a_new_grant(story), GRANT);
}

static void an_expired_grant_keeps_the_name_as_it_may_be_renewed(void **state)
{
    struct story *story = *state;

    given(story, ALICE, consent_expired, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    assert_id(bond_of_a_new_grant(story), GRANT);
}

static void after_the_last_withdrawal_a_new_grant_links_to_none_before(void **state)
{
    struct story *story = *state;

    withdraws(story);
    assert_false(id_equal(bond_of_a_new_grant(story), GRANT));
}

/* -- the vendor's word that it knows ---------------------------------------------------------- */

static void acknowledges(struct story *story, struct id vendor)
{
    when(story, ALICE, GLOWS_CLOUD, acknowledge_withdrawal, .grant_id = GRANT, .vendor = vendor);
}

static void a_vendor_acknowledges_the_end_of_its_own_grant_once(void **state)
{
    struct story *story = *state;

    acknowledges(story, GLOW);
    then_refused(story, grant_still_live);
    withdraws(story);
    acknowledges(story, ACME);
    then_refused(story, grant_unknown);
    acknowledges(story, GLOW);
    then_happened(story, withdrawal_acknowledged);
    acknowledges(story, GLOW);
    then_nothing(story);
}

static void a_question_is_no_grant_to_acknowledge(void **state)
{
    struct story *story = *state;

    given(story, ALICE, consent_requested, .consent = { "cother" }, .claim = LOCK_CLAIM,
          .vendor = GLOW);
    when(story, ALICE, GLOWS_CLOUD, acknowledge_withdrawal, .grant_id = { "cother" },
         .vendor = GLOW);
    then_refused(story, grant_unknown);
}

static void an_unacknowledged_end_is_told_again_until_it_is(void **state)
{
    struct story *story = *state;

    when(story, ALICE, THE_SYSTEM, note_overdue, .consent = GRANT);
    then_nothing(story);
    withdraws(story);
    when(story, ALICE, THE_SYSTEM, note_overdue, .consent = GRANT);
    then_happened(story, withdrawal_overdue);
    assert_true(the(story, withdrawal_overdue)->acknowledge_by > START);
    when(story, ALICE, THE_SYSTEM, note_overdue, .consent = GRANT);
    then_happened(story, withdrawal_overdue);
    acknowledges(story, GLOW);
    then_happened(story, withdrawal_acknowledged);
    when(story, ALICE, THE_SYSTEM, note_overdue, .consent = GRANT);
    then_nothing(story);
    when(story, ALICE, THE_SYSTEM, note_overdue, .consent = LATER_REPORT);
    then_refused(story, consent_unknown);
}

/* -- less of it ------------------------------------------------------------------------- */

static void changes(struct story *story, struct texts capabilities, int64_t expires_at)
{
    when(story, ALICE, ALICES_APP, change_consent, .consent = GRANT, .capabilities = capabilities,
         .expires_at = expires_at);
}

static void a_grant_made_smaller_lets_less_pass(void **state)
{
    struct story      *story    = *state;
    const struct value values[] = { { SLICE("on"), SLICE("true") } };

    alice_switches_the_lamp(story);
    changes(story, TEXTS(SLICE("brightness")), 0);
    then_happened(story, consent_changed, command_cancelled); /* SWITCH wants it on */
    assert_int_equal(the(story, consent_changed)->capabilities.count, 1);
    assert_says(the(story, consent_changed)->vendor_device_id, "lamp-1");
    when(story, ALICE, ALICES_APP, request_command, .device = LAMP, .command = OTHER_SWITCH,
         .operation = SLICE("writeProperty"), .name = SLICE("on"));
    then_refused(story, capability_not_granted);
    when(story, ALICE, GLOWS_CLOUD, report_state, .device = LAMP, .vendor = GLOW,
         .properties = { values, 1 });
    then_refused(story, capability_not_granted);
}

static void a_grant_may_end_sooner_and_keeps_what_is_queued(void **state)
{
    struct story *story = *state;

    alice_switches_the_lamp(story);
    changes(story, (struct texts){ 0 }, START + DAY);
    then_happened(story, consent_changed);
    assert_int_equal(the(story, consent_changed)->capabilities.count, 3);
    assert_int_equal(the(story, consent_changed)->expires_at, START + DAY);
    changes(story, TEXTS(SLICE("on")), 0);
    then_happened(story, consent_changed);
    assert_int_equal(the(story, consent_changed)->expires_at, START + DAY);
}

static void a_grant_never_grows(void **state)
{
    struct story *story = *state;

    changes(story, TEXTS(SLICE("on")), START + DAY);
    then_happened(story, consent_changed);
    changes(story, TEXTS(SLICE("on"), SLICE("brightness")), 0);
    then_refused(story, grant_cannot_grow);
    changes(story, (struct texts){ 0 }, START + 2 * DAY);
    then_refused(story, grant_cannot_grow);
    changes(story, (struct texts){ (const struct slice[1]){ { 0 } }, 0 }, 0);
    then_refused(story, capability_required);
    changes(story, (struct texts){ 0 }, START);
    then_refused(story, already_expired);
    changes(story, TEXTS(SLICE("on")), START + DAY);
    then_nothing(story);
    when(story, ALICE, ALICES_APP, change_consent, .consent = { "cnone" });
    then_refused(story, consent_unknown);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT);
    changes(story, TEXTS(SLICE("on")), 0);
    then_refused(story, consent_not_granted);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, alice_and_her_lamp, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_grant_made_smaller_lets_less_pass),
        TEST(a_grant_may_end_sooner_and_keeps_what_is_queued),
        TEST(a_grant_never_grows),
        TEST(a_withdrawal_stops_everything_in_one_decision),
        TEST(what_was_sent_cannot_be_taken_back_by_a_withdrawal),
        TEST(a_grant_is_withdrawn_once),
        TEST(only_a_grant_is_withdrawn_or_renewed),
        TEST(a_device_taken_out_withdraws_its_grant),
        TEST(a_revocation_of_what_is_over_is_no_news),
        TEST(a_grant_expires_at_its_end_and_not_before),
        TEST(a_grant_without_an_end_does_not_expire),
        TEST(an_expired_grant_is_renewed_and_its_device_resumes),
        TEST(an_expired_grant_may_still_be_withdrawn),
        TEST(a_renewal_ends_in_the_future),
        TEST(a_grant_goes_on_only_with_a_vendor_that_works),
        TEST(while_a_grant_lives_its_vendor_knows_the_account_by_one_name),
        TEST(an_expired_grant_keeps_the_name_as_it_may_be_renewed),
        TEST(after_the_last_withdrawal_a_new_grant_links_to_none_before),
        TEST(a_vendor_acknowledges_the_end_of_its_own_grant_once),
        TEST(a_question_is_no_grant_to_acknowledge),
        TEST(an_unacknowledged_end_is_told_again_until_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What follows when a vendor reports that its device connected? The table in
 * decide_detection.c's head, row by row, and what a report must be to count at all. */
#include "tests/world/given.h"

static int a_lamp_between_two_houses(void **state)
{
    int begun = story_begins(state);

    if (begun) return begun;
    glow_is_approved(*state);
    alice_lives_at_home(*state);
    bob_lives_next_door(*state);
    return 0;
}

/* The lamp is seen behind that gateway, in that epoch; each report has its own name. */
static void seen(struct story *story, struct id account, struct id gateway, uint64_t epoch)
{
    struct id report = LATER_REPORT;

    report.bytes[ID_SIZE - 1] = (uint8_t)story->position;
    when(story, LAMP_CLAIM, THE_SYSTEM, resolve_detection, .vendor_device_id = SLICE("lamp-1"),
         .ownership_epoch = epoch, .detection = report, .vendor = GLOW,
         .model = SLICE("lamp:1.0.0"), .method = SLICE("ipv4-port"),
         .confidence = id_given(account) ? CONFIDENCE_exact : CONFIDENCE_none, .account = account,
         .gateway = gateway);
}

/* -- what counts ------------------------------------------------------------------ */

static void observed(struct story *story, int64_t at)
{
    when(story, LAMP_CLAIM, GLOWS_CLOUD, report_detection, .vendor = GLOW, .detection = REPORT,
         .vendor_device_id = SLICE("lamp-1"), .model = SLICE("lamp:1.0.0"), .observed_at = at);
}

static void a_report_comes_from_an_approved_vendor_about_a_published_model(void **state)
{
    struct story *story = *state;

    when(story, LAMP_CLAIM, GLOWS_CLOUD, report_detection, .vendor = GLOW,
         .model = SLICE("toaster:1.0.0"), .observed_at = START);
    then_refused(story, thing_model_unknown);
    given_plainly(story, GLOW, vendor_suspended);
    observed(story, START);
    then_refused(story, vendor_not_approved);
    when(story, LAMP_CLAIM, GLOWS_CLOUD, report_detection, .vendor = ACME);
    then_refused(story, vendor_not_approved);
}

static void an_observation_is_minutes_old_and_hardly_ahead(void **state)
{
    struct story *story = *state;

    observed(story, START - 300 * SECOND);
    then_happened(story, device_detected);
    observed(story, START - 300 * SECOND - 1);
    then_refused(story, observation_too_old);
    observed(story, START + 30 * SECOND);
    then_happened(story, device_detected);
    observed(story, START + 30 * SECOND + 1);
    then_refused(story, observation_in_future);
}

static void reports_with(struct story *story, uint64_t grants, uint64_t pending)
{
    when(story, LAMP_CLAIM, GLOWS_CLOUD, report_detection, .vendor = GLOW, .detection = REPORT,
         .vendor_device_id = SLICE("lamp-1"), .model = SLICE("lamp:1.0.0"),
         .observed_at = story->now_us, .grants = grants, .pending = pending);
}

static void a_vendor_with_as_many_devices_as_it_may_asks_for_no_more(void **state)
{
    struct story *story = *state;

    given(story, GLOW, vendor_changed, .name = SLICE("Glow"), .devices_max = 2);
    reports_with(story, 1, 99);
    then_happened(story, device_detected);
    reports_with(story, 2, 0);
    then_refused(story, quota_exceeded);
    alice_has_the_lamp(story);
    reports_with(story, 2, 0); /* it is one of the two */
    then_happened(story, device_detected);
}

static void nor_does_one_that_does_not_take_its_webhooks(void **state)
{
    struct story *story = *state;

    given(story, GLOW, vendor_changed, .name = SLICE("Glow"), .deliveries_pending_max = 3);
    reports_with(story, 99, 2);
    then_happened(story, device_detected);
    reports_with(story, 0, 3);
    then_refused(story, quota_exceeded);
}

static void a_report_says_what_was_reported_and_leads_to_nothing(void **state)
{
    struct story *story = *state;

    observed(story, START);
    with_follow_ups(story);
    then_happened(story, device_detected);
    assert_false(id_given(the(story, device_detected)->account));
    assert_false(id_given(the(story, device_detected)->gateway));
    assert_int_equal(the(story, device_detected)->method.size, 0);
    assert_int_equal(the(story, device_detected)->confidence.size, 0);
    assert_int_equal(the(story, device_detected)->address_hash.size, 0);
}

static void came_to(struct story *story, const char *outcome)
{
    assert_says(the(story, detection_resolved)->outcome, outcome);
}

/* -- the table ----------------------------------------------------------------------- */

static void a_report_that_fits_nobody_waits_for_the_next(void **state)
{
    struct story *story = *state;

    seen(story, NO_ID, NO_ID, 1);
    then_happened(story, detection_resolved);
    came_to(story, "none");
    alice_has_the_lamp(story);
    seen(story, NO_ID, NO_ID, 2);
    then_happened(story, detection_resolved);
}

static void a_vendor_suspended_meanwhile_prompts_nobody(void **state)
{
    struct story *story = *state;

    given_plainly(story, GLOW, vendor_suspended);
    seen(story, ALICE, BOX, 1);
    then_happened(story, detection_resolved);
    came_to(story, "none");
}

static void an_ambiguous_report_prompts_nobody(void **state)
{
    struct story *story = *state;

    when(story, LAMP_CLAIM, THE_SYSTEM, resolve_detection, .vendor = GLOW, .detection = REPORT,
         .vendor_device_id = SLICE("lamp-1"), .model = SLICE("lamp:1.0.0"),
         .confidence = CONFIDENCE_ambiguous, .account = ALICE, .gateway = BOX);
    then_happened(story, detection_resolved);
    came_to(story, "ambiguous");
    when(story, LAMP_CLAIM, THE_SYSTEM, resolve_detection, .vendor = GLOW, .detection = REPORT,
         .vendor_device_id = SLICE("lamp-1"), .model = SLICE("lamp:1.0.0"),
         .confidence = CONFIDENCE_corroborated, .account = ALICE, .gateway = BOX);
    then_happened(story, detection_resolved, device_offered);
}

static void a_free_device_is_offered_where_it_was_seen(void **state)
{
    struct story *story = *state;

    seen(story, ALICE, BOX, 1);
    with_follow_ups(story);
    then_happened(story, detection_resolved, device_offered, consent_requested);
    came_to(story, "offered");
    assert_id(the(story, consent_requested)->network, HOME);
    assert_id(story_event(story, EVENT_consent_requested)->stream, ALICE);
}

static void a_standing_offer_is_not_made_twice(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    seen(story, ALICE, BOX, 1);
    then_happened(story, detection_resolved);
    came_to(story, "asked");
    seen(story, BOB, BOBS_BOX, 1);
    then_happened(story, detection_resolved);
    came_to(story, "elsewhere");
}

static void an_offer_is_retracted_when_the_device_was_reset(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    seen(story, BOB, BOBS_BOX, 2);
    with_follow_ups(story);
    then_happened(story, detection_resolved, offer_closed, device_offered, consent_lapsed,
                  consent_requested);
    came_to(story, "offered");
    assert_id(the(story, offer_closed)->account, ALICE);
    assert_id(story_event(story, EVENT_consent_requested)->stream, BOB);
}

static void a_reset_at_home_asks_at_home_again(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    seen(story, ALICE, BOX, 2);
    with_follow_ups(story);
    then_happened(story, detection_resolved, offer_closed, device_offered, consent_lapsed,
                  consent_requested);
}

static void a_held_device_seen_at_home_is_no_news(void **state)
{
    struct story *story = *state;

    alice_has_the_lamp(story);
    seen(story, ALICE, BOX, 1);
    then_happened(story, detection_resolved);
    came_to(story, "held");
}

static void a_held_device_seen_elsewhere_in_the_house_may_move(void **state)
{
    struct story *story = *state;

    alice_has_the_lamp(story);
    given(story, ALICE, network_created, .network = OFFICE, .name = SLICE("Office"));
    given(story, ALICE, gateway_attached, .gateway = OFFICE_BOX, .network = OFFICE);
    seen(story, ALICE, OFFICE_BOX, 1);
    with_follow_ups(story);
    then_happened(story, detection_resolved, device_seen_elsewhere, device_move_proposed);
    came_to(story, "held");
    assert_id(the(story, device_move_proposed)->network, OFFICE);
    seen(story, ALICE, OFFICE_BOX, 1);
    then_happened(story, detection_resolved);
}

static void a_move_is_never_proposed_to_a_network_that_is_no_more(void **state)
{
    struct story *story = *state;

    alice_has_the_lamp(story);
    given(story, ALICE, network_created, .network = OFFICE, .name = SLICE("Office"));
    given(story, ALICE, gateway_attached, .gateway = OFFICE_BOX, .network = OFFICE);
    given(story, ALICE, network_deleted, .network = OFFICE);
    seen(story, ALICE, OFFICE_BOX, 1);
    with_follow_ups(story);
    then_happened(story, detection_resolved, device_seen_elsewhere);
}

static void the_holder_is_told_once_of_each_rival(void **state)
{
    struct story *story = *state;

    alice_has_the_lamp(story);
    seen(story, BOB, BOBS_BOX, 1);
    with_follow_ups(story);
    then_happened(story, detection_resolved, device_contested, device_claim_disputed);
    came_to(story, "elsewhere");
    assert_id(the(story, device_contested)->holder, ALICE);
    seen(story, BOB, BOBS_BOX, 1);
    then_happened(story, detection_resolved);
    came_to(story, "elsewhere");
    seen(story, (struct id){ "acarol" }, (struct id){ "gcarols" }, 1);
    then_happened(story, detection_resolved, device_contested);
}

static void a_resold_device_leaves_its_holder_and_is_offered_to_the_next(void **state)
{
    struct story *story = *state;

    alice_has_the_lamp(story);
    alice_switches_the_lamp(story);
    seen(story, BOB, BOBS_BOX, 2);
    with_follow_ups(story);
    then_happened(story, detection_resolved, device_released, device_offered, consent_revoked,
                  command_cancelled, device_removed, consent_requested);
    came_to(story, "offered");
    assert_says(the(story, consent_revoked)->reason, "ownership-epoch");
    assert_id(story_event(story, EVENT_consent_requested)->stream, BOB);
}

static void an_older_epoch_takes_nothing_from_the_holder(void **state)
{
    struct story *story = *state;

    alice_has_the_lamp(story);
    seen(story, BOB, BOBS_BOX, 0);
    then_happened(story, detection_resolved, device_contested);
}

static void who_said_no_is_asked_again_only_in_a_higher_epoch(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    when(story, ALICE, ALICES_APP, decide_consent, .consent = GRANT, .decision = SLICE("deny"));
    with_follow_ups(story);
    then_happened(story, consent_denied);
    later(story, DAY);
    when(story, ALICE, THE_SYSTEM, settle_denial, .consent = GRANT);
    with_follow_ups(story);
    then_happened(story, denial_settled, offer_closed);
    seen(story, ALICE, BOX, 1);
    then_happened(story, detection_resolved);
    came_to(story, "denied-before");
    seen(story, BOB, BOBS_BOX, 1);
    with_follow_ups(story);
    then_happened(story, detection_resolved, device_offered, consent_requested);
    seen(story, ALICE, BOX, 2);
    with_follow_ups(story);
    then_happened(story, detection_resolved, offer_closed, device_offered, consent_lapsed,
                  consent_requested);
}

/* -- the account's answer ---------------------------------------------------------------- */

static void only_the_offer_that_stands_is_closed(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    when(story, LAMP_CLAIM, THE_SYSTEM, close_offer, .account = ALICE, .detection = LATER_REPORT);
    then_nothing(story);
    when(story, LAMP_CLAIM, THE_SYSTEM, close_offer, .account = ALICE, .detection = REPORT);
    then_happened(story, offer_closed);
    when(story, LAMP_CLAIM, THE_SYSTEM, close_offer, .account = ALICE, .detection = REPORT);
    then_nothing(story);
}

static void a_device_is_held_and_released_once(void **state)
{
    struct story *story = *state;

    alice_has_the_lamp(story);
    when(story, LAMP_CLAIM, THE_SYSTEM, hold_device, .account = ALICE, .device = LAMP,
         .consent = GRANT, .ownership_epoch = 1);
    then_nothing(story);
    when(story, LAMP_CLAIM, THE_SYSTEM, release_device, .account = ALICE, .device = LAMP);
    then_happened(story, device_released);
    when(story, LAMP_CLAIM, THE_SYSTEM, release_device, .account = ALICE, .device = LAMP);
    then_nothing(story);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, a_lamp_between_two_houses, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_report_comes_from_an_approved_vendor_about_a_published_model),
        TEST(an_observation_is_minutes_old_and_hardly_ahead),
        TEST(a_vendor_with_as_many_devices_as_it_may_asks_for_no_more),
        TEST(nor_does_one_that_does_not_take_its_webhooks),
        TEST(a_report_says_what_was_reported_and_leads_to_nothing),
        TEST(a_report_that_fits_nobody_waits_for_the_next),
        TEST(a_vendor_suspended_meanwhile_prompts_nobody),
        TEST(an_ambiguous_report_prompts_nobody),
        TEST(a_free_device_is_offered_where_it_was_seen),
        TEST(a_standing_offer_is_not_made_twice),
        TEST(an_offer_is_retracted_when_the_device_was_reset),
        TEST(a_reset_at_home_asks_at_home_again),
        TEST(a_held_device_seen_at_home_is_no_news),
        TEST(a_held_device_seen_elsewhere_in_the_house_may_move),
        TEST(a_move_is_never_proposed_to_a_network_that_is_no_more),
        TEST(the_holder_is_told_once_of_each_rival),
        TEST(a_resold_device_leaves_its_holder_and_is_offered_to_the_next),
        TEST(an_older_epoch_takes_nothing_from_the_holder),
        TEST(who_said_no_is_asked_again_only_in_a_higher_epoch),
        TEST(only_the_offer_that_stands_is_closed),
        TEST(a_device_is_held_and_released_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

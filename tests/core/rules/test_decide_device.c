/* What may its owner arrange of a device, and what may its vendor say of it? */
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

/* -- its owner ------------------------------------------------------------------------ */

static void an_owner_renames_moves_and_places_in_one_go(void **state)
{
    struct story *story = *state;

    given(story, ALICE, network_created, .network = OFFICE, .name = SLICE("Office"));
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .name = SLICE("Desk lamp"),
         .network_id = OFFICE, .room = SLICE("Study"));
    then_happened(story, device_renamed, device_moved, device_placed);
    assert_id(the(story, device_moved)->previous, HOME);
    assert_id(the(story, device_moved)->vendor, GLOW);
    assert_id(the(story, device_moved)->consent, GRANT);
    assert_id(the(story, device_moved)->bond, GRANT);
    assert_says(the(story, device_moved)->vendor_device_id, "lamp-1");
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .name = SLICE("Desk lamp"),
         .network_id = OFFICE, .room = SLICE("Study"));
    then_nothing(story);
}

static void where_a_device_goes_is_not_told_while_its_grant_has_expired(void **state)
{
    struct story *story = *state;

    given(story, ALICE, network_created, .network = OFFICE, .name = SLICE("Office"));
    given(story, ALICE, consent_expired, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    given(story, ALICE, device_suspended, .device = LAMP);
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .network_id = OFFICE);
    then_happened(story, device_moved);
    assert_false(id_given(the(story, device_moved)->vendor));
    assert_int_equal(the(story, device_moved)->vendor_device_id.size, 0);
}

static void a_device_is_in_one_network_at_a_time(void **state)
{
    struct story *story = *state;

    given(story, ALICE, network_created, .network = OFFICE, .name = SLICE("Office"));
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .network_id = OFFICE);
    when(story, ALICE, ALICES_APP, delete_network, .network = OFFICE);
    then_refused(story, network_not_empty);
    when(story, ALICE, ALICES_APP, delete_network, .network = HOME);
    then_happened(story, network_deleted);
}

static void an_empty_room_means_in_no_room(void **state)
{
    struct story *story = *state;

    given(story, ALICE, device_placed, .device = LAMP, .room = SLICE("Hall"));
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .name = SLICE("Lamp"));
    then_nothing(story);
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .room = SLICE(""));
    then_happened(story, device_placed);
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .room = SLICE(""));
    then_nothing(story);
}

static void a_device_moves_within_its_account_only(void **state)
{
    struct story *story = *state;

    bob_lives_next_door(story);
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .network_id = BOBS_HOME,
         .name = SLICE("Gift"));
    then_refused(story, network_unknown);
    when(story, BOB, ALICES_APP, change_device, .device = LAMP, .name = SLICE("Mine"));
    then_refused(story, device_unknown);
    when(story, BOB, ALICES_APP, remove_device, .device = LAMP);
    then_refused(story, device_unknown);
}

static void a_removed_device_is_not_arranged_and_not_removed_again(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, remove_device, .device = LAMP);
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .name = SLICE("Ghost"));
    then_refused(story, device_removed);
    when(story, ALICE, ALICES_APP, remove_device, .device = LAMP);
    then_nothing(story);
    when(story, ALICE, THE_SYSTEM, note_dispute, .device = LAMP);
    then_nothing(story);
    when(story, ALICE, THE_SYSTEM, note_seen, .device = LAMP, .gateway = BOX);
    then_nothing(story);
}

static void a_move_is_proposed_once_until_it_is_made(void **state)
{
    struct story *story = *state;

    given(story, ALICE, network_created, .network = OFFICE, .name = SLICE("Office"));
    given(story, ALICE, gateway_attached, .gateway = OFFICE_BOX, .network = OFFICE);
    when(story, ALICE, THE_SYSTEM, note_seen, .device = LAMP, .gateway = BOX);
    then_nothing(story);
    when(story, ALICE, THE_SYSTEM, note_seen, .device = LAMP, .gateway = OFFICE_BOX);
    then_happened(story, device_move_proposed);
    when(story, ALICE, THE_SYSTEM, note_seen, .device = LAMP, .gateway = OFFICE_BOX);
    then_nothing(story);
    when(story, ALICE, ALICES_APP, change_device, .device = LAMP, .network_id = OFFICE);
    when(story, ALICE, THE_SYSTEM, note_seen, .device = LAMP, .gateway = BOX);
    then_happened(story, device_move_proposed);
}

/* -- its vendor ---------------------------------------------------------------------------- */

#define ON TRUE_OF("on")
#define TRUE_OF(property) \
    ((struct values){ &(const struct value){ SLICE(property), SLICE("true") }, 1 })

static void says_it_is_on(struct story *story, struct id device, struct id vendor)
{
    when(story, ALICE, GLOWS_CLOUD, report_state, .device = device, .vendor = vendor,
         .properties = ON);
}

static void a_vendor_reports_of_what_was_granted(void **state)
{
    struct story *story = *state;

    says_it_is_on(story, LAMP, GLOW);
    then_happened(story, device_state_reported);
    when(story, ALICE, GLOWS_CLOUD, report_connectivity, .device = LAMP, .vendor = GLOW,
         .online = true);
    then_happened(story, device_connectivity_changed);
    when(story, ALICE, GLOWS_CLOUD, raise_device_event, .device = LAMP, .vendor = GLOW,
         .name = SLICE("blink"), .data = SLICE("{}"));
    then_happened(story, device_event_raised);
}

static void what_was_not_granted_is_not_heard(void **state)
{
    struct story *story = *state;

    when(story, ALICE, GLOWS_CLOUD, report_state, .device = LAMP, .vendor = GLOW,
         .properties = TRUE_OF("camera"));
    then_refused(story, capability_not_granted);
    when(story, ALICE, GLOWS_CLOUD, raise_device_event, .device = LAMP, .vendor = GLOW,
         .name = SLICE("motion"));
    then_refused(story, capability_not_granted);
}

static void of_a_report_what_was_granted_is_heard(void **state)
{
    struct story      *story    = *state;
    const struct value values[] = { { SLICE("brightness"), SLICE("7") },
                                    { SLICE("camera"), SLICE("true") },
                                    { SLICE("on"), SLICE("true") } };

    when(story, ALICE, GLOWS_CLOUD, report_state, .device = LAMP, .vendor = GLOW,
         .properties = { values, COUNT(values) });
    then_happened(story, device_state_reported);
    struct values heard = the(story, device_state_reported)->properties;
    assert_int_equal(heard.count, 2);
    assert_says(heard.items[0].name, "brightness");
    assert_says(heard.items[1].name, "on");
}

static void before_consent_nothing_is_heard(void **state)
{
    struct story *story = *state;

    says_it_is_on(story, NO_ID, GLOW);
    then_refused(story, consent_required);
    says_it_is_on(story, (struct id){ "dother" }, GLOW);
    then_refused(story, consent_required);
}

static void nothing_is_heard_from_another_vendor_or_a_suspended_one(void **state)
{
    struct story *story = *state;

    given(story, ACME, vendor_onboarded, .name = SLICE("Acme"));
    given_plainly(story, ACME, vendor_approved);
    says_it_is_on(story, LAMP, ACME);
    then_refused(story, consent_required);
    given_plainly(story, GLOW, vendor_suspended);
    says_it_is_on(story, LAMP, GLOW);
    then_refused(story, vendor_not_approved);
}

static void after_the_end_of_the_grant_nothing_is_heard(void **state)
{
    struct story *story = *state;

    given(story, ALICE, consent_expired, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    given(story, ALICE, device_suspended, .device = LAMP);
    says_it_is_on(story, LAMP, GLOW);
    then_refused(story, consent_expired);
    when(story, ALICE, ALICES_APP, withdraw_consent, .consent = GRANT);
    says_it_is_on(story, LAMP, GLOW);
    then_refused(story, consent_withdrawn);
    when(story, ALICE, GLOWS_CLOUD, report_connectivity, .device = LAMP, .vendor = GLOW);
    then_refused(story, consent_withdrawn);
}

static void a_vendor_takes_its_device_back_once(void **state)
{
    struct story *story = *state;

    when(story, ALICE, GLOWS_CLOUD, remove_vendor_device, .device = LAMP, .vendor = ACME);
    then_refused(story, vendor_not_approved);
    when(story, ALICE, GLOWS_CLOUD, remove_vendor_device, .device = LAMP, .vendor = GLOW);
    with_follow_ups(story);
    then_happened(story, consent_revoked, device_removed, device_released);
    assert_says(the(story, consent_revoked)->reason, "removed-by-vendor");
    when(story, ALICE, GLOWS_CLOUD, remove_vendor_device, .device = LAMP, .vendor = GLOW);
    then_nothing(story);
}

static void a_suspended_device_may_be_taken_back(void **state)
{
    struct story *story = *state;

    given(story, ALICE, consent_expired, .consent = GRANT, .vendor = GLOW, .device = LAMP);
    given(story, ALICE, device_suspended, .device = LAMP);
    when(story, ALICE, GLOWS_CLOUD, remove_vendor_device, .device = LAMP, .vendor = GLOW);
    then_happened(story, consent_revoked, device_removed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, alice_and_her_lamp, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_owner_renames_moves_and_places_in_one_go),
        TEST(where_a_device_goes_is_not_told_while_its_grant_has_expired),
        TEST(a_device_is_in_one_network_at_a_time),
        TEST(an_empty_room_means_in_no_room),
        TEST(a_device_moves_within_its_account_only),
        TEST(a_removed_device_is_not_arranged_and_not_removed_again),
        TEST(a_move_is_proposed_once_until_it_is_made),
        TEST(a_vendor_reports_of_what_was_granted),
        TEST(what_was_not_granted_is_not_heard),
        TEST(of_a_report_what_was_granted_is_heard),
        TEST(before_consent_nothing_is_heard),
        TEST(nothing_is_heard_from_another_vendor_or_a_suspended_one),
        TEST(after_the_end_of_the_grant_nothing_is_heard),
        TEST(a_vendor_takes_its_device_back_once),
        TEST(a_suspended_device_may_be_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What may become of a vendor, its keys, its endpoint and its thing models? */
#include "tests/world/given.h"

static const struct id OTHER = { "vother" };

static int glow_works(void **state)
{
    int begun = story_begins(state);

    if (!begun) glow_is_approved(*state);
    return begun;
}

static void a_vendor_is_taken_on_with_a_secret_and_a_key(void **state)
{
    struct story *story = *state;

    when(story, ACME, OPERATOR, onboard_vendor, .name = SLICE("Acme"), .key = KEY,
         .secret = SLICE("secret"), .token = API_KEY, .hash = SLICE("hash"));
    then_happened(story, vendor_onboarded, vendor_key_added, api_key_issued);
    when(story, OTHER, OPERATOR, onboard_vendor, .name = SLICE("Other"), .key = OTHER_KEY,
         .token = OTHER_API_KEY, .hash = SLICE("other"),
         .endpoint = SLICE("https://acme.example/"));
    then_happened(story, vendor_onboarded, vendor_key_added, api_key_issued, endpoint_set);
}

static void a_vendor_is_approved_suspended_resumed_and_parted_with(void **state)
{
    struct story *story = *state;

    given(story, ACME, vendor_onboarded, .name = SLICE("Acme"));
    when_plainly(story, ACME, OPERATOR, approve_vendor);
    then_happened(story, vendor_approved);
    when(story, ACME, OPERATOR, suspend_vendor, .reason = SLICE("audit"));
    then_happened(story, vendor_suspended);
    assert_true(the(story, vendor_suspended)->announced);
    when(story, ACME, OPERATOR, resume_vendor, .reason = SLICE("all is well"));
    then_happened(story, vendor_resumed);
    assert_true(the(story, vendor_resumed)->announced);
    assert_says(the(story, vendor_resumed)->reason, "all is well");
    when(story, ACME, OPERATOR, offboard_vendor, .reason = SLICE("contract over"));
    then_happened(story, vendor_offboarding);
    assert_says(the(story, vendor_offboarding)->reason, "contract over");
    when_plainly(story, ACME, THE_SYSTEM, end_offboarding);
    then_happened(story, vendor_offboarded);
}

static void only_one_that_is_leaving_has_left(void **state)
{
    struct story *story = *state;

    when_plainly(story, ACME, THE_SYSTEM, end_offboarding);
    then_refused(story, vendor_unknown);
    when_plainly(story, GLOW, THE_SYSTEM, end_offboarding);
    then_nothing(story);
    given_plainly(story, GLOW, vendor_offboarding);
    when_plainly(story, GLOW, OPERATOR, offboard_vendor);
    then_nothing(story);
    when_plainly(story, GLOW, OPERATOR, resume_vendor);
    then_refused(story, vendor_status_conflict);
    when_plainly(story, GLOW, THE_SYSTEM, end_offboarding);
    then_happened(story, vendor_offboarded);
    when_plainly(story, GLOW, THE_SYSTEM, end_offboarding);
    then_nothing(story);
}

static void a_step_taken_twice_is_taken_once(void **state)
{
    struct story *story = *state;

    when_plainly(story, GLOW, OPERATOR, approve_vendor);
    then_nothing(story);
    when_plainly(story, GLOW, OPERATOR, resume_vendor);
    then_nothing(story);
    given_plainly(story, GLOW, vendor_suspended);
    when_plainly(story, GLOW, OPERATOR, suspend_vendor);
    then_nothing(story);
    given_plainly(story, GLOW, vendor_offboarded);
    when_plainly(story, GLOW, OPERATOR, offboard_vendor);
    then_nothing(story);
}

static void a_step_out_of_order_is_refused(void **state)
{
    struct story *story = *state;

    given(story, ACME, vendor_onboarded, .name = SLICE("Acme"));
    when_plainly(story, ACME, OPERATOR, suspend_vendor);
    then_refused(story, vendor_status_conflict);
    when_plainly(story, ACME, OPERATOR, resume_vendor);
    then_refused(story, vendor_status_conflict);
    given_plainly(story, GLOW, vendor_suspended);
    when_plainly(story, GLOW, OPERATOR, approve_vendor);
    then_refused(story, vendor_status_conflict);
    given_plainly(story, GLOW, vendor_offboarded);
    when_plainly(story, GLOW, OPERATOR, resume_vendor);
    then_refused(story, vendor_status_conflict);
}

static void nothing_can_be_done_for_a_vendor_that_is_not_there(void **state)
{
    struct story *story = *state;

    when_plainly(story, ACME, OPERATOR, approve_vendor);
    then_refused(story, vendor_unknown);
    when_plainly(story, ACME, OPERATOR, offboard_vendor);
    then_refused(story, vendor_unknown);
    when(story, ACME, OPERATOR, change_vendor, .name = SLICE("Acme 2"));
    then_refused(story, vendor_unknown);
    when(story, ACME, OPERATOR, end_endpoint, .reason = SLICE("gone"));
    then_nothing(story);
}

static void a_vendor_that_left_changes_nothing_any_more(void **state)
{
    struct story *story = *state;

    given_plainly(story, GLOW, vendor_offboarded);
    when(story, GLOW, OPERATOR, change_vendor, .name = SLICE("Glow 2"));
    then_refused(story, vendor_status_conflict);
    when(story, GLOW, GLOWS_CLOUD, set_endpoint, .url = SLICE("https://glow.example/2"));
    then_refused(story, vendor_status_conflict);
    when(story, GLOW, GLOWS_CLOUD, publish_thing_model, .model = SLICE("fan:1.0.0"));
    then_refused(story, vendor_status_conflict);
}

static void what_is_not_named_stays_as_it_was(void **state)
{
    struct story *story = *state;

    when(story, GLOW, OPERATOR, change_vendor, .limited = true, .prompts_open_max = 3);
    then_happened(story, vendor_changed);
    assert_says(the(story, vendor_changed)->name, "Glow");
    when(story, GLOW, OPERATOR, change_vendor, .name = SLICE("Glow 2"));
    then_happened(story, vendor_changed);
    assert_int_equal(the(story, vendor_changed)->prompts_open_max, 3);
    when(story, GLOW, OPERATOR, change_vendor, .name = SLICE("Glow 2"));
    then_nothing(story);
}

static void limits_are_said_all_at_once(void **state)
{
    struct story *story = *state;

    when(story, GLOW, OPERATOR, change_vendor, .limited = true, .events_per_second = 5,
         .devices_max = 9);
    then_happened(story, vendor_changed);
    when(story, GLOW, OPERATOR, change_vendor, .limited = true, .events_per_second = 5,
         .devices_max = 9);
    then_nothing(story);
    when(story, GLOW, OPERATOR, change_vendor, .limited = true, .deliveries_pending_max = 7);
    then_happened(story, vendor_changed);
    assert_int_equal(the(story, vendor_changed)->deliveries_pending_max, 7);
    assert_int_equal(the(story, vendor_changed)->events_per_second, 0);
    assert_int_equal(the(story, vendor_changed)->devices_max, 0);
}

static void it_is_said_how_a_vendor_is_reached(void **state)
{
    struct story *story = *state;

    when(story, GLOW, OPERATOR, change_vendor, .contact_name = SLICE("Ann"),
         .contact_address = SLICE("Oslo"), .contact_url = SLICE("https://glow.example/"));
    then_happened(story, vendor_contact_set);
    assert_says(the(story, vendor_contact_set)->address, "Oslo");
    when(story, OTHER, OPERATOR, onboard_vendor, .name = SLICE("Other"), .key = OTHER_KEY,
         .token = OTHER_API_KEY, .hash = SLICE("other"), .contact_name = SLICE("Bo"),
         .contact_address = SLICE("Bergen"), .contact_url = SLICE("https://other.example/"),
         .limited = true, .devices_max = 2);
    then_happened(story, vendor_onboarded, vendor_key_added, api_key_issued, vendor_changed,
                  vendor_contact_set);
    assert_says(the(story, vendor_changed)->name, "Other");
    assert_int_equal(the(story, vendor_changed)->devices_max, 2);
}

static void a_test_is_not_for_whom_too_much_waits(void **state)
{
    struct story *story = *state;

    given(story, GLOW, vendor_changed, .name = SLICE("Glow"), .deliveries_pending_max = 3);
    when(story, GLOW, GLOWS_CLOUD, request_test_notification, .pending = 3);
    then_refused(story, quota_exceeded);
    when(story, GLOW, GLOWS_CLOUD, request_test_notification, .pending = 2);
    then_happened(story, test_notification_requested);
}

static void a_vendor_always_has_a_secret_and_never_too_many(void **state)
{
    struct story *story = *state;

    when(story, GLOW, GLOWS_CLOUD, remove_vendor_key, .key = KEY);
    then_refused(story, vendor_key_last);
    when(story, GLOW, GLOWS_CLOUD, remove_vendor_key, .key = OTHER_KEY);
    then_refused(story, vendor_key_unknown);
    when(story, GLOW, GLOWS_CLOUD, add_vendor_key, .key = OTHER_KEY, .secret = SLICE("new"));
    then_happened(story, vendor_key_added);
    when(story, GLOW, GLOWS_CLOUD, remove_vendor_key, .key = KEY);
    then_happened(story, vendor_key_removed);
    story->policy.vendor_keys_max = 1;
    when(story, GLOW, GLOWS_CLOUD, add_vendor_key, .key = KEY);
    then_refused(story, vendor_key_limit_reached);
}

static void a_vendor_always_has_an_api_key_and_never_too_many(void **state)
{
    struct story *story = *state;

    when(story, GLOW, GLOWS_CLOUD, end_api_key, .token = API_KEY);
    then_refused(story, vendor_key_last);
    when(story, GLOW, GLOWS_CLOUD, end_api_key, .token = OTHER_API_KEY);
    then_refused(story, vendor_key_unknown);
    when(story, GLOW, GLOWS_CLOUD, end_api_key, .token = KEY);
    then_refused(story, vendor_key_unknown);
    when(story, GLOW, GLOWS_CLOUD, issue_api_key, .token = OTHER_API_KEY, .hash = SLICE("new"));
    then_happened(story, api_key_issued);
    when(story, GLOW, GLOWS_CLOUD, end_api_key, .token = API_KEY);
    then_happened(story, api_key_ended);
    assert_says(the(story, api_key_ended)->hash, "glow's key");
    story->policy.vendor_keys_max = 1;
    when(story, GLOW, GLOWS_CLOUD, issue_api_key, .token = API_KEY, .hash = SLICE("more"));
    then_refused(story, vendor_key_limit_reached);
}

static void keys_are_exchanged_while_a_vendor_is_suspended_but_not_after_it_left(void **state)
{
    struct story *story = *state;

    given_plainly(story, GLOW, vendor_suspended);
    when(story, GLOW, GLOWS_CLOUD, add_vendor_key, .key = OTHER_KEY, .secret = SLICE("new"));
    then_happened(story, vendor_key_added);
    when(story, GLOW, GLOWS_CLOUD, remove_vendor_key, .key = KEY);
    then_happened(story, vendor_key_removed);
    when(story, GLOW, GLOWS_CLOUD, issue_api_key, .token = OTHER_API_KEY, .hash = SLICE("new"));
    then_happened(story, api_key_issued);
    when(story, GLOW, GLOWS_CLOUD, end_api_key, .token = API_KEY);
    then_happened(story, api_key_ended);
    given_plainly(story, GLOW, vendor_offboarded);
    when(story, GLOW, GLOWS_CLOUD, issue_api_key, .token = API_KEY, .hash = SLICE("more"));
    then_refused(story, vendor_status_conflict);
}

static void that_a_key_is_in_use_is_told_once_a_day(void **state)
{
    struct story *story = *state;

    when(story, GLOW, GLOWS_CLOUD, note_key_used, .key = KEY);
    then_happened(story, vendor_key_used);
    when(story, GLOW, GLOWS_CLOUD, note_key_used, .key = API_KEY);
    then_happened(story, vendor_key_used);
    later(story, DAY - 1);
    when(story, GLOW, GLOWS_CLOUD, note_key_used, .key = KEY);
    then_nothing(story);
    later(story, 1);
    when(story, GLOW, GLOWS_CLOUD, note_key_used, .key = KEY);
    then_happened(story, vendor_key_used);
    when(story, GLOW, GLOWS_CLOUD, note_key_used, .key = OTHER_KEY);
    then_nothing(story); /* it was ended meanwhile */
}

static void an_endpoint_is_set_tried_and_ended(void **state)
{
    struct story *story = *state;

    when_plainly(story, GLOW, GLOWS_CLOUD, request_test_notification);
    then_happened(story, test_notification_requested);
    when(story, GLOW, THE_SYSTEM, end_endpoint, .reason = SLICE("gone"));
    then_happened(story, endpoint_ended);
    when(story, GLOW, THE_SYSTEM, end_endpoint, .reason = SLICE("gone"));
    then_nothing(story);
    when_plainly(story, GLOW, GLOWS_CLOUD, request_test_notification);
    then_refused(story, endpoint_missing);
    when(story, GLOW, GLOWS_CLOUD, request_test_notification, .fetched = true);
    then_happened(story, test_notification_requested);
    when(story, GLOW, GLOWS_CLOUD, set_endpoint, .url = SLICE("https://glow.example/2"));
    then_happened(story, endpoint_set);
}

static void a_vendor_that_is_here_is_told_how_its_endpoint_does(void **state)
{
    struct story *story = *state;

    when(story, GLOW, THE_SYSTEM, note_endpoint_health, .state = SLICE("failing"), .since = START,
         .failures = 7, .threshold_percent = 100);
    then_happened(story, endpoint_health_changed);
    given_plainly(story, GLOW, vendor_offboarded);
    when(story, GLOW, THE_SYSTEM, note_endpoint_health, .state = SLICE("healthy"), .since = START);
    then_nothing(story);
}

static void a_vendor_that_is_here_is_asked_for_missing_events(void **state)
{
    struct story *story = *state;

    when(story, GLOW, THE_SYSTEM, request_events, .from_sequence = SLICE("00000000000000000003"),
         .to_sequence = SLICE("00000000000000000004"));
    then_happened(story, events_missing);
    given_plainly(story, GLOW, vendor_offboarded);
    when(story, GLOW, THE_SYSTEM, request_events, .from_sequence = SLICE("00000000000000000006"),
         .to_sequence = SLICE("00000000000000000006"));
    then_nothing(story);
}

static void a_thing_model_is_never_changed_but_has_newer_versions(void **state)
{
    struct story *story = *state;

    when(story, GLOW, GLOWS_CLOUD, publish_thing_model, .model = SLICE("lamp:1.0.0"));
    then_refused(story, thing_model_exists);
    when(story, GLOW, GLOWS_CLOUD, publish_thing_model, .model = SLICE("lamp:1.1.0"),
         .definition = SLICE("{}"));
    then_happened(story, thing_model_published);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, glow_works, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_vendor_is_taken_on_with_a_secret_and_a_key),
        TEST(a_vendor_is_approved_suspended_resumed_and_parted_with),
        TEST(only_one_that_is_leaving_has_left),
        TEST(a_step_taken_twice_is_taken_once),
        TEST(a_step_out_of_order_is_refused),
        TEST(nothing_can_be_done_for_a_vendor_that_is_not_there),
        TEST(a_vendor_that_left_changes_nothing_any_more),
        TEST(what_is_not_named_stays_as_it_was),
        TEST(limits_are_said_all_at_once),
        TEST(it_is_said_how_a_vendor_is_reached),
        TEST(a_test_is_not_for_whom_too_much_waits),
        TEST(a_vendor_always_has_a_secret_and_never_too_many),
        TEST(a_vendor_always_has_an_api_key_and_never_too_many),
        TEST(keys_are_exchanged_while_a_vendor_is_suspended_but_not_after_it_left),
        TEST(that_a_key_is_in_use_is_told_once_a_day),
        TEST(an_endpoint_is_set_tried_and_ended),
        TEST(a_vendor_that_is_here_is_told_how_its_endpoint_does),
        TEST(a_vendor_that_is_here_is_asked_for_missing_events),
        TEST(a_thing_model_is_never_changed_but_has_newer_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

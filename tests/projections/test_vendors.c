/* Which vendors there are, where their webhooks go, and what they make. */
#include "tests/world/folding.h"

static const struct id FIRST_KEY = { "kfirst" };

static int empty(void **state)
{
    (void)state;
    fold_alone(&fold_vendors);
    happened(GLOW, vendor_onboarded, .name = SLICE("Glow"));
    return 0;
}

static void assert_vendor_is(enum vendor_state status)
{
    struct vendor_row row;

    assert_row(vendor, GLOW, NO_ID, &row);
    assert_int_equal(row.status, status);
    assert_int_equal(row.changed, now.position);
}

static void a_vendor_goes_from_status_to_status(void **state)
{
    struct vendor_row row;
    struct id         leaving;
    (void)state;

    assert_vendor_is(VENDOR_onboarded);
    assert_listed(listed_vendor, name_system(), GLOW);
    happened_plainly(GLOW, vendor_approved);
    assert_vendor_is(VENDOR_approved);
    happened(GLOW, vendor_suspended, .reason = SLICE("late bills"));
    assert_vendor_is(VENDOR_suspended);
    assert_row(vendor, GLOW, NO_ID, &row);
    assert_int_equal(id_kind(row.suspension), ID_event);
    happened_plainly(GLOW, vendor_resumed);
    assert_vendor_is(VENDOR_approved);
    assert_row(vendor, GLOW, NO_ID, &row);
    assert_false(id_given(row.suspension));
    happened(GLOW, vendor_offboarding, .reason = SLICE("gone"));
    assert_vendor_is(VENDOR_offboarding);
    assert_int_equal(view_list_leaving_vendor(now.reader, name_system(), NO_ID, &leaving, 1), 1);
    assert_id(leaving, GLOW);
    happened(GLOW, vendor_offboarded, .reason = SLICE("gone"));
    assert_int_equal(view_list_leaving_vendor(now.reader, name_system(), NO_ID, &leaving, 1), 0);
    assert_vendor_is(VENDOR_offboarded);
    assert_row(vendor, GLOW, NO_ID, &row);
    assert_says(row.name, "Glow");
    assert_int_equal(row.onboarded_at, recorded_at(1));
}

static void an_endpoint_is_good_until_it_ends(void **state)
{
    struct vendor_row row;
    (void)state;

    happened(GLOW, endpoint_set, .url = SLICE("https://glow.example/hook"));
    assert_row(vendor, GLOW, NO_ID, &row);
    assert_says(row.endpoint, "https://glow.example/hook");
    happened(GLOW, endpoint_ended, .reason = SLICE("410"));
    assert_row(vendor, GLOW, NO_ID, &row);
    assert_says(row.endpoint, "");
    assert_vendor_is(VENDOR_onboarded);
}

static void a_vendor_may_be_renamed_and_limited(void **state)
{
    struct vendor_row row;
    (void)state;

    happened(GLOW, vendor_changed, .name = SLICE("Glow & Co"), .prompts_open_max = 7,
             .events_per_second = 8, .devices_max = 9, .deliveries_pending_max = 10);
    assert_row(vendor, GLOW, NO_ID, &row);
    assert_says(row.name, "Glow & Co");
    assert_int_equal(row.prompts_open_max, 7);
    assert_int_equal(row.events_per_second, 8);
    assert_int_equal(row.devices_max, 9);
    assert_int_equal(row.deliveries_pending_max, 10);
    happened(GLOW, vendor_contact_set, .name = SLICE("Ann"), .address = SLICE("Oslo"),
             .url = SLICE("https://glow.example/"));
    assert_row(vendor, GLOW, NO_ID, &row);
    assert_says(row.contact_name, "Ann");
    assert_says(row.contact_address, "Oslo");
    assert_says(row.contact_url, "https://glow.example/");
}

static void a_key_names_the_event_that_holds_its_secret(void **state)
{
    struct vendor_key_row row;
    (void)state;

    happened(GLOW, vendor_key_added, .key = FIRST_KEY, .secret = SLICE("secret"));
    assert_row(vendor_key, GLOW, FIRST_KEY, &row);
    assert_int_equal(row.position, 2);
    assert_int_equal(row.added_at, recorded_at(2));
    happened(GLOW, vendor_key_removed, .key = FIRST_KEY);
    assert_no_row(vendor_key, GLOW, FIRST_KEY);
}

static void a_key_of_either_kind_says_when_it_was_used_last(void **state)
{
    static const struct id    API_KEY = { "tfirst" };
    struct vendor_key_row     key;
    struct vendor_api_key_row api_key;
    (void)state;

    happened(GLOW, vendor_key_added, .key = FIRST_KEY, .secret = SLICE("secret"));
    happened(GLOW, api_key_issued, .token = API_KEY, .hash = SLICE("hash"));
    happened(GLOW, vendor_key_used, .key = API_KEY, .at = START);
    assert_row(vendor_key, GLOW, FIRST_KEY, &key);
    assert_int_equal(key.used_at, 0);
    assert_row(vendor_api_key, GLOW, API_KEY, &api_key);
    assert_int_equal(api_key.used_at, START);
    assert_int_equal(api_key.added_at, recorded_at(3));
    happened(GLOW, vendor_key_used, .key = FIRST_KEY, .at = START + DAY);
    assert_row(vendor_key, GLOW, FIRST_KEY, &key);
    assert_int_equal(key.used_at, START + DAY);
    assert_int_equal(key.position, 2);
    happened(GLOW, api_key_ended, .token = API_KEY, .hash = SLICE("hash"));
    assert_no_row(vendor_api_key, GLOW, API_KEY);
}

static void the_newest_model_is_found_by_its_name_alone(void **state)
{
    struct newest_model_row newest;
    struct thing_model_row  row;
    (void)state;

    happened(GLOW, thing_model_published, .model = SLICE("lamp:1.0.0"), .title = SLICE("Lamp"),
             .category = SLICE("light"), .guarded = true, .definition = SLICE("{}"));
    happened(GLOW, thing_model_published, .model = SLICE("lamp:1.1.0"), .title = SLICE("Lamp 2"));
    assert_row(thing_model, GLOW, name_model(SLICE("lamp:1.0.0")), &row);
    assert_says(row.title, "Lamp");
    assert_says(row.category, "light");
    assert_says(row.definition, "{}");
    assert_true(row.guarded);
    assert_int_equal(row.published_at, recorded_at(2));
    assert_row(newest_model, GLOW, name_model(SLICE("lamp")), &newest);
    assert_says(newest.model, "lamp:1.1.0");
}

static void what_never_began_leaves_no_row(void **state)
{
    static const struct id NOBODY = { "vnobody" };
    (void)state;

    happened_plainly(NOBODY, vendor_approved);
    assert_no_row(vendor, NOBODY, NO_ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_vendor_goes_from_status_to_status),
        TEST(an_endpoint_is_good_until_it_ends),
        TEST(a_vendor_may_be_renamed_and_limited),
        TEST(a_key_names_the_event_that_holds_its_secret),
        TEST(a_key_of_either_kind_says_when_it_was_used_last),
        TEST(the_newest_model_is_found_by_its_name_alone),
        TEST(what_never_began_leaves_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

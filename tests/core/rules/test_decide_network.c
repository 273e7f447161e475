/* How many networks may a subscriber have, and on which gateways do they hang? */
#include "tests/world/given.h"

static int alice_and_bob(void **state)
{
    int begun = story_begins(state);

    if (begun) return begun;
    glow_is_approved(*state);
    alice_lives_at_home(*state);
    bob_lives_next_door(*state);
    return 0;
}

static void an_account_has_as_many_networks_as_it_may(void **state)
{
    struct story *story = *state;

    story->policy.networks_max = 2;
    when(story, ALICE, ALICES_APP, create_network, .network = OFFICE, .name = SLICE("Office"));
    then_happened(story, network_created);
    when(story, ALICE, ALICES_APP, create_network, .network = { "nthird" });
    then_refused(story, network_limit_reached);
    when(story, ALICE, ALICES_APP, delete_network, .network = OFFICE);
    then_happened(story, network_deleted);
    when(story, ALICE, ALICES_APP, create_network, .network = { "nthird" });
    then_happened(story, network_created);
    when(story, (struct id){ "anobody" }, ALICES_APP, create_network, .network = OFFICE);
    then_refused(story, account_unknown);
}

static void a_network_keeps_what_is_not_changed(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, change_network, .network = HOME,
         .rooms = TEXTS(SLICE("Kitchen"), SLICE("Hall")));
    then_happened(story, network_changed);
    assert_says(the(story, network_changed)->name, "Home");
    when(story, ALICE, ALICES_APP, change_network, .network = HOME, .name = SLICE("Nest"));
    then_happened(story, network_changed);
    assert_int_equal(the(story, network_changed)->rooms.count, 2);
    when(story, ALICE, ALICES_APP, change_network, .network = HOME);
    then_nothing(story);
}

static void a_network_may_give_up_all_its_rooms(void **state)
{
    struct story      *story = *state;
    const struct texts none  = { &(struct slice){ 0 }, 0 };

    when(story, ALICE, ALICES_APP, change_network, .network = HOME,
         .rooms = TEXTS(SLICE("Kitchen")));
    when(story, ALICE, ALICES_APP, change_network, .network = HOME, .rooms = none);
    then_happened(story, network_changed);
    assert_int_equal(the(story, network_changed)->rooms.count, 0);
}

static void a_room_has_a_short_name(void **state)
{
    static const char sixty_five[] =
        "a room with a name that is, for once, a single byte too long here";
    struct story *story = *state;

    assert_int_equal(sizeof sixty_five - 1, 65);
    when(story, ALICE, ALICES_APP, change_network, .network = HOME,
         .rooms = TEXTS(slice_text(sixty_five)));
    then_refused(story, room_name_too_long);
    when(story, ALICE, ALICES_APP, change_network, .network = HOME,
         .rooms = TEXTS(slice_text(sixty_five + 1)));
    then_happened(story, network_changed);
}

static void nobody_reaches_into_anothers_network(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, change_network, .network = BOBS_HOME, .name = SLICE("Mine"));
    then_refused(story, network_unknown);
    when(story, ALICE, ALICES_APP, delete_network, .network = BOBS_HOME);
    then_refused(story, network_unknown);
}

static void only_an_empty_network_is_given_up(void **state)
{
    struct story *story = *state;

    alice_has_the_lamp(story);
    when(story, ALICE, ALICES_APP, delete_network, .network = HOME);
    then_refused(story, network_not_empty);
    when(story, ALICE, ALICES_APP, remove_device, .device = LAMP);
    when(story, ALICE, ALICES_APP, delete_network, .network = HOME);
    then_happened(story, network_deleted);
}

static void a_gateway_belongs_to_one_account(void **state)
{
    struct story *story = *state;

    when(story, BOX, OPERATOR, claim_gateway, .gateway_id = SLICE("box"), .account_id = BOB);
    then_refused(story, gateway_held_elsewhere);
    when(story, BOX, OPERATOR, release_gateway, .account = ALICE);
    with_follow_ups(story);
    then_happened(story, gateway_released, gateway_detached);
    assert_id(the(story, gateway_detached)->network, HOME);
    when(story, BOX, OPERATOR, claim_gateway, .gateway_id = SLICE("box"), .account_id = BOB,
         .network_id = BOBS_HOME);
    with_follow_ups(story);
    then_happened(story, gateway_claimed, gateway_attached);
    assert_id(story_event(story, EVENT_gateway_attached)->stream, BOB);
    when(story, OFFICE_BOX, OPERATOR, release_gateway, .account = ALICE);
    then_refused(story, gateway_unknown);
}

static void what_is_no_account_gets_no_gateway(void **state)
{
    struct story *story = *state;

    when(story, OFFICE_BOX, OPERATOR, claim_gateway, .gateway_id = SLICE("office"),
         .account_id = HOME);
    then_refused(story, account_unknown);
}

static void claiming_a_gateway_again_changes_what_is_new(void **state)
{
    struct story *story = *state;

    when(story, BOX, OPERATOR, claim_gateway, .gateway_id = SLICE("box"), .account_id = ALICE,
         .network_id = HOME);
    then_nothing(story);
    when(story, BOX, OPERATOR, claim_gateway, .gateway_id = SLICE("box"), .account_id = ALICE,
         .network_id = HOME, .shared = true);
    with_follow_ups(story);
    then_happened(story, gateway_claimed, gateway_attached);
    assert_true(the(story, gateway_attached)->shared);
}

static void a_gateway_that_cannot_be_attached_is_returned(void **state)
{
    struct story *story = *state;

    when(story, OFFICE_BOX, OPERATOR, claim_gateway, .gateway_id = SLICE("office"),
         .account_id = ALICE, .network_id = OFFICE);
    with_follow_ups(story);
    then_happened(story, gateway_claimed, gateway_refused, gateway_released);
    assert_says(the(story, gateway_refused)->reason, "network_unknown");
    when(story, OFFICE_BOX, OPERATOR, claim_gateway, .gateway_id = SLICE("office"),
         .account_id = { "anobody" });
    with_follow_ups(story);
    then_happened(story, gateway_claimed, gateway_refused, gateway_released);
    assert_says(the(story, gateway_refused)->reason, "account_unknown");
    when(story, OFFICE_BOX, THE_SYSTEM, return_gateway, .reason = SLICE("again"));
    then_nothing(story);
}

static void a_gateway_may_wait_for_its_network(void **state)
{
    struct story *story = *state;

    when(story, OFFICE_BOX, OPERATOR, claim_gateway, .gateway_id = SLICE("office"),
         .account_id = ALICE);
    with_follow_ups(story);
    then_happened(story, gateway_claimed, gateway_attached);
    assert_id(the(story, gateway_attached)->network, NO_ID);
}

static void an_account_says_which_of_its_networks_hangs_on_its_gateway(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, create_network, .network = OFFICE, .name = SLICE("Office"));
    when(story, ALICE, ALICES_APP, bind_gateway, .network = OFFICE, .gateway = BOX,
         .gateway_id = SLICE("box"));
    then_happened(story, gateway_attached);
    assert_id(the(story, gateway_attached)->network, OFFICE);
    assert_says(the(story, gateway_attached)->gateway_id, "box");
    when(story, ALICE, ALICES_APP, bind_gateway, .network = OFFICE, .gateway = BOX,
         .gateway_id = SLICE("box"));
    then_nothing(story);
    when(story, ALICE, ALICES_APP, bind_gateway, .network = BOBS_HOME, .gateway = BOX);
    then_refused(story, network_unknown);
}

static void nobody_binds_a_gateway_the_operator_gave_to_another(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, bind_gateway, .network = HOME, .gateway = BOBS_BOX,
         .gateway_id = SLICE("bobs"));
    then_refused(story, gateway_unknown);
    when(story, ALICE, ALICES_APP, bind_gateway, .network = HOME, .gateway = OFFICE_BOX);
    then_refused(story, gateway_unknown);
    when(story, ALICE, ALICES_APP, bind_gateway, .network = HOME, .gateway = NO_ID);
    then_refused(story, gateway_unknown);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, alice_and_bob, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_account_has_as_many_networks_as_it_may),
        TEST(a_network_keeps_what_is_not_changed),
        TEST(a_network_may_give_up_all_its_rooms),
        TEST(a_room_has_a_short_name),
        TEST(nobody_reaches_into_anothers_network),
        TEST(only_an_empty_network_is_given_up),
        TEST(a_gateway_belongs_to_one_account),
        TEST(what_is_no_account_gets_no_gateway),
        TEST(claiming_a_gateway_again_changes_what_is_new),
        TEST(a_gateway_that_cannot_be_attached_is_returned),
        TEST(a_gateway_may_wait_for_its_network),
        TEST(an_account_says_which_of_its_networks_hangs_on_its_gateway),
        TEST(nobody_binds_a_gateway_the_operator_gave_to_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

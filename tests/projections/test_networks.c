/* What a network is called, and which ones an account has. */
#include "tests/world/folding.h"

static int empty(void **state)
{
    (void)state;
    return fold_alone(&fold_networks);
}

static void a_network_belongs_to_whoever_made_it(void **state)
{
    struct network_row row;
    struct id          networks[4];
    (void)state;

    happened(ALICE, network_created, .network = HOME, .name = SLICE("Home"));
    happened(ALICE, network_created, .network = OFFICE, .name = SLICE("Office"));
    assert_row(network, HOME, NO_ID, &row);
    assert_id(row.account, ALICE);
    assert_says(row.name, "Home");
    assert_int_equal(row.rooms.count, 0);
    assert_int_equal(row.created_at, recorded_at(1));
    assert_int_equal(row.changed, 1);
    assert_int_equal(view_list_account_network(now.reader, ALICE, NO_ID, networks, 4), 2);
    assert_id(networks[0], HOME);
    assert_id(networks[1], OFFICE);
}

static void a_network_has_the_name_and_rooms_it_got_last(void **state)
{
    const struct slice rooms[] = { SLICE("kitchen"), SLICE("hall") };
    struct network_row row;
    (void)state;

    happened(ALICE, network_created, .network = HOME, .name = SLICE("Home"));
    happened(ALICE, network_changed, .network = HOME, .name = SLICE("Hut"), .rooms = { rooms, 2 });
    assert_row(network, HOME, NO_ID, &row);
    assert_says(row.name, "Hut");
    assert_int_equal(row.rooms.count, 2);
    assert_says(row.rooms.items[1], "hall");
    assert_int_equal(row.created_at, recorded_at(1));

    happened(ALICE, network_changed, .network = HOME, .name = SLICE("Hut"));
    assert_row(network, HOME, NO_ID, &row);
    assert_says(row.name, "Hut");
    assert_int_equal(row.rooms.count, 0);
    assert_int_equal(row.changed, 3);
}

static void a_deleted_network_is_in_no_list(void **state)
{
    (void)state;
    happened(ALICE, network_created, .network = HOME, .name = SLICE("Home"));
    happened(ALICE, network_deleted, .network = HOME);
    assert_no_row(network, HOME, NO_ID);
    assert_no_row(account_network, ALICE, HOME);
}

static void what_never_began_leaves_no_row(void **state)
{
    (void)state;
    happened(ALICE, network_changed, .network = HOME, .name = SLICE("Home"));
    assert_no_row(network, HOME, NO_ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_network_belongs_to_whoever_made_it),
        TEST(a_network_has_the_name_and_rooms_it_got_last),
        TEST(a_deleted_network_is_in_no_list),
        TEST(what_never_began_leaves_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

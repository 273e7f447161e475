/* Who bears a login, who has a gateway, and what of it outlives a network. */
#include "tests/world/folding.h"

static const struct id LOGIN = { "lalice" }, BOX = { "gbox" };

static int empty(void **state)
{
    (void)state;
    return fold_alone(&fold_accounts);
}

static void alice_opens(void)
{
    happened(LOGIN, login_claimed, .account = ALICE, .login = SLICE("alice"));
    happened(ALICE, account_opened, .login = SLICE("alice"), .display_name = SLICE("Alice"),
             .phone_number = SLICE("+3614567"));
}

static void an_account_is_opened_then_active(void **state)
{
    struct account_row row;
    struct login_row   login;
    (void)state;

    alice_opens();
    assert_row(login, LOGIN, NO_ID, &login);
    assert_id(login.account, ALICE);
    assert_row(account, ALICE, NO_ID, &row);
    assert_int_equal(row.status, ACCOUNT_opened);
    assert_says(row.login, "alice");
    assert_says(row.display_name, "Alice");
    assert_says(row.phone_number, "+3614567");
    assert_says(row.password, "");
    assert_int_equal(row.opened_at, recorded_at(2));
    assert_listed(listed_account, name_system(), ALICE);

    happened(ALICE, account_activated, .password = SLICE("$scrypt$"));
    assert_row(account, ALICE, NO_ID, &row);
    assert_int_equal(row.status, ACCOUNT_active);
    assert_says(row.login, "alice");
    assert_says(row.password, "$scrypt$");
    assert_int_equal(row.changed, 3);

    happened(ALICE, password_changed, .password = SLICE("$scrypt$another"));
    assert_row(account, ALICE, NO_ID, &row);
    assert_says(row.password, "$scrypt$another");
    assert_int_equal(row.changed, 4);
}

static void an_account_has_what_its_person_set(void **state)
{
    struct account_row row;
    (void)state;

    alice_opens();
    happened(ALICE, account_activated, .password = SLICE("$scrypt$"));
    happened(ALICE, account_changed, .display_name = SLICE("Ally"), .language = SLICE("de"),
             .time_zone = SLICE("Europe/Berlin"), .quiet_from = SLICE("22:00"),
             .quiet_to = SLICE("07:00"));
    assert_row(account, ALICE, NO_ID, &row);
    assert_says(row.display_name, "Ally");
    assert_says(row.language, "de");
    assert_says(row.time_zone, "Europe/Berlin");
    assert_says(row.quiet_from, "22:00");
    assert_says(row.quiet_to, "07:00");
    assert_says(row.login, "alice");
    assert_says(row.password, "$scrypt$");
    assert_int_equal(row.changed, 4);
}

static void assert_is_reached(const char *phone, bool reached)
{
    struct id account;
    size_t    count = view_list_phone_account(now.reader, name_phone(slice_text(phone)), NO_ID,
                                              &account, 1);

    assert_int_equal(count, reached);
    if (count) assert_id(account, ALICE);
}

static void what_the_operator_changes_is_shown_and_the_rest_stays(void **state)
{
    static const struct id OTHER = { "lann" };
    struct account_row     row;
    (void)state;

    alice_opens();
    assert_is_reached("+3614567", true);
    happened(OTHER, login_claimed, .account = ALICE, .login = SLICE("ann"), .change = true);
    happened(ALICE, subscriber_changed, .login_id = OTHER, .login_before = LOGIN,
             .login = SLICE("ann"), .phone_number = SLICE("+3619999"));
    happened(LOGIN, login_released, .account = ALICE);
    assert_row(account, ALICE, NO_ID, &row);
    assert_says(row.login, "ann");
    assert_says(row.display_name, "Alice");
    assert_says(row.phone_number, "+3619999");
    assert_no_row(login, LOGIN, NO_ID);
    assert_is_reached("+3614567", false);
    assert_is_reached("+3619999", true);
}

static void who_is_erased_is_found_by_no_number(void **state)
{
    (void)state;
    alice_opens();
    happened(ALICE, account_erasure_requested, .login = LOGIN);
    happened_plainly(ALICE, account_erased);
    assert_is_reached("+3614567", false);
}

static void a_lifted_lock_is_the_login_s(void **state)
{
    struct login_row login;
    (void)state;

    alice_opens();
    assert_row(login, LOGIN, NO_ID, &login);
    assert_int_equal(login.unlocked_at, 0);
    happened(ALICE, sign_in_unlocked, .login = LOGIN);
    assert_row(login, LOGIN, NO_ID, &login);
    assert_int_equal(login.unlocked_at, recorded_at(3));
}

static void a_forgotten_account_is_still_an_account(void **state)
{
    struct account_row row;
    (void)state;

    happened_plainly(ALICE, account_opened);
    happened_plainly(ALICE, account_activated);
    assert_row(account, ALICE, NO_ID, &row);
    assert_int_equal(row.status, ACCOUNT_active);
    assert_says(row.login, "");
}

static void a_gateway_is_its_account_s_until_it_is_detached(void **state)
{
    struct gateway_row         row;
    struct account_gateway_row attachment;
    (void)state;

    happened(ALICE, gateway_attached, .gateway = BOX, .network = HOME, .shared = true,
             .gateway_id = SLICE("box-7"));
    assert_row(gateway, BOX, NO_ID, &row);
    assert_id(row.account, ALICE);
    assert_id(row.network, HOME);
    assert_true(row.shared);
    assert_says(row.gateway_id, "box-7");
    assert_row(account_gateway, ALICE, BOX, &attachment);
    assert_id(attachment.network, HOME);
    assert_listed(listed_gateway, name_system(), BOX);

    happened(ALICE, gateway_detached, .gateway = BOX, .network = HOME);
    assert_no_row(gateway, BOX, NO_ID);
    assert_no_row(account_gateway, ALICE, BOX);
    assert_no_row(listed_gateway, name_system(), BOX);
}

static void a_late_loss_does_not_take_the_gateway_from_the_next_account(void **state)
{
    struct gateway_row row;
    (void)state;

    happened(ALICE, gateway_attached, .gateway = BOX, .network = HOME);
    happened(BOB, gateway_attached, .gateway = BOX, .network = OFFICE);
    happened(ALICE, gateway_detached, .gateway = BOX, .network = HOME);
    assert_row(gateway, BOX, NO_ID, &row);
    assert_id(row.account, BOB);
    assert_no_row(account_gateway, ALICE, BOX);
    assert_listed(account_gateway, BOB, BOX);
    assert_listed(listed_gateway, name_system(), BOX);
}

static struct id numbered_gateway(unsigned number)
{
    struct id id = { "ggateway" };

    id.bytes[ID_SIZE - 1] = (uint8_t)number;
    return id;
}

static void a_deleted_network_is_bound_to_no_gateway(void **state)
{
    enum { MANY = 70 }; /* more than are listed at once */
    struct gateway_row         row;
    struct account_gateway_row attachment;
    (void)state;

    for (unsigned i = 0; i < MANY; i++)
        happened(ALICE, gateway_attached, .gateway = numbered_gateway(i),
                 .network = i == 40 ? OFFICE : HOME);
    happened(ALICE, network_deleted, .network = HOME);
    for (unsigned i = 0; i < MANY; i++) {
        assert_row(gateway, numbered_gateway(i), NO_ID, &row);
        assert_row(account_gateway, ALICE, numbered_gateway(i), &attachment);
        assert_id(row.network, i == 40 ? OFFICE : NO_ID);
        assert_id(attachment.network, i == 40 ? OFFICE : NO_ID);
        assert_int_equal(row.changed, i == 40 ? 41 : MANY + 1);
    }
}

static void what_never_began_leaves_no_row(void **state)
{
    (void)state;
    happened(ALICE, account_activated, .password = SLICE("$scrypt$"));
    happened(ALICE, gateway_detached, .gateway = BOX);
    happened(ALICE, network_deleted, .network = HOME);
    assert_no_row(account, ALICE, NO_ID);
    assert_no_row(gateway, BOX, NO_ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_account_is_opened_then_active),
        TEST(an_account_has_what_its_person_set),
        TEST(what_the_operator_changes_is_shown_and_the_rest_stays),
        TEST(who_is_erased_is_found_by_no_number),
        TEST(a_lifted_lock_is_the_login_s),
        TEST(a_forgotten_account_is_still_an_account),
        TEST(a_gateway_is_its_account_s_until_it_is_detached),
        TEST(a_late_loss_does_not_take_the_gateway_from_the_next_account),
        TEST(a_deleted_network_is_bound_to_no_gateway),
        TEST(what_never_began_leaves_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whose token is it, and does it still open anything?
 *
 * Planted bug that this must notice, and did: a session that ended with all others stays in the
 * list of its account's. */
#include "tests/world/folding.h"

static const struct id    TOKEN = { "ttoken" };
static const struct slice HASH  = { "hash of a token", 15 };

static int empty(void **state)
{
    (void)state;
    return fold_alone(&fold_tokens);
}

static void assert_bears(struct token_row *row, const char *role, struct id principal)
{
    assert_row(token, name_token(HASH), NO_ID, row);
    assert_says(row->role, role);
    assert_id(row->principal, principal);
}

static void assert_nobody_bears(void)
{
    assert_no_row(token, name_token(HASH), NO_ID);
    assert_no_row(token_by_id, TOKEN, NO_ID);
    assert_no_row(listed_token, name_system(), TOKEN);
}

static void an_issued_token_is_listed_until_it_is_revoked(void **state)
{
    struct token_row       row;
    struct token_by_id_row by_id;
    (void)state;

    happened(name_system(), token_issued, .token = TOKEN, .role = SLICE("auditor"),
             .name = SLICE("the books"), .hash = HASH, .expires_at = START + DAY, .personal = true);
    assert_bears(&row, "auditor", NO_ID);
    assert_id(row.token, TOKEN);
    assert_says(row.name, "the books");
    assert_true(row.personal);
    assert_int_equal(row.expires_at, START + DAY);
    assert_row(token_by_id, TOKEN, NO_ID, &by_id);
    assert_true(slice_equal(by_id.hash, HASH));
    assert_listed(listed_token, name_system(), TOKEN);

    happened(name_system(), token_revoked, .token = TOKEN, .hash = HASH);
    assert_nobody_bears();
}

static void an_api_key_stands_for_its_vendor(void **state)
{
    struct token_row row;
    (void)state;

    happened(GLOW, api_key_issued, .token = TOKEN, .hash = HASH);
    assert_bears(&row, "vendor", GLOW);
    assert_int_equal(row.expires_at, 0);
    assert_false(row.personal);
    assert_no_row(listed_token, name_system(), TOKEN);
    happened(GLOW, api_key_ended, .token = TOKEN, .hash = HASH);
    assert_nobody_bears();
}

static void a_session_stands_for_its_account_until_it_is_closed(void **state)
{
    struct token_row row;
    (void)state;

    happened(ALICE, session_opened, .token = TOKEN, .hash = HASH, .expires_at = START + HOUR);
    assert_bears(&row, "app", ALICE);
    assert_int_equal(row.expires_at, START + HOUR);
    happened(ALICE, session_closed, .token = TOKEN, .hash = HASH);
    assert_nobody_bears();
}

static void an_activation_code_opens_an_account_once(void **state)
{
    struct token_row row;
    (void)state;

    happened(ALICE, account_opened, .activation_hash = HASH,
             .activation_expires_at = START + 7 * DAY);
    assert_bears(&row, "activation", ALICE);
    assert_id(row.token, NO_ID);
    assert_int_equal(row.expires_at, START + 7 * DAY);
    happened(ALICE, account_activated, .activation_hash = HASH);
    assert_nobody_bears();
}

static void a_changed_password_ends_all_sessions_but_one(void **state)
{
    static const struct slice  here  = { "hash of this one", 16 };
    static const struct id     stays = { "tstays" };
    struct account_session_row listed;
    struct token_row           row;
    (void)state;

    happened(ALICE, account_opened, .activation_hash = SLICE("code"));
    happened(ALICE, session_opened, .token = TOKEN, .hash = HASH, .expires_at = START + HOUR);
    happened(ALICE, session_opened, .token = stays, .hash = here, .expires_at = START + HOUR);
    assert_row(account_session, ALICE, TOKEN, &listed);
    assert_int_equal(listed.expires_at, START + HOUR);
    assert_true(listed.opened_at > 0);

    happened(ALICE, password_changed, .token = stays, .password = SLICE("$scrypt$"));
    assert_nobody_bears();
    assert_no_row(account_session, ALICE, TOKEN);
    assert_row(account_session, ALICE, stays, &listed);
    assert_row(token, name_token(here), NO_ID, &row);
    assert_row(token, name_token(SLICE("code")), NO_ID, &row);

    happened(ALICE, account_erasure_requested, .login = NO_ID);
    assert_no_row(account_session, ALICE, stays);
    assert_no_row(token, name_token(here), NO_ID);
}

static void another_code_ends_the_one_before_and_no_session(void **state)
{
    static const struct slice OTHER = { "hash of a code", 14 };
    struct token_row          row;
    (void)state;

    happened(ALICE, account_opened, .activation_hash = OTHER);
    happened(ALICE, session_opened, .token = TOKEN, .hash = HASH, .expires_at = START + HOUR);
    happened(ALICE, activation_code_issued, .activation_hash = SLICE("another"),
             .activation_expires_at = START + DAY);
    assert_no_row(token, name_token(OTHER), NO_ID);
    assert_row(token, name_token(SLICE("another")), NO_ID, &row);
    assert_int_equal(row.expires_at, START + DAY);
    assert_bears(&row, "app", ALICE);

    happened(ALICE, account_activated, .activation_hash = SLICE("another"));
    assert_nobody_bears();
    assert_no_row(token, name_token(SLICE("another")), NO_ID);
}

static void sessions_end_all_at_once_and_a_code_stays(void **state)
{
    struct token_row row;
    (void)state;

    happened(ALICE, session_opened, .token = TOKEN, .hash = HASH, .expires_at = START + HOUR);
    happened(ALICE, activation_code_issued, .activation_hash = SLICE("code"));
    happened_plainly(ALICE, sessions_ended);
    assert_nobody_bears();
    assert_no_row(account_session, ALICE, TOKEN);
    assert_row(token, name_token(SLICE("code")), NO_ID, &row);
}

static void a_reader_bears_a_token(void **state)
{
    struct token_row row;
    (void)state;

    happened(name_system(), token_issued, .token = TOKEN, .role = SLICE("reader"), .hash = HASH);
    assert_bears(&row, "reader", NO_ID);
}

static void subscribed(struct id subscription, struct id session)
{
    happened(ALICE, push_subscribed, .subscription = subscription, .token = session,
             .expires_at = START + DAY, .endpoint = SLICE("https://push.example/here"),
             .p256dh = SLICE("key"), .auth = SLICE("secret"));
}

static void a_push_subscription_ends_alone_or_with_its_session(void **state)
{
    static const struct id       other = { "tother" }, one = { "uone" }, two = { "utwo" };
    struct push_subscription_row row;
    (void)state;

    happened(ALICE, session_opened, .token = TOKEN, .hash = HASH, .expires_at = START + HOUR);
    happened(ALICE, session_opened, .token = other, .hash = SLICE("other"),
             .expires_at = START + HOUR);
    subscribed(one, TOKEN);
    subscribed(two, other);
    assert_row(push_subscription, ALICE, one, &row);
    assert_id(row.session, TOKEN);
    assert_says(row.endpoint, "https://push.example/here");
    assert_says(row.p256dh, "key");
    assert_says(row.auth, "secret");
    assert_int_equal(row.expires_at, START + DAY);

    happened(ALICE, session_closed, .token = TOKEN, .hash = HASH);
    assert_no_row(push_subscription, ALICE, one);
    assert_row(push_subscription, ALICE, two, &row);
    happened(ALICE, push_unsubscribed, .subscription = two, .reason = SLICE("gone"));
    assert_no_row(push_subscription, ALICE, two);

    subscribed(one, other);
    happened(ALICE, account_erasure_requested, .login = NO_ID);
    assert_no_row(push_subscription, ALICE, one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_issued_token_is_listed_until_it_is_revoked),
        TEST(an_api_key_stands_for_its_vendor),
        TEST(a_session_stands_for_its_account_until_it_is_closed),
        TEST(an_activation_code_opens_an_account_once),
        TEST(a_changed_password_ends_all_sessions_but_one),
        TEST(another_code_ends_the_one_before_and_no_session),
        TEST(sessions_end_all_at_once_and_a_code_stays),
        TEST(a_reader_bears_a_token),
        TEST(a_push_subscription_ends_alone_or_with_its_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

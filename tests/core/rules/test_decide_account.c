/* How does a subscriber get an account, in and out of it, and their settings kept?
 *
 * Planted bugs that this must notice, and did: the name an account was opened with lost, and a
 * setting that was cleared kept.
 */
#include "tests/world/given.h"

static const struct id TOKEN = { "ttoken" };

static struct id logged_in_as_alice(void) { return name_login(NULL, SLICE("alice")); }

static void a_login_belongs_to_one_account(void **state)
{
    struct story *story = *state;

    when(story, logged_in_as_alice(), OPERATOR, claim_login, .login = SLICE("alice"),
         .account = ALICE, .activation_hash = SLICE("code"));
    with_follow_ups(story);
    then_happened(story, login_claimed, account_opened);
    assert_id(story_event(story, EVENT_account_opened)->stream, ALICE);
    assert_says(the(story, account_opened)->activation_hash, "code");

    when(story, logged_in_as_alice(), OPERATOR, claim_login, .login = SLICE("Alice"),
         .account = BOB);
    then_refused(story, login_taken);
}

static void an_account_is_opened_once(void **state)
{
    struct story *story = *state;

    alice_lives_at_home(story);
    when(story, ALICE, THE_SYSTEM, open_account, .login = SLICE("alice"));
    then_nothing(story);
}

static void a_code_activates_once_and_in_time(void **state)
{
    struct story *story = *state;

    given(story, ALICE, account_opened, .activation_hash = SLICE("code"),
          .activation_expires_at = START + DAY);
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("guess"));
    then_refused(story, activation_invalid);
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("code"),
         .password = SLICE("$scrypt$"));
    then_happened(story, account_activated);
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("code"));
    then_refused(story, activation_invalid);

    given(story, BOB, account_opened, .activation_hash = SLICE("code"),
          .activation_expires_at = START + DAY);
    later(story, DAY);
    when(story, BOB, ALICES_APP, activate_account, .activation_hash = SLICE("code"));
    then_refused(story, activation_invalid);
}

static void no_code_at_all_activates_nothing(void **state)
{
    struct story *story = *state;

    alice_lives_at_home(story);
    when(story, ALICE, ALICES_APP, activate_account, .password = SLICE("$scrypt$"));
    then_refused(story, activation_invalid);
}

static void only_an_active_account_signs_in(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, open_session, .token = TOKEN);
    then_refused(story, account_unknown);
    given(story, ALICE, account_opened, .activation_hash = SLICE("code"));
    when(story, ALICE, ALICES_APP, open_session, .token = TOKEN);
    then_refused(story, account_not_active);
    given(story, ALICE, account_activated, .activation_hash = SLICE("code"));
    when(story, ALICE, ALICES_APP, open_session, .token = TOKEN, .hash = SLICE("hash"),
         .expires_at = START + DAY);
    then_happened(story, session_opened);
}

static void a_session_is_closed_once(void **state)
{
    struct story *story = *state;

    alice_lives_at_home(story);
    given(story, ALICE, session_opened, .token = TOKEN, .hash = SLICE("hash"));
    when(story, ALICE, ALICES_APP, close_session, .token = TOKEN, .hash = SLICE("hash"));
    then_happened(story, session_closed);
    when(story, ALICE, ALICES_APP, close_session, .token = TOKEN, .hash = SLICE("hash"));
    then_nothing(story);
}

static void what_was_not_said_stays_as_it_was(void **state)
{
    struct story *story = *state;

    given(story, ALICE, account_opened, .display_name = SLICE("Alice"));
    when(story, ALICE, ALICES_APP, change_account, .language = SLICE("DE"),
         .quiet_from = SLICE("22:00"), .quiet_to = SLICE("07:00"));
    then_happened(story, account_changed);
    assert_says(the(story, account_changed)->display_name, "Alice");
    assert_says(the(story, account_changed)->language, "de");
    when(story, ALICE, ALICES_APP, change_account, .time_zone = SLICE("Europe/Berlin"),
         .display_name = SLICE(""));
    then_happened(story, account_changed);
    assert_says(the(story, account_changed)->display_name, "");
    assert_says(the(story, account_changed)->language, "de");
    assert_says(the(story, account_changed)->time_zone, "Europe/Berlin");
    assert_says(the(story, account_changed)->quiet_from, "22:00");
    assert_says(the(story, account_changed)->quiet_to, "07:00");
    when(story, ALICE, ALICES_APP, change_account, .quiet_from = SLICE(""), .quiet_to = SLICE(""));
    then_happened(story, account_changed);
    assert_says(the(story, account_changed)->quiet_from, "");
}

static void what_is_so_already_changes_nothing(void **state)
{
    struct story *story = *state;

    alice_lives_at_home(story);
    when(story, ALICE, ALICES_APP, change_account, .language = SLICE("de"));
    then_happened(story, account_changed);
    when(story, ALICE, ALICES_APP, change_account, .language = SLICE("De"));
    then_nothing(story);
    when_plainly(story, ALICE, ALICES_APP, change_account);
    then_nothing(story);
}

static void only_a_language_there_are_texts_in_is_taken(void **state)
{
    struct story *story = *state;

    alice_lives_at_home(story);
    when(story, ALICE, ALICES_APP, change_account, .language = SLICE("tlh"));
    then_refused(story, language_unknown);
    when(story, BOB, ALICES_APP, change_account, .language = SLICE("de"));
    then_refused(story, account_unknown);
}

static void a_password_is_changed_in_a_session_of_the_account(void **state)
{
    static const struct id other = { "tother" };
    struct story          *story = *state;

    when(story, ALICE, ALICES_APP, change_password, .token = TOKEN, .password = SLICE("$scrypt$"));
    then_refused(story, account_unknown);
    given(story, ALICE, account_opened, .activation_hash = SLICE("code"));
    when(story, ALICE, ALICES_APP, change_password, .token = TOKEN, .password = SLICE("$scrypt$"));
    then_refused(story, account_not_active);
    given(story, ALICE, account_activated, .activation_hash = SLICE("code"));
    when(story, ALICE, ALICES_APP, change_password, .token = TOKEN, .password = SLICE("$scrypt$"));
    then_refused(story, token_revoked);

    given(story, ALICE, session_opened, .token = TOKEN, .hash = SLICE("hash"));
    given(story, ALICE, session_opened, .token = other, .hash = SLICE("other hash"));
    when(story, ALICE, ALICES_APP, change_password, .token = TOKEN, .password = SLICE("$scrypt$"));
    then_happened(story, password_changed);
    assert_id(the(story, password_changed)->token, TOKEN);

    when(story, ALICE, ALICES_APP, close_session, .token = other, .hash = SLICE("other hash"));
    then_nothing(story); /* it ended with the password */
    when(story, ALICE, ALICES_APP, close_session, .token = TOKEN, .hash = SLICE("hash"));
    then_happened(story, session_closed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, story_begins, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_login_belongs_to_one_account),
        TEST(an_account_is_opened_once),
        TEST(a_code_activates_once_and_in_time),
        TEST(no_code_at_all_activates_nothing),
        TEST(only_an_active_account_signs_in),
        TEST(a_session_is_closed_once),
        TEST(what_was_not_said_stays_as_it_was),
        TEST(what_is_so_already_changes_nothing),
        TEST(only_a_language_there_are_texts_in_is_taken),
        TEST(a_password_is_changed_in_a_session_of_the_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

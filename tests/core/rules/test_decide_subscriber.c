/* What may the operator do for a person who cannot get in, or is called otherwise now?
 *
 * Planted bugs that this must notice, and did: sessions that outlive a way back, an old login
 * that stays claimed, an account that goes on bearing it. */
#include "tests/world/given.h"

static const struct id TOKEN = { "ttoken" };

static struct id login_of(const char *text) { return name_login(NULL, slice_text(text)); }

/* Alice as the operator opened her account, and as she activated it. */
static void alice_signs_in(struct story *story)
{
    when(story, login_of("alice"), OPERATOR, claim_login, .login = SLICE("alice"), .account = ALICE,
         .activation_hash = SLICE("code"));
    with_follow_ups(story);
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("code"),
         .password = SLICE("$scrypt$"));
    when(story, ALICE, ALICES_APP, open_session, .token = TOKEN, .hash = SLICE("hash"),
         .expires_at = START + DAY);
    then_happened(story, session_opened);
}

static void is_given_a_login(struct story *story, struct id account, const char *login)
{
    when(story, login_of(login), OPERATOR, claim_login, .login = slice_text(login),
         .account = account, .change = true);
}

static bool has_session(struct story *story)
{
    struct session_record session;

    return registry_get_session(batch_reader(story->batch), ALICE, TOKEN, &story->arena, &session);
}

static void a_new_code_is_good_and_the_old_one_no_longer(void **state)
{
    struct story *story = *state;

    given(story, ALICE, account_opened, .activation_hash = SLICE("code"),
          .activation_expires_at = START + DAY);
    when(story, ALICE, OPERATOR, issue_activation_code, .activation_hash = SLICE("new"));
    then_happened(story, activation_code_issued);
    assert_int_equal(the(story, activation_code_issued)->activation_expires_at,
                     story->now_us + story->policy.activation_life);
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("code"));
    then_refused(story, activation_invalid);
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("new"));
    then_happened(story, account_activated);
}

static void a_code_is_a_way_back_which_ends_the_sessions(void **state)
{
    struct story *story = *state;

    alice_signs_in(story);
    when(story, ALICE, OPERATOR, issue_activation_code, .activation_hash = SLICE("new"));
    then_happened(story, activation_code_issued);
    assert_true(has_session(story)); /* nobody is out before the code is used */
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("new"),
         .password = SLICE("$other$"));
    then_happened(story, account_activated);
    assert_says(the(story, account_activated)->password, "$other$");
    assert_false(has_session(story));
    when(story, ALICE, ALICES_APP, activate_account, .activation_hash = SLICE("new"));
    then_refused(story, activation_invalid);
}

static void sessions_are_ended_all_at_once(void **state)
{
    struct story *story = *state;

    alice_signs_in(story);
    when_plainly(story, ALICE, OPERATOR, end_sessions);
    then_happened(story, sessions_ended);
    assert_false(has_session(story));
    when_plainly(story, ALICE, OPERATOR, end_sessions);
    then_nothing(story);
    when(story, ALICE, ALICES_APP, close_session, .token = TOKEN, .hash = SLICE("hash"));
    then_nothing(story);
}

static void a_lock_is_lifted_for_the_login_the_account_bears(void **state)
{
    struct story *story = *state;

    alice_signs_in(story);
    when_plainly(story, ALICE, OPERATOR, unlock_sign_in);
    then_happened(story, sign_in_unlocked);
    assert_id(the(story, sign_in_unlocked)->login, login_of("alice"));
}

static void a_changed_login_is_claimed_and_the_old_one_is_free(void **state)
{
    struct story *story = *state;

    alice_signs_in(story);
    is_given_a_login(story, ALICE, "ann");
    with_follow_ups(story);
    then_happened(story, login_claimed, subscriber_changed, login_released);
    assert_id(story_event(story, EVENT_subscriber_changed)->stream, ALICE);
    assert_id(the(story, subscriber_changed)->login_id, login_of("ann"));
    assert_says(the(story, subscriber_changed)->login, "ann");
    assert_id(story_event(story, EVENT_login_released)->stream, login_of("alice"));
    assert_true(has_session(story)); /* she is who she was */

    when(story, login_of("alice"), OPERATOR, claim_login, .login = SLICE("alice"), .account = BOB,
         .activation_hash = SLICE("bobs"));
    then_happened(story, login_claimed);
    when_plainly(story, ALICE, ALICES_APP, erase_account);
    assert_id(the(story, account_erasure_requested)->login, login_of("ann"));
}

static void a_login_somebody_bears_is_not_given_to_another(void **state)
{
    struct story *story = *state;

    alice_signs_in(story);
    given(story, login_of("bob"), login_claimed, .account = BOB);
    is_given_a_login(story, ALICE, "bob");
    then_refused(story, login_taken);
}

static void a_name_and_a_number_are_changed_without_a_login(void **state)
{
    struct story *story = *state;

    alice_signs_in(story);
    when(story, ALICE, OPERATOR, change_subscriber, .display_name = SLICE("Ann"));
    then_happened(story, subscriber_changed);
    assert_id(the(story, subscriber_changed)->login_id, NO_ID);
    assert_id(the(story, subscriber_changed)->login_before, NO_ID);
    assert_says(the(story, subscriber_changed)->display_name, "Ann");
    when_plainly(story, ALICE, OPERATOR, change_subscriber);
    then_nothing(story);
}

static void a_login_is_spelt_otherwise_by_who_bears_it_alone(void **state)
{
    struct story *story = *state;

    alice_signs_in(story);
    when(story, ALICE, OPERATOR, change_subscriber, .login = SLICE("Alice"),
         .login_id = login_of("Alice"));
    then_happened(story, subscriber_changed);
    assert_says(the(story, subscriber_changed)->login, "Alice");
    assert_id(the(story, subscriber_changed)->login_id, NO_ID);
    when(story, ALICE, OPERATOR, change_subscriber, .login = SLICE("ann"),
         .login_id = login_of("ann"));
    then_refused(story, login_taken);
}

static void an_account_that_is_being_erased_gives_a_new_login_back(void **state)
{
    struct story *story = *state;

    alice_signs_in(story);
    when_plainly(story, ALICE, ALICES_APP, erase_account);
    is_given_a_login(story, ALICE, "ann");
    with_follow_ups(story);
    then_happened(story, login_claimed, login_refused, login_released);
    assert_id(story_event(story, EVENT_login_released)->stream, login_of("ann"));
}

static void nothing_is_done_for_who_is_unknown_or_erased(void **state)
{
    struct story *story = *state;

    for (int erased = 0; erased < 2; erased++) {
        enum refusal no = erased ? REFUSED_account_erased : REFUSED_account_unknown;

        when(story, ALICE, OPERATOR, issue_activation_code, .activation_hash = SLICE("new"));
        assert_int_equal(story->answer, no);
        when_plainly(story, ALICE, OPERATOR, end_sessions);
        assert_int_equal(story->answer, no);
        when_plainly(story, ALICE, OPERATOR, unlock_sign_in);
        assert_int_equal(story->answer, no);
        when(story, ALICE, OPERATOR, change_subscriber, .display_name = SLICE("Ann"));
        assert_int_equal(story->answer, no);
        if (erased) continue;
        alice_signs_in(story);
        when_plainly(story, ALICE, ALICES_APP, erase_account);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, story_begins, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_code_is_good_and_the_old_one_no_longer),
        TEST(a_code_is_a_way_back_which_ends_the_sessions),
        TEST(sessions_are_ended_all_at_once),
        TEST(a_lock_is_lifted_for_the_login_the_account_bears),
        TEST(a_changed_login_is_claimed_and_the_old_one_is_free),
        TEST(a_login_somebody_bears_is_not_given_to_another),
        TEST(a_name_and_a_number_are_changed_without_a_login),
        TEST(a_login_is_spelt_otherwise_by_who_bears_it_alone),
        TEST(an_account_that_is_being_erased_gives_a_new_login_back),
        TEST(nothing_is_done_for_who_is_unknown_or_erased),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

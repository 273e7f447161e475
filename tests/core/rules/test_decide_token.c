/* Who gets the operator's and auditors' tokens, and when is one no good any more? */
#include "tests/world/given.h"

static const struct id TOKEN = { "ttoken" };

static struct id system_stream(void) { return name_system(); }

static void a_token_is_issued_for_each_role_of_the_operators(void **state)
{
    struct story *story = *state;

    when(story, system_stream(), OPERATOR, issue_token, .role = SLICE("auditor"),
         .name = SLICE("Ada"), .token = TOKEN, .hash = SLICE("hash"));
    then_happened(story, token_issued);
    assert_says(the(story, token_issued)->hash, "hash");
    assert_int_equal(story_event(story, EVENT_token_issued)->actor.kind, ACTOR_OPERATOR);

    static const char *const others[] = { "operator", "feeder", "support", "reader" };
    for (size_t i = 0; i < COUNT(others); i++) {
        when(story, system_stream(), OPERATOR, issue_token, .role = slice_text(others[i]),
             .token = TOKEN);
        then_happened(story, token_issued);
    }
    static const char *const not_by_hand[] = { "vendor", "app", "activation", "anyone", "" };
    for (size_t i = 0; i < COUNT(not_by_hand); i++) {
        when(story, system_stream(), OPERATOR, issue_token, .role = slice_text(not_by_hand[i]));
        then_refused(story, role_unknown);
    }
}

static void only_an_auditors_token_sees_personal_fields(void **state)
{
    struct story *story = *state;

    when(story, system_stream(), OPERATOR, issue_token, .role = SLICE("auditor"), .token = TOKEN,
         .personal = true);
    then_happened(story, token_issued);
    assert_true(the(story, token_issued)->personal);
    when(story, system_stream(), OPERATOR, issue_token, .role = SLICE("auditor"), .token = TOKEN);
    assert_false(the(story, token_issued)->personal);
    when(story, system_stream(), OPERATOR, issue_token, .role = SLICE("operator"), .token = TOKEN,
         .personal = true);
    then_refused(story, personal_is_for_auditors);
}

static void a_token_may_end_later_but_not_before_now(void **state)
{
    struct story *story = *state;

    when(story, system_stream(), OPERATOR, issue_token, .role = SLICE("operator"), .token = TOKEN,
         .expires_at = START + 1);
    then_happened(story, token_issued);
    when(story, system_stream(), OPERATOR, issue_token, .role = SLICE("operator"),
         .expires_at = START);
    then_refused(story, already_expired);
}

static void a_token_is_revoked_once_and_its_hash_is_told(void **state)
{
    struct story *story = *state;

    given(story, system_stream(), token_issued, .token = TOKEN, .hash = SLICE("hash"));
    when(story, system_stream(), OPERATOR, revoke_token, .token = TOKEN);
    then_happened(story, token_revoked);
    assert_says(the(story, token_revoked)->hash, "hash");
    when(story, system_stream(), OPERATOR, revoke_token, .token = TOKEN);
    then_refused(story, not_found);
}

static void a_token_does_not_end_itself_so_one_is_always_left(void **state)
{
    struct story *story = *state;

    given(story, system_stream(), token_issued, .token = OPERATOR.id, .hash = SLICE("mine"));
    given(story, system_stream(), token_issued, .token = TOKEN, .hash = SLICE("hash"));
    when(story, system_stream(), OPERATOR, revoke_token, .token = OPERATOR.id);
    then_refused(story, token_is_own);
    when(story, system_stream(), OPERATOR, revoke_token, .token = TOKEN);
    then_happened(story, token_revoked);
}

static void a_look_is_noted_with_whose_token_at_what_and_with_which_sight(void **state)
{
    struct story *story   = *state;
    struct actor  auditor = { ACTOR_AUDITOR, TOKEN };

    given(story, system_stream(), token_issued, .token = TOKEN, .hash = SLICE("hash"));
    when(story, system_stream(), auditor, note_audit_read, .token = TOKEN, .subject = ALICE,
         .call = SLICE("accounts/{accountId}"), .personal = true);
    then_happened(story, audit_read);
    const struct audit_read *it = the(story, audit_read);
    assert_id(it->token, TOKEN);
    assert_id(it->subject, ALICE);
    assert_says(it->call, "accounts/{accountId}");
    assert_true(it->personal);
    assert_int_equal(story_event(story, EVENT_audit_read)->actor.kind, ACTOR_AUDITOR);
}

static void a_token_that_was_revoked_meanwhile_is_shown_nothing(void **state)
{
    struct story *story   = *state;
    struct actor  auditor = { ACTOR_AUDITOR, TOKEN };

    given(story, system_stream(), token_issued, .token = TOKEN, .hash = SLICE("hash"));
    given(story, system_stream(), token_revoked, .token = TOKEN, .hash = SLICE("hash"));
    when(story, system_stream(), auditor, note_audit_read, .token = TOKEN, .call = SLICE("events"));
    then_refused(story, token_revoked);
}

static void leases_are_noted_by_their_number_alone(void **state)
{
    struct story *story = *state;

    when(story, system_stream(), OPERATOR, record_leases, .leases = 7);
    then_happened(story, leases_recorded);
    assert_int_equal(the(story, leases_recorded)->leases, 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, story_begins, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_token_is_issued_for_each_role_of_the_operators),
        TEST(only_an_auditors_token_sees_personal_fields),
        TEST(a_token_may_end_later_but_not_before_now),
        TEST(a_token_is_revoked_once_and_its_hash_is_told),
        TEST(a_token_does_not_end_itself_so_one_is_always_left),
        TEST(a_look_is_noted_with_whose_token_at_what_and_with_which_sight),
        TEST(a_token_that_was_revoked_meanwhile_is_shown_nothing),
        TEST(leases_are_noted_by_their_number_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

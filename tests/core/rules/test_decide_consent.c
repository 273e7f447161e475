/* When is a person asked, what may the answer be, and what ends a question? */
#include "tests/world/given.h"

static int alice_and_glow(void **state)
{
    int begun = story_begins(state);

    if (begun) return begun;
    glow_is_approved(*state);
    alice_lives_at_home(*state);
    return 0;
}

static void asks_about(struct story *story, struct id claim, const char *model)
{
    when(story, ALICE, THE_SYSTEM, request_consent, .claim = claim, .detection = REPORT,
         .vendor = GLOW, .gateway = BOX, .ownership_epoch = 1, .model = slice_text(model),
         .vendor_device_id = SLICE("thing-1"));
}

static void answers(struct story *story, const char *decision)
{
    when(story, ALICE, ALICES_APP, decide_consent, .consent = GRANT,
         .decision = slice_text(decision));
}

/* -- asking ------------------------------------------------------------------------ */

static void a_question_says_who_what_and_which_abilities(void **state)
{
    struct story *story = *state;

    asks_about(story, LAMP_CLAIM, "lamp:1.0.0");
    then_happened(story, consent_requested);
    assert_says(the(story, consent_requested)->notice_text,
                "\u2068Glow\u2069 says your \u2068Lamp\u2069 joined \u2068Home\u2069. "
                "You could see and change \u2068on\u2069, \u2068brightness\u2069, "
                "\u2068blink\u2069. \u2068Glow\u2069 uses this for doing what you ask of it. "
                "It goes on until you say stop, which you can do at any time.");
    assert_says(the(story, consent_requested)->notice_language, "en");
    assert_int_equal(the(story, consent_requested)->lapses_at, START + 7 * DAY);
    assert_false(the(story, consent_requested)->guarded);
    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    assert_true(the(story, consent_requested)->guarded);
}

static void a_question_is_in_the_language_its_person_reads_then(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, change_account, .language = SLICE("de"));
    asks_about(story, LAMP_CLAIM, "lamp:1.0.0");
    assert_says(the(story, consent_requested)->notice_language, "de");
    assert_true(slice_starts(the(story, consent_requested)->notice_text,
                             SLICE("\u2068Glow\u2069 meldet: \u2068Lamp\u2069")));
    when(story, ALICE, ALICES_APP, change_account, .language = SLICE(""));
    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    assert_says(the(story, consent_requested)->notice_language, "en");
}

/* The log keeps the hash forever, so it has to be none that a guess could confirm. */
static void a_notice_is_bound_by_a_hash_nobody_can_guess(void **state)
{
    struct story *story = *state;

    asks_about(story, LAMP_CLAIM, "lamp:1.0.0");
    const struct consent_requested *it     = the(story, consent_requested);
    struct hash                     salted = crypto_sha256_two(it->notice_salt, it->notice_text);

    assert_int_equal(it->notice_salt.size, SALT_SIZE);
    assert_true(slice_equal(it->notice_hash, SLICE_OF(salted.bytes)));
}

static void a_question_is_asked_once(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    asks_about(story, LAMP_CLAIM, "lamp:1.0.0");
    then_nothing(story);
}

static void an_unbound_gateway_leaves_the_network_to_the_owner(void **state)
{
    struct story *story = *state;

    given(story, ALICE, network_deleted, .network = HOME);
    asks_about(story, LAMP_CLAIM, "lamp:1.0.0");
    then_happened(story, consent_requested);
    assert_id(the(story, consent_requested)->network, NO_ID);
}

static void an_account_has_only_so_many_questions_open(void **state)
{
    struct story *story = *state;

    story->policy.prompts_open_max = 1;
    alice_is_asked_about_the_lamp(story);
    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    then_happened(story, consent_not_requested);
    assert_says(the(story, consent_not_requested)->reason, "budget");
    with_follow_ups(story); /* nothing was offered of the lock, so nothing is closed */
    then_happened(story, consent_not_requested);
    answers(story, "deny");
    later(story, DAY);
    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    then_happened(story, consent_requested);
}

static void a_vendor_has_fewer_still_and_the_operator_may_say_how_many(void **state)
{
    struct story *story = *state;

    story->policy.vendor_prompts_open_max = 1;
    alice_is_asked_about_the_lamp(story);
    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    then_happened(story, consent_not_requested);
    assert_says(the(story, consent_not_requested)->reason, "vendor-budget");
    given(story, GLOW, vendor_changed, .name = SLICE("Glow"), .prompts_open_max = 2);
    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    then_happened(story, consent_requested);
}

static void a_no_is_about_that_device_alone(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    answers(story, "not-mine");
    assert_int_equal(the(story, consent_denied)->cool_until, 0);
    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    then_happened(story, consent_requested);
}

static void a_blocked_vendor_never_asks_again(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    answers(story, "never-vendor");
    then_happened(story, consent_denied, vendor_blocked);
    later(story, 365 * DAY);
    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    then_happened(story, consent_not_requested);
    assert_says(the(story, consent_not_requested)->reason, "vendor-blocked");
}

static void who_is_not_there_is_not_asked_and_the_offer_ends(void **state)
{
    struct story *story = *state;

    given(story, LAMP_CLAIM, device_offered, .account = BOB, .detection = REPORT,
          .gateway = BOBS_BOX, .vendor = GLOW, .ownership_epoch = 1);
    when(story, BOB, THE_SYSTEM, request_consent, .claim = LAMP_CLAIM, .detection = REPORT,
         .vendor = GLOW, .ownership_epoch = 1);
    with_follow_ups(story);
    then_happened(story, consent_not_requested, offer_closed);
    assert_says(the(story, offer_closed)->reason, "account-unknown");
    assert_false(the(story, offer_closed)->for_good);
}

/* -- answering ---------------------------------------------------------------------- */

static void a_yes_makes_the_grant_and_the_device_at_once(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    answers(story, "grant");
    with_follow_ups(story);
    then_happened(story, consent_granted, device_added, device_held);
    assert_id(the(story, device_added)->network, HOME);
    assert_id(the(story, consent_granted)->device, the(story, device_added)->device);
    assert_says(the(story, device_added)->name, "Lamp");
    assert_int_equal(the(story, consent_granted)->capabilities.count, 3);
    answers(story, "deny");
    then_refused(story, consent_already_decided);
}

static void the_owner_may_choose_network_name_end_and_less_than_was_asked(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    given(story, ALICE, network_created, .network = OFFICE, .name = SLICE("Office"));
    when(story, ALICE, ALICES_APP, decide_consent, .consent = GRANT, .decision = SLICE("grant"),
         .network_id = OFFICE, .name = SLICE("Desk lamp"), .capabilities = TEXTS(SLICE("on")),
         .expires_at = START + DAY);
    then_happened(story, consent_granted, device_added);
    assert_id(the(story, device_added)->network, OFFICE);
    assert_says(the(story, device_added)->name, "Desk lamp");
    assert_int_equal(the(story, consent_granted)->capabilities.count, 1);
    assert_int_equal(the(story, consent_granted)->expires_at, START + DAY);
}

static void an_answer_that_cannot_be_is_refused(void **state)
{
    struct story *story = *state;

    answers(story, "grant");
    then_refused(story, consent_unknown);
    alice_is_asked_about_the_lamp(story);
    answers(story, "perhaps");
    then_refused(story, decision_unknown);
    when(story, ALICE, ALICES_APP, decide_consent, .consent = GRANT, .decision = SLICE("grant"),
         .capabilities = TEXTS(SLICE("on"), SLICE("camera")));
    then_refused(story, capability_not_requested);
    when(story, ALICE, ALICES_APP, decide_consent, .consent = GRANT, .decision = SLICE("grant"),
         .capabilities = { (const struct slice[1]){ { 0 } }, 0 });
    then_refused(story, capability_required);
    when(story, ALICE, ALICES_APP, decide_consent, .consent = GRANT, .decision = SLICE("grant"),
         .expires_at = START);
    then_refused(story, already_expired);
    when(story, ALICE, ALICES_APP, decide_consent, .consent = GRANT, .decision = SLICE("grant"),
         .network_id = BOBS_HOME);
    then_refused(story, network_unknown);
    given_plainly(story, GLOW, vendor_suspended);
    answers(story, "grant");
    then_refused(story, vendor_unavailable);
}

static void without_a_network_there_is_no_grant(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    given(story, ALICE, network_deleted, .network = HOME);
    answers(story, "grant");
    then_refused(story, network_required);
}

static void a_guarded_device_is_granted_from_its_own_network(void **state)
{
    struct story *story = *state;

    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    struct id lock = the(story, consent_requested)->consent;
    when(story, ALICE, ALICES_APP, decide_consent, .consent = lock, .decision = SLICE("grant"));
    then_refused(story, same_network_required);
    when(story, ALICE, ALICES_APP, decide_consent, .consent = lock, .decision = SLICE("grant"),
         .here = OFFICE_BOX);
    then_refused(story, same_network_required);
    when(story, ALICE, ALICES_APP, decide_consent, .consent = lock, .decision = SLICE("grant"),
         .here = BOX);
    then_happened(story, consent_granted, device_added);
}

static void a_no_needs_no_place(void **state)
{
    struct story *story = *state;

    asks_about(story, LOCK_CLAIM, "lock:1.0.0");
    when(story, ALICE, ALICES_APP, decide_consent, .decision = SLICE("deny"),
         .consent = the(story, consent_requested)->consent);
    then_happened(story, consent_denied);
}

static void later_leaves_the_question_open(void **state)
{
    struct story *story = *state;

    alice_is_asked_about_the_lamp(story);
    answers(story, "later");
    then_happened(story, consent_postponed);
    answers(story, "deny");
    then_happened(story, consent_denied);
}

static void a_question_is_noted_as_seen_once(void **state)
{
    struct story *story = *state;

    when(story, ALICE, ALICES_APP, note_notified, .consent = GRANT);
    then_refused(story, consent_unknown);
    alice_is_asked_about_the_lamp(story);
    when(story, ALICE, ALICES_APP, note_notified, .consent = GRANT);
    then_happened(story, consent_notified);
    when(story, ALICE, ALICES_APP, note_notified, .consent = GRANT);
    then_nothing(story);
}

/* -- ending without an answer ---------------------------------------------------------- */

static void an_unanswered_question_lapses_and_may_come_again(void **state)
{
    struct story *story = *state;

    when(story, ALICE, THE_SYSTEM, lapse_consent, .consent = GRANT);
    then_refused(story, consent_unknown);
    alice_is_asked_about_the_lamp(story);
    when(story, ALICE, THE_SYSTEM, lapse_consent, .consent = GRANT);
    with_follow_ups(story);
    then_happened(story, consent_lapsed, offer_closed);
    assert_false(the(story, offer_closed)->for_good);
    when(story, ALICE, THE_SYSTEM, lapse_consent, .consent = GRANT);
    then_nothing(story);
    answers(story, "grant");
    then_refused(story, consent_already_decided);
    asks_about(story, LAMP_CLAIM, "lamp:1.0.0");
    then_happened(story, consent_requested);
}

static void only_a_question_that_waits_is_retracted(void **state)
{
    struct story *story = *state;

    when(story, ALICE, THE_SYSTEM, retract_request, .claim = LAMP_CLAIM);
    then_nothing(story);
    alice_is_asked_about_the_lamp(story);
    when(story, ALICE, THE_SYSTEM, retract_request, .claim = LAMP_CLAIM,
         .reason = SLICE("ownership-epoch"));
    then_happened(story, consent_lapsed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, alice_and_glow, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_question_says_who_what_and_which_abilities),
        TEST(a_question_is_in_the_language_its_person_reads_then),
        TEST(a_notice_is_bound_by_a_hash_nobody_can_guess),
        TEST(a_question_is_asked_once),
        TEST(an_unbound_gateway_leaves_the_network_to_the_owner),
        TEST(an_account_has_only_so_many_questions_open),
        TEST(a_vendor_has_fewer_still_and_the_operator_may_say_how_many),
        TEST(a_no_is_about_that_device_alone),
        TEST(a_blocked_vendor_never_asks_again),
        TEST(who_is_not_there_is_not_asked_and_the_offer_ends),
        TEST(a_yes_makes_the_grant_and_the_device_at_once),
        TEST(the_owner_may_choose_network_name_end_and_less_than_was_asked),
        TEST(an_answer_that_cannot_be_is_refused),
        TEST(without_a_network_there_is_no_grant),
        TEST(a_guarded_device_is_granted_from_its_own_network),
        TEST(a_no_needs_no_place),
        TEST(later_leaves_the_question_open),
        TEST(a_question_is_noted_as_seen_once),
        TEST(an_unanswered_question_lapses_and_may_come_again),
        TEST(only_a_question_that_waits_is_retracted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

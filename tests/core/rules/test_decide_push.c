/* Which browsers are told when something waits, and until when?
 *
 * Planted bugs that this must notice, and did: one more than the limit, a session that ended took
 * the others' subscriptions along, what was said again stood beside what it had said.
 */
#include "tests/world/given.h"

static const struct id PHONE = { "tphone" }, TABLET = { "ttablet" };
static const struct id ONE = { "uone" }, OTHER = { "uother" };

#define HERE      SLICE("https://push.example/here")
#define ELSEWHERE SLICE("https://push.example/elsewhere")

static void alice_is_signed_in_twice(struct story *story)
{
    alice_lives_at_home(story);
    given(story, ALICE, session_opened, .token = PHONE, .hash = SLICE("phone"));
    given(story, ALICE, session_opened, .token = TABLET, .hash = SLICE("tablet"));
}

static void subscribes(struct story *story, struct id subscription, struct id session,
                       struct slice endpoint)
{
    when(story, ALICE, ALICES_APP, subscribe_push, .subscription = subscription, .token = session,
         .endpoint = endpoint, .p256dh = SLICE("key"), .auth = SLICE("secret"));
}

static void ends(struct story *story, struct id subscription)
{
    when(story, ALICE, ALICES_APP, unsubscribe_push, .subscription = subscription,
         .reason = SLICE("unsubscribed"));
}

static void a_browser_subscribes_in_a_session_that_is_open(void **state)
{
    struct story *story = *state;

    alice_lives_at_home(story);
    subscribes(story, ONE, PHONE, HERE);
    then_refused(story, token_revoked);
    given(story, ALICE, session_opened, .token = PHONE);
    when(story, ALICE, ALICES_APP, subscribe_push, .subscription = ONE, .token = PHONE,
         .endpoint = HERE, .p256dh = SLICE("key"), .auth = SLICE("secret"),
         .expires_at = START + DAY);
    then_happened(story, push_subscribed);
    assert_id(the(story, push_subscribed)->subscription, ONE);
    assert_id(the(story, push_subscribed)->token, PHONE);
    assert_says(the(story, push_subscribed)->endpoint, "https://push.example/here");
    assert_says(the(story, push_subscribed)->p256dh, "key");
    assert_says(the(story, push_subscribed)->auth, "secret");
    assert_int_equal(the(story, push_subscribed)->expires_at, START + DAY);
}

static void a_subscription_ends_once_and_nobody_elses_does(void **state)
{
    struct story *story = *state;

    alice_is_signed_in_twice(story);
    subscribes(story, ONE, PHONE, HERE);
    when(story, BOB, ALICES_APP, unsubscribe_push, .subscription = ONE, .reason = SLICE("gone"));
    then_refused(story, push_subscription_unknown);
    ends(story, ONE);
    then_happened(story, push_unsubscribed);
    assert_id(the(story, push_unsubscribed)->subscription, ONE);
    assert_says(the(story, push_unsubscribed)->reason, "unsubscribed");
    ends(story, ONE);
    then_refused(story, push_subscription_unknown);
}

static void what_a_browser_says_again_takes_the_place_of_what_it_said(void **state)
{
    struct story *story = *state;

    alice_is_signed_in_twice(story);
    story->policy.push_subscriptions_max = 1;
    subscribes(story, ONE, PHONE, HERE);
    subscribes(story, OTHER, TABLET, HERE);
    then_happened(story, push_unsubscribed, push_subscribed);
    assert_id(the(story, push_unsubscribed)->subscription, ONE);
    assert_says(the(story, push_unsubscribed)->reason, "replaced");
    ends(story, ONE);
    then_refused(story, push_subscription_unknown);
    ends(story, OTHER);
    then_happened(story, push_unsubscribed);
}

static void an_account_has_a_limit_of_subscriptions(void **state)
{
    struct story *story = *state;

    alice_is_signed_in_twice(story);
    story->policy.push_subscriptions_max = 1;
    subscribes(story, ONE, PHONE, HERE);
    subscribes(story, OTHER, PHONE, ELSEWHERE);
    then_refused(story, push_limit_reached);
    ends(story, ONE);
    subscribes(story, OTHER, PHONE, ELSEWHERE);
    then_happened(story, push_subscribed);
}

static void a_subscription_ends_with_its_session_and_no_other(void **state)
{
    struct story *story = *state;

    alice_is_signed_in_twice(story);
    subscribes(story, ONE, PHONE, HERE);
    subscribes(story, OTHER, TABLET, ELSEWHERE);
    when(story, ALICE, ALICES_APP, close_session, .token = PHONE, .hash = SLICE("phone"));
    then_happened(story, session_closed);
    ends(story, ONE);
    then_refused(story, push_subscription_unknown);
    ends(story, OTHER);
    then_happened(story, push_unsubscribed);
}

static void a_changed_password_ends_the_subscriptions_of_other_sessions(void **state)
{
    struct story *story = *state;

    alice_is_signed_in_twice(story);
    subscribes(story, ONE, PHONE, HERE);
    subscribes(story, OTHER, TABLET, ELSEWHERE);
    when(story, ALICE, ALICES_APP, change_password, .token = PHONE, .password = SLICE("$scrypt$"));
    then_happened(story, password_changed);
    ends(story, OTHER);
    then_refused(story, push_subscription_unknown);
    ends(story, ONE);
    then_happened(story, push_unsubscribed);
}

static void an_erased_account_has_no_subscription(void **state)
{
    struct story      *story = *state;
    struct id          left;
    struct push_record push;

    alice_is_signed_in_twice(story);
    subscribes(story, ONE, PHONE, HERE);
    assert_true(registry_get_push(batch_reader(story->batch), ALICE, ONE, &story->arena, &push));
    given(story, ALICE, account_erasure_requested, .login = name_login(NULL, SLICE("alice")));
    given(story, ALICE, gateway_detached, .gateway = BOX, .network = HOME);
    given_plainly(story, ALICE, account_erased);
    assert_int_equal(registry_list_push(batch_reader(story->batch), ALICE, NO_ID, &left, 1), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, story_begins, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_browser_subscribes_in_a_session_that_is_open),
        TEST(a_subscription_ends_once_and_nobody_elses_does),
        TEST(what_a_browser_says_again_takes_the_place_of_what_it_said),
        TEST(an_account_has_a_limit_of_subscriptions),
        TEST(a_subscription_ends_with_its_session_and_no_other),
        TEST(a_changed_password_ends_the_subscriptions_of_other_sessions),
        TEST(an_erased_account_has_no_subscription),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What if the rules refuse what follows from an event, which they promise never to do? Then
 * half a decision must not stay: nothing of the turn is written, and the ledger stops.
 *
 * The rules keep that promise, so this program has a table of follow-ups of its own, which
 * the linker takes in place of the real one: opening an account changes a network of it that
 * is not there. Tried against a ledger that only reported it: the first test failed.
 */
#include "tests/world/asked.h"

size_t follow_ups(const struct event *event, struct intent out[FOLLOW_UPS_MAX])
{
    if (event->type != EVENT_login_claimed) return 0;
    out[0] = (struct intent){ .type           = INTENT_change_network,
                              .stream         = ALICE,
                              .causation      = event->id,
                              .change_network = { .network = HOME, .name = SLICE("Home") } };
    return 1;
}

static bool says(struct status status, const char *words) { return strstr(status.text, words); }

static bool names(struct status status, struct id stream)
{
    char text[ID_TEXT_MAX];

    id_text(stream, text);
    return says(status, text);
}

static void a_refused_follow_up_stops_the_ledger_and_leaves_nothing_of_its_turn(void **state)
{
    struct world   *world  = *state;
    struct question before = for_a_token(1), account = for_an_account(), behind = for_a_token(2);
    bool            worked;

    submit(world, &before);
    submit(world, &account);
    submit(world, &behind);
    struct status status = ledger_turn(world->ledger, &worked);
    assert_int_equal(status.code, STATUS_CORRUPT);
    assert_true(says(status, "change_network") && says(status, "network_unknown"));
    assert_true(names(status, ALICE) && names(status, name_login(NULL, SLICE("alice"))));
    assert_int_equal(before.answers, 1);
    assert_int_equal(account.answers, 1);
    assert_int_equal(behind.answers, 1);
    assert_int_equal(before.request.failure.code, STATUS_CORRUPT);
    assert_int_equal(account.request.failure.code, STATUS_CORRUPT);
    assert_int_equal(behind.request.failure.code, STATUS_CORRUPT);
    assert_int_equal(world->commits, 0);
    assert_int_equal(world_head(world), 0);
}

static void after_that_it_takes_nothing_until_it_is_opened_again(void **state)
{
    struct world   *world   = *state;
    struct question account = for_an_account(), after = for_a_token(1);
    bool            worked;

    submit(world, &account);
    assert_int_equal(ledger_turn(world->ledger, &worked).code, STATUS_CORRUPT);
    after.request = (struct ledger_request){ .items = &after.item,
                                             .count = 1,
                                             .done  = question_answered };
    assert_false(ledger_submit(world->ledger, &after.request));
    world_reopens(world);
    ask(world, &after);
    assert_int_equal(after.request.failure.code, STATUS_OK);
    assert_int_equal(world_head(world), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_refused_follow_up_stops_the_ledger_and_leaves_nothing_of_its_turn),
        TEST(after_that_it_takes_nothing_until_it_is_opened_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

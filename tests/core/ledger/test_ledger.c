/* What is in a turn? Asks in order, one commit, what follows, and nothing of a refusal.
 *
 * Tried against a turn that committed after each of its asks: a_turn_is_one_commit
 * failed.
 */
#include "tests/world/asked.h"

static void asks_are_decided_in_order_and_positions_have_no_gaps(void **state)
{
    struct world   *world = *state;
    struct question asked[10];

    for (unsigned i = 0; i < COUNT(asked); i++) {
        asked[i] = i == 4 ? for_something_refused() : for_a_token(i);
        submit(world, &asked[i]);
    }
    turn(world);
    for (unsigned i = 0; i < COUNT(asked); i++) {
        assert_int_equal(asked[i].answers, 1);
        assert_int_equal(asked[i].item.outcome.refusal, i == 4 ? REFUSED_role_unknown : ACCEPTED);
        if (i != 4) assert_int_equal(asked[i].last.position, i + 1 - (i > 4));
        if (i != 4) assert_int_equal(asked[i].last.version, asked[i].last.position);
        assert_int_equal(asked[i].request.position, 9);
    }
    assert_int_equal(world_head(world), 9);
}

static void a_turn_is_one_commit(void **state)
{
    struct world   *world = *state;
    struct question asked[20];
    bool            worked;

    for (unsigned i = 0; i < COUNT(asked); i++) {
        asked[i] = for_a_token(i);
        submit(world, &asked[i]);
    }
    assert_ok(ledger_turn(world->ledger, &worked));
    assert_true(worked);
    assert_int_equal(world->commits, 1);
    assert_int_equal(world->first, 1);
    assert_int_equal(world->last, COUNT(asked));
    assert_int_equal(world->events, COUNT(asked));
    assert_int_equal(ledger_figures(world->ledger).turns, 1);
    assert_ok(ledger_turn(world->ledger, &worked));
    assert_false(worked);
    assert_int_equal(world->commits, 1);
}

static void a_turn_takes_only_so_many(void **state)
{
    struct world    *world = *state;
    struct question *asked = calloc(TURN_ITEMS_MAX + 1, sizeof *asked);
    bool             worked;

    assert_non_null(asked);
    for (unsigned i = 0; i <= TURN_ITEMS_MAX; i++) {
        asked[i] = for_a_token(i);
        submit(world, &asked[i]);
    }
    assert_ok(ledger_turn(world->ledger, &worked));
    assert_int_equal(asked[TURN_ITEMS_MAX - 1].answers, 1);
    assert_int_equal(asked[TURN_ITEMS_MAX].answers, 0);
    turn(world);
    assert_int_equal(asked[TURN_ITEMS_MAX].answers, 1);
    free(asked);
}

static void a_refusal_leaves_nothing(void **state)
{
    struct world   *world = *state;
    struct question asked = for_something_refused();

    ask(world, &asked);
    assert_int_equal(asked.item.outcome.refusal, REFUSED_role_unknown);
    assert_int_equal(asked.events, 0);
    assert_int_equal(world->commits, 0);
    assert_int_equal(world_head(world), 0);
    assert_int_equal(ledger_figures(world->ledger).refusals, 1);
}

static void what_follows_happens_in_the_same_turn_with_the_same_correlation(void **state)
{
    struct world   *world = *state;
    struct question asked = for_an_account();

    asked.request.correlation = SLICE("corr-1");
    asked.request.traceparent = SLICE("00-trace-01");
    ask(world, &asked);
    assert_int_equal(asked.events, 2);
    assert_int_equal(asked.types[0], EVENT_login_claimed);
    assert_int_equal(asked.types[1], EVENT_account_opened);
    assert_int_equal(world->commits, 1);
    struct event opened = world_read(world, 2);
    assert_true(slice_equal(opened.correlation, SLICE("corr-1")));
    assert_true(slice_equal(opened.traceparent, SLICE("00-trace-01")));
    assert_true(id_equal(opened.causation, world_read(world, 1).id));
    assert_true(slice_equal(opened.account_opened.login, SLICE("alice")));
}

static void each_ask_sees_what_the_one_before_it_did(void **state)
{
    struct world   *world   = *state;
    struct question account = for_an_account();
    struct question network = ASKING(ALICE, create_network, .network = HOME, .name = SLICE("Home"));
    struct question deleted = ASKING(ALICE, delete_network, .network = HOME);

    submit(world, &account);
    submit(world, &network);
    submit(world, &deleted);
    turn(world);
    assert_int_equal(world->commits, 1);
    assert_int_equal(deleted.item.outcome.refusal, ACCEPTED);
    assert_int_equal(deleted.last.version, 3); /* of the account's stream */
}

static void the_items_of_an_ask_are_refused_one_by_one(void **state)
{
    struct world      *world    = *state;
    struct question    question = for_a_token(1);
    struct ledger_item items[3] = { for_a_token(1).item, for_something_refused().item,
                                    for_a_token(2).item };

    submit(world, &question); /* its own item first; then a request of three */
    struct question three = { .request = {
                                  .items = items, .count = 3, .done = question_answered } };
    three.item            = items[0];
    assert_true(ledger_submit(world->ledger, &three.request));
    turn(world);
    assert_int_equal(three.answers, 1);
    assert_int_equal(items[0].outcome.refusal, ACCEPTED);
    assert_int_equal(items[1].outcome.refusal, REFUSED_role_unknown);
    assert_int_equal(items[2].outcome.refusal, ACCEPTED);
    assert_int_equal(world_head(world), 3);
}

static void recorded_at_rises_even_when_the_clock_does_not(void **state)
{
    struct world *world = *state;
    int64_t       last  = 0;

    for (unsigned i = 0; i < 6; i++) {
        struct question asked = for_a_token(i);
        if (i == 3) world->clock.fixed_us -= HOUR;
        if (i == 5) world->clock.fixed_us += DAY;
        ask(world, &asked);
        assert_true(asked.last.recorded_at > last);
        last = asked.last.recorded_at;
    }
    assert_int_equal(last, START - HOUR + DAY);
}

/* -- hooks --------------------------------------------------------------------------- */

static enum refusal says_no(struct ledger_request *asked, struct reader *reader)
{
    (void)asked, (void)reader;
    return REFUSED_precondition_failed;
}
static void puts_a_row(struct ledger_request *asked, struct batch *batch)
{
    (void)asked;
    batch_put(batch, FAMILY_leases, SLICE("row"), SLICE("lease"));
}

static bool has_the_row(struct world *world)
{
    struct slice value;

    assert_ok(
        reader_get(store_reader(world->store), FAMILY_leases, SLICE("row"), &world->arena, &value));
    return value.data != NULL;
}

static void a_check_that_says_no_refuses_everything(void **state)
{
    struct world   *world = *state;
    struct question asked = for_a_token(1);

    asked.request.check  = says_no;
    asked.request.change = CHANGE_record_leases;
    asked.request.make   = puts_a_row;
    ask(world, &asked);
    assert_int_equal(asked.request.refusal, REFUSED_precondition_failed);
    assert_int_equal(asked.item.outcome.refusal, REFUSED_precondition_failed);
    assert_int_equal(world_head(world), 0);
    assert_false(has_the_row(world));
}

static void a_change_goes_with_an_accepted_ask_alone(void **state)
{
    struct world   *world   = *state;
    struct question refused = for_something_refused(), accepted = for_a_token(1);

    refused.request.change = accepted.request.change = CHANGE_record_leases;
    refused.request.make = accepted.request.make = puts_a_row;
    ask(world, &refused);
    assert_false(has_the_row(world));
    ask(world, &accepted);
    assert_true(has_the_row(world));
}

static void a_change_needs_no_intent_and_leads_to_no_event(void **state)
{
    struct world   *world = *state;
    struct question alone = { .request.change = CHANGE_sweep_leases, .request.make = puts_a_row };

    alone.request.done = question_answered;
    assert_true(ledger_submit(world->ledger, &alone.request));
    turn(world);
    assert_int_equal(alone.answers, 1);
    assert_true(has_the_row(world));
    assert_int_equal(world_head(world), 0);
    assert_int_equal(world->commits, 0);
}

static void a_check_that_says_no_refuses_a_change_without_an_intent(void **state)
{
    struct world   *world = *state;
    struct question alone = { .request.change = CHANGE_sweep_leases, .request.make = puts_a_row };

    alone.request.check = says_no;
    alone.request.done  = question_answered;
    assert_true(ledger_submit(world->ledger, &alone.request));
    turn(world);
    assert_int_equal(alone.request.refusal, REFUSED_precondition_failed);
    assert_false(has_the_row(world));
}

static struct world *trespassing;

static void trespass(void)
{
    struct question asked = { .request.change = CHANGE_note_reports_wiped,
                              .request.make   = puts_a_row };

    asked.request.done = question_answered;
    if (ledger_submit(trespassing->ledger, &asked.request)) turn(trespassing);
}

static void a_change_of_a_family_that_its_row_does_not_name_stops_the_program(void **state)
{
    trespassing = *state;
    assert_true(stops(trespass));
}

static void answers_with_the_name(struct ledger_request *asked, struct reader *reader)
{
    struct arena       arena = { 0 };
    struct account_row row;

    buffer_add(&asked->reply,
               view_get_account(reader, ALICE, NO_ID, &arena, &row) ? row.login : SLICE("nobody"));
    arena_free(&arena);
}

static void an_answer_reads_what_was_just_written(void **state)
{
    struct world   *world = *state;
    struct question asked = for_an_account();

    asked.request.answer = answers_with_the_name;
    ask(world, &asked);
    assert_true(slice_equal(buffer_slice(&asked.request.reply), SLICE("alice")));
    buffer_free(&asked.request.reply);
}

static void a_full_queue_says_later(void **state)
{
    struct world   *world = *state;
    struct question first = for_a_token(1), second = for_a_token(2);

    world->settings.queue_max = 1;
    world_reopens(world);
    submit(world, &first);
    second.request = (struct ledger_request){ .items = &second.item,
                                              .count = 1,
                                              .done  = question_answered };
    assert_false(ledger_submit(world->ledger, &second.request));
    turn(world);
    assert_int_equal(second.answers, 0);
    ask(world, &second);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(asks_are_decided_in_order_and_positions_have_no_gaps),
        TEST(a_turn_is_one_commit),
        TEST(a_turn_takes_only_so_many),
        TEST(a_refusal_leaves_nothing),
        TEST(what_follows_happens_in_the_same_turn_with_the_same_correlation),
        TEST(each_ask_sees_what_the_one_before_it_did),
        TEST(the_items_of_an_ask_are_refused_one_by_one),
        TEST(recorded_at_rises_even_when_the_clock_does_not),
        TEST(a_check_that_says_no_refuses_everything),
        TEST(a_change_goes_with_an_accepted_ask_alone),
        TEST(a_change_needs_no_intent_and_leads_to_no_event),
        TEST(a_check_that_says_no_refuses_a_change_without_an_intent),
        TEST(a_change_of_a_family_that_its_row_does_not_name_stops_the_program),
        TEST(an_answer_reads_what_was_just_written),
        TEST(a_full_queue_says_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Does nobody's flood hold up the others' writes, or keep them out, and is a large request
 * that is done in parts answered as if it were done at once?
 *
 * Tried against planted bugs: parts with nobody's turn between, results of duplicates that end
 * with their turn, parts of a request whose items could be done twice, and bytes that nobody
 * counts. */
#include "tests/world/asked.h"

static const struct id ANN = { "vann" }, BEN = { "vben" };

enum { LARGE = 2 * PART_ITEMS_MAX + 20 };

/* A request of many items, each done once under its number if it has a key. */
struct large {
    struct ledger_request request;
    struct ledger_item    items[LARGE];
    uint64_t              numbers[LARGE];
    unsigned              answers;
    size_t                accepted, duplicates;
};

static void large_answer(struct ledger_request *request, struct reader *reader)
{
    struct large *large = (struct large *)request;

    (void)reader;
    for (size_t i = 0; i < LARGE; i++) {
        const struct outcome *outcome = &large->items[i].outcome;
        large->accepted += !outcome->refusal && !outcome->duplicate;
        if (!outcome->duplicate) continue;
        large->duplicates++;
        assert_int_equal(outcome->stored_result.size, sizeof large->numbers[i]);
        assert_memory_equal(outcome->stored_result.data, &large->numbers[i],
                            sizeof large->numbers[i]);
    }
    buffer_add(&request->reply, SLICE("all"));
}

static void large_done(struct ledger_request *request) { ((struct large *)request)->answers++; }

static struct large *large_of(uint64_t first, bool keyed)
{
    struct large *large = calloc(1, sizeof *large);

    assert_non_null(large);
    for (size_t i = 0; i < LARGE; i++) {
        struct slice number = { (const char *)&large->numbers[i], sizeof large->numbers[i] };

        large->numbers[i]      = first + i;
        large->items[i].intent = for_a_token(first + i).item.intent;
        if (!keyed) continue;
        large->items[i].deduplication_key = number;
        large->items[i].stored_result     = number;
    }
    large->request = (struct ledger_request){ .items  = large->items,
                                              .count  = LARGE,
                                              .caller = ANN,
                                              .answer = large_answer,
                                              .done   = large_done };
    return large;
}

static void large_free(struct large *large)
{
    buffer_free(&large->request.reply);
    free(large);
}

static struct question of(struct id caller, uint64_t number)
{
    struct question asked = for_a_token(number);

    asked.request.caller = caller;
    return asked;
}

static void one_turn(struct world *world)
{
    bool worked;

    assert_ok(ledger_turn(world->ledger, &worked));
    assert_true(worked);
}

static void callers_take_turns_and_each_ones_order_stays(void **state)
{
    struct world   *world    = *state;
    struct question asked[5] = { of(ANN, 1), of(ANN, 2), of(ANN, 3), of(BEN, 4), of(BEN, 5) };
    const size_t    order[]  = { 0, 3, 1, 4, 2 };

    for (size_t i = 0; i < COUNT(asked); i++) submit(world, &asked[i]);
    turn(world);
    for (size_t i = 0; i < COUNT(order); i++)
        assert_int_equal(asked[order[i]].last.position, i + 1);
}

static void others_are_answered_between_the_parts_of_a_large_request(void **state)
{
    struct world   *world = *state;
    struct large   *large = large_of(100, true);
    struct question later = of(ANN, 1), other = of(BEN, 2), more = of(BEN, 3);

    assert_true(ledger_submit(world->ledger, &large->request));
    submit(world, &later);
    submit(world, &other);
    one_turn(world);
    assert_int_equal(world_head(world), PART_ITEMS_MAX);
    one_turn(world);
    assert_int_equal(other.answers, 1);
    assert_int_equal(world_head(world), PART_ITEMS_MAX + 1);
    one_turn(world);
    assert_int_equal(world_head(world), PART_ITEMS_MAX + 1 + SHORT_PART_ITEMS);
    submit(world, &more);
    turn(world);
    assert_int_equal(more.answers, 1);
    assert_int_equal(large->answers, 1);
    assert_int_equal(large->accepted, LARGE);
    assert_true(later.last.position > large->request.position - 3); /* order of one caller stays */
    assert_int_equal(world_head(world), LARGE + 3);
    large_free(large);
}

static unsigned changes;
static size_t   changed; /* items, in all parts together */

static void make_row_of_each(struct ledger_request *request, struct batch *batch)
{
    (void)batch;
    changes++;
    for (size_t i = 0; i < request->count; i++) changed += request->items[i].outcome.count > 0;
}

/* What goes with an event has to be in its turn. */
static void each_part_makes_the_change_of_its_own_items(void **state)
{
    struct world *world = *state;
    struct large *large = large_of(1, true);

    changes = 0, changed = 0;
    large->request.change = CHANGE_await_resolution;
    large->request.make   = make_row_of_each;
    assert_true(ledger_submit(world->ledger, &large->request));
    turn(world);
    assert_int_equal(large->answers, 1);
    assert_int_equal(changes, 3);
    assert_int_equal(changed, LARGE);
    large_free(large);
}

static void a_large_request_that_comes_again_is_answered_as_before(void **state)
{
    struct world *world = *state;
    struct large *first = large_of(100, true), *again = large_of(100, true);
    struct large *other = large_of(100, true);

    first->request.idempotency_key = again->request.idempotency_key = SLICE("key");
    assert_true(ledger_submit(world->ledger, &first->request));
    assert_true(ledger_submit(world->ledger, &again->request)); /* while the first is under way */
    assert_true(ledger_submit(world->ledger, &other->request)); /* under no key */
    turn(world);
    assert_int_equal(world_head(world), LARGE);
    assert_int_equal(first->accepted, LARGE);
    assert_true(again->request.replayed);
    assert_true(slice_equal(buffer_slice(&again->request.reply), SLICE("all")));
    assert_int_equal(other->duplicates, LARGE);
    large_free(first);
    large_free(again);
    large_free(other);
}

static void what_could_be_done_twice_is_done_in_one_turn(void **state)
{
    struct world *world = *state;
    struct large *large = large_of(100, false);

    assert_true(ledger_submit(world->ledger, &large->request));
    one_turn(world);
    assert_int_equal(large->answers, 1);
    assert_int_equal(world_head(world), LARGE);
    large_free(large);
}

static void a_stop_does_all_parts(void **state)
{
    struct world *world = *state;
    struct large *large = large_of(100, true);

    assert_ok(ledger_start(world->ledger));
    assert_true(ledger_submit(world->ledger, &large->request));
    ledger_stop(world->ledger);
    assert_int_equal(large->answers, 1);
    assert_int_equal(large->accepted, LARGE);
    large_free(large);
}

static void who_floods_is_told_later_and_others_are_not(void **state)
{
    struct world   *world    = *state;
    struct question asked[9] = { of(ANN, 1) }, bens = of(BEN, 10);
    size_t          taken = 0;

    for (; taken < COUNT(asked); taken++) {
        asked[taken]               = of(ANN, taken + 1);
        asked[taken].request.bytes = QUEUE_BYTES_MAX / 8;
        if (!ledger_has_room(world->ledger, ANN, QUEUE_BYTES_MAX / 8)) break;
        submit(world, &asked[taken]);
    }
    assert_int_equal(taken, 4);
    asked[taken].request.items = &asked[taken].item;
    asked[taken].request.count = 1;
    asked[taken].request.done  = question_answered;
    assert_false(ledger_submit(world->ledger, &asked[taken].request));
    bens.request.bytes = QUEUE_BYTES_MAX / 8;
    submit(world, &bens);
    turn(world);
    assert_int_equal(bens.answers, 1);
    assert_int_equal(asked[taken].answers, 0);
    ask(world, &asked[taken]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(callers_take_turns_and_each_ones_order_stays),
        TEST(others_are_answered_between_the_parts_of_a_large_request),
        TEST(each_part_makes_the_change_of_its_own_items),
        TEST(a_large_request_that_comes_again_is_answered_as_before),
        TEST(what_could_be_done_twice_is_done_in_one_turn),
        TEST(a_stop_does_all_parts),
        TEST(who_floods_is_told_later_and_others_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

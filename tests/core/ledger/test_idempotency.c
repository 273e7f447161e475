/* What happens when somebody asks again: for a whole request, or for one item of it?
 *
 * Tried against a ledger that compared no body hashes: another_body_is_refused failed.
 */
#include "tests/world/asked.h"

static const struct hash BODY = { { 1 } }, OTHER_BODY = { { 2 } };

static void answers_with_a_number(struct ledger_request *match, struct reader *reader)
{
    (void)reader;
    buffer_print(&match->reply, "number %d", match->refusal ? -1 : (*(int *)match->context)++);
}

static int times;

static struct question keyed(uint64_t number, struct id caller, struct hash body)
{
    struct question match = for_a_token(number);

    match.request.caller          = caller;
    match.request.idempotency_key = SLICE("key-1");
    match.request.body_hash       = body;
    match.request.answer          = answers_with_a_number;
    match.request.context         = &times;
    return match;
}

static void assert_reply(struct question *match, const char *wanted, bool replayed)
{
    buffer_add_byte(&match->request.reply, '\0');
    assert_string_equal(match->request.reply.data, wanted);
    assert_int_equal(match->request.replayed, replayed);
    buffer_free(&match->request.reply);
}

static void the_same_body_gets_the_same_answer_and_nothing_happens(void **state)
{
    struct world   *world = *state;
    struct question first = keyed(1, ALICE, BODY), again = keyed(2, ALICE, BODY);

    times = 0;
    submit(world, &first);
    submit(world, &again); /* in the same turn already */
    turn(world);
    assert_reply(&first, "number 0", false);
    assert_reply(&again, "number 0", true);
    assert_int_equal(world_head(world), 1);
    world_reopens(world);
    again = keyed(3, ALICE, BODY);
    ask(world, &again);
    assert_reply(&again, "number 0", true);
    assert_int_equal(ledger_figures(world->ledger).replays, 1);
}

static void another_body_is_refused(void **state)
{
    struct world   *world = *state;
    struct question first = keyed(1, ALICE, BODY), other = keyed(2, ALICE, OTHER_BODY);

    times = 0;
    ask(world, &first);
    ask(world, &other);
    assert_reply(&first, "number 0", false);
    assert_int_equal(other.request.refusal, REFUSED_idempotency_key_reused);
    assert_int_equal(other.item.outcome.refusal, REFUSED_idempotency_key_reused);
    assert_reply(&other, "number -1", false);
    assert_int_equal(world_head(world), 1);
}

static void a_key_is_its_callers_own(void **state)
{
    struct world   *world  = *state;
    struct question alices = keyed(1, ALICE, BODY), bobs = keyed(2, BOB, OTHER_BODY);

    times = 0;
    ask(world, &alices);
    ask(world, &bobs);
    assert_reply(&alices, "number 0", false);
    assert_reply(&bobs, "number 1", false);
    assert_int_equal(world_head(world), 2);
}

static void a_refused_request_may_be_repeated(void **state)
{
    struct world   *world   = *state;
    struct question refused = keyed(1, ALICE, BODY), better = keyed(1, ALICE, OTHER_BODY);

    times                                = 0;
    refused.item.intent.issue_token.role = SLICE("king");
    ask(world, &refused);
    assert_reply(&refused, "number 0", false);
    ask(world, &better);
    assert_int_equal(better.item.outcome.refusal, ACCEPTED);
    assert_reply(&better, "number 1", false);
}

/* -- before it is asked ---------------------------------------------------------------- */

static enum idempotency_match asked_of(struct world *world, struct id caller, const char *key,
                                       struct hash body, const char *wanted)
{
    struct arena           arena = { 0 };
    enum idempotency_match match;
    struct slice           reply;

    assert_ok(ledger_stored_response(world->ledger, caller, slice_text(key), &body, &arena, &match,
                                     &reply));
    if (match == IDEMPOTENCY_SAME) assert_true(slice_equal(reply, slice_text(wanted)));
    arena_free(&arena);
    return match;
}

static void a_kept_answer_can_be_had_without_asking(void **state)
{
    struct world   *world = *state;
    struct question first = keyed(1, ALICE, BODY);

    times = 0;
    assert_int_equal(asked_of(world, ALICE, "key-1", BODY, NULL), IDEMPOTENCY_NEW);
    submit(world, &first);
    assert_int_equal(asked_of(world, ALICE, "key-1", BODY, NULL), IDEMPOTENCY_NEW);
    turn(world);
    assert_reply(&first, "number 0", false);
    assert_int_equal(asked_of(world, ALICE, "key-1", BODY, "number 0"), IDEMPOTENCY_SAME);
    assert_int_equal(ledger_figures(world->ledger).replays, 1);
    assert_int_equal(world_head(world), 1);
}

static void only_its_caller_key_and_body_lead_to_a_kept_answer(void **state)
{
    struct world   *world = *state;
    struct question first = keyed(1, ALICE, BODY);

    times = 0;
    ask(world, &first);
    assert_reply(&first, "number 0", false);
    assert_int_equal(asked_of(world, ALICE, "key-1", OTHER_BODY, NULL), IDEMPOTENCY_REUSED);
    assert_int_equal(asked_of(world, ALICE, "key-2", BODY, NULL), IDEMPOTENCY_NEW);
    assert_int_equal(asked_of(world, BOB, "key-1", BODY, NULL), IDEMPOTENCY_NEW);
    assert_int_equal(ledger_figures(world->ledger).replays, 0);
    world->clock.fixed_us += IDEMPOTENCY_LIFE;
    assert_int_equal(asked_of(world, ALICE, "key-1", BODY, NULL), IDEMPOTENCY_NEW);
}

static size_t rows_kept(struct world *world)
{
    struct cursor *cursor = cursor_open(store_reader(world->store), FAMILY_idempotency,
                                        (struct slice){ 0 }, (struct slice){ 0 });
    size_t         count  = 0;

    while (cursor_next(cursor)) count++;
    assert_ok(cursor_close(cursor));
    return count;
}

static void a_key_is_remembered_for_seven_days(void **state)
{
    struct world   *world = *state;
    struct question first = keyed(1, ALICE, BODY), again = keyed(2, ALICE, BODY),
                    anew = keyed(3, ALICE, OTHER_BODY);

    times = 0;
    ask(world, &first);
    world->clock.fixed_us += IDEMPOTENCY_LIFE - 1;
    ask(world, &again);
    assert_reply(&again, "number 0", true);
    world->clock.fixed_us += 1;
    ask(world, &anew);
    assert_int_equal(anew.request.refusal, ACCEPTED);
    assert_reply(&anew, "number 1", false);
    buffer_free(&first.request.reply);
}

static void what_is_over_is_swept_out(void **state)
{
    struct world   *world = *state;
    struct question first = keyed(1, ALICE, BODY), next = for_a_token(2);

    ask(world, &first);
    assert_int_equal(rows_kept(world), 1);
    world->clock.fixed_us += IDEMPOTENCY_LIFE;
    world_reopens(world); /* which makes the next sweep due at once */
    turn(world);
    ask(world, &next); /* what was swept goes with the next commit */
    assert_int_equal(rows_kept(world), 0);
    buffer_free(&first.request.reply);
}

static void a_row_that_is_too_short_stops_the_sweep(void **state)
{
    struct world *world = *state;
    struct batch *batch = batch_open(world->store);
    struct key    key   = key_new(PARTITION_ONE);
    bool          worked;

    key_add_bytes(&key, SLICE("short"));
    batch_put(batch, FAMILY_idempotency, key_slice(&key), SLICE("\0\0\0"));
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    world_reopens(world); /* which makes the next sweep due at once */
    assert_int_equal(ledger_turn(world->ledger, &worked).code, STATUS_CORRUPT);
}

static void no_stored_answer_can_be_read_from_the_disk(void **state)
{
    struct world   *world = *state;
    struct question first = keyed(1, ALICE, BODY);
    struct cursor  *cursor;

    times = 0;
    ask(world, &first);
    cursor = cursor_open(store_reader(world->store), FAMILY_idempotency, (struct slice){ 0 },
                         (struct slice){ 0 });
    assert_true(cursor_next(cursor));
    struct slice kept = cursor_value(cursor);
    assert_null(memmem(kept.data, kept.size, "number", 6));
    assert_ok(cursor_close(cursor));
    buffer_free(&first.request.reply);
}

/* -- one item ------------------------------------------------------------------------ */

static void what_was_done_once_is_a_duplicate_with_its_memo(void **state)
{
    struct world   *world = *state;
    struct question first = for_a_token(1), again = for_a_token(2), others = for_a_token(3);

    first.request.caller = again.request.caller = ALICE;
    others.request.caller                       = BOB;
    first.item.deduplication_key = again.item.deduplication_key = others.item.deduplication_key =
        SLICE("event-1");
    first.item.stored_result = SLICE("det_1");
    again.item.stored_result = SLICE("det_2");
    ask(world, &first);
    assert_false(first.item.outcome.duplicate);
    submit(world, &again);
    submit(world, &others);
    assert_int_equal(again.answers, 0);
    bool worked;
    assert_ok(ledger_turn(world->ledger, &worked));
    assert_true(again.item.outcome.duplicate);
    assert_int_equal(again.events, 0);
    assert_false(others.item.outcome.duplicate);
    assert_int_equal(world_head(world), 2);
}

static struct slice memo_given_back;
static char         memo_room[32];

static void keeps_the_memo(struct ledger_request *match, struct reader *reader)
{
    struct slice memo = match->items[0].outcome.stored_result;

    (void)reader;
    assert_true(memo.size <= sizeof memo_room);
    if (memo.size) memcpy(memo_room, memo.data, memo.size);
    memo_given_back = (struct slice){ memo_room, memo.size };
}

static void the_memo_is_the_first_ones_and_outlives_the_process(void **state)
{
    struct world   *world = *state;
    struct question first = for_a_token(1), again = for_a_token(2);

    first.item.deduplication_key = again.item.deduplication_key = SLICE("event-1");
    first.item.stored_result                                    = SLICE("det_1");
    again.item.stored_result                                    = SLICE("det_2");
    again.request.answer                                        = keeps_the_memo;
    ask(world, &first);
    world_reopens(world);
    ask(world, &again);
    assert_true(slice_equal(memo_given_back, SLICE("det_1")));
}

static void within_one_ask_the_second_of_a_name_is_the_duplicate(void **state)
{
    struct world      *world    = *state;
    struct ledger_item items[2] = { for_a_token(1).item, for_a_token(2).item };
    struct question both = { .request = { .items = items, .count = 2, .done = question_answered } };

    items[0].deduplication_key = items[1].deduplication_key = SLICE("event-1");
    assert_true(ledger_submit(world->ledger, &both.request));
    turn(world);
    assert_false(items[0].outcome.duplicate);
    assert_true(items[1].outcome.duplicate);
    assert_int_equal(world_head(world), 1);
}

static void what_was_refused_was_not_done(void **state)
{
    struct world   *world   = *state;
    struct question refused = for_something_refused(), again = for_a_token(1);

    refused.item.deduplication_key = again.item.deduplication_key = SLICE("event-1");
    ask(world, &refused);
    ask(world, &again);
    assert_false(again.item.outcome.duplicate);
    assert_int_equal(world_head(world), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_body_gets_the_same_answer_and_nothing_happens),
        TEST(another_body_is_refused),
        TEST(a_key_is_its_callers_own),
        TEST(a_refused_request_may_be_repeated),
        TEST(a_kept_answer_can_be_had_without_asking),
        TEST(only_its_caller_key_and_body_lead_to_a_kept_answer),
        TEST(a_key_is_remembered_for_seven_days),
        TEST(what_is_over_is_swept_out),
        TEST(a_row_that_is_too_short_stops_the_sweep),
        TEST(no_stored_answer_can_be_read_from_the_disk),
        TEST(what_was_done_once_is_a_duplicate_with_its_memo),
        TEST(the_memo_is_the_first_ones_and_outlives_the_process),
        TEST(within_one_ask_the_second_of_a_name_is_the_duplicate),
        TEST(what_was_refused_was_not_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

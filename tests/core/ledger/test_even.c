/* Does a turn look alike whatever was decided in it?
 *
 * Planted bugs that this must notice, and did: a request's own rows not counted, so that it
 * got all of them on top; all requests of a turn padded by the same rows. */
#include "tests/world/asked.h"

struct work {
    uint64_t rows, bytes;
};

static struct work work_of(struct world *world, struct question *questions, size_t count)
{
    struct ledger_figures before = ledger_figures(world->ledger), after;

    for (size_t i = 0; i < count; i++) submit(world, &questions[i]);
    turn(world);
    after = ledger_figures(world->ledger);
    assert_int_equal(after.commits, before.commits + 1);
    return (struct work){ after.rows - before.rows, after.bytes - before.bytes };
}

static struct question evenly(struct question question)
{
    question.request.even = (struct even){ 40, 8000 };
    return question;
}

static void a_small_decision_and_a_large_one_write_as_much(void **state)
{
    struct world   *world   = *state;
    struct question small   = evenly(for_a_token(1));
    struct question large   = evenly(for_an_account()); /* what follows is another stream's */
    struct question refused = evenly(for_something_refused());
    struct work     of[]    = { work_of(world, &small, 1), work_of(world, &large, 1),
                                work_of(world, &refused, 1) };

    for (size_t i = 0; i < COUNT(of); i++) {
        assert_in_range(of[i].rows, 40, 41); /* one more where the vault got a key */
        assert_in_range(of[i].bytes, 7900, 8100);
    }
}

static void it_is_so_for_each_request_of_a_turn(void **state)
{
    struct world   *world       = *state;
    struct question questions[] = { evenly(for_a_token(1)), evenly(for_something_refused()),
                                    evenly(for_a_token(2)) };
    struct work     all         = work_of(world, questions, COUNT(questions));

    assert_in_range(all.rows, 120, 124);
    assert_in_range(all.bytes, 3 * 7900, 3 * 8100);
}

static void who_does_not_ask_for_it_writes_what_there_is(void **state)
{
    struct world   *world = *state;
    struct question token = for_a_token(1);

    assert_in_range(work_of(world, &token, 1).rows, 1, 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_small_decision_and_a_large_one_write_as_much),
        TEST(it_is_so_for_each_request_of_a_turn),
        TEST(who_does_not_ask_for_it_writes_what_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

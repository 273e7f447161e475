/* Does everybody get exactly one answer when many threads ask, and when it stops
 * among them? Run under ThreadSanitizer as well.
 *
 * Tried against a door that stayed open when the thread had ended: a request was taken
 * that nobody would ever answer.
 */
#include "tests/world/asked.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { THREADS = 8, EACH = 250 };

struct many {
    struct ledger_request request;
    struct ledger_item    item;
    atomic_uint           answers;
    uint64_t              position; /* of its event */
    bool                  taken;
};
struct asker {
    struct world *world;
    unsigned      number;
    pthread_t     thread;
    bool          gives_up; /* when it is told "later" */
    struct many   requests[EACH];
};

static void answered(struct ledger_request *request)
{
    struct many *many = (struct many *)request;

    if (request->failure.code == STATUS_OK && many->item.outcome.count)
        many->position = many->item.outcome.events[0].position;
    atomic_fetch_add(&many->answers, 1);
}

static void *asks_away(void *argument)
{
    struct asker *asker = argument;

    for (unsigned i = 0; i < EACH; i++) {
        struct many *many = &asker->requests[i];

        many->item    = for_a_token(asker->number * 1000 + i + 1).item;
        many->request = (struct ledger_request){ .items = &many->item,
                                                 .count = 1,
                                                 .done  = answered };
        while (!(many->taken = ledger_submit(asker->world->ledger, &many->request))) {
            if (asker->gives_up) return NULL;
            sched_yield();
        }
    }
    return NULL;
}

static struct asker *askers_start(struct world *world, bool give_up)
{
    struct asker *askers = calloc(THREADS, sizeof *askers);

    assert_non_null(askers);
    for (unsigned i = 0; i < THREADS; i++) {
        askers[i].world    = world;
        askers[i].number   = i;
        askers[i].gives_up = give_up;
        assert_int_equal(pthread_create(&askers[i].thread, NULL, asks_away, &askers[i]), 0);
    }
    return askers;
}

static void askers_end(struct asker *askers)
{
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(askers[i].thread, NULL), 0);
}

/* Each that was taken was answered once, each that was not never; how many were, and
 * that each has a position of its own. */
static size_t count_answered(const struct asker *askers, uint64_t head)
{
    bool  *seen  = calloc(head + 1, sizeof *seen);
    size_t count = 0;

    assert_non_null(seen);
    for (unsigned t = 0; t < THREADS; t++)
        for (unsigned i = 0; i < EACH; i++) {
            const struct many *many = &askers[t].requests[i];

            assert_int_equal(atomic_load(&many->answers), many->taken);
            if (!many->taken) continue;
            assert_in_range(many->position, 1, head);
            assert_false(seen[many->position]);
            seen[many->position] = true;
            count++;
        }
    free(seen);
    return count;
}

static void everybody_is_answered_exactly_once(void **state)
{
    struct world *world = *state;

    world->settings.queue_max = 64; /* so that some are told "later" and come again */
    world_reopens(world);
    assert_ok(ledger_start(world->ledger));
    struct asker *askers = askers_start(world, false);
    askers_end(askers);
    ledger_stop(world->ledger);
    assert_int_equal(world_head(world), THREADS * EACH);
    assert_int_equal(count_answered(askers, world_head(world)), THREADS * EACH);
    assert_true(ledger_figures(world->ledger).turns <= THREADS * EACH);
    free(askers);
}

static void a_stop_answers_whoever_was_let_in(void **state)
{
    struct world *world = *state;

    for (int round = 0; round < 20; round++) {
        uint64_t before = world_head(world);
        assert_ok(ledger_start(world->ledger));
        struct asker *askers = askers_start(world, true);
        while (ledger_figures(world->ledger).position < before + 20) sched_yield();
        ledger_stop(world->ledger);
        askers_end(askers);
        uint64_t head = world_head(world);
        assert_int_equal(count_answered(askers, head), head - before);
        free(askers);
    }
}

static void after_a_stop_the_door_is_shut_until_it_starts_again(void **state)
{
    struct world   *world = *state;
    struct question asked = for_a_token(1);

    assert_ok(ledger_start(world->ledger));
    ledger_stop(world->ledger);
    asked.request = (struct ledger_request){ .items = &asked.item,
                                             .count = 1,
                                             .done  = question_answered };
    assert_false(ledger_submit(world->ledger, &asked.request));
    assert_ok(ledger_start(world->ledger));
    assert_true(ledger_submit(world->ledger, &asked.request));
    ledger_stop(world->ledger);
    assert_int_equal(asked.answers, 1);
    assert_int_equal(world_head(world), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everybody_is_answered_exactly_once),
        TEST(a_stop_answers_whoever_was_let_in),
        TEST(after_a_stop_the_door_is_shut_until_it_starts_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Does the writer do what others ask it to between two turns, and tell them when it
 * will not?
 *
 * Planted bug that it caught: an errand that waited when the ledger stopped was never
 * told, and its thread hung. */
#include "tests/world/asked.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct errand_seen {
    struct world *world;
    atomic_int    runs;
    pthread_t     writer;
    struct status gives, got;
};

static struct status runs(void *context)
{
    struct errand_seen *seen = context;

    seen->writer = pthread_self();
    atomic_fetch_add(&seen->runs, 1);
    return seen->gives;
}

static struct status send(struct errand_seen *seen)
{
    return ledger_between_turns(seen->world->ledger, runs, seen);
}

static void it_runs_on_the_writers_thread(void **state)
{
    struct errand_seen seen = { .world = *state, .gives = OK };

    assert_ok(ledger_start(seen.world->ledger));
    for (int i = 0; i < 100; i++) assert_ok(send(&seen));
    assert_int_equal(seen.runs, 100);
    assert_false(pthread_equal(seen.writer, pthread_self()));
    ledger_stop(seen.world->ledger);
    assert_int_equal(send(&seen).code, STATUS_CONFLICT);
    assert_int_equal(seen.runs, 100);
}

static void one_that_fails_stops_the_ledger(void **state)
{
    struct errand_seen seen = { .world = *state, .gives = failed(STATUS_IO, "a disk") };

    assert_ok(ledger_start(seen.world->ledger));
    assert_int_equal(send(&seen).code, STATUS_IO);
    seen.gives = OK;
    assert_int_equal(send(&seen).code, STATUS_CONFLICT);
    assert_int_equal(seen.runs, 1);
    ledger_stop(seen.world->ledger);
}

static void *sends(void *argument)
{
    struct errand_seen *seen = argument;

    seen->got = OK;
    while (seen->got.code == STATUS_OK) seen->got = send(seen);
    return NULL;
}

static void many_may_wait_and_each_is_told_when_it_stops(void **state)
{
    struct errand_seen seen[4];
    pthread_t          threads[COUNT(seen)];

    for (size_t i = 0; i < COUNT(seen); i++)
        seen[i] = (struct errand_seen){ .world = *state, .gives = OK };
    assert_ok(ledger_start(seen[0].world->ledger));
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sends, &seen[i]), 0);
    for (size_t i = 0; i < COUNT(seen); i++)
        while (atomic_load(&seen[i].runs) < 5) sched_yield();
    ledger_stop(seen[0].world->ledger);
    for (size_t i = 0; i < COUNT(seen); i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(seen[i].got.code, STATUS_CONFLICT);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_runs_on_the_writers_thread),
        TEST(one_that_fails_stops_the_ledger),
        TEST(many_may_wait_and_each_is_told_when_it_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Does a chore wait for the writer until that has done what it was asked for?
 *
 * Planted bug that it caught: a request that the ledger had deferred was taken for done.
 */
#include "api/ground/chore.h"

#include <sched.h>

#include "tests/world/asked.h"

static struct ground   ground;
static struct settings settings;
static atomic_int      ends; /* of what the chore submitted */
static struct status   how;

static int64_t submits(struct chore *chore)
{
    struct chore_request request = { .change = CHANGE_NONE };

    how = chore_submit(chore, &request, for_a_token(1).item.intent);
    atomic_fetch_add(&ends, 1);
    return CHORE_UNTIL_WOKEN;
}

static void what_the_ledger_defers_is_submitted_again(void **state)
{
    static const struct chore_row row   = { .name = "test", .step = submits };
    struct world                 *world = *state;
    struct chore                 *chore;

    ground = (struct ground){ .settings = &settings, .ledger = world->ledger };
    assert_ok(chore_open(&chore, &row, &ground));
    assert_ok(chore_start(chore));
    while (!ledger_figures(world->ledger).queue_length) sched_yield();
    world->clock.stepped_us = DAY;
    turn(world);
    assert_int_equal(ledger_figures(world->ledger).queue_length, 0);
    assert_int_equal(world_head(world), 0);
    world->clock.stepped_us = 0;
    while (!ledger_figures(world->ledger).queue_length && !atomic_load(&ends)) sched_yield();
    turn(world);
    while (!atomic_load(&ends)) sched_yield();
    chore_stop(chore);
    chore_close(chore);
    assert_ok(how);
    assert_int_equal(world_head(world), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, in_memory, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_ledger_defers_is_submitted_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

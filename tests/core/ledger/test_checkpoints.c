/* When may the world see a checkpoint? When it is in the anchor, and whoever has to see it
 * first has seen it; and never does the writer wait for that.
 *
 * Tried with planted bugs: a checkpoint shown as soon as it was anchored, a row that was put
 * before it was published, an older one that replaced a newer, an opening that told nobody of
 * what the anchor has, and one that held up what nobody has to see: each failed a test here.
 */
#include "tests/world/asked.h"

#include <pthread.h>
#include <unistd.h>

static struct {
    unsigned count;
    uint64_t size;
    char     note[512];
    bool     goes_on; /* nobody has to see it first */
} told;

static bool on_anchored(void *context, uint64_t size, struct slice note)
{
    (void)context;
    told.count++;
    told.size = size;
    snprintf(told.note, sizeof told.note, "%.*s", (int)note.size, note.data);
    return !told.goes_on;
}

static struct world *with_others(void **state)
{
    struct world *world = *state;

    memset(&told, 0, sizeof told);
    world->settings.anchor_path = world->anchor_path;
    world->settings.anchored    = on_anchored;
    world_reopens(world);
    return world;
}

static void something_happens(struct world *world, uint64_t number)
{
    struct question asked = for_a_token(number);

    assert_ok(ledger_start(world->ledger));
    submit(world, &asked);
    ledger_stop(world->ledger); /* which anchors it */
    assert_int_equal(asked.answers, 1);
}

static struct slice shown(struct world *world)
{
    struct slice note;

    return ledger_checkpoint(world->ledger, &world->arena, &note) ? note : (struct slice){ 0 };
}

static struct slice row(struct world *world)
{
    struct slice note;

    assert_ok(checkpoint_last(store_reader(world->store), &world->arena, &note));
    return note;
}

/* What was told of, with a line of somebody below it. */
static struct slice with_a_line(struct world *world)
{
    return arena_print(&world->arena, "%s\xe2\x80\x94 somebody AAAAAAAA\n", told.note);
}

static void what_is_anchored_is_told_and_not_shown(void **state)
{
    struct world *world = with_others(state);
    struct slice  note;

    something_happens(world, 1);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.size, 1);
    assert_ok(anchor_read(world->anchor_path, &world->arena, &note));
    assert_true(slice_equal(note, slice_text(told.note)));
    something_happens(world, 2); /* nothing waits for the first */
    assert_int_equal(told.size, 2);
    assert_null(shown(world).data);
    assert_null(row(world).data);
    assert_int_equal(ledger_figures(world->ledger).anchored, 2);
    assert_int_equal(ledger_figures(world->ledger).published, 0);
    assert_true(ledger_figures(world->ledger).publish_wait_us > 0);
    assert_int_equal(ledger_figures(world->ledger).published_age_us, 0);
}

static void what_is_published_is_shown_and_gets_a_row(void **state)
{
    struct world *world = with_others(state);

    something_happens(world, 1);
    struct slice note = with_a_line(world);
    ledger_publish(world->ledger, 1, note);
    assert_true(slice_equal(shown(world), note));
    assert_int_equal(ledger_figures(world->ledger).published, 1);
    assert_int_equal(ledger_figures(world->ledger).publish_wait_us, 0);
    something_happens(world, 2);
    assert_true(slice_equal(row(world), note)); /* went with that commit */
    assert_true(slice_equal(shown(world), note));
    assert_ok(anchor_read(world->anchor_path, &world->arena, &note));
    assert_null(memmem(note.data, note.size, "somebody", 8)); /* the anchor is our own word */
}

static void an_older_one_does_not_replace_a_newer(void **state)
{
    struct world *world = with_others(state);

    something_happens(world, 1);
    struct slice first = with_a_line(world);
    something_happens(world, 2);
    struct slice second = with_a_line(world);
    ledger_publish(world->ledger, 2, second);
    ledger_publish(world->ledger, 1, first);
    assert_true(slice_equal(shown(world), second));
}

static void an_opening_tells_of_what_the_anchor_has_and_shows_what_was_published(void **state)
{
    struct world *world = with_others(state);

    something_happens(world, 1);
    struct slice first = with_a_line(world);
    ledger_publish(world->ledger, 1, first);
    something_happens(world, 2); /* this one is anchored, and no more */
    memset(&told, 0, sizeof told);
    world_reopens(world);
    assert_int_equal(told.count, 1);
    assert_true(slice_equal(shown(world), first));
    turn(world);
    assert_int_equal(told.count, 1); /* once is enough */
    assert_int_equal(told.size, 2);
    assert_true(ledger_figures(world->ledger).publish_wait_us > 0);
}

static void what_nobody_has_to_see_first_is_published_at_once(void **state)
{
    struct world *world = with_others(state);

    something_happens(world, 1);
    assert_int_equal(ledger_figures(world->ledger).published, 0);
    told.goes_on = true;
    something_happens(world, 2);
    assert_int_equal(told.count, 2);
    assert_true(slice_equal(shown(world), slice_text(told.note)));
    told.goes_on = false;
    something_happens(world, 3);
    assert_int_equal(ledger_figures(world->ledger).published, 2);
    told.goes_on = true;
    world_reopens(world); /* before anybody can look */
    assert_int_equal(ledger_figures(world->ledger).published, 3);
}

static void what_others_signed_stays_when_nobody_is_asked_any_more(void **state)
{
    struct world *world = with_others(state);

    something_happens(world, 1);
    struct slice note = with_a_line(world);
    ledger_publish(world->ledger, 1, note);
    assert_ok(ledger_start(world->ledger));
    ledger_stop(world->ledger);
    world->settings.anchored = NULL;
    world_reopens(world);
    turn(world);
    assert_true(slice_equal(shown(world), note));
    assert_true(slice_equal(row(world), note));
    something_happens(world, 2);
    assert_int_equal(ledger_figures(world->ledger).published, 2);
}

/* -- threads ------------------------------------------------------------------------ */

enum { ROUNDS = 200 };

static void *publishes(void *argument)
{
    struct world *world = argument;
    struct arena  arena = { 0 };
    struct slice  note;

    for (unsigned i = 0; i < ROUNDS; i++) {
        ledger_publish(world->ledger, 1, SLICE("a note"));
        ensure(ledger_checkpoint(world->ledger, &arena, &note));
        ensure(ledger_figures(world->ledger).published >= 1);
        arena_reset(&arena);
    }
    arena_free(&arena);
    return NULL;
}

static void any_thread_may_publish(void **state)
{
    struct world *world = with_others(state);
    pthread_t     thread;

    something_happens(world, 1);
    assert_int_equal(pthread_create(&thread, NULL, publishes, world), 0);
    for (unsigned i = 2; i < 8; i++) something_happens(world, i);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(ledger_figures(world->ledger).published, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, on_disk, world_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_anchored_is_told_and_not_shown),
        TEST(what_is_published_is_shown_and_gets_a_row),
        TEST(an_older_one_does_not_replace_a_newer),
        TEST(an_opening_tells_of_what_the_anchor_has_and_shows_what_was_published),
        TEST(what_nobody_has_to_see_first_is_published_at_once),
        TEST(what_others_signed_stays_when_nobody_is_asked_any_more),
        TEST(any_thread_may_publish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

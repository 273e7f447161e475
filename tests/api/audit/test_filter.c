/* Question: who is a read about, where does it begin and end, and which events does it
 * take? What its query says is read in tests/stories/an_auditor_reads.test.mjs.
 *
 * Tried with planted bugs: an end that took the instant itself, and an actor's kind that
 * stood for any actor, failed here. */
#include "api/audit/filter.h"
#include "tests/world/logged.h"

#define ANN  sample_id(ID_account, "ann")
#define HOME sample_id(ID_network, "home")
#define LAMP sample_id(ID_device, "lamp")
#define GLOW sample_id(ID_vendor, "glow")

static struct filter everything(void)
{
    return (struct filter){ .until = UINT64_MAX, .to_us = INT64_MAX };
}

static void assert_subject(struct filter filter, struct id subject)
{
    assert_true(id_equal(filter_subject(&filter), subject));
}

static void a_read_is_about_the_one_it_tells_most_of(void **state)
{
    struct filter filter = everything();

    (void)state;
    assert_subject(filter, NO_ID);
    filter.actor.id = sample_id(ID_token, "token");
    assert_subject(filter, NO_ID);
    filter.vendor = GLOW;
    assert_subject(filter, GLOW);
    filter.actor.id = ANN;
    assert_subject(filter, ANN);
    filter.actor.id = NO_ID;
    filter.device   = LAMP;
    assert_subject(filter, LAMP);
    filter.network = HOME;
    assert_subject(filter, HOME);
    filter.account = ANN;
    assert_subject(filter, ANN);
}

/* Ten events, a second apart, the first at SAMPLE_INSTANT + 1 s. */
static int append_ten(void **state)
{
    struct world *world = world_with_log(false);

    for (int i = 0; i < 10; i++) {
        world->clock.fixed_us += SECOND;
        world_append(world, renamed(ANN, SLICE("lamp")));
    }
    *state = world;
    return 0;
}

static void assert_from_to(struct world *world, struct filter filter, uint64_t first, uint64_t last)
{
    struct narrow narrow;

    assert_ok(filter_narrow(&filter, world_reader(world), 9, &narrow));
    assert_int_equal(narrow.next, first);
    assert_int_equal(narrow.until, last);
}

static void a_read_goes_from_the_later_beginning_to_the_earlier_end(void **state)
{
    struct filter filter = everything();

    assert_from_to(*state, filter, 1, 9);
    filter.after = 2;
    filter.until = 1000;
    assert_from_to(*state, filter, 3, 9);
    filter.until = 7;
    assert_from_to(*state, filter, 3, 7);
    filter.from_us = SAMPLE_INSTANT + 2 * SECOND;
    assert_from_to(*state, filter, 3, 7);
    filter.from_us = SAMPLE_INSTANT + 5 * SECOND; /* the fifth's very instant */
    assert_from_to(*state, filter, 5, 7);
    filter.to_us = SAMPLE_INSTANT + 6 * SECOND; /* the sixth's, which is not taken */
    assert_from_to(*state, filter, 5, 5);
    filter.to_us = filter.from_us;
    assert_from_to(*state, filter, 5, 4); /* nothing */
}

static void an_actor_is_one_or_one_of_a_kind(void **state)
{
    struct filter filter = everything();
    struct event  event  = renamed(ANN, SLICE("lamp"));

    (void)state;
    assert_true(filter_fits(&filter, &event));
    filter.by_actor   = true;
    filter.actor.kind = ACTOR_SYSTEM;
    assert_false(filter_fits(&filter, &event));
    filter.actor.kind = ACTOR_SUBSCRIBER;
    assert_true(filter_fits(&filter, &event));
    filter.actor = (struct actor){ .id = ANN };
    assert_true(filter_fits(&filter, &event));
    filter.actor.id = sample_id(ID_account, "ben");
    assert_false(filter_fits(&filter, &event));
}

static void a_correlator_is_the_whole_of_it(void **state)
{
    struct filter filter = everything();
    struct event  event  = renamed(ANN, SLICE("lamp"));

    (void)state;
    event.correlation = SLICE("trace-1");
    filter.correlator = SLICE("trace-1");
    assert_true(filter_fits(&filter, &event));
    filter.correlator = SLICE("trace-");
    assert_false(filter_fits(&filter, &event));
}

static int forget(void **state)
{
    world_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_is_about_the_one_it_tells_most_of),
        cmocka_unit_test(a_read_goes_from_the_later_beginning_to_the_earlier_end),
        cmocka_unit_test(an_actor_is_one_or_one_of_a_kind),
        cmocka_unit_test(a_correlator_is_the_whole_of_it),
    };
    return cmocka_run_group_tests(tests, append_ten, forget);
}

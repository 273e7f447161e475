/* Who goes on where in a vendor's outbox, and whose a page is. */
#include "tests/world/given.h"

static const struct id OTHER_LEASE = { "jother" };

static void goes_to(struct story *story, uint64_t place, struct id lease)
{
    when(story, GLOW, GLOWS_CLOUD, acknowledge_outbox, .consumer = SLICE("default"), .place = place,
         .lease = lease);
}

static void leases(struct story *story, uint64_t place, struct id lease)
{
    when(story, GLOW, GLOWS_CLOUD, lease_outbox, .consumer = SLICE("default"), .place = place,
         .lease = lease, .until = START + HOUR);
}

static void an_acknowledgement_moves_a_consumer_on_and_never_back(void **state)
{
    struct story *story = *state;

    goes_to(story, 7, NO_ID);
    then_happened(story, outbox_moved);
    assert_int_equal(the(story, outbox_moved)->up_to, 7);
    assert_false(the(story, outbox_moved)->sought);
    goes_to(story, 7, NO_ID);
    then_nothing(story);
    goes_to(story, 3, NO_ID);
    then_nothing(story);
}

static void whoever_seeks_may_go_back(void **state)
{
    struct story *story = *state;

    goes_to(story, 7, NO_ID);
    when(story, GLOW, GLOWS_CLOUD, seek_outbox, .consumer = SLICE("default"), .place = 3);
    then_happened(story, outbox_moved);
    assert_int_equal(the(story, outbox_moved)->up_to, 3);
    assert_true(the(story, outbox_moved)->sought);
}

static void while_a_lease_stands_only_who_has_it_moves_on(void **state)
{
    struct story *story = *state;

    leases(story, 0, LEASE);
    then_happened(story, outbox_leased);
    leases(story, 0, OTHER_LEASE);
    then_refused(story, outbox_leased);
    goes_to(story, 7, NO_ID);
    then_refused(story, outbox_leased);
    goes_to(story, 7, OTHER_LEASE);
    then_refused(story, outbox_leased);
    goes_to(story, 7, LEASE);
    then_happened(story, outbox_moved);
    goes_to(story, 9, NO_ID); /* it ended with that */
    then_happened(story, outbox_moved);
}

static void a_lease_that_lapsed_is_good_until_another_is_given(void **state)
{
    struct story *story = *state;

    leases(story, 0, LEASE);
    story->now_us = START + 2 * HOUR;
    goes_to(story, 7, LEASE);
    then_happened(story, outbox_moved);
    when(story, GLOW, GLOWS_CLOUD, lease_outbox, .consumer = SLICE("default"), .place = 7,
         .lease = LEASE, .until = story->now_us + SECOND);
    story->now_us += MINUTE;
    when(story, GLOW, GLOWS_CLOUD, lease_outbox, .consumer = SLICE("default"), .place = 7,
         .lease = OTHER_LEASE, .until = story->now_us + SECOND);
    then_happened(story, outbox_leased);
    story->now_us += MINUTE;
    goes_to(story, 8, LEASE);
    then_refused(story, outbox_leased);
}

static void a_page_that_somebody_else_went_past_is_not_leased(void **state)
{
    struct story *story = *state;

    goes_to(story, 7, NO_ID);
    leases(story, 0, LEASE);
    then_refused(story, outbox_leased);
}

static void the_default_consumer_is_not_counted(void **state)
{
    struct story *story = *state;

    for (unsigned i = 0; i < 8; i++) {
        char name[] = { 'a', (char)('a' + i), 0 };
        when(story, GLOW, GLOWS_CLOUD, acknowledge_outbox, .consumer = slice_text(name),
             .place = 1);
        then_happened(story, outbox_moved);
    }
    goes_to(story, 1, NO_ID);
    then_happened(story, outbox_moved);
    when(story, GLOW, GLOWS_CLOUD, seek_outbox, .consumer = SLICE("ninth"));
    then_refused(story, consumer_limit_reached);
}

static int begins(void **state)
{
    if (story_begins(state)) return -1;
    glow_is_approved(*state);
    return 0;
}

#define BEGINS(name) cmocka_unit_test_setup_teardown(name, begins, story_ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        BEGINS(an_acknowledgement_moves_a_consumer_on_and_never_back),
        BEGINS(whoever_seeks_may_go_back),
        BEGINS(while_a_lease_stands_only_who_has_it_moves_on),
        BEGINS(a_lease_that_lapsed_is_good_until_another_is_given),
        BEGINS(a_page_that_somebody_else_went_past_is_not_leased),
        BEGINS(the_default_consumer_is_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

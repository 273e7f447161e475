/* Does everything pushed come out once, in order, does the reader always wake, and does
 * nobody's flood hold up the others or keep them out?
 *
 * Tried against planted bugs: a lane that is served until it is empty, and one that may take
 * all of the room.
 */
#include "core/base/queue.h"

#include "tests/world/checks.h"

#include "core/base/clock.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>

enum { PUSHERS = 3, EACH = 20000 };

static struct queue *open_queue(size_t size)
{
    struct queue *queue;

    assert_int_equal(queue_open(&queue, size).code, STATUS_OK);
    return queue;
}

static bool readable(const struct queue *queue)
{
    struct pollfd fd = { .fd = queue_fd(queue), .events = POLLIN };

    return poll(&fd, 1, 0) == 1;
}

static void first_in_is_first_out_round_and_round(void **state)
{
    struct queue *queue = open_queue(3);
    char          items[10];

    (void)state;
    assert_null(queue_pop(queue));
    for (int round = 0; round < 8; round++) {
        assert_true(queue_push(queue, items + round));
        assert_true(queue_push(queue, items + round + 1));
        assert_int_equal(queue_length(queue), 2);
        assert_ptr_equal(queue_pop(queue), items + round);
        assert_ptr_equal(queue_pop(queue), items + round + 1);
        assert_null(queue_pop(queue));
    }
    queue_close(queue);
}

static void a_full_queue_says_no_and_keeps_what_it_has(void **state)
{
    struct queue *queue = open_queue(2);
    char          items[3];

    (void)state;
    assert_true(queue_push(queue, items));
    assert_true(queue_push(queue, items + 1));
    assert_false(queue_push(queue, items + 2));
    assert_int_equal(queue_length(queue), 2);
    assert_ptr_equal(queue_pop(queue), items);
    assert_true(queue_push(queue, items + 2));
    assert_ptr_equal(queue_pop(queue), items + 1);
    assert_ptr_equal(queue_pop(queue), items + 2);
    queue_close(queue);
}

static void the_descriptor_tells_of_the_first_item_and_of_a_wake(void **state)
{
    struct queue *queue = open_queue(4);
    char          item;

    (void)state;
    assert_false(readable(queue));
    queue_drain(queue); /* for nothing, and harmless */
    queue_push(queue, &item);
    assert_true(readable(queue));
    queue_drain(queue);
    assert_false(readable(queue));
    queue_push(queue, &item); /* not empty before: the reader is popping already */
    assert_false(readable(queue));
    while (queue_pop(queue)) continue;
    queue_push(queue, &item);
    assert_true(readable(queue));
    queue_drain(queue);
    queue_wake(queue);
    assert_true(readable(queue));
    queue_close(queue);
}

static void waiting_ends_by_an_item_a_wake_or_the_time(void **state)
{
    struct queue *queue = open_queue(4);
    char          item;
    int64_t       before = clock_monotonic_us();

    (void)state;
    queue_wait(queue, 20);
    assert_true(clock_monotonic_us() - before >= 20 * MILLISECOND);
    queue_wake(queue);
    queue_wait(queue, -1);
    queue_drain(queue);
    queue_push(queue, &item);
    queue_drain(queue);
    queue_wait(queue, -1); /* drained, but something is inside */
    queue_close(queue);
}

struct pusher {
    struct queue *queue;
    pthread_t     thread;
    char          items[EACH];
    char         *next; /* what the reader expects from this one */
};

static void *push_all(void *argument)
{
    struct pusher *pusher = argument;

    for (size_t i = 0; i < EACH; i++)
        while (!queue_push(pusher->queue, pusher->items + i)) sched_yield();
    return NULL;
}

static void expect_in_order(struct pusher *pushers, const char *item)
{
    for (size_t i = 0; i < PUSHERS; i++)
        if (pushers[i].next == item) {
            pushers[i].next++;
            return;
        }
    fail_msg("lost, doubled or out of order");
}

static void many_threads_push_and_nothing_is_lost_or_slept_over(void **state)
{
    static struct pusher pushers[PUSHERS];
    struct queue        *queue = open_queue(64);

    (void)state;
    for (size_t i = 0; i < PUSHERS; i++) {
        pushers[i].queue = queue;
        pushers[i].next  = pushers[i].items;
        assert_int_equal(pthread_create(&pushers[i].thread, NULL, push_all, &pushers[i]), 0);
    }
    for (size_t count = 0; count < PUSHERS * EACH;) {
        queue_wait(queue, -1); /* a lost wake would hang here, until ctest's timeout */
        queue_drain(queue);
        for (char *item; (item = queue_pop(queue)); count++) expect_in_order(pushers, item);
    }
    for (size_t i = 0; i < PUSHERS; i++) pthread_join(pushers[i].thread, NULL);
    assert_null(queue_pop(queue));
    queue_close(queue);
}

static void push_nothing(void)
{
    struct queue *queue;

    if (queue_open(&queue, 1).code == STATUS_OK) (void)queue_push(queue, NULL);
}

static void nothing_cannot_be_pushed(void **state)
{
    (void)state;
    assert_true(stops(push_nothing));
    queue_close(NULL);
}

/* -- shares -- */

static const struct id ANN = { "aann" }, BOB = { "abob" }, CAT = { "acat" };

static void those_with_something_inside_take_turns(void **state)
{
    struct queue *queue = open_queue(16);
    char          ann[4], bob[2], cat[1];

    (void)state;
    for (int i = 0; i < 4; i++) assert_true(queue_push_of(queue, ANN, 0, ann + i));
    for (int i = 0; i < 2; i++) assert_true(queue_push_of(queue, BOB, 0, bob + i));
    assert_ptr_equal(queue_pop(queue), ann);
    assert_true(queue_push_of(queue, CAT, 0, cat));
    char *expected[] = { bob, ann + 1, cat, bob + 1, ann + 2, ann + 3, NULL };
    for (size_t i = 0; i < COUNT(expected); i++) assert_ptr_equal(queue_pop(queue), expected[i]);
    queue_close(queue);
}

static void a_turn_may_be_passed_on_with_nothing_popped(void **state)
{
    struct queue *queue = open_queue(4);
    char          ann[2], bob[1];

    (void)state;
    assert_null(queue_first(queue));
    for (int i = 0; i < 2; i++) assert_true(queue_push_of(queue, ANN, 0, ann + i));
    assert_true(queue_push_of(queue, BOB, 0, bob));
    assert_ptr_equal(queue_first(queue), ann);
    assert_int_equal(queue_length(queue), 3);
    queue_pass(queue);
    char *expected[] = { bob, ann, ann + 1 };
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_ptr_equal(queue_first(queue), expected[i]);
        assert_ptr_equal(queue_pop(queue), expected[i]);
    }
    queue_close(queue);
}

static size_t push_all_of(struct queue *queue, struct id whose, size_t bytes)
{
    static char item;
    size_t      count = 0;

    while (queue_has_room(queue, whose, bytes)) {
        assert_true(queue_push_of(queue, whose, bytes, &item));
        count++;
    }
    assert_false(queue_push_of(queue, whose, bytes, &item));
    return count;
}

static void nobody_may_have_more_inside_than_is_still_free(void **state)
{
    struct queue *queue = open_queue(64);

    (void)state;
    assert_int_equal(push_all_of(queue, ANN, 0), 32);
    assert_int_equal(push_all_of(queue, BOB, 0), 16);
    assert_int_equal(push_all_of(queue, CAT, 0), 8);
    for (int i = 0; i < 56; i++) assert_non_null(queue_pop(queue));
    assert_int_equal(push_all_of(queue, BOB, 0), 32);   /* all was given back */
    assert_int_equal(push_all_of(queue, NO_ID, 0), 32); /* what is the service's own */
    queue_close(queue);
}

static void bytes_are_shared_like_places(void **state)
{
    struct queue *queue;

    (void)state;
    assert_int_equal(queue_open_bytes(&queue, 1000, 64).code, STATUS_OK);
    assert_int_equal(push_all_of(queue, ANN, 4), 8);
    assert_int_equal(push_all_of(queue, BOB, 8), 2);
    assert_false(queue_has_room(queue, CAT, 17));
    assert_true(queue_has_room(queue, CAT, 16));
    while (queue_pop(queue)) continue;
    assert_int_equal(push_all_of(queue, CAT, 32), 1);
    queue_close(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_in_is_first_out_round_and_round),
        cmocka_unit_test(a_full_queue_says_no_and_keeps_what_it_has),
        cmocka_unit_test(the_descriptor_tells_of_the_first_item_and_of_a_wake),
        cmocka_unit_test(waiting_ends_by_an_item_a_wake_or_the_time),
        cmocka_unit_test(many_threads_push_and_nothing_is_lost_or_slept_over),
        cmocka_unit_test(nothing_cannot_be_pushed),
        cmocka_unit_test(those_with_something_inside_take_turns),
        cmocka_unit_test(a_turn_may_be_passed_on_with_nothing_popped),
        cmocka_unit_test(nobody_may_have_more_inside_than_is_still_free),
        cmocka_unit_test(bytes_are_shared_like_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is it known which of a vendor's numbered events are missing: no more, once they come late,
 * and with whatever numbers, never more gaps than are kept? */
#include "api/vendors/sequence.h"

#include "tests/world/checks.h"

static struct sequence sequence;

static int fresh(void **state)
{
    (void)state;
    sequence = (struct sequence){ .last = 0 };
    return 0;
}

static void take(uint64_t first, uint64_t last)
{
    for (uint64_t number = first; number <= last; number++)
        sequence_take(&sequence, number, (int64_t)number * 10);
}

/* The gaps are these: from, to, from, to …, ends at 0. */
static void assert_missing(const uint64_t *wanted)
{
    size_t count = 0;

    for (; wanted[2 * count]; count++) {
        assert_true(count < sequence.count);
        assert_int_equal(sequence.gaps[count].from, wanted[2 * count]);
        assert_int_equal(sequence.gaps[count].to, wanted[2 * count + 1]);
    }
    assert_int_equal(sequence.count, count);
}
#define MISSING(...) assert_missing((const uint64_t[]){ __VA_ARGS__, 0 })

static void the_first_number_is_where_it_begins(void **state)
{
    (void)state;
    take(1000, 1003);
    MISSING(0);
    assert_int_equal(sequence.last, 1003);
}

static void what_is_left_out_is_missing_since_then(void **state)
{
    (void)state;
    take(1, 2);
    take(5, 5);
    take(7, 8);
    MISSING(3, 4, 6, 6);
    assert_int_equal(sequence.gaps[0].since, 50);
    assert_int_equal(sequence.gaps[1].since, 70);
    assert_int_equal(sequence.last, 8);
}

static void what_comes_late_is_missing_no_more(void **state)
{
    (void)state;
    take(1, 1);
    take(10, 10);
    take(2, 2);
    MISSING(3, 9);
    take(9, 9);
    MISSING(3, 8);
    take(5, 6);
    MISSING(3, 4, 7, 8);
    take(3, 4);
    take(7, 8);
    MISSING(0);
    take(4, 10);
    MISSING(0);
    assert_int_equal(sequence.last, 10);
}

static void what_was_before_the_first_is_not_waited_for(void **state)
{
    (void)state;
    take(10, 10);
    take(3, 3);
    take(11, 11);
    MISSING(0);
    assert_int_equal(sequence.last, 11);
}

static void what_was_asked_for_is_dropped_and_no_other(void **state)
{
    (void)state;
    take(1, 1);
    take(5, 5);
    take(10, 10);
    take(20, 20);
    take(7, 7); /* while it was asked for 6 to 9 */
    sequence_drop(&sequence, 6, 9);
    MISSING(2, 4, 11, 19);
}

static void with_too_many_gaps_more_is_asked_for_than_is_missing(void **state)
{
    (void)state;
    for (uint64_t i = 0; i <= GAPS_MAX + 1; i++) take(1 + 10 * i, 1 + 10 * i);
    assert_int_equal(sequence.count, GAPS_MAX);
    assert_int_equal(sequence.gaps[GAPS_MAX - 1].from, 10 * GAPS_MAX - 8);
    assert_int_equal(sequence.gaps[GAPS_MAX - 1].to, 10 * GAPS_MAX + 10);
    take(5, 5); /* in the middle of the first */
    assert_int_equal(sequence.count, GAPS_MAX);
    assert_int_equal(sequence.gaps[0].from, 2);
    assert_int_equal(sequence.gaps[0].to, 10);
    take(2, 2);
    assert_int_equal(sequence.gaps[0].from, 3);
}

static void numbers_may_be_as_large_as_they_get(void **state)
{
    (void)state;
    take(0, 0);
    sequence_take(&sequence, UINT64_MAX, 1);
    MISSING(1, UINT64_MAX - 1);
    sequence_take(&sequence, UINT64_MAX, 1);
    sequence_take(&sequence, UINT64_MAX - 1, 1);
    MISSING(1, UINT64_MAX - 2);
}

static void a_row_is_read_as_it_was_put(void **state)
{
    struct store_options options = { .families = { [FAMILY_sequences] = true } };
    struct arena         arena   = { 0 };
    struct store        *store;
    struct sequence      found;
    const struct id      acme = { "vacme" }, glow = { "vglow" };

    (void)state;
    assert_ok(store_open(&store, &options));
    assert_ok(sequence_get(store_reader(store), acme, &arena, &found));
    assert_int_equal(found.last, 0);
    assert_false(found.begun);
    take(0, 0);
    take(2, 2);
    take(9, 9);
    struct batch *batch = batch_open(store);
    sequence_put(batch, acme, &sequence);
    sequence_put(batch, glow, &(struct sequence){ .begun = true, .last = 7 });
    assert_ok(batch_commit(batch, true));
    batch_close(batch);
    assert_ok(sequence_get(store_reader(store), acme, &arena, &found));
    assert_true(found.begun);
    sequence = found;
    MISSING(1, 1, 3, 8);
    assert_int_equal(sequence.gaps[1].since, 90);
    assert_int_equal(sequence.last, 9);
    arena_free(&arena);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_number_is_where_it_begins, fresh),
        cmocka_unit_test_setup(what_is_left_out_is_missing_since_then, fresh),
        cmocka_unit_test_setup(what_comes_late_is_missing_no_more, fresh),
        cmocka_unit_test_setup(what_was_before_the_first_is_not_waited_for, fresh),
        cmocka_unit_test_setup(what_was_asked_for_is_dropped_and_no_other, fresh),
        cmocka_unit_test_setup(with_too_many_gaps_more_is_asked_for_than_is_missing, fresh),
        cmocka_unit_test_setup(numbers_may_be_as_large_as_they_get, fresh),
        cmocka_unit_test_setup(a_row_is_read_as_it_was_put, fresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Does a sum tell the rows that were added from any others, and is a row that an event wants
 * the same as it is when it is stored?
 *
 * Planted bugs that this must notice, and did: versions left out of the sum, the last byte of
 * an id left out of a row. */
#include "replay/verify/row_sum.h"

#include "core/log/rows.h"
#include "tests/world/checks.h"

static const struct id LAMP = { "dlamp with number" }, LAMQ = { "dlamp with numbes" };

static struct row_sum sum_of(struct row_sum_key key, const struct log_row *rows, size_t count)
{
    struct row_sum sum = { .key = key };

    for (size_t i = 0; i < count; i++) row_sum_add(&sum, &rows[i]);
    return sum;
}

/* What the keys of an id's rows begin with, and those of a type's. */
static struct key lead_of(struct id id)
{
    struct key key = key_new(1);

    key_add_id(&key, id);
    return key;
}

static struct key lead_of_type(uint32_t type)
{
    struct key key = key_new(1);

    key_add_byte(&key, INDEX_TYPE);
    key_add_u32(&key, type);
    return key;
}

static struct log_row stored(struct key lead, uint64_t position, uint64_t version)
{
    struct key value = { .size = 0 };

    key_add_u64(&lead, position);
    if (version) key_add_u64(&value, version);
    return log_row_stored(key_slice(&lead), key_slice(&value));
}

static void assert_same(struct log_row one, struct log_row other, bool same)
{
    struct row_sum_key key   = row_sum_key_new();
    struct row_sum     first = sum_of(key, &one, 1), second = sum_of(key, &other, 1);

    assert_true(row_sum_equal(&first, &second) == same);
}

static void a_row_is_the_same_wanted_and_stored(void **state)
{
    (void)state;
    assert_same(log_row_from_id(&LAMP, 7, 0), stored(lead_of(LAMP), 7, 0), true);
    assert_same(log_row_from_id(&LAMP, 7, 3), stored(lead_of(LAMP), 7, 3), true);
    assert_same(log_row_from_type(9, 7), stored(lead_of_type(9), 7, 0), true);
}

static void whatever_differs_in_one_thing_is_another_row(void **state)
{
    struct log_row row = log_row_from_id(&LAMP, 7, 3);

    (void)state;
    assert_same(row, log_row_from_id(&LAMQ, 7, 3), false);
    assert_same(row, log_row_from_id(&LAMP, 8, 3), false);
    assert_same(row, log_row_from_id(&LAMP, 7, 4), false);
    assert_same(row, log_row_from_id(&LAMP, 7, 0), false);
    assert_same(log_row_from_type(9, 7), log_row_from_type(8, 7), false);
    assert_same(log_row_from_type(9, 7), log_row_from_type(9, 8), false);
}

static void bytes_that_say_nothing_of_that_kind_are_no_row_of_ours(void **state)
{
    struct key row = lead_of(LAMP);

    (void)state;
    key_add_u64(&row, 7);
    for (size_t size = 4; size < row.size; size++) {
        struct key less = row;
        less.size       = size;
        assert_same(log_row_from_id(&LAMP, 7, 0),
                    log_row_stored(key_slice(&less), (struct slice){ 0 }), false);
    }
    assert_same(log_row_from_id(&LAMP, 7, 3), log_row_stored(key_slice(&row), SLICE("3")), false);
}

static void the_order_of_rows_does_not_matter_but_their_number_does(void **state)
{
    struct row_sum_key key      = row_sum_key_new();
    struct log_row     rows[]   = { log_row_from_id(&LAMP, 1, 0), log_row_from_id(&LAMQ, 2, 0),
                                    log_row_from_type(9, 2) };
    struct log_row     turned[] = { rows[2], rows[0], rows[1] };
    struct log_row     twice[]  = { rows[0], rows[1], rows[1] };
    struct row_sum     sum = sum_of(key, rows, 3), other = sum_of(key, turned, 3);

    (void)state;
    assert_true(row_sum_equal(&sum, &other));
    other = sum_of(key, rows, 2);
    assert_false(row_sum_equal(&sum, &other));
    other = sum_of(key, twice, 3);
    assert_false(row_sum_equal(&sum, &other));
}

/* What two rows say, said by two others, each with one's id and the other's position. */
static void rows_that_exchanged_their_positions_are_others(void **state)
{
    struct row_sum_key key     = row_sum_key_new();
    struct log_row     rows[]  = { log_row_from_id(&LAMP, 1, 0), log_row_from_id(&LAMQ, 2, 0) };
    struct log_row     mixed[] = { log_row_from_id(&LAMP, 2, 0), log_row_from_id(&LAMQ, 1, 0) };
    struct row_sum     sum = sum_of(key, rows, 2), other = sum_of(key, mixed, 2);

    (void)state;
    assert_false(row_sum_equal(&sum, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_the_same_wanted_and_stored),
        cmocka_unit_test(whatever_differs_in_one_thing_is_another_row),
        cmocka_unit_test(bytes_that_say_nothing_of_that_kind_are_no_row_of_ours),
        cmocka_unit_test(the_order_of_rows_does_not_matter_but_their_number_does),
        cmocka_unit_test(rows_that_exchanged_their_positions_are_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

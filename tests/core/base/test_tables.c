/* Does a map find all that was added, however much that is, and does a cache keep what is
 * worth most of what does not fit?
 *
 * Planted bug that it caught: a hash without its last stir. */
#include "core/base/tables.h"

#include <stdlib.h>

#include "tests/world/checks.h"

enum { MANY = 10000, ROWS = 64, WAYS = 4 };

static struct id numbered(uint64_t number)
{
    struct id id = { { ID_account } };

    memcpy(id.bytes + 1, &number, sizeof number);
    return id;
}

/* -- that grows ----------------------------------------------------------------------- */

static uint64_t *find(const struct map *map, uint64_t hash, uint64_t number)
{
    uint64_t *entry;

    for (size_t at = 0; (entry = map_next(map, hash, &at)) != NULL;)
        if (*entry == number) return entry;
    return NULL;
}

static uint64_t usual(uint64_t number)
{
    return table_hash(0, (struct slice){ (const char *)&number, sizeof number });
}
static uint64_t the_same(uint64_t number) { return number % 3; }

static void finds_all(uint64_t (*hash)(uint64_t), uint64_t count)
{
    static uint64_t numbers[MANY];
    struct map      map = { 0 };

    assert_null(find(&map, hash(0), 0));
    for (int again = 0; again < 2; again++) {
        for (uint64_t i = 0; i < count; i++) {
            numbers[i] = i;
            map_add(&map, hash(i), &numbers[i]);
        }
        assert_int_equal(map.count, count);
        for (uint64_t i = 0; i < count; i++) assert_ptr_equal(find(&map, hash(i), i), &numbers[i]);
        assert_null(find(&map, hash(count), count));
        map_clear(&map);
        assert_null(find(&map, hash(1), 1));
    }
    map_free(&map);
}

static void all_that_was_added_is_found(void **state)
{
    (void)state;
    finds_all(usual, MANY);
}

/* Wherever the bytes are in which keys differ, they spread over a table's first slots: as
 * chance would have it, 1,024 of them leave 377 of 1,024 slots free. */
static void keys_that_differ_in_two_bytes_spread(void **state)
{
    enum { SLOTS = 1024 };

    (void)state;
    for (size_t size = 2; size <= 48; size++)
        for (size_t at = 0; at + 2 <= size; at++) {
            bool   taken[SLOTS] = { false };
            char   key[48]      = { 0 };
            size_t count        = 0;
            for (unsigned i = 0; i < SLOTS; i++) {
                key[at]       = (char)(i >> 8);
                key[at + 1]   = (char)i;
                uint64_t hash = table_hash(3, (struct slice){ key, size });
                count += !taken[hash % SLOTS];
                taken[hash % SLOTS] = true;
            }
            assert_in_range(count, SLOTS / 2, SLOTS);
        }
}

static void keys_of_one_hash_are_told_apart(void **state)
{
    (void)state;
    finds_all(the_same, 500);
}

static void each_entry_comes_once(void **state)
{
    bool       seen[MANY] = { false }, *entry;
    struct map map        = { 0 };
    size_t     count      = 0, at;

    (void)state;
    at = 0;
    assert_null(map_each(&map, &at));
    for (uint64_t i = 0; i < MANY; i++) map_add(&map, usual(i), &seen[i]);
    for (at = 0; (entry = map_each(&map, &at)) != NULL; count++) {
        assert_false(*entry);
        *entry = true;
    }
    assert_int_equal(count, MANY);
    map_free(&map);
}

static void a_hash_depends_on_each_byte_and_the_seed(void **state)
{
    char bytes[19] = { 0 };

    (void)state;
    uint64_t plain = table_hash(0, SLICE_OF(bytes));
    assert_int_not_equal(plain, table_hash(1, SLICE_OF(bytes)));
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = 1;
        assert_int_not_equal(plain, table_hash(0, SLICE_OF(bytes)));
        bytes[i] = 0;
    }
}

/* -- that forgets --------------------------------------------------------------------- */

struct row {
    struct id name;
    int64_t   mark, told;
};
static struct row rows[ROWS];

static double far_from_now(const void *row, int64_t now_us)
{
    return (double)llabs(((const struct row *)row)->mark - now_us);
}

static const struct cache cache   = { rows, sizeof *rows, ROWS / WAYS, WAYS, far_from_now };
static const struct cache one_set = { rows, sizeof *rows, 1, WAYS, far_from_now };

static int forget(void **state)
{
    (void)state;
    memset(rows, 0, sizeof rows);
    return 0;
}

static struct row *place(const struct cache *where, uint64_t number, int64_t mark, int64_t now_us)
{
    struct row *row = cache_place(where, numbered(number), now_us);

    row->mark = mark;
    return row;
}

static void a_row_is_its_names_until_it_makes_room(void **state)
{
    struct row *row = place(&cache, 1, 10, 0);

    (void)state;
    assert_null(cache_find(&cache, numbered(2)));
    assert_ptr_equal(cache_find(&cache, numbered(1)), row);
    row->told = 7;
    assert_ptr_equal(place(&cache, 1, 20, 0), row);
    assert_int_equal(row->told, 7);
}

static void every_row_is_used(void **state)
{
    size_t kept = 0;

    (void)state;
    for (uint64_t i = 0; i < 10 * ROWS; i++) place(&cache, i, 1, 0);
    for (uint64_t i = 0; i < 10 * ROWS; i++) kept += cache_find(&cache, numbered(i)) != NULL;
    assert_int_equal(kept, ROWS);
}

static void the_row_worth_least_now_makes_room_and_comes_back_empty(void **state)
{
    (void)state;
    for (int number = 1; number <= WAYS; number++)
        place(&one_set, (uint64_t)number, 10 * number, 0)->told = 1;
    assert_int_equal(place(&one_set, 5, 50, 31)->told, 0);
    for (uint64_t number = 1; number <= 5; number++)
        assert_true((cache_find(&one_set, numbered(number)) == NULL) == (number == 3));
}

static void a_free_row_is_worth_less_than_any(void **state)
{
    (void)state;
    place(&one_set, 1, 0, 0);
    place(&one_set, 2, 0, 0);
    memset(cache_find(&one_set, numbered(1)), 0, sizeof *rows);
    for (uint64_t number = 3; number <= 5; number++) place(&one_set, number, 0, 0);
    assert_non_null(cache_find(&one_set, numbered(2)));
}

static void find_nobody(void) { (void)cache_find(&cache, NO_ID); }

static void nobody_has_no_row(void **state)
{
    (void)state;
    assert_true(stops(find_nobody));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_was_added_is_found),
        cmocka_unit_test(keys_that_differ_in_two_bytes_spread),
        cmocka_unit_test(keys_of_one_hash_are_told_apart),
        cmocka_unit_test(each_entry_comes_once),
        cmocka_unit_test(a_hash_depends_on_each_byte_and_the_seed),
        cmocka_unit_test_setup(a_row_is_its_names_until_it_makes_room, forget),
        cmocka_unit_test_setup(every_row_is_used, forget),
        cmocka_unit_test_setup(the_row_worth_least_now_makes_room_and_comes_back_empty, forget),
        cmocka_unit_test_setup(a_free_row_is_worth_less_than_any, forget),
        cmocka_unit_test(nobody_has_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

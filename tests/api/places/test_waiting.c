/* Does an address wait whole, sealed, and until it is taken away; and is one row as long as
 * any other?
 *
 * Planted bugs that this must notice, and did: the port left out, a list that goes too far, a
 * row sealed for one position that opens at another. */
#include "api/places/waiting.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/facts/names.h"
#include "core/store/key.h"
#include "tests/world/checks.h"

static struct arena  arena;
static struct store *store;
static struct vault *vault;
static struct batch *batch;

static const struct observation NARROW = {
    .family = 4, .address = { 192, 0, 2, 7 }, .has_port = true, .port = 0xabcd, .at = 20000 * DAY
};
static const struct observation WIDE = { .family  = 6,
                                         .address = { 0x20, 1, 0xd, 0xb8, [15] = 0x42 },
                                         .at      = 20001 * DAY };

static int begins(void **state)
{
    struct store_options options = { .families = { [FAMILY_detections] = true } };

    (void)state;
    assert_ok(store_open(&store, &options));
    assert_ok(vault_open(&vault, NULL, false));
    assert_ok(vault_create_key(vault, name_system()));
    batch = batch_open(store);
    return 0;
}

static int ends(void **state)
{
    (void)state;
    batch_close(batch);
    vault_close(vault);
    store_close(store);
    arena_free(&arena);
    return 0;
}

static struct reader *reader(void) { return store_reader(store); }

static void put(uint64_t position, const struct observation *seen)
{
    waiting_put(batch, vault, position, seen);
    assert_ok(batch_commit(batch, false));
}

static struct slice row_of(uint64_t position)
{
    struct key   key = reader_key(reader());
    struct slice row;

    key_add_u64(&key, position);
    assert_ok(reader_get(reader(), FAMILY_detections, key_slice(&key), &arena, &row));
    return row;
}

static void assert_waits(uint64_t position, const struct observation *seen)
{
    struct observation found;

    assert_ok(waiting_get(reader(), vault, position, &arena, &found));
    assert_int_equal(found.family, seen->family);
    assert_memory_equal(found.address, seen->address, sizeof found.address);
    assert_int_equal(found.has_port, seen->has_port);
    assert_int_equal(found.port, seen->port);
    assert_int_equal(found.at, seen->at);
}

static void an_address_waits_as_it_was_seen(void **state)
{
    (void)state;
    put(7, &NARROW);
    put(9, &WIDE);
    assert_waits(7, &NARROW);
    assert_waits(9, &WIDE);
}

static void its_row_tells_nothing(void **state)
{
    (void)state;
    put(7, &NARROW);
    put(9, &WIDE);
    struct slice narrow = row_of(7), wide = row_of(9);
    assert_int_equal(narrow.size, wide.size);
    assert_null(memmem(narrow.data, narrow.size, NARROW.address, 4));
    assert_null(memmem(wide.data, wide.size, WIDE.address, 4));
}

static void those_that_wait_are_listed_in_their_order(void **state)
{
    uint64_t positions[4];
    size_t   count;

    (void)state;
    for (uint64_t position = 300; position > 200; position -= 20) put(position, &NARROW);
    assert_ok(waiting_list(reader(), 0, UINT64_MAX, positions, 4, &count));
    assert_int_equal(count, 4);
    assert_int_equal(positions[0], 220);
    assert_int_equal(positions[3], 280);
    assert_ok(waiting_list(reader(), 220, 260, positions, 4, &count));
    assert_int_equal(count, 2);
    assert_int_equal(positions[1], 260);
}

static void what_is_taken_away_waits_no_more(void **state)
{
    struct observation found;

    (void)state;
    put(7, &NARROW);
    put(8, &WIDE);
    waiting_erase(batch, 7);
    assert_ok(batch_commit(batch, false));
    assert_int_equal(waiting_get(reader(), vault, 7, &arena, &found).code, STATUS_NOT_FOUND);
    assert_waits(8, &WIDE);
}

static void put_row(uint64_t position, struct slice row)
{
    struct key key = reader_key(reader());

    key_add_u64(&key, position);
    batch_put(batch, FAMILY_detections, key_slice(&key), row);
    assert_ok(batch_commit(batch, false));
}

static void a_row_that_was_altered_is_damage(void **state)
{
    struct observation found;

    (void)state;
    put(7, &NARROW);
    struct slice row = row_of(7);
    put_row(8, row); /* another's */
    assert_int_equal(waiting_get(reader(), vault, 8, &arena, &found).code, STATUS_CORRUPT);
    put_row(7, (struct slice){ row.data, row.size - 1 });
    assert_int_equal(waiting_get(reader(), vault, 7, &arena, &found).code, STATUS_CORRUPT);
    put_row(7, SLICE("cut"));
    assert_int_equal(waiting_get(reader(), vault, 7, &arena, &found).code, STATUS_CORRUPT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begins, ends)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_address_waits_as_it_was_seen),           TEST(its_row_tells_nothing),
        TEST(those_that_wait_are_listed_in_their_order), TEST(what_is_taken_away_waits_no_more),
        TEST(a_row_that_was_altered_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

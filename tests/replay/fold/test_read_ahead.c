/* Does whoever works through records get each one, whole and in order, however many there
 * are, and can they stop anywhere?
 *
 * Planted bugs that this must notice, and did: the records of the last chunk lost, a chunk
 * filled again while it was in use.
 */
#include "replay/fold/read_ahead.h"

#include <stdio.h>

#include "tests/world/checks.h"

enum { LARGE = 60000 };

struct supply {
    uint64_t made, all;
    size_t   size; /* of an envelope */
    char     bytes[LARGE];
};

/* The same bytes again and again, as a scan gives them. */
static bool give(void *context, struct log_record *record)
{
    struct supply *supply = context;

    if (supply->made == supply->all) return false;
    supply->made++;
    memset(supply->bytes, (int)(supply->made % 251), supply->size);
    *record = (struct log_record){ .position = supply->made,
                                   .envelope = { supply->bytes, supply->size } };
    return true;
}

static void measure(void *context, struct arena *arena, struct read_ahead_item *item)
{
    (void)context;
    item->event             = (struct event){ .position = item->record.position };
    item->event.traceparent = arena_print(arena, "%llu", (unsigned long long)item->record.position);
    item->status            = item->record.position % 7 ? OK : failed(STATUS_CORRUPT, "a seventh");
}

static void assert_item(const struct read_ahead_item *item, uint64_t position, size_t size)
{
    char number[32];

    assert_int_equal(item->record.position, position);
    assert_int_equal(item->record.envelope.size, size);
    assert_int_equal((uint8_t)item->record.envelope.data[0], position % 251);
    assert_int_equal((uint8_t)item->record.envelope.data[size - 1], position % 251);
    assert_null(item->record.ciphertext.data);
    snprintf(number, sizeof number, "%llu", (unsigned long long)position);
    assert_slice(item->event.traceparent, number);
    assert_int_equal(item->status.code, position % 7 ? STATUS_OK : STATUS_CORRUPT);
}

static struct read_ahead *read_ahead_of(struct supply *supply, uint64_t max, bool alone)
{
    return read_ahead_open(&(struct read_ahead_source){
        .next = give, .context = supply, .prepare = measure, .max = max, .alone = alone });
}

static void comes_whole(uint64_t all, size_t size, uint64_t max, bool alone)
{
    struct supply           supply     = { .all = all, .size = size };
    struct read_ahead      *read_ahead = read_ahead_of(&supply, max, alone);
    uint64_t                count      = 0;
    struct read_ahead_item *item;

    while ((item = read_ahead_next(read_ahead))) assert_item(item, ++count, size);
    assert_null(read_ahead_next(read_ahead));
    read_ahead_close(read_ahead);
    assert_int_equal(count, all < max ? all : max);
    assert_int_equal(supply.made, count);
}

static void every_record_comes_once_and_in_order(void **state)
{
    static const uint64_t counts[] = { 0,
                                       1,
                                       READ_AHEAD_RECORDS - 1,
                                       READ_AHEAD_RECORDS,
                                       READ_AHEAD_RECORDS + 1,
                                       READ_AHEAD_CHUNKS * READ_AHEAD_RECORDS,
                                       20 * READ_AHEAD_RECORDS + 3 };

    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        comes_whole(counts[i], 300, UINT64_MAX, false);
        comes_whole(counts[i], 300, UINT64_MAX, true);
    }
}

static void no_more_come_than_are_wanted(void **state)
{
    (void)state;
    comes_whole(3000, 300, 0, false);
    comes_whole(3000, 300, 1000, false);
    comes_whole(3000, 300, READ_AHEAD_RECORDS, false);
    comes_whole(3000, 300, 1000, true);
}

static void large_records_come_in_chunks_of_fewer(void **state)
{
    struct supply      supply     = { .all = 1000, .size = LARGE };
    struct read_ahead *read_ahead = read_ahead_of(&supply, UINT64_MAX, false);

    (void)state;
    assert_item(read_ahead_next(read_ahead), 1, LARGE);
    read_ahead_close(read_ahead);
    assert_true(supply.made <= (uint64_t)READ_AHEAD_CHUNKS * (READ_AHEAD_BYTES / LARGE + 1));
    comes_whole(100, LARGE, UINT64_MAX, false);
}

static void one_may_stop_anywhere(void **state)
{
    (void)state;
    for (uint64_t stop = 0; stop < 3000; stop += 250) {
        struct supply      supply     = { .all = 5000, .size = 300 };
        struct read_ahead *read_ahead = read_ahead_of(&supply, UINT64_MAX, false);

        for (uint64_t count = 1; count <= stop; count++)
            assert_item(read_ahead_next(read_ahead), count, 300);
        read_ahead_close(read_ahead);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_comes_once_and_in_order),
        cmocka_unit_test(no_more_come_than_are_wanted),
        cmocka_unit_test(large_records_come_in_chunks_of_fewer),
        cmocka_unit_test(one_may_stop_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is the order of keys as bytes the order of what they mean, and does reading
 * give back what was added? */
#include "tests/world/place.h"

static void numbers_sort_as_they_count(void **state)
{
    (void)state;
    static const uint64_t rising[] = { 0, 1, 255, 256, 65535, UINT64_C(1) << 32, UINT64_MAX };
    for (size_t at = 1; at < COUNT(rising); at++) {
        struct key less = key_new(1), more = key_new(1);
        key_add_u64(&less, rising[at - 1]);
        key_add_u64(&more, rising[at]);
        assert_true(slice_compare(key_slice(&less), key_slice(&more)) < 0);
    }
}

static void every_part_reads_back(void **state)
{
    (void)state;
    struct id  id  = { .bytes = { 'd', 1, 2, 3 } }, got_id;
    struct key key = key_new(7);
    key_add_byte(&key, 0xfe);
    key_add_u32(&key, 0xdeadbeef);
    key_add_u64(&key, UINT64_C(0x0123456789abcdef));
    key_add_id(&key, id);
    key_add_bytes(&key, SLICE("tail"));

    struct slice rest = key_slice(&key);
    uint32_t     partition, word;
    uint64_t     number;
    uint8_t      byte;
    assert_true(key_read_u32(&rest, &partition) && partition == 7);
    assert_true(key_read_byte(&rest, &byte) && byte == 0xfe);
    assert_true(key_read_u32(&rest, &word) && word == 0xdeadbeef);
    assert_true(key_read_u64(&rest, &number) && number == UINT64_C(0x0123456789abcdef));
    assert_true(key_read_id(&rest, &got_id) && id_equal(id, got_id));
    assert_slice(rest, "tail");
}

static void reading_past_the_end_says_no_and_moves_nothing(void **state)
{
    (void)state;
    struct slice rest = SLICE("abc");
    uint32_t     word = 5;
    uint64_t     number;
    struct id    id;
    assert_false(key_read_u32(&rest, &word));
    assert_false(key_read_u64(&rest, &number));
    assert_false(key_read_id(&rest, &id));
    assert_int_equal(rest.size, 3);
    assert_int_equal(word, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_sort_as_they_count),
        cmocka_unit_test(every_part_reads_back),
        cmocka_unit_test(reading_past_the_end_says_no_and_moves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

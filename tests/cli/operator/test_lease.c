/* test_lease.c -- does every lease of a file reach the service once, in requests it takes? */
#include "cli/operator/lease.h"
#include "tests/world/checks.h"

static void an_array_becomes_lines_and_lines_stay(void **state)
{
    struct buffer lines = { 0 };

    (void)state;
    assert_int_equal(lease_lines(SLICE(" [{\"a\": 1},\n {\"b\": 2}]\n"), &lines).code, STATUS_OK);
    assert_true(slice_equal(buffer_slice(&lines), SLICE("{\"a\":1}\n{\"b\":2}\n")));
    buffer_clear(&lines);
    assert_int_equal(lease_lines(SLICE("{\"a\": 1}\n\n{\"b\": 2}"), &lines).code, STATUS_OK);
    assert_true(slice_equal(buffer_slice(&lines), SLICE("{\"a\": 1}\n\n{\"b\": 2}")));
    buffer_free(&lines);
}

static void neither_is_refused(void **state)
{
    static const char *const wrong[] = { "", "\n \n", "gatewayId,ipv4\n", "[{\"a\":1}" };
    struct buffer            lines   = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(lease_lines(slice_text(wrong[i]), &lines).code, STATUS_CORRUPT);
    buffer_free(&lines);
}

static void each_line_is_in_one_chunk_and_no_chunk_is_too_large(void **state)
{
    struct buffer all = { 0 }, joined = { 0 };
    struct slice  rest, chunk;
    size_t        count, sum = 0, chunks = 0;

    (void)state;
    for (int i = 0; i < 12001; i++) buffer_print(&all, "{\"gatewayId\":\"box-%d\"}\n\n", i);
    rest = buffer_slice(&all);
    while (lease_chunk(&rest, &chunk, &count)) {
        assert_in_range(count, 1, LEASE_LINES_MAX);
        assert_in_range(chunk.size, 1, LEASE_BYTES_MAX);
        buffer_add(&joined, chunk);
        sum += count;
        chunks++;
    }
    assert_int_equal(sum, 12001);
    assert_int_equal(chunks, 3);
    assert_true(slice_starts(buffer_slice(&all), buffer_slice(&joined)));
    buffer_free(&all);
    buffer_free(&joined);
}

static void long_lines_make_shorter_chunks(void **state)
{
    struct buffer all = { 0 };
    struct slice  rest, chunk;
    size_t        count;

    (void)state;
    for (int i = 0; i < 3; i++) buffer_print(&all, "{\"x\":\"%0400000d\"}\n", i);
    rest = buffer_slice(&all);
    assert_true(lease_chunk(&rest, &chunk, &count));
    assert_int_equal(count, 2);
    assert_true(lease_chunk(&rest, &chunk, &count));
    assert_int_equal(count, 1);
    assert_false(lease_chunk(&rest, &chunk, &count));
    buffer_free(&all);
}

static void ports_are_two_numbers_in_order(void **state)
{
    static const char *const wrong[] = {
        "", "-", "1", "1-", "-2", "2-1", "1-65536", "01-2", "1-2-3"
    };
    uint64_t from = 0, to = 0;

    (void)state;
    assert_true(lease_ports(SLICE("1024-2047"), &from, &to));
    assert_int_equal(from, 1024);
    assert_int_equal(to, 2047);
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(lease_ports(slice_text(wrong[i]), &from, &to));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_becomes_lines_and_lines_stay),
        cmocka_unit_test(neither_is_refused),
        cmocka_unit_test(each_line_is_in_one_chunk_and_no_chunk_is_too_large),
        cmocka_unit_test(long_lines_make_shorter_chunks),
        cmocka_unit_test(ports_are_two_numbers_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

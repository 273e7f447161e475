/* Does a number come out as the value that came in, whatever its size and however it was
 * written; and are two of them compared, and counted off, without an error of rounding? */
#include "core/wire/decimal.h"

#include "tests/world/checks.h"

static struct arena arena;

static int forget(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct decimal number(const char *text)
{
    struct decimal read;

    assert_int_equal(decimal_read(&arena, slice_text(text), &read), DECIMAL_FINE);
    return read;
}

static void assert_reads(const char *text, const char *wanted)
{
    struct decimal read = number(text);
    char           found[DECIMAL_TEXT_MAX];

    assert_slice((struct slice){ found, decimal_text(&read, found) }, wanted);
}

#define DIGITS_308                                                                             \
    "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678" \
    "9012345678901234567890123456789012345678901234567890123456789012345678901234567890123456" \
    "7890123456789012345678901234567890123456789012345678901234567890123456789012345678901234" \
    "56789012345678901234567890123456789012345678"

static void a_whole_number_keeps_every_digit(void **state)
{
    static const char        many[] = DIGITS_308, less[] = "-" DIGITS_308;
    static const char *const same[] = {
        "0",
        "7",
        "-1050",
        "9007199254740993",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "123456789012345678901234567890",
        many,
        less,
    };

    (void)state;
    for (size_t i = 0; i < COUNT(same); i++) assert_reads(same[i], same[i]);
}

static void one_number_is_written_one_way(void **state)
{
    static const char *const rows[][2] = {
        { "-0", "0" },
        { "-0.0e9", "0" },
        { "0e99999999999999999999", "0" },
        { "30.0", "30" },
        { "3e1", "30" },
        { "0.3E+2", "30" },
        { "3000.00e-2", "30" },
        { "9007199254740993.0", "9007199254740993" },
        { "0.90071992547409930e16", "9007199254740993" },
        { "123456789012345678901234567890.00", "123456789012345678901234567890" },
        { "1e21", "1e+21" },
        { "1000000000000000000000", "1e+21" },
        { "100000000000000000000", "100000000000000000000" },
        { "1.7976931348623157e308", "1.7976931348623157e+308" },
        { "-1.5", "-1.5" },
        { "15e-1", "1.5" },
        { "0.00012", "0.00012" },
        { "0.00001", "1e-05" },
        { "-2.50e-8", "-2.5e-08" },
        { "5e-324", "5e-324" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) assert_reads(rows[i][0], rows[i][1]);
}

static void a_fraction_is_the_double_nearest_to_it(void **state)
{
    (void)state;
    assert_reads("0.1", "0.1");
    assert_reads("0.10000000000000001", "0.1");
    assert_reads("0.1000000000000000055511151231257827021181583404541015625", "0.1");
    assert_reads("0.30000000000000004", "0.30000000000000004");
    assert_reads("3.141592653589793", "3.141592653589793");
    assert_reads("4.9e-324", "5e-324");
    assert_reads("9007199254740993.5", "9007199254740994");
}

static void what_no_double_comes_near_is_not_taken(void **state)
{
    struct decimal read;

    (void)state;
    assert_int_equal(decimal_read(&arena, SLICE("1e309"), &read), DECIMAL_TOO_LARGE);
    assert_int_equal(decimal_read(&arena, SLICE("-1e309"), &read), DECIMAL_TOO_LARGE);
    assert_int_equal(decimal_read(&arena, SLICE("1.8e308"), &read), DECIMAL_TOO_LARGE);
    assert_int_equal(decimal_read(&arena, SLICE(DIGITS_308 "90"), &read), DECIMAL_TOO_LARGE);
    assert_int_equal(decimal_read(&arena, SLICE("1e99999999999999999999"), &read),
                     DECIMAL_TOO_LARGE);
    assert_int_equal(decimal_read(&arena, SLICE("1e-400"), &read), DECIMAL_TOO_SMALL);
    assert_int_equal(decimal_read(&arena, SLICE("-1e-99999999999999999999"), &read),
                     DECIMAL_TOO_SMALL);
}

static void only_what_64_bits_hold_is_such_a_number(void **state)
{
    static const char *const others[] = { "-1", "1.5", "18446744073709551616", "1e20", "1e300" };
    struct decimal           read;
    uint64_t                 value = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(others); i++) {
        read = number(others[i]);
        assert_false(decimal_u64(&read, &value));
    }
    assert_int_equal(value, 7);
    read = number("18446744073709551615.0");
    assert_true(decimal_u64(&read, &value));
    assert_true(value == UINT64_MAX);
    read = number("0");
    assert_true(decimal_u64(&read, &value));
    assert_int_equal(value, 0);
    read = number("4.2e3");
    assert_true(decimal_u64(&read, &value));
    assert_int_equal(value, 4200);
}

static void they_are_in_order(void **state)
{
    static const char *const rising[] = {
        "-1e300",
        "-18446744073709551616",
        "-18446744073709551615",
        "-1.5",
        "-1.25",
        "-1",
        "-0.01",
        "0",
        "5e-324",
        "0.01",
        "0.5",
        "0.51",
        "1",
        "1.25",
        "10",
        "11",
        "100",
        "9007199254740992",
        "9007199254740993",
        "18446744073709551615",
        "18446744073709551616",
        "1e300",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rising); i++)
        for (size_t n = 0; n < COUNT(rising); n++) {
            struct decimal a = number(rising[i]), b = number(rising[n]);
            int            found = decimal_compare(&a, &b);
            assert_int_equal((found > 0) - (found < 0), (i > n) - (i < n));
        }
}

static void assert_multiple(const char *text, const char *by, bool wanted)
{
    struct decimal a = number(text), step = number(by);

    assert_true(decimal_is_step(&step));
    if (decimal_is_multiple(&a, &step) != wanted) fail_msg("%s by %s", text, by);
}

static void they_are_counted_off_exactly(void **state)
{
    static const struct {
        const char *text, *by;
        bool        is;
    } rows[] = {
        { "0", "7", true },
        { "0.3", "0.1", true },
        { "-0.3", "0.1", true },
        { "0.35", "0.1", false },
        { "5", "0.1", true },
        { "19.99", "0.01", true },
        { "19.995", "0.01", false },
        { "0.0075", "0.0001", true },
        { "0.00751", "0.0001", false },
        { "4.35", "0.05", true },
        { "1.1", "0.3", false },
        { "16", "5", false },
        { "1e300", "5", true },
        { "1e300", "3", false },
        { "12391239123", "1e-8", true },
        { "10000000000000001", "2", false },
        { "18446744073709551615", "5", true },
        { "18446744073709551616", "5", false },
        { "340282366920938463463374607431768211456", "2", true },
        { "340282366920938463463374607431768211457", "2", false },
        { "150", "100", false },
        { "1500", "100", true },
        { "999999999999999998", "999999999999999999", false },
        { "1.5", "1e300", false },
        { "1e-300", "1e-301", true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) assert_multiple(rows[i].text, rows[i].by, rows[i].is);
}

static void the_error_of_who_computed_a_fraction_is_not_held_against_it(void **state)
{
    (void)state;
    assert_multiple("0.30000000000000004", "0.1", true);
    assert_multiple("0.7000000000000001", "0.1", true);
    assert_multiple("-2.3000000000000003", "0.1", true);
    assert_multiple("0.3000000119", "0.1", false);
}

static void a_step_is_more_than_0_and_not_too_long(void **state)
{
    static const char *const no[] = { "0", "-0.1", "1234567890123456789" };

    (void)state;
    for (size_t i = 0; i < COUNT(no); i++) {
        struct decimal step = number(no[i]);
        assert_false(decimal_is_step(&step));
    }
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_number_keeps_every_digit),
        TEST(one_number_is_written_one_way),
        TEST(a_fraction_is_the_double_nearest_to_it),
        TEST(what_no_double_comes_near_is_not_taken),
        TEST(only_what_64_bits_hold_is_such_a_number),
        TEST(they_are_in_order),
        TEST(they_are_counted_off_exactly),
        TEST(the_error_of_who_computed_a_fraction_is_not_held_against_it),
        TEST(a_step_is_more_than_0_and_not_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Are values thinned as a chart needs them: the least, the most, the mean and the last of each
 * stretch of time, and no more stretches than were asked for? Planted bug: the last
 * bucket went on past the time; its test failed. */
#include "api/app/series.h"
#include "core/base/clock.h"
#include "tests/world/checks.h"

static struct buffer  out;
static struct series *series;

#define START (INT64_C(1795363200000) * MILLISECOND) /* 2026-11-22T16:00:00.000Z */

static int forget(void **state)
{
    (void)state;
    series_free(series);
    buffer_free(&out);
    return 0;
}

static void begin(int64_t seconds, size_t points)
{
    series = series_new(START, START + seconds * SECOND, points);
}
static void add(int64_t second, const char *value)
{
    series_add(series, START + second * SECOND, slice_text(value));
}
static const char *shown(void)
{
    struct json json = json_to(&out);

    series_write(series, &json);
    buffer_add_byte(&out, '\0');
    return out.data;
}

static void numbers_have_their_least_their_most_and_their_mean(void **state)
{
    (void)state;
    begin(60, 1);
    add(0, "20.5");
    add(59, "-3");
    add(30, "7");
    assert_string_equal(shown(), "{\"items\":[{\"from\":\"2026-11-22T16:00:00.000Z\","
                                 "\"to\":\"2026-11-22T16:01:00.000Z\",\"min\":-3,\"max\":20.5,"
                                 "\"mean\":8.16666666666667,\"last\":-3,\"count\":3}]}");
}

static void the_largest_numbers_have_a_mean_too(void **state)
{
    (void)state;
    begin(60, 1);
    add(0, "1.7e+308");
    add(1, "1.7e+308");
    add(2, "123456789012345678901234567890123456789");
    assert_has(shown(), "\"min\":123456789012345678901234567890123456789,\"max\":1.7e+308,"
                        "\"mean\":1.13333333333333e+308,");
}

static void other_values_have_their_last_and_how_many_there_were(void **state)
{
    (void)state;
    begin(60, 1);
    add(10, "{\"r\":1}");
    add(5, "\"red\"");
    add(7, "4");
    assert_has(shown(), "\"to\":\"2026-11-22T16:01:00.000Z\",\"last\":{\"r\":1},\"count\":3}");
    assert_has_not(out.data, "min");
}

static void what_nobody_observed_is_not_there(void **state)
{
    (void)state;
    begin(100, 10);
    add(5, "true");
    add(95, "false");
    assert_has(shown(), "\"from\":\"2026-11-22T16:00:00.000Z\",\"to\":\"2026-11-22T16:00:10.000Z\","
                        "\"last\":true,\"count\":1},{\"from\":\"2026-11-22T16:01:30.000Z\"");
}

static void only_what_lies_in_the_time_counts(void **state)
{
    (void)state;
    begin(60, 3);
    add(-1, "1");
    add(60, "2");
    assert_string_equal(shown(), "{\"items\":[]}");
    buffer_clear(&out);
    add(0, "3");
    assert_has(shown(), "\"to\":\"2026-11-22T16:00:20.000Z\",\"min\":3");
}

static void the_last_bucket_ends_with_the_time(void **state)
{
    (void)state;
    series = series_new(START, START + 2999, SERIES_POINTS_MAX);
    series_add(series, START + 2998, SLICE("1"));
    assert_has(shown(), "\"to\":\"2026-11-22T16:00:00.002Z\",\"min\":1");
}

static void a_time_shorter_than_its_points_has_fewer(void **state)
{
    (void)state;
    series = series_new(START, START + 3, SERIES_POINTS_MAX);
    assert_int_equal(series->count, 3);
    series_add(series, START + 2, SLICE("1"));
    assert_has(shown(), "\"count\":1}]}");
}

static void a_number_is_shown_as_it_came(void **state)
{
    (void)state;
    begin(60, 1);
    add(1, "9007199254740993");
    assert_has(shown(), "\"min\":9007199254740993,\"max\":9007199254740993,");
}

static void at_one_instant_the_later_report_is_the_last(void **state)
{
    (void)state;
    begin(60, 1);
    add(1, "true");
    add(1, "false");
    assert_has(shown(), "\"last\":false,\"count\":2");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, forget)
    const struct CMUnitTest tests[] = {
        TEST(numbers_have_their_least_their_most_and_their_mean),
        TEST(the_largest_numbers_have_a_mean_too),
        TEST(other_values_have_their_last_and_how_many_there_were),
        TEST(what_nobody_observed_is_not_there),
        TEST(only_what_lies_in_the_time_counts),
        TEST(the_last_bucket_ends_with_the_time),
        TEST(a_time_shorter_than_its_points_has_fewer),
        TEST(a_number_is_shown_as_it_came),
        TEST(at_one_instant_the_later_report_is_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

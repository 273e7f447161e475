/* Does every instant survive its text, and is every text that is none refused? Does a steady
 * clock go on whatever is done to the wall clock?
 *
 * Tried with planted bugs: following without a limit, by 500 ppm of the time since the start
 * each time, and an acceptance that did not look at the wall clock.
 */
#include "core/base/clock.h"

#include "tests/world/checks.h"

#include <time.h>

static int64_t parsed(const char *text)
{
    int64_t at_us = -1; /* stays when refused */

    if (!instant_parse(slice_text(text), &at_us)) assert_int_equal(at_us, -1);
    return at_us;
}

static void instants_are_written_in_utc_with_milliseconds(void **state)
{
    static const struct {
        int64_t     at_us;
        const char *text;
    } samples[] = {
        { 0, "1970-01-01T00:00:00.000Z" },
        { 999, "1970-01-01T00:00:00.000Z" }, /* cut off, not rounded */
        { INT64_C(1795363387123999), "2026-11-22T16:03:07.123Z" },
        { INT64_C(951782400000000), "2000-02-29T00:00:00.000Z" },
        { INT64_C(4107542399999999), "2100-02-28T23:59:59.999Z" },
        { INT64_C(4107542400000000), "2100-03-01T00:00:00.000Z" },
        { INT64_C(253402300799999999), "9999-12-31T23:59:59.999Z" },
        { -1, "1969-12-31T23:59:59.999Z" },
        { INT64_C(-62167219200000000), "0000-01-01T00:00:00.000Z" },
        { INT64_MAX, "9999-12-31T23:59:59.999Z" },
        { INT64_MIN, "0000-01-01T00:00:00.000Z" },
    };
    char text[INSTANT_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        instant_text(samples[i].at_us, text);
        assert_string_equal(text, samples[i].text);
    }
}

static void every_day_agrees_with_the_c_library(void **state)
{
    char      text[INSTANT_TEXT_MAX], expected[INSTANT_TEXT_MAX];
    struct tm parts;

    (void)state;
    for (int64_t day = 0; day < 2932897; day += 13) { /* 1970 to 9999 */
        time_t seconds = day * 86400 + day % 86400;

        instant_text(seconds * SECOND, text);
        assert_non_null(gmtime_r(&seconds, &parts));
        strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
        assert_string_equal(text, expected);
        assert_int_equal(parsed(text), seconds * SECOND);
    }
}

static void fractions_are_read_to_the_microsecond(void **state)
{
    (void)state;
    assert_int_equal(parsed("1970-01-01T00:00:01Z"), SECOND);
    assert_int_equal(parsed("1970-01-01T00:00:01.5Z"), SECOND + 500000);
    assert_int_equal(parsed("1970-01-01T00:00:01.000001Z"), SECOND + 1);
    assert_int_equal(parsed("1970-01-01T00:00:01.123456789Z"), SECOND + 123456);
    assert_int_equal(parsed("1970-01-01T00:00:01.1234567890Z"), -1);
    assert_int_equal(parsed("1970-01-01T00:00:01.Z"), -1);
    assert_int_equal(parsed("1970-01-01T00:00:01,5Z"), -1);
}

static void offsets_lead_to_utc(void **state)
{
    int64_t noon = parsed("2026-11-22T12:00:00Z");

    (void)state;
    assert_int_equal(parsed("2026-11-22T12:00:00+00:00"), noon);
    assert_int_equal(parsed("2026-11-22T12:00:00-00:00"), noon);
    assert_int_equal(parsed("2026-11-22t12:00:00z"), noon);
    assert_int_equal(parsed("2026-11-22T17:30:00+05:30"), noon);
    assert_int_equal(parsed("2026-11-22T04:00:00-08:00"), noon);
    assert_int_equal(parsed("2026-11-23T11:59:00+23:59"), noon);
    assert_int_equal(parsed("1969-12-31T23:00:00-01:00"), 0);
    assert_int_equal(parsed("1970-01-01T00:59:59+01:00"), -1); /* before 1970 */
    assert_int_equal(parsed("9999-12-31T23:59:59-00:01"), -1); /* after 9999 */
    assert_int_equal(parsed("2026-11-22T12:00:00+24:00"), -1);
    assert_int_equal(parsed("2026-11-22T12:00:00+01:60"), -1);
    assert_int_equal(parsed("2026-11-22T12:00:00+0100"), -1);
    assert_int_equal(parsed("2026-11-22T12:00:00+01"), -1);
}

static void days_that_never_were_are_refused(void **state)
{
    (void)state;
    assert_int_not_equal(parsed("2024-02-29T00:00:00Z"), -1);
    assert_int_not_equal(parsed("2000-02-29T00:00:00Z"), -1);
    assert_int_equal(parsed("2026-02-29T00:00:00Z"), -1);
    assert_int_equal(parsed("2100-02-29T00:00:00Z"), -1);
    assert_int_equal(parsed("2026-04-31T00:00:00Z"), -1);
    assert_int_equal(parsed("2026-00-10T00:00:00Z"), -1);
    assert_int_equal(parsed("2026-13-10T00:00:00Z"), -1);
    assert_int_equal(parsed("2026-10-00T00:00:00Z"), -1);
    assert_int_equal(parsed("2026-10-10T24:00:00Z"), -1);
    assert_int_equal(parsed("2026-10-10T00:60:00Z"), -1);
    assert_int_equal(parsed("2026-10-10T00:00:61Z"), -1);
    assert_int_equal(parsed("0000-03-01T00:00:00Z"), -1);
}

static void a_leap_second_only_ends_a_month_in_utc(void **state)
{
    int64_t next = parsed("1991-01-01T00:00:00Z");

    (void)state;
    assert_int_equal(parsed("1990-12-31T23:59:60Z"), next);      /* RFC 3339, 5.8 */
    assert_int_equal(parsed("1990-12-31T15:59:60-08:00"), next); /* the same there */
    assert_int_equal(parsed("1990-12-31T23:59:60.5Z"), next + SECOND / 2);
    assert_int_equal(parsed("1990-12-31T23:59:60-08:00"), -1);
    assert_int_equal(parsed("1990-12-30T23:59:60Z"), -1);
    assert_int_equal(parsed("1990-12-31T12:00:60Z"), -1);
}

static void anything_but_the_whole_text_is_refused(void **state)
{
    static const char good[] = "2026-11-22T16:03:07.123+01:00";
    int64_t           at_us  = 7;

    (void)state;
    for (size_t size = 0; size < sizeof good - 1; size++)
        assert_false(instant_parse((struct slice){ good, size }, &at_us));
    assert_false(instant_parse((struct slice){ good, sizeof good }, &at_us)); /* its NUL */
    assert_false(instant_parse((struct slice){ 0 }, &at_us));
    assert_int_equal(at_us, 7);
    assert_int_equal(parsed(" 2026-11-22T16:03:07Z"), -1);
    assert_int_equal(parsed("2026-11-22T16:03:07Z "), -1);
    assert_int_equal(parsed("2026-11-22 16:03:07Z"), -1);
    assert_int_equal(parsed("2026-11-22T16:03:07"), -1);
    assert_int_equal(parsed("2026-11-22T16:03Z"), -1);
    assert_int_equal(parsed("+026-11-22T16:03:07Z"), -1);
    assert_int_equal(parsed("20261122T160307Z"), -1);
    assert_false(instant_parse(SLICE("2026-11-22T16:03:07\0"), &at_us));
}

static void a_span_is_a_whole_number_and_its_unit(void **state)
{
    static const struct {
        const char *text;
        int64_t     us;
    } good[] = {
        { "0s", 0 },
        { "500ms", 500 * MILLISECOND },
        { "30s", 30 * SECOND },
        { "15m", 15 * MINUTE },
        { "24h", DAY },
        { "36500d", 36500 * DAY },
    };
    static const char *const bad[] = { "",
                                       "7",
                                       "d",
                                       "7 d",
                                       "07d",
                                       "-7d",
                                       "1.5h",
                                       "7D",
                                       "7days",
                                       "106751992d",
                                       "18446744073709551615ms" };
    int64_t                  us    = -1;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(span_parse(slice_text(good[i].text), &us));
        assert_int_equal(us, good[i].us);
    }
    us = -1;
    for (size_t i = 0; i < COUNT(bad); i++) assert_false(span_parse(slice_text(bad[i]), &us));
    assert_int_equal(us, -1);
}

static void a_fake_clock_stands_and_a_real_one_moves(void **state)
{
    struct clock fake = clock_fake(42), real = clock_real();
    int64_t      before = clock_monotonic_us();

    (void)state;
    assert_int_equal(clock_now(&fake), 42);
    fake.fixed_us += HOUR;
    assert_int_equal(clock_now(&fake), 42 + HOUR);
    assert_true(clock_now(&real) > parsed("2020-01-01T00:00:00Z"));
    assert_true(clock_monotonic_us() >= before);
}

/* -- a steady clock -- */

static int64_t reached(struct clock *clock, int64_t after_us)
{
    clock->fixed_us += after_us;
    clock_follow(clock);
    return clock_now(clock) - clock->fixed_us;
}

static void a_steady_clock_goes_on_when_the_wall_clock_steps(void **state)
{
    struct clock fake = clock_fake(DAY);

    (void)state;
    fake.stepped_us = 3650 * DAY;
    assert_int_equal(clock_now(&fake), DAY);
    assert_int_equal(clock_step(&fake), 3650 * DAY);
    fake.stepped_us = -HOUR;
    fake.fixed_us += MINUTE;
    assert_int_equal(clock_now(&fake), DAY + MINUTE);
    assert_int_equal(clock_step(&fake), -HOUR);
}

static void it_follows_the_wall_clock_no_faster_than_time_is_slewed(void **state)
{
    struct clock fake = clock_fake(DAY);

    (void)state;
    fake.stepped_us = SECOND;
    assert_int_equal(reached(&fake, SECOND - 1), 0); /* not each time it is looked at */
    assert_int_equal(reached(&fake, 1), 500);
    assert_int_equal(reached(&fake, 0), 500);
    assert_int_equal(reached(&fake, 1000 * SECOND), 500500);
    assert_int_equal(reached(&fake, HOUR), SECOND); /* and not beyond */
    fake.stepped_us = 0;
    assert_int_equal(reached(&fake, 1000 * SECOND), SECOND / 2);
    assert_int_equal(reached(&fake, HOUR), 0);
}

static void small_steps_add_up_if_they_come_faster(void **state)
{
    struct clock fake = clock_fake(DAY);

    (void)state;
    for (int i = 1; i <= 3; i++) {
        fake.stepped_us += 9 * SECOND;
        reached(&fake, SECOND);
        assert_in_range(clock_step(&fake), i * 9 * SECOND - i * 500, i * 9 * SECOND);
    }
}

static void only_the_time_that_the_wall_clock_says_is_accepted(void **state)
{
    struct clock fake = clock_fake(DAY);
    int64_t      wall, step;

    (void)state;
    fake.stepped_us = HOUR;
    assert_false(clock_accept(&fake, DAY, MINUTE, &wall, &step));
    assert_false(clock_accept(&fake, DAY + HOUR + MINUTE + 1, MINUTE, &wall, &step));
    assert_int_equal(wall, DAY + HOUR);
    assert_int_equal(step, HOUR);
    assert_int_equal(clock_now(&fake), DAY);
    assert_true(clock_accept(&fake, DAY + HOUR - MINUTE, MINUTE, &wall, &step));
    assert_int_equal(step, HOUR);
    assert_int_equal(clock_now(&fake), DAY + HOUR); /* not the time that was named */
    assert_int_equal(clock_step(&fake), 0);
    assert_true(clock_accept(&fake, DAY + HOUR, MINUTE, &wall, &step)); /* once more */
    assert_int_equal(step, 0);
}

static void a_real_steady_clock_agrees_with_the_wall_clock(void **state)
{
    struct clock real = clock_real(), steady = clock_steady();
    int64_t      before = clock_now(&real), now = clock_now(&steady), after = clock_now(&real);

    (void)state;
    assert_in_range(now, before - SECOND, after + SECOND);
    assert_in_range(clock_step(&steady) + SECOND, 0, 2 * SECOND);
    assert_int_equal(clock_step(&real), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_written_in_utc_with_milliseconds),
        cmocka_unit_test(every_day_agrees_with_the_c_library),
        cmocka_unit_test(fractions_are_read_to_the_microsecond),
        cmocka_unit_test(offsets_lead_to_utc),
        cmocka_unit_test(days_that_never_were_are_refused),
        cmocka_unit_test(a_leap_second_only_ends_a_month_in_utc),
        cmocka_unit_test(anything_but_the_whole_text_is_refused),
        cmocka_unit_test(a_span_is_a_whole_number_and_its_unit),
        cmocka_unit_test(a_fake_clock_stands_and_a_real_one_moves),
        cmocka_unit_test(a_steady_clock_goes_on_when_the_wall_clock_steps),
        cmocka_unit_test(it_follows_the_wall_clock_no_faster_than_time_is_slewed),
        cmocka_unit_test(small_steps_add_up_if_they_come_faster),
        cmocka_unit_test(only_the_time_that_the_wall_clock_says_is_accepted),
        cmocka_unit_test(a_real_steady_clock_agrees_with_the_wall_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* When does an answer say that we may come again? */
#include "api/post/answer_head.h"
#include "tests/world/checks.h"

static const int64_t THEN = INT64_C(784111777) * SECOND; /* of RFC 9110, 5.6.7 */

static int64_t asked(const char *value, int64_t now_us)
{
    struct retry_after retry_after = retry_after_read(slice_text(value));

    return retry_after_us(&retry_after, now_us);
}

static void a_number_of_seconds_is_as_long(void **state)
{
    (void)state;
    assert_int_equal(asked("120", THEN), 120 * SECOND);
    assert_int_equal(asked("0", THEN), 0);
    assert_int_equal(asked("007", THEN), 7 * SECOND);
}

static void each_of_the_three_dates_is_an_instant(void **state)
{
    static const char *const dates[] = { "Sun, 06 Nov 1994 08:49:37 GMT",
                                         "Sunday, 06-Nov-94 08:49:37 GMT",
                                         "Sun Nov  6 08:49:37 1994" };

    (void)state;
    for (size_t i = 0; i < COUNT(dates); i++) {
        assert_int_equal(asked(dates[i], THEN - 90 * SECOND), 90 * SECOND);
        assert_int_equal(asked(dates[i], THEN + 1), 0);
    }
}

static void however_long_it_is_it_is_no_more_than_a_year(void **state)
{
    static const char *const never[] = { "31536001", "99999999999999999999999999999999999999",
                                         "Fri, 31 Dec 9999 23:59:59 GMT" };

    (void)state;
    for (size_t i = 0; i < COUNT(never); i++)
        assert_int_equal(asked(never[i], THEN), RETRY_AFTER_MAX);
}

static void what_is_neither_asks_for_nothing(void **state)
{
    static const char *const wrong[] = { "",
                                         "soon",
                                         "-1",
                                         "1.5",
                                         "12 s",
                                         "0x10",
                                         "Sun, 06 Nov 1994 08:49:37 CET",
                                         "Sun, 06 Nov 1994 08:49:37 GMT and so on" };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) assert_int_equal(asked(wrong[i], THEN), 0);
}

static void a_line_is_known_by_its_name_in_any_case(void **state)
{
    struct slice value;

    (void)state;
    assert_true(head_line_read(SLICE("Retry-After:  7 \r\n"), "retry-after", &value));
    assert_true(slice_equal(value, SLICE("7")));
    assert_true(head_line_read(SLICE("RETRY-AFTER:\r\n"), "retry-after", &value));
    assert_int_equal(value.size, 0);
    assert_false(head_line_read(SLICE("Retry-Afterwards: 7\r\n"), "retry-after", &value));
    assert_false(head_line_read(SLICE("X-Retry-After: 7\r\n"), "retry-after", &value));
    assert_false(head_line_read(SLICE("HTTP/1.1 200 OK\r\n"), "retry-after", &value));
    assert_false(head_line_read(SLICE("\r\n"), "retry-after", &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_of_seconds_is_as_long),
        cmocka_unit_test(each_of_the_three_dates_is_an_instant),
        cmocka_unit_test(however_long_it_is_it_is_no_more_than_a_year),
        cmocka_unit_test(what_is_neither_asks_for_nothing),
        cmocka_unit_test(a_line_is_known_by_its_name_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

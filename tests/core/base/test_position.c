/* Question: is a position written in one way, and is nothing else read as one? */
#include "core/base/position.h"
#include "tests/world/checks.h"

static void what_is_written_is_read_back(void **state)
{
    static const struct {
        struct position position;
        const char     *text;
    } cases[] = {
        { { 1, 123 }, "1/123" },
        { { 2, 0 }, "2/0" },
        { { UINT32_MAX, UINT64_MAX }, "4294967295/18446744073709551615" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct position again = { 0 };
        char            text[POSITION_TEXT_MAX];

        position_text(cases[i].position, text);
        assert_string_equal(text, cases[i].text);
        assert_true(position_parse(slice_text(text), &again));
        assert_int_equal(again.partition, cases[i].position.partition);
        assert_true(again.number == cases[i].position.number);
    }
}

static void anything_else_is_no_position_and_changes_nothing(void **state)
{
    static const char *const wrong[] = {
        "",     "/",    "1/",    "/7",   "7",     "0/7",          "1/7/7",
        " 1/7", "1/7 ", "1 / 7", "1/07", "01/7",  "4294967296/7", "1/18446744073709551616",
        "-1/7", "+1/7", "1/0x7", "1\\7", "one/7",
    };
    struct position position = { 7, 7 };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (position_parse(slice_text(wrong[i]), &position)) fail_msg("\"%s\" was read", wrong[i]);
    assert_int_equal(position.partition, 7);
    assert_int_equal(position.number, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(anything_else_is_no_position_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

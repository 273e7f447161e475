/* test_table.c -- are rows aligned for people, plain for programs, and tame for both? */
#include "cli/tool/screen.h"
#include "cli/tool/table.h"
#include "tests/world/checks.h"

static const char *const headings[] = { "ID", "NAME" };

static void write_two_rows(bool for_terminal, bool colour, struct buffer *out)
{
    struct table table;

    table_start(&table, headings, 2);
    table_add(&table, (struct slice[]){ SLICE("net_1"), SLICE("Küche") });
    table_add(&table, (struct slice[]){ SLICE("n"), { NULL, 0 } });
    table_write(&table, for_terminal, colour, out);
    table_free(&table);
}

static void is(struct buffer *out, const char *wanted)
{
    buffer_add_byte(out, '\0');
    assert_string_equal(out->data, wanted);
    buffer_free(out);
}

static void columns_are_aligned_by_characters_not_bytes(void **state)
{
    struct buffer out = { 0 };

    (void)state;
    write_two_rows(true, false, &out);
    is(&out, "ID     NAME\nnet_1  Küche\nn      \n");
}

static void headings_are_bold_where_there_is_colour(void **state)
{
    struct buffer out = { 0 };

    (void)state;
    write_two_rows(true, true, &out);
    assert_true(slice_starts(buffer_slice(&out), SLICE("\033[1mID     NAME\033[0m\n")));
    buffer_free(&out);
}

static void in_a_pipe_there_are_tabs_no_headings_and_no_empty_cells(void **state)
{
    struct buffer out = { 0 };

    (void)state;
    write_two_rows(false, false, &out);
    is(&out, "net_1\tKüche\nn\t-\n");
}

static void a_cell_cannot_command_the_terminal_or_make_a_row(void **state)
{
    struct table  table;
    struct buffer out = { 0 };

    (void)state;
    table_start(&table, headings, 2);
    table_add(&table, (struct slice[]){ SLICE("a\033[2J"), SLICE("b\nc\td\xff") });
    table_write(&table, false, false, &out);
    table_free(&table);
    is(&out, "a?[2J\tb?c?d?\n");
}

static void many_rows_are_kept_in_their_order(void **state)
{
    struct table  table;
    struct buffer out = { 0 };

    (void)state;
    table_start(&table, headings, 1);
    for (int i = 0; i < 1000; i++) {
        struct buffer cell = { 0 };
        buffer_print(&cell, "%d", i);
        table_add(&table, (struct slice[]){ buffer_slice(&cell) });
        buffer_free(&cell);
    }
    table_write(&table, false, false, &out);
    table_free(&table);
    assert_true(slice_starts(buffer_slice(&out), SLICE("0\n1\n2\n")));
    assert_int_equal(out.size, 10 * 2 + 90 * 3 + 900 * 4);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned_by_characters_not_bytes),
        cmocka_unit_test(headings_are_bold_where_there_is_colour),
        cmocka_unit_test(in_a_pipe_there_are_tabs_no_headings_and_no_empty_cells),
        cmocka_unit_test(a_cell_cannot_command_the_terminal_or_make_a_row),
        cmocka_unit_test(many_rows_are_kept_in_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

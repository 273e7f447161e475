#include "cli/tool/table.h"

#include <stdlib.h>
#include <string.h>

#include "cli/tool/screen.h"

enum { GAP = 2 }; /* blanks between columns */

static void table_put_cells(struct table *table, const struct slice *cells)
{
    size_t count = (table->rows + 1) * table->columns;

    if (count > table->room) {
        table->room  = count > 2 * table->room ? 2 * count : 2 * table->room;
        table->cells = realloc(table->cells, table->room * sizeof *table->cells);
        ensure(table->cells != NULL);
    }
    for (size_t i = 0; i < table->columns; i++) {
        struct buffer sanitize = { 0 };
        screen_sanitize(&sanitize, cells[i]);
        table->cells[table->rows * table->columns + i] = arena_copy(&table->arena,
                                                                    buffer_slice(&sanitize));
        buffer_free(&sanitize);
    }
    table->rows++;
}

void table_start(struct table *table, const char *const *headings, size_t columns)
{
    struct slice cells[TABLE_COLUMNS_MAX];

    ensure(columns > 0 && columns <= TABLE_COLUMNS_MAX);
    *table = (struct table){ .columns = columns };
    for (size_t i = 0; i < columns; i++) cells[i] = slice_text(headings[i]);
    table_put_cells(table, cells);
}

void table_add(struct table *table, const struct slice *cells)
{
    ensure(table->rows > 0);
    table_put_cells(table, cells);
}

static struct slice table_cell(const struct table *table, size_t row, size_t column)
{
    return table->cells[row * table->columns + column];
}

static void table_write_plain(const struct table *table, struct buffer *out)
{
    for (size_t row = 1; row < table->rows; row++)
        for (size_t column = 0; column < table->columns; column++) {
            struct slice text = table_cell(table, row, column);
            buffer_add(out, text.size ? text : SLICE("-"));
            buffer_add_byte(out, column + 1 < table->columns ? '\t' : '\n');
        }
}

static size_t table_width(const struct table *table, size_t column)
{
    size_t widest = 0;

    for (size_t row = 0; row < table->rows; row++) {
        size_t width = screen_width(table_cell(table, row, column));
        if (width > widest) widest = width;
    }
    return widest;
}

static void table_write_row(const struct table *table, size_t row, const size_t *widths,
                            struct buffer *out)
{
    for (size_t column = 0; column < table->columns; column++) {
        struct slice text = table_cell(table, row, column);
        size_t       pad  = widths[column] + GAP - screen_width(text);
        buffer_add(out, text);
        if (column + 1 == table->columns) break; /* no trailing blanks */
        while (pad--) buffer_add_byte(out, ' ');
    }
}

static void table_write_aligned(const struct table *table, bool colour, struct buffer *out)
{
    size_t widths[TABLE_COLUMNS_MAX];

    for (size_t column = 0; column < table->columns; column++)
        widths[column] = table_width(table, column);
    for (size_t row = 0; row < table->rows; row++) {
        if (row == 0 && colour) buffer_add(out, SLICE("\033[1m"));
        table_write_row(table, row, widths, out);
        if (row == 0 && colour) buffer_add(out, SLICE("\033[0m"));
        buffer_add_byte(out, '\n');
    }
}

void table_write(const struct table *table, bool for_terminal, bool colour, struct buffer *out)
{
    if (for_terminal) table_write_aligned(table, colour, out);
    else table_write_plain(table, out);
}

void table_show(struct table *table)
{
    struct buffer out = { 0 };

    table_write(table, screen_is_terminal(stdout), *screen_paint(stdout, PAINT_BOLD) != '\0', &out);
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    table_free(table);
}

void table_free(struct table *table)
{
    arena_free(&table->arena);
    free(table->cells);
    *table = (struct table){ 0 };
}

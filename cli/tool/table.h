/* table.h -- rows under headings.
 *
 * On a terminal the columns are aligned and the headings bold; elsewhere a row is a
 * line of cells with tabs between, without headings, for cut, awk and grep. An empty
 * cell is "-" there, so that every row has all its cells.
 *
 * THREADS   One at a time.
 * MEMORY    Cells are copied; table_free() ends all.
 */
#ifndef PIOT_CLI_TOOL_TABLE_H
#define PIOT_CLI_TOOL_TABLE_H

#include "core/base/arena.h"
#include "core/base/buffer.h"

enum { TABLE_COLUMNS_MAX = 8 };

struct table {
    struct arena  arena;
    size_t        columns, rows, room;
    struct slice *cells; /* the headings first, then row after row */
};
/* `headings` as many as `columns`. */
void table_start(struct table *table, const char *const *headings, size_t columns);
/* A row of `columns` cells; what is in them is tamed. */
void table_add(struct table *table, const struct slice *cells);
void table_write(const struct table *table, bool for_terminal, bool colour, struct buffer *out);
/* Writes to standard output as it is, and frees. */
void table_show(struct table *table);
void table_free(struct table *table);

#endif

/* row.h -- any record of the views or the registry, told field by field.
 *
 * Internal fields are told to nobody, personal ones only to whom may see them. What is
 * not there is left out. Positions among the fields ("changed") are written as on the
 * wire.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_REPLAY_FOLD_ROW_H
#define PIOT_REPLAY_FOLD_ROW_H

#include "core/store/record.h"

/* The type of that family's records; NULL: none of ours. */
const struct record_type *row_type_of(enum family family, char letter);
/* A row from its bytes, in the arena; NULL: they are no record of that type. */
const void *row_decode(const struct record_type *type, struct slice bytes, struct arena *arena);

struct row_view {
    uint32_t partition; /* of the log whose positions the row has */
    bool     personal;  /* may the reader see personal fields? */
};

/* Names and values into an open object. */
void row_json(const struct record_type *type, const void *row, struct row_view view,
              struct json *json);

/* [{"name","from","to"}] of the fields that differ, of values name by name: "reported.on".
 * Either row may be NULL: then there is but the other side, and what says nothing (no, 0, an
 * empty list) is left out. A field that may not be seen has its name, and "hidden": true in
 * place of values. How many differ. */
enum row_telling {
    ROW_CHANGES, /* what changed from one moment to another: not that it did, nor when it
                    was said, nor what may not be seen */
    ROW_ALL,     /* everything that differs, internal fields by name alone */
};
size_t row_changes(const struct record_type *type, const void *from, const void *to,
                   enum row_telling which, struct row_view view, struct json *json);

#endif

/* record.h -- a struct in the store: one table row declares it.
 *
 * A record type is a family, a letter and a shape; its key is partition,
 * letter, one or two ids. Whoever declares record types (the registry, the
 * views) wraps these in functions of the type's own name, made from the table.
 *
 * THREADS   As the reader's or batch's.
 * MEMORY    What is read has its text and lists in the arena.
 * ERRORS    A read that fails is noted with the reader (reader_note) and says
 *           "absent"; its owner looks at reader_failure(). So is a row without
 *           an id, which only an altered log asks for: STATUS_CORRUPT.
 */
#ifndef PIOT_RECORD_H
#define PIOT_RECORD_H

#include "core/base/shape.h"
#include "core/store/store.h"

struct record_type {
    enum family  family;
    char         letter;
    struct shape shape;
};

bool record_get(struct reader *reader, const struct record_type *type, struct id first,
                struct id second, struct arena *arena, void *body);
void record_put(struct batch *batch, const struct record_type *type, struct id first,
                struct id second, const void *body);
void record_erase(struct batch *batch, const struct record_type *type, struct id first,
                  struct id second);
/* The second ids under `first`, rising from the first one greater than `after`
 * (none: all); at most `max`. */
size_t record_list(struct reader *reader, const struct record_type *type, struct id first,
                   struct id after, struct id *seconds, size_t max);
/* The same, falling: from the last one less than `before` (none: the last of all). */
size_t record_list_falling(struct reader *reader, const struct record_type *type, struct id first,
                           struct id before, struct id *seconds, size_t max);

/* Which functions a row of such a table has: get, put, erase, list, fall. The table's
 * reader says by GET(name) … how each is declared, or defined. */
#define GP(name)    GET(name) PUT(name)
#define GPL(name)   GET(name) PUT(name) LIST(name)
#define GPE(name)   GET(name) PUT(name) ERASE(name)
#define GPEL(name)  GET(name) PUT(name) ERASE(name) LIST(name)
#define PEL(name)   PUT(name) ERASE(name) LIST(name)
#define GPELF(name) GPEL(name) FALL(name)
#define PELF(name)  PEL(name) FALL(name)
#define PEF(name)   PUT(name) ERASE(name) FALL(name)

/* Takes a row's key apart: which letter, which ids (`second` none: there is but one).
 * False: it is not the key of a record. */
bool record_key(struct slice key, char *letter, struct id *first, struct id *second);

#endif

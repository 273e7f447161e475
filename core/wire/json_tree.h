/* json_tree.h -- reading JSON that came from outside. (Writing is the business of
 * core/base/json.h.)
 *
 * Strict, RFC 8259: one value and nothing else, well-formed UTF-8, no duplicate
 * names, no U+0000, at most JSON_DEPTH_MAX deep. Numbers keep their value, and 30.0 is the
 * whole number 30 (core/wire/decimal.h). The reader is ours because those at hand hold a
 * number as a double or in 64 bits, and so change or refuse what is well-formed.
 *
 * THREADS   Any; a tree may be read by one thread at a time.
 * MEMORY    A tree lives in the arena it was parsed into; texts it gives point
 *           into it. Nothing is to be freed.
 * ERRORS    struct bad_field: which field, and what was expected there. It
 *           never repeats a value, only the name.
 */
#ifndef PIOT_CORE_WIRE_JSON_TREE_H
#define PIOT_CORE_WIRE_JSON_TREE_H

#include "core/base/arena.h"
#include "core/base/json.h"
#include "core/base/shape.h"
#include "core/wire/bad_field.h"
#include "core/wire/decimal.h"

struct node; /* a value in a parsed text */
enum node_kind {
    NODE_NULL,
    NODE_FLAG,
    NODE_INTEGER, /* a whole number, of any size and however it was written */
    NODE_REAL,    /* a number with a fraction */
    NODE_TEXT,
    NODE_ARRAY,
    NODE_OBJECT,
};

/* NULL: not JSON, and `bad` says where. */
const struct node *node_parse(struct arena *arena, struct slice text, struct bad_field *bad);
/* Where a text matters less than what comes with it: what makes texts not well-formed is
 * replaced in them, by U+FFFD or a question mark. All else is as strict. */
const struct node *node_parse_forgiving(struct arena *arena, struct slice text,
                                        struct bad_field *bad);

enum node_kind node_kind(const struct node *node);
/* Of what is of another kind, or NULL: no, nothing, NULL, 0, false. */
bool                  node_flag(const struct node *node);
struct slice          node_text(const struct node *node); /* a NUL follows */
const struct decimal *node_number(const struct node *node);
size_t                node_count(const struct node *node); /* members or items */
bool node_u64(const struct node *node, uint64_t *number);  /* whole, from 0 to 2^64 - 1 */
/* NULL: no such member, or no object. */
const struct node *node_member(const struct node *object, const char *name);
const struct node *node_item(const struct node *array, size_t index);

/* Each member of an object, in the order they came. */
struct node_walk {
    const struct node *object;
    size_t             passed;
    struct slice       name; /* a NUL follows */
    const struct node *value;
};
struct node_walk node_walk(const struct node *object);
bool             node_next(struct node_walk *walk);

/* The value as compact JSON: keys sorted by their bytes, numbers as decimal_text() has
 * them. Equal values give equal text. */
struct slice node_canonical(struct arena *arena, const struct node *node);
/* The value into what is being written, numbers as above, members in the order they came,
 * or in that of their names. */
void node_put(struct json *json, const struct node *node);
void node_put_sorted(struct arena *arena, struct json *json, const struct node *node);

/* -- reading what a table row declares ------------------------------------- */

/* Reads the BODY and MAY fields of `shape` from `object` into `body`, whose other
 * fields are left alone. Ids have to be TypeIDs (of any kind), instants RFC 3339,
 * texts plain UTF-8 without control characters, names that PEOPLE_SEE as text_name_fault() has
 * them. A BODY text may not be empty; a
 * MAY text may be empty or null, which both mean "cleared": data not NULL, size 0;
 * other MAY fields that are null are as if absent. A member that is no such field
 * and not in `others` (names the caller reads itself; NULL: none) is refused. */
must_use bool json_read_intent(const struct shape *shape, const struct node *object,
                               const char *const *others, struct arena *arena, void *body,
                               struct bad_field *bad);

/* One member by itself. An absent or null one leaves the result untouched when
 * it is not `required`. */
enum presence { OPTIONAL, REQUIRED };
must_use bool json_read_text(const struct node *object, const char *name, size_t size_max,
                             enum presence presence, struct slice *text, struct bad_field *bad);
must_use bool json_read_flag(const struct node *object, const char *name, enum presence presence,
                             bool *flag, struct bad_field *bad);
must_use bool json_read_u64(const struct node *object, const char *name, uint64_t max,
                            enum presence presence, uint64_t *number, struct bad_field *bad);
must_use bool json_read_instant(const struct node *object, const char *name, enum presence presence,
                                int64_t *at_us, struct bad_field *bad);
/* Members all among `names` (ends at NULL), else `bad` names the stranger. */
must_use bool json_only(const struct node *object, const char *const *names, struct bad_field *bad);

#endif

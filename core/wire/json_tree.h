/* json_tree.h -- reading JSON that came from outside: the one face of jansson here.
 * (Writing is the business of core/base/json.h.)
 *
 * Strict, RFC 8259: one value and nothing else, well-formed UTF-8, no duplicate
 * names, no U+0000, at most JSON_DEPTH_MAX deep; integers fit in 64 bits.
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

struct node; /* a value in a parsed text */
enum node_kind {
    NODE_NULL,
    NODE_FLAG,
    NODE_INTEGER,
    NODE_REAL,
    NODE_TEXT,
    NODE_ARRAY,
    NODE_OBJECT,
};

enum { BAD_NAME_MAX = 96, BAD_WHY_MAX = 160 };
struct bad_field {
    char name[BAD_NAME_MAX]; /* as on the wire; cut if longer; "" the body as a whole */
    char why[BAD_WHY_MAX];   /* "has to be a text of at most 64 bytes" */
};
/* name and why as one sentence, in the arena. */
struct slice bad_field_sentence(struct arena *arena, const struct bad_field *bad);
/* Fills `bad`; gives false, so that `return bad_field_say(…)` reads well. */
bool bad_field_say(struct bad_field *bad, const char *name, const char *why, ...)
    __attribute__((format(printf, 3, 4)));
/* What is wrong is inside the member `above`: "limits.devicesMax". Gives false. */
bool bad_field_inside(struct bad_field *bad, const char *above);

/* NULL: not JSON, and `bad` says where. */
const struct node *node_parse(struct arena *arena, struct slice text, struct bad_field *bad);

enum node_kind node_kind(const struct node *node);
bool           node_flag(const struct node *node);    /* of a NODE_FLAG */
int64_t        node_integer(const struct node *node); /* of a NODE_INTEGER */
struct slice   node_text(const struct node *node);    /* of a NODE_TEXT */
size_t         node_count(const struct node *node);   /* members or items; 0 for others, NULL */
/* NULL: no such member, or no object. */
const struct node *node_member(const struct node *object, const char *name);
const struct node *node_item(const struct node *array, size_t index);

/* Each member of an object, in the order they came. */
struct node_walk {
    const struct node *object;
    void              *at;
    struct slice       name;
    const struct node *value;
};
struct node_walk node_walk(const struct node *object);
bool             node_next(struct node_walk *walk);

/* The value as compact JSON: keys sorted by their bytes, numbers in their
 * shortest form, a real that is a whole number without fraction (1.0 is 1). Equal
 * values give equal text. */
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

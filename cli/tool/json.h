/* json.h -- reading the JSON a service answers: the one face of jansson here.
 * (Writing is the business of core/base/json.h.)
 *
 * A place in a tree is named by a path, "vendor.name" or "items": members only. What is
 * not there reads as nothing, so that a listing copes with fields that come and go.
 *
 * THREADS   A tree belongs to one thread at a time.
 * MEMORY    A tree is the caller's: tree_close(). Texts point into it.
 * ERRORS    STATUS_CORRUPT: not JSON; the sentence says where.
 */
#ifndef PIOT_CLI_TOOL_JSON_H
#define PIOT_CLI_TOOL_JSON_H

#include "core/base/arena.h"
#include "core/base/buffer.h"

struct tree; /* a JSON value and what is below it */

must_use struct status tree_parse(struct slice text, struct tree **tree);
void                   tree_close(struct tree *tree); /* of what tree_parse() gave only */

/* NULL: there is none. Borrowed. */
const struct tree *tree_at(const struct tree *tree, const char *path);
const struct tree *tree_item(const struct tree *array, size_t index);
size_t             tree_count(const struct tree *array); /* 0 for anything else */
bool               tree_is_array(const struct tree *tree);

/* A text as it is; numbers, flags and the rest as their JSON; nothing for null and for
 * what is not there. */
struct slice tree_text(const struct tree *tree, const char *path, struct arena *arena);
bool         tree_whole(const struct tree *tree, const char *path, uint64_t *number);
bool         tree_says(const struct tree *tree, const char *path, const char *text);

/* The names of an object's members, in the order they came; at most `max`. */
size_t tree_names(const struct tree *object, const char **names, size_t max);

/* As RFC 8785 has it. STATUS_CORRUPT: a name that is not ASCII, a number that is not a whole
 * one, something other than objects, arrays, texts and numbers, or nested too deep: nothing
 * that we ever sign. */
must_use struct status tree_write_canonical(const struct tree *tree, struct buffer *out);
/* As JSON: `for_people` with indentation, else on one line. */
void tree_write(const struct tree *tree, bool for_people, struct buffer *out);

#endif

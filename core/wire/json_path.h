/* json_path.h -- reading JSON by paths: for those who read an answer, a file or their own
 * words, and not a request that has to be judged field by field.
 *
 * A place is named by a path, "vendor.name" or "items": members only; "" is the value
 * itself. What is not there reads as nothing, also below what is not there, so that a
 * listing copes with fields that come and go.
 *
 * THREADS   A tree belongs to one thread at a time.
 * MEMORY    A tree is the caller's, from { 0 } to tree_close(); it may be moved. Nodes and
 *           texts point into it.
 * ERRORS    STATUS_CORRUPT: not JSON (core/wire/json_tree.h says how strict); the sentence
 *           says where.
 */
#ifndef PIOT_CORE_WIRE_JSON_PATH_H
#define PIOT_CORE_WIRE_JSON_PATH_H

#include "core/base/buffer.h"
#include "core/wire/json_tree.h"

struct tree {
    const struct node *root; /* NULL: nothing was read */
    struct arena       arena;
};
/* `tree` is empty, and on an error it is so again. */
must_use struct status tree_read(struct tree *tree, struct slice text);
void                   tree_close(struct tree *tree); /* and it is empty again */

/* NULL: there is none. */
const struct node *node_at(const struct node *node, const char *path);
/* A text as it is; numbers, flags and the rest as their JSON, in the arena; nothing for
 * null and for what is not there. */
struct slice node_shown(const struct node *node, const char *path, struct arena *arena);
bool         node_whole(const struct node *node, const char *path, uint64_t *number);
bool         node_says(const struct node *node, const char *path, const char *text);
bool         node_is_array(const struct node *node);

/* As JSON: `for_people` with indentation, else on one line. */
void node_write(const struct node *node, bool for_people, struct buffer *out);
/* As RFC 8785 has it. STATUS_CORRUPT: a name that is not ASCII, a number that is not whole,
 * a flag, null: nothing that we ever sign. */
must_use struct status node_write_signed(const struct node *node, struct buffer *out);

#endif

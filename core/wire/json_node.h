/* json_node.h -- a parsed value, between the files that make and show it. */
#ifndef PIOT_CORE_WIRE_JSON_NODE_H
#define PIOT_CORE_WIRE_JSON_NODE_H

#include "core/wire/json_tree.h"

/* In an object with more members than these they are found by their sorted names. */
enum { MEMBERS_FEW = 16 };

struct node {
    enum node_kind kind;
    bool           flag;
    struct slice   name; /* of a member; a NUL follows */
    union {
        struct slice   text; /* a NUL follows */
        struct decimal number;
        struct {
            const struct node        *nodes;  /* items or members, as they came */
            const struct node *const *sorted; /* members by name; NULL: they are few */
            size_t                    count;
        } inner;
    };
};

#endif

/* schema_parts.h -- a compiled thing model, between the files of api/schema. */
#ifndef PIOT_API_THINGS_SCHEMA_PARTS_H
#define PIOT_API_THINGS_SCHEMA_PARTS_H

#include "api/things/schema.h"

enum schema_type {
    SCHEMA_ANY,
    SCHEMA_NULL,
    SCHEMA_BOOLEAN,
    SCHEMA_INTEGER,
    SCHEMA_NUMBER,
    SCHEMA_STRING,
    SCHEMA_ARRAY,
    SCHEMA_OBJECT,
};

struct bound {
    bool           given, excluded; /* excluded: the bound itself is out, too */
    struct decimal at;
};
struct span { /* of lengths */
    uint64_t min, max;
};

struct schema {
    enum schema_type     type;
    bool                 read_only, write_only;
    struct bound         minimum, maximum;
    struct decimal       step;       /* multipleOf; 0: none */
    struct span          characters; /* of a text */
    struct span          count;      /* of a list's items */
    struct texts         allowed;    /* enum, as canonical JSON; count 0: any */
    struct slice         constant;   /* const, likewise; data NULL: any */
    const struct schema *items;      /* NULL: any */
    const struct member *members;
    size_t               member_count;
};
struct member {
    struct slice         name; /* a NUL follows */
    bool                 required;
    const struct schema *schema; /* NULL: any */
};

enum affordance_kind { AFFORDANCE_PROPERTY, AFFORDANCE_ACTION, AFFORDANCE_EVENT };
struct affordance {
    struct slice         name;
    enum affordance_kind kind;
    const struct schema *schema; /* of the value, the input, the data; NULL: none */
};
struct definition {
    struct arena      arena;                        /* all of it */
    struct affordance affordances[AFFORDANCES_MAX]; /* sorted by name */
    struct slice      names[AFFORDANCES_MAX];
    size_t            count;
};

#endif

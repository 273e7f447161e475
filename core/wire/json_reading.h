/* json_reading.h -- a text on its way to become nodes, between the files that read it.
 *
 * The text is copied into the arena once, and there the strings lose their escapes in place:
 * none gets longer by it. The copy ends with a NUL, which is part of no value, so nobody has
 * to look whether there is a next byte.
 */
#ifndef PIOT_CORE_WIRE_JSON_READING_H
#define PIOT_CORE_WIRE_JSON_READING_H

#include "core/base/buffer.h"
#include "core/wire/json_node.h"

struct reading {
    struct arena     *arena;
    struct slice      text;  /* as it was given */
    char             *begin; /* of the copy */
    char             *at;
    struct buffer     open; /* the nodes of what is not closed yet */
    unsigned          depth;
    bool              forgiving;
    struct bad_field *bad;
};

/* What is wrong here; both give false. */
bool reading_fail(struct reading *from, const char *why);
bool reading_malformed(struct reading *from);

/* The string that begins here; a NUL follows it. */
bool reading_text(struct reading *from, struct slice *text);

#endif

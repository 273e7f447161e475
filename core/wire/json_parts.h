/* json_parts.h -- a JSON array or object as the texts of what is in it, before any of that is
 * read: so an item that is malformed, or more than node_parse() takes, touches no other.
 *
 *     for (struct json_parts parts = json_parts(body, '['); json_next(&parts, &text);) …
 *     if (!parts.whole) …
 *
 * Only strings and brackets are looked at. Where they do not match (a bracket too many in an
 * item, a quote too few), the parts end, or several make one: whoever reads them will see.
 *
 * THREADS   Pure.
 * MEMORY    Parts are in the text that was given.
 */
#ifndef PIOT_CORE_WIRE_JSON_PARTS_H
#define PIOT_CORE_WIRE_JSON_PARTS_H

#include "core/base/base.h"

struct json_parts {
    struct slice rest;
    char         end; /* ']' or '}' */
    bool         more;
    bool         whole; /* once there is no more: the last part ended with the text */
};
/* `begin` is '[' or '{'; of a text that does not begin with it there are no parts. */
struct json_parts json_parts(struct slice text, char begin);
/* False: there is no more. A part may be empty, as between two commas. Of a text that was cut,
 * the last one is what is left of it. */
bool json_next(struct json_parts *parts, struct slice *part);
/* The last member of an object by this name, as it is written there; data NULL: none. */
struct slice json_part(struct slice object, const char *name);

#endif

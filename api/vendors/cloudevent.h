/* cloudevent.h -- the attributes of a CloudEvent 1.0 in structured JSON.
 *
 * specversion, id, source and type have to be there, and data, an object; time,
 * subject, dataschema and datacontenttype may be. Extension attributes are allowed, as
 * the standard has it: lower-case letters and digits, a text, number or flag. One of them is
 * read: `sequence`, the event's number among its vendor's, as 20 digits.
 *
 * THREADS   Pure.
 * MEMORY    Texts and data are the node's.
 * ERRORS    struct bad_field names the attribute.
 */
#ifndef PIOT_API_VENDORS_CLOUDEVENT_H
#define PIOT_API_VENDORS_CLOUDEVENT_H

#include "core/wire/json_tree.h"

/* bytes */
enum {
    CLOUDEVENT_ID_MAX        = 256,
    CLOUDEVENT_SOURCE_MAX    = 512,
    CLOUDEVENT_TYPE_MAX      = 128,
    CLOUDEVENT_SEQUENCE_SIZE = 20, /* so that numbers are in order as texts, too */
};

struct cloudevent {
    struct slice       id;       /* set even if something else is wrong; data NULL: unreadable */
    bool               numbered; /* likewise */
    uint64_t           sequence;
    struct slice       source, type;
    int64_t            time; /* 0: none */
    const struct node *data; /* an object */
};
must_use bool cloudevent_read(const struct node *node, struct cloudevent *event,
                              struct bad_field *bad);

#endif

/* outbox.h -- a page of a vendor's outbox: what it is owed, fetched instead of sent.
 *
 * THREADS   The loop's.
 * MEMORY    In the call's arena.
 * ERRORS    What cannot be read is noted with the call's reader.
 */
#ifndef PIOT_API_VENDORS_OUTBOX_H
#define PIOT_API_VENDORS_OUTBOX_H

#include "api/call/call.h"
#include "projections/projection.h"

enum {
    CONSUMER_TEXT_MAX  = 64,
    OUTBOX_LOOK_MAX    = 2000,       /* places that one page looks at */
    OUTBOX_BYTES_MAX   = 512 * 1024, /* of a page's events: one more may come behind */
    OUTBOX_BACKLOG_MAX = 10000,      /* counted of a copy's backlog; there may be more */
};

/* Whose place it is. */
struct outbox_consumer {
    struct slice        name; /* "default" if none was given */
    bool                main; /* the one whose acknowledgement counts as delivered */
    struct consumer_row row;  /* zero: never heard of */
};
/* False: 400 has been answered. `name`: as given, nothing: none was. */
must_use bool outbox_consumer_read(struct call *call, struct slice name,
                                   struct outbox_consumer *consumer);

struct outbox_page {
    struct slice items; /* CloudEvents, with commas */
    size_t       count;
    uint64_t     next; /* the place to go on behind */
    bool         more; /* it is not the end */
};
/* What stands behind `after`, at most `limit` of it. `copies`: what was delivered or given up,
 * too. Commands whose time is over and what has been forgotten are skipped. */
must_use struct status outbox_read(struct call *call, const struct outbox_consumer *consumer,
                                   uint64_t after, bool copies, size_t limit,
                                   struct outbox_page *page);

#endif

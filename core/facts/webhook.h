/* webhook.h -- which events a vendor is told of, as what: the columns of webhooks.def that
 * more than one room reads.
 *
 * THREADS   Pure.
 * MEMORY    Nothing is allocated; the kind is a constant.
 */
#ifndef PIOT_WEBHOOK_H
#define PIOT_WEBHOOK_H

#include "core/facts/event.h"

enum webhook_owed {
    OWED_NOT,
    OWED,
    OWED_IF_KNOWN,  /* if its vendor may know of the command that was taken back */
    OWED_ONCE_MORE, /* unless one of its kind still waits in its order */
};

/* How long it is tried: until the vendor leaves, or for a time. */
enum webhook_tried { FOR_A_TIME, FOR_GOOD };

struct webhook {
    const char        *kind; /* "grant-created", as on the wire */
    enum webhook_owed  owed;
    enum webhook_tried tried;
    struct id          vendor;
    struct id          order;   /* it goes behind earlier ones of the same; none: behind none */
    struct id          subject; /* the name it is known by between the vendor and us */
    struct id          grant;   /* whose end an answer may acknowledge; none: not one of those */
    struct id          command; /* that it sends, and an answer may conclude; none: none */
    int64_t            valid_until; /* of the command; 0: none */
};

/* False: no vendor is told of such events. */
must_use bool webhook_of(const struct event *event, struct webhook *webhook);
/* Is that answer a no to this very webhook? 4xx, but for those that are about when, and for
 * 410, which is about all. */
bool webhook_is_refused(uint64_t http_status);
/* Does such an event owe a webhook, take one back, or tell how one got on? */
bool webhook_concerns(enum event_type type);
/* … does it take one back? */
bool webhook_takes_back(enum event_type type);

#endif

/* subscriptions.h -- who on one loop waits for news of which account or vendor.
 *
 * A subscription names an account or a vendor and has a function that looks what is new. When a
 * commit has an event that concerns them, in whatever stream, the subscription becomes ready;
 * ready ones take turns, each looking once, at most SUBSCRIPTIONS_LOOKS at a time, and then the
 * loop gets to its other work. So however far behind one client is, the others are not held up.
 *
 *     touched: look() is called once or more, until it says there is no more to see.
 *
 * A subscription of nobody is touched by no commit: it has its turns when it is made ready
 * (and, at worst, one for nothing).
 *
 * A subscription may join, leave, or end its own call from inside look(); only its own.
 *
 * A deadline is called over() when its time has come; it is set again each time.
 *
 * THREADS   The loop's.
 * MEMORY    Subscriptions and deadlines are their owners', who take them out before they go.
 *           The loop's are opened by the loop's first subscription. When the loop ends, they are
 *           silenced before its server closes and freed after that.
 */
#ifndef PIOT_API_CALL_SUBSCRIPTIONS_H
#define PIOT_API_CALL_SUBSCRIPTIONS_H

#include <sys/queue.h>

#include "api/call/loop.h"
#include "core/base/buffer.h"

enum {
    SUBSCRIPTIONS_PAGES = 4096, /* lists the subscriptions are spread over */
    SUBSCRIPTIONS_LOOKS = 8,    /* looks in a row: a few milliseconds at worst */
};

struct subscription {
    struct id whom;                                  /* an account, a vendor; none: nobody */
    bool (*look)(struct subscription *subscription); /* true: there is more, call again */
    bool ready;
    LIST_ENTRY(subscription) on_page;
    TAILQ_ENTRY(subscription) in_line;
};
struct deadline {
    void (*over)(struct deadline *deadline);
    bool    set;
    int64_t at_us; /* monotonic */
    TAILQ_ENTRY(deadline) in_order;
};
LIST_HEAD(subscription_page, subscription);
TAILQ_HEAD(subscription_line, subscription);

TAILQ_HEAD(deadline_line, deadline);

struct stream;
TAILQ_HEAD(stream_line, stream);

struct subscriptions {
    struct loop             *loop;
    pthread_t                thread; /* the loop's */
    struct subscription_page pages[SUBSCRIPTIONS_PAGES];
    struct subscription_line ready;
    struct server_bell      *bell;      /* somebody is ready; NULL once silenced */
    struct deadline_line     deadlines; /* the earliest first */
    struct server_timer     *timer;     /* NULL once silenced */
    /* stream.c's */
    struct stream_line streams; /* the one that was silent longest first */
    size_t             stream_count;
    struct deadline    pulse;
    struct arena       scratch; /* of one look */
    struct buffer      frames;  /* … and what it sends */
    size_t             audits;  /* audit/events.c's: reads that are going on */
};

/* The loop's; made at the first call. */
struct subscriptions *subscriptions_of(struct loop *loop);
/* NULL is fine for both. */
void subscriptions_silence(struct subscriptions *subscriptions);
void subscriptions_close(struct subscriptions *subscriptions);

void subscriptions_join(struct subscriptions *subscriptions, struct subscription *subscription);
void subscriptions_leave(struct subscriptions *subscriptions, struct subscription *subscription);
/* It has something to look at. */
void subscriptions_ready(struct subscriptions *subscriptions, struct subscription *subscription);
/* How many watch them, but no more than `max` are counted. */
size_t subscriptions_count(const struct subscriptions *subscriptions, struct id whom, size_t max);

/* Setting it again moves it; taking out one that is not set is fine. */
void subscriptions_set(struct subscriptions *subscriptions, struct deadline *deadline,
                       int64_t after_us);
void subscriptions_unset(struct subscriptions *subscriptions, struct deadline *deadline);

#endif

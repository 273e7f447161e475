/* courier_internal.h -- between the files of the courier.
 *
 * An attempt is one try at one delivery: sent, answered, told to the ledger, gone. A vendor
 * queue is what we know of one vendor: its attempts under way, how its endpoint does, and what
 * waits for it, as far as that was read from the outbox; it stays for as long as the process,
 * and there are as many as vendors. A lane is what waits there of one order.
 *
 * What is not in here is in the outbox: the courier may forget everything at any time.
 */
#ifndef PIOT_API_COURIER_COURIER_INTERNAL_H
#define PIOT_API_COURIER_COURIER_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "api/courier/courier.h"
#include "api/post/backoff.h"
#include "api/post/post.h"
#include "core/base/queue.h"
#include "core/base/tables.h"
#include "core/facts/webhook.h"
#include "core/log/log.h"
#include "projections/projection.h"

enum {
    PAGE            = 64,    /* rows of the outbox read at once */
    PAGES_A_LOOK    = 4,     /* of one vendor in one look: a millisecond */
    BACKLOG_MAX     = 16384, /* webhooks of one vendor that are known, of 100 bytes each */
    LANE_OWED_MAX   = 16,    /* … of one order: those behind them are read later */
    LANE_BUCKETS    = 16384,
    NEWS_MAX        = 1024, /* more, and the whole outbox is read again */
    SLOW_SHARE_ONE  = 2,    /* slow attempts of one vendor, for each of webhooks_at_once */
    RETRIED_SHARE   = 4,    /* one part in so many is for what failed before */
    ANSWER_KEPT     = 1024, /* bytes of an answer, on record with its try */
    STOP_GRACE_MS   = 3000, /* for answers to what is under way when we stop */
    TRY_OUT_PERCENT = 90,   /* of webhook_limit: whoever tries it out waits for what came of it */
};
#define LOOK_AGAIN   (MINUTE)            /* the whole outbox, whatever was heard of it */
#define SLOW_AFTER   (250 * MILLISECOND) /* an attempt gives its place to another then */
#define TELL_AGAIN   (100 * MILLISECOND) /* the ledger's queue was full */
#define UNREADY_REST (MINUTE)            /* of a vendor we cannot sign for, or not read of */
#define PAUSE_USUAL  (HOUR)              /* webhook-delivery: pause, without Retry-After */
#define PAUSE_MAX    (DAY)
#define OURS_WAIT    (30 * SECOND) /* at most, after a failure of our own */

/* -- what waits ----------------------------------------------------------- */

struct owed { /* one webhook that waits, or is under way */
    TAILQ_ENTRY(owed) in_lane;
    struct lane *lane;
    struct id    delivery;
    int64_t      next_at; /* 0: it was not tried */
    bool         lasting; /* tried for as long as the vendor stands */
    bool         passed;  /* refused so often that others go past it */
    bool         out;     /* an attempt at it is under way */
};
TAILQ_HEAD(owed_list, owed);

enum lane_state {
    LANE_BLOCKED, /* its first is out */
    LANE_LATER,   /* it has to wait for its time */
    LANE_FIRST,   /* it may go now, whatever else waits: somebody waits for what comes of it */
    LANE_FRESH,   /* it may go now, and was not tried yet */
    LANE_RETRIED, /* it may go now, and failed before */
    LANE_STATES
};
struct lane {
    LIST_ENTRY(lane) in_bucket;
    TAILQ_ENTRY(lane) in_state;
    struct vendor_queue *queue;
    struct id            order;
    struct owed_list     owed; /* the oldest first */
    size_t               count;
    int64_t              due_at; /* LANE_LATER: until then */
    struct id            cut_at; /* what comes behind this was not taken in; none: all was */
    enum lane_state      state;
    bool                 first; /* see LANE_FIRST */
};
LIST_HEAD(lane_bucket, lane);
TAILQ_HEAD(lane_list, lane);

/* -- attempts ---------------------------------------------------------------- */

enum attempt_state {
    ATTEMPT_SENDING,   /* from the beginning on */
    ATTEMPT_TO_RECORD, /* answered; the ledger has to be told again */
    ATTEMPT_TELLING,   /* the ledger has it */
};

struct attempt {
    struct posting       posting;
    struct courier      *courier;
    struct vendor_queue *queue;
    TAILQ_ENTRY(attempt) in_order; /* of their beginnings */
    struct owed          *owed;
    enum attempt_state    state;
    struct id             delivery;
    struct delivery_row   row;     /* as it was when it was taken up */
    uint64_t              number;  /* which attempt at the delivery this is, from 1 */
    int64_t               sent_at; /* monotonic */
    bool                  slow;    /* it does not count for the rest */
    bool                  pauses;  /* its answer says so */
    struct event          event;   /* what it carries */
    struct webhook        webhook; /* as what; zero until it was read */
    struct arena          arena;
    struct ledger_request request;
    struct ledger_item    items[3]; /* how it went; what the vendor said; how its endpoint does */
};
TAILQ_HEAD(attempt_list, attempt);

struct vendor_queue {
    LIST_ENTRY(vendor_queue) in_all;
    TAILQ_ENTRY(vendor_queue) in_touched;
    struct id      vendor;
    bool           touched; /* it is to be looked at */
    bool           rests;   /* it counts among those of courier.resting */
    bool           unread;  /* the last look could not read it, which was reported */
    bool           worked;  /* its endpoint had something to say, since `changed` */
    bool           retries_work;
    int64_t        worked_at;       /* when something last got through; the service's clock */
    bool           announced_known; /* the next one was read from the view */
    uint64_t       announced; /* how much of the threshold its vendor knows of; 0: all is well */
    size_t         count, slow, retried; /* attempts; of them; and of those that are not slow */
    int64_t        answered_at;          /* monotonic, when an attempt last ended */
    uint64_t       changed;              /* the last event about the vendor */
    struct breaker breaker;              /* of its failures */
    struct breaker ours;                 /* of our own on the way to it */
    int64_t        look_at;              /* when something will be due; INT64_MAX: nothing */
    /* backlog.c's */
    struct lane_list lanes[LANE_STATES];
    size_t           owed; /* in all lanes */
    struct id        read_to;
    bool             read_all; /* nothing came behind that when it was last read */
    bool             recheck;  /* some of it may have been taken back */
};
LIST_HEAD(queue_list, vendor_queue);
TAILQ_HEAD(touched_list, vendor_queue);

/* -- what happened meanwhile -------------------------------------------------- */

enum news_kind {
    NEWS_OWED       = 1,  /* there may be more webhooks, or the vendor is another */
    NEWS_TAKEN_BACK = 2,  /* … fewer */
    NEWS_HEARD      = 4,  /* the vendor has called us */
    NEWS_TRY_OUT    = 8,  /* its endpoint is to be tried, by a webhook of `position` */
    NEWS_AGAIN      = 16, /* one is owed once more, under its old id */
};
struct news {
    struct id vendor;
    unsigned  kinds;
    uint64_t  position;
};

struct courier {
    struct ground      *ground;
    struct poster      *poster;
    struct queue       *recorded; /* attempts the ledger has heard of */
    struct attempt_list attempts;
    size_t              count, slow; /* of them */
    struct queue_list   queues;
    struct map          by_vendor;
    struct touched_list touched;
    struct lane_bucket *lanes;      /* LANE_BUCKETS, by queue and order */
    bool                sweeping;   /* the whole outbox is looked through, page by page */
    struct id           swept_to;   /* … so far */
    int64_t             sweep_at;   /* when the next one begins; the service's clock */
    bool                closing;    /* nothing new is taken up */
    bool                halted;     /* the ledger has stopped: what it heard is unknown */
    bool                unread;     /* as a queue's: who is owed something */
    struct reader      *reader;     /* in `scratch`: of the vendor that is looked at */
    int64_t             look_at;    /* when something will be due; the service's clock */
    int64_t             rest_until; /* looks take a fifth of our time at most; monotonic */
    struct arena        scratch;

    pthread_mutex_t lock; /* over the rest: other threads' words */
    struct news     news[NEWS_MAX];
    size_t          news_count;
    bool            read_again; /* all of it */
    atomic_bool     woken;      /* and has not looked since */
    atomic_size_t   resting;    /* vendors left alone: it matters whether one is heard of */
};

/* -- courier.c: the rounds ------------------------------------------------ */

/* How many attempts may be under way, slow ones and all. */
size_t courier_max(const struct courier *courier);
/* Is there room for another? */
bool courier_has_room(const struct courier *courier);
/* Is there something to look at? */
bool courier_looks(struct courier *courier);

/* -- news.c: what happened meanwhile ---------------------------------------- */

bool news_wait(struct courier *courier);
void news_take(struct courier *courier, int64_t now_us);

/* -- due.c: what is due ------------------------------------------------- */

/* NULL: nothing was owed to it since the start. */
struct vendor_queue *vendor_queue_find(struct courier *courier, struct id vendor);
struct vendor_queue *vendor_queue_of(struct courier *courier, struct id vendor);
/* The next look is at it. */
void vendor_queue_touch(struct courier *courier, struct vendor_queue *queue);
/* The whole outbox is looked through from now on. */
void courier_sweep_again(struct courier *courier, int64_t now_us);
/* Takes up what is due and may go now; sets look_at. */
void courier_look(struct courier *courier, int64_t now_us);

/* -- backlog.c: what waits for one vendor ------------------------------------- */

void backlog_open(struct vendor_queue *queue);
void backlog_close(struct vendor_queue *queue); /* nothing is out */
/* Reads a page more. */
void backlog_read(struct courier *courier, struct vendor_queue *queue, int64_t now_us);
/* It will be read from the beginning. */
void backlog_read_again(struct vendor_queue *queue);
/* Takes one in, if it is still owed, that goes before all others. */
void backlog_read_first(struct courier *courier, struct vendor_queue *queue, struct id delivery,
                        int64_t now_us);
/* Brings what was to wait, and is due, to those that may go; drops what was taken back. */
void backlog_look(struct courier *courier, struct vendor_queue *queue, int64_t now_us);
/* Lets go of all that is not out, but for LANE_FIRST. */
void backlog_forget(struct vendor_queue *queue);
/* The webhook of a lane that may go now. */
struct owed *lane_next(const struct lane *lane, int64_t now_us, int64_t *due_at);
/* After `out` or what it waits for has changed. */
void lane_place(struct lane *lane, int64_t now_us);
/* It waits no more. Frees it, and its lane if that is empty. */
void owed_remove(struct owed *owed, int64_t now_us);
/* Has it been refused often enough? */
bool owed_is_passed(const struct courier *courier, uint64_t refusals);

/* -- attempt.c: one attempt ------------------------------------------------ */

/* Takes a delivery up and sends it to `url`. False: it cannot be sent now. */
bool attempt_send(struct courier *courier, struct owed *owed, struct slice url);
/* Takes a delivery up only to give it up. */
void attempt_give_up(struct courier *courier, struct owed *owed, const char *why);
/* What it was at waits on, or does not: then it is gone, too. */
enum attempt_end { ATTEMPT_WAITS, ATTEMPT_SETTLED };
void attempt_free(struct attempt *attempt, enum attempt_end end);
/* It has been out for long: others may go in its place. */
void attempt_is_slow(struct attempt *attempt);

/* -- outcome.c: how it went ------------------------------------------------ */

/* Its answer is there, or none will come. */
void outcome_settle(struct attempt *attempt, int64_t now_us);
/* It is not to be tried again, or at all. */
void outcome_dead(struct attempt *attempt, const char *why);
/* Hands what outcome_settle() decided to the ledger, perhaps once more. */
void outcome_tell(struct attempt *attempt);
/* The ledger has heard. */
void outcome_heard(struct attempt *attempt);

/* -- response.c: what a vendor says in a 2xx --------------------------------- */

/* Fills `intent` with what the answer says beyond "got it"; false: nothing, or nothing
 * that we understand, which is reported. */
bool response_read(struct attempt *attempt, struct intent *intent);

/* -- endpoint_health.c: what an attempt shows of its endpoint ----------------- */

/* Is the vendor to be told? Then `intent` does. Once an attempt: what it is told is kept. */
bool endpoint_health_changes(struct attempt *attempt, int64_t now_us, struct intent *intent);

#endif

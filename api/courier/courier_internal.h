/* courier_internal.h -- between the files of the courier.
 *
 * An attempt is one try at one delivery: sent, answered, told to the ledger, gone. A vendor
 * queue is what we know of one vendor: its attempts under way, and how its endpoint does;
 * it stays for as long as the process, and there are as many as vendors.
 *
 * What is not in here is in the outbox: the courier may forget everything at any time.
 */
#ifndef PIOT_API_COURIER_COURIER_INTERNAL_H
#define PIOT_API_COURIER_COURIER_INTERNAL_H

#include <stdatomic.h>

#include "api/courier/courier.h"
#include "api/post/backoff.h"
#include "api/post/post.h"
#include "core/base/queue.h"
#include "core/facts/webhook.h"
#include "core/log/log.h"
#include "projections/projection.h"

enum {
    LOOK_ROWS_MAX = 4096, /* of one vendor's backlog looked at, oldest first */
    ANSWER_KEPT   = 1024, /* bytes of an answer, on record with its try */
    STOP_GRACE_MS = 3000, /* for answers to what is under way when we stop */
};
#define LOOK_AGAIN   (MINUTE)            /* at the latest: a clock may have been set */
#define TELL_AGAIN   (100 * MILLISECOND) /* the ledger's queue was full */
#define UNREADY_REST (MINUTE)            /* of a vendor we cannot sign for, or not read of */

enum attempt_state {
    ATTEMPT_SENDING,   /* from the beginning on */
    ATTEMPT_TO_RECORD, /* answered; the ledger has to be told again */
    ATTEMPT_TELLING,   /* the ledger has it */
};

struct attempt {
    struct posting        posting;
    struct courier       *courier;
    struct vendor_queue  *queue;
    struct attempt       *next; /* of its queue */
    enum attempt_state    state;
    struct id             delivery;
    struct delivery_row   row;     /* as it was when it was taken up */
    uint64_t              number;  /* which attempt at the delivery this is, from 1 */
    struct event          event;   /* what it carries */
    struct webhook        webhook; /* as what; zero until it was read */
    struct arena          arena;
    struct ledger_request request;
    struct ledger_item    items[2]; /* how it went; what the vendor said */
};

struct vendor_queue {
    struct vendor_queue *next; /* a ring, mostly in the order of the vendors' ids */
    struct id            vendor;
    struct attempt      *attempts;
    size_t               count;
    bool                 waits;    /* the outbox holds something for it */
    bool                 unread;   /* the last look could not read it, which was reported */
    struct id            after;    /* nothing up to here was pending when last looked at */
    int64_t              whole_at; /* from when on it is looked at from the beginning again */
    uint64_t             changed;  /* the last event about the vendor, as the breaker knows it */
    struct breaker       breaker;
};

struct courier {
    struct ground       *ground;
    struct poster       *poster;
    struct queue        *recorded; /* attempts the ledger has heard of */
    struct vendor_queue *queues;   /* the one of the ring where the next look begins; NULL: none */
    size_t               queue_count;
    size_t               count;      /* attempts of all vendor queues */
    bool                 eager;      /* something has changed: look */
    bool                 closing;    /* nothing new is taken up */
    bool                 halted;     /* the ledger has stopped: what it heard is unknown */
    bool                 unread;     /* as a queue's: who is owed something */
    struct reader       *reader;     /* in `scratch`: of the vendor that is looked at */
    int64_t              look_at;    /* when something will be due; the service's clock */
    int64_t              rest_until; /* looks take a fifth of our time at most; monotonic */
    struct arena         scratch;
    atomic_bool          woken;
};

/* -- courier.c: the rounds ------------------------------------------------ */

/* How many attempts may be under way; more than none. */
size_t courier_max(const struct courier *courier);

/* -- due.c: what is due ------------------------------------------------- */

/* Takes up what is due and may go now; sets look_at. */
void courier_look(struct courier *courier, int64_t now_us);

/* -- attempt.c: one attempt ------------------------------------------------ */

/* Takes a delivery up and sends it to `url`. False: it cannot be sent now. */
bool attempt_send(struct vendor_queue *queue, struct courier *courier, struct id delivery,
                  struct slice url, int64_t now_us);
/* Takes a delivery up only to give it up. */
void attempt_give_up(struct vendor_queue *queue, struct courier *courier, struct id delivery,
                     const char *why);
void attempt_free(struct attempt *attempt);

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

#endif

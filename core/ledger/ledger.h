/* ledger.h -- the log, the registry and the folds behind one door: the only
 * writer.
 *
 * THE TURN  The writer takes what has queued, one request of each caller in turn, at most
 * TURN_ITEMS_MAX intents or TURN_BYTES_MAX bytes of changes, decides each against the
 * registry as the ones before it left it, appends the events, runs the folds, runs what follows
 * in other streams, writes one batch, syncs once, and answers all. Group commit
 * for free, a dense total order, no locks, and read-your-writes, because the
 * views are in the same batch.
 *
 * FAIRNESS  How long others wait is a matter of the length of a turn. So a request of more
 * than PART_ITEMS_MAX items, each of which has a deduplication key, is done in parts, each a
 * turn of its own, with others' turns between; it is answered when all are done. While others
 * write, too, the parts are SHORT_PART_ITEMS: a batch then takes more syncs, and a write beside it
 * half as long. If the process ends meanwhile, the items that were done are duplicates when it is
 * sent again.
 * What waits is bounded in requests and in bytes, and nobody may have more waiting than is
 * still free (core/base/queue.h).
 *
 * EVIDENCE  Once a second the head of the log is signed (checkpoint.h) and put into the
 * anchor. Then it is published: shown, and given a row. Whoever wants others to see it
 * before that holds it up in anchored() and says ledger_publish(); the writer waits for nobody.
 *
 * A failed write or sync is never retried, because its outcome is unknown:
 * nothing is acknowledged, every waiting request is failed, and the ledger stops for
 * good. The process ends and recovers from the log. So it is when a follow-up is
 * refused (rules.h), before anything of its turn is written: half a decision must not stay.
 *
 * THE CLOCK  While the machine's wall clock is off by more than `step_max` from a steady clock
 * (core/base/clock.h), nothing is decided, no timer fires and nothing is written: whoever
 * submits is told "later", and what had queued is deferred. That ends when the wall clock is
 * back, or its new time was accepted; timers that are due by then fire in the next turn.
 *
 * ROOM  So that the disk is not what makes a write fail, the writer looks how much room there
 * is before each turn, and at least once a second. With little, only what may use the reserve
 * is taken, and timers go on, since an erasure takes its steps by them. With none, nothing is
 * written. When there is room again all goes on by itself.
 *
 * THREADS   ledger_submit(), ledger_publish() and what says so: any. Everything else, and
 *           every callback:
 *           the writer's, or the test's that calls ledger_turn() itself.
 * MEMORY    A request and what it points at belong to the caller and must live
 *           until done() is called, which happens exactly once per accepted
 *           submit. Outcomes live until done() returns; of one that is done in parts, the
 *           events only until the end of their turn.
 */
#ifndef PIOT_CORE_LEDGER_LEDGER_H
#define PIOT_CORE_LEDGER_LEDGER_H

#include "core/base/clock.h"
#include "core/ledger/change.h"
#include "core/log/anchor.h"
#include "core/log/log.h"
#include "core/rules/concerned.h"
#include "core/rules/rules.h"

enum {
    TURN_ITEMS_MAX      = 256,      /* intents in one turn: some ms of deciding */
    TURN_BYTES_MAX      = 1 << 20,  /* of changes in one batch */
    PART_ITEMS_MAX      = 32,       /* … of a request that is done in parts: a ms of deciding */
    SHORT_PART_ITEMS    = 8,        /* … while others write, too */
    REQUEST_ITEMS_MAX   = 500,      /* intents in one request: a vendor's batch */
    QUEUE_BYTES_MAX     = 32 << 20, /* of requests waiting: of one caller half of that */
    IDEMPOTENCY_KEY_MAX = 128,      /* bytes of a caller's key */
};
#define IDEMPOTENCY_LIFE (7 * DAY)
#define OTHERS_WRITE_FOR SECOND /* after a request others are taken to write, too */

/* What became of one intent. */
struct outcome {
    enum refusal        refusal;
    bool                duplicate;     /* its key was seen before: nothing happened now */
    struct slice        stored_result; /* of a duplicate: what was stored with the first */
    const struct event *events;        /* what happened, follow-ups included; as appended */
    size_t              count;
};
/* The first event of that type, or NULL. */
const struct event *outcome_event(const struct outcome *outcome, enum event_type type);

struct ledger_item {
    struct intent  intent;
    struct slice   deduplication_key; /* the caller's name for it, to be done once; none: no such */
    struct slice   stored_result;     /* kept with that key, given back to a duplicate */
    struct outcome outcome;
};

/* The least changes and bytes that a request puts into its turn: what is missing is made up
 * by rows that say nothing, so that the time a turn takes does not tell what was decided.
 * Bytes are counted as batch_size() does. */
struct even {
    size_t rows, bytes;
};

struct ledger_request {
    struct ledger_item *items; /* decided in order; each may be refused by itself */
    size_t              count; /* 0: it only makes a change */
    enum change_type    change;
    struct slice        correlation, traceparent; /* into every event */
    struct even         even;                     /* how large its part of the turn looks */
    struct id           caller;          /* whose keys, and turn: a vendor, an account, a token */
    size_t              bytes;           /* of memory that it holds while it waits */
    struct slice        idempotency_key; /* none: every time again */
    struct hash         body_hash;       /* of the request the key stands for; it is stored, so
                                       * keyed: a body may hold what can be guessed */
    bool                from_reserve;    /* it is taken with little room, too: a person's erasure */

    /* All optional, all within the turn, with a reader that sees its changes.
     * check: before deciding; a refusal refuses every item, and the change.
     * make: makes `change`, after deciding, if any item was accepted or there is none;
     *       no more than its row in changes.def allows. In parts: after each, where only
     *       that part's outcomes have events.
     * answer: after that: fill `reply`; it is kept for repeats if any item was accepted. */
    enum refusal (*check)(struct ledger_request *request, struct reader *reader);
    void (*make)(struct ledger_request *request, struct batch *batch);
    void (*answer)(struct ledger_request *request, struct reader *reader);
    void (*done)(struct ledger_request *request); /* durable now, or failed; required */
    void *context;                                /* the caller's own */

    /* the ledger's word */
    struct buffer reply;    /* done()'s to free */
    bool          replayed; /* the reply is an earlier one; items were not decided */
    enum refusal  refusal;  /* of the whole: idempotency_key_reused or check's; else ACCEPTED */
    uint64_t      position; /* of the last event of the turn it was in */
    /* Not OK: the outcome is unknown and the ledger has stopped. STATUS_LIMIT: it goes on, and
     * nothing was done, as it may not write just now: submit it again later (of one that is
     * done in parts some may be; they are not done again). The text is a sentence for whoever
     * submitted it. */
    struct status failure;

    /* the ledger's own, of one that is done in parts */
    size_t       decided;  /* items so far */
    bool         accepted; /* was any of them? */
    struct id    subject;  /* the account that they were about first */
    struct arena kept;     /* stored results of duplicates */
};

/* What a commit brought, for whoever wakes streams and webhooks. */
struct commit {
    struct position first, last;
    struct commit_event {
        struct position  position;
        enum event_type  type;
        struct id        stream;
        struct concerned concerned;
    } * events;
    size_t count;
};

/* How much room there is for what the writer writes. */
enum ledger_room {
    LEDGER_ROOM_ENOUGH,
    LEDGER_ROOM_RESERVE, /* for what may use the reserve, for timers and for checkpoints */
    LEDGER_ROOM_NONE,    /* nothing may be written */
};

/* Where timers are kept; handed in like the folds. */
struct timer_source {
    /* The first due from then to then, both included; INT64_MAX: none. */
    int64_t (*next)(struct reader *reader, int64_t from_us, int64_t until_us);
    /* Intents due from then to then, oldest first; how many. */
    size_t (*due)(struct reader *reader, int64_t from_us, int64_t until_us, struct arena *arena,
                  struct intent *intents, size_t max);
};

struct ledger_settings {
    struct store              *store;
    struct vault              *vault;
    const struct fold *const  *folds; /* ends at NULL; the registry's is added */
    const struct timer_source *timers;
    const struct policy       *policy;
    struct clock              *clock;       /* followed, if it is a steady one */
    int64_t                    step_max;    /* µs that the wall clock may be off */
    size_t                     queue_max;   /* requests waiting; more are told "later" */
    const char                *anchor_path; /* NULL: nothing is signed */
    struct slice               anchor_note; /* what anchor_check() found there; used in opening */
    const struct note_signer  *signer;      /* of the checkpoints in the anchor */
    void (*committed)(void *context, const struct commit *commit);
    /* A checkpoint is in the anchor: the newest, and while it is opened the one that is
     * there. True: ledger_publish() is left to whoever was told; false, or NULL: it is
     * published at once. It must not block; the note lives until it returns. */
    bool (*anchored)(void *context, uint64_t size, struct slice note);
    void (*stopped)(void *context, struct status why); /* a failure; the thread has ended */
    enum ledger_room (*room)(void *context);           /* looked at; NULL: there is enough */
    void *context;
};

/* How many changes the vault had seen when the store's last turn needed it: what
 * vault_open_least() is for. 0: the store does not say. */
must_use struct status ledger_vault_changes(struct store *store, uint64_t *changes);

struct ledger;
/* Of a log that was held against its anchor: anchor_check() comes first, before anything is
 * written, dropped or folded. */
must_use struct status ledger_open(struct ledger **ledger, const struct ledger_settings *settings);
void                   ledger_close(struct ledger *ledger);

/* false: the queue is full, or the caller's share of it, the ledger has stopped, the wall clock
 * is off, or there is too little room on the disk; done() will not come. */
bool ledger_submit(struct ledger *ledger, struct ledger_request *request);
/* Would a request of that caller, of so many bytes, be taken into the queue now? */
bool ledger_has_room(struct ledger *ledger, struct id caller, size_t bytes);
/* Why one was not, a sentence for whoever submits. Any thread. */
const char *ledger_why_later(struct ledger *ledger);
/* By how much the wall clock is off, in µs, if that is more than it may be; else 0. A change
 * of that is reported. Any thread. */
must_use int64_t ledger_clock_step(struct ledger *ledger);
/* How much room there was at the last look. Any thread. */
enum ledger_room ledger_room(const struct ledger *ledger);

/* What a request is to the one that was answered under its key before. */
enum idempotency_match {
    IDEMPOTENCY_NEW,
    IDEMPOTENCY_SAME,
    IDEMPOTENCY_REUSED /* with another body */
};
/* Looks for the answer kept under a caller's key, among what is committed, so that a
 * repeat need not fit into the world as it is now. A request that is submitted is looked
 * up again in its turn: the first may have been under way. `reply` is in `arena`; it
 * is set with ASKED_THE_SAME. Any thread. */
must_use struct status ledger_stored_response(struct ledger *ledger, struct id caller,
                                              struct slice key, const struct hash *body,
                                              struct arena *arena, enum idempotency_match *match,
                                              struct slice *reply);
/* In a change: erases what was kept for repeats of this caller, at most `max` rows;
 * how many. */
size_t ledger_forget_idempotency(struct batch *batch, struct id caller, size_t max);

/* One turn: due timers, then what has queued. `worked`: was there anything? */
must_use struct status ledger_turn(struct ledger *ledger, bool *worked);

/* The writer's thread: turns until stopped. Stop finishes what has queued; whoever
 * submits after that is told "no" until the next start. */
must_use struct status ledger_start(struct ledger *ledger);
void                   ledger_stop(struct ledger *ledger);

/* Runs `act` on the writer's thread between two turns, with no change under way, and waits
 * for it; for what must see the store stand still. It holds up every write, so it is to be
 * brief. A status it gives is as that of a failed commit: the ledger stops for good.
 * STATUS_CONFLICT: the ledger has stopped, `act` did not run. Any thread but the writer's. */
must_use struct status ledger_between_turns(struct ledger *ledger,
                                            struct status (*act)(void *context), void *context);

/* Publishes what anchored() told of, with whatever lines were added below it; an older
 * one than what is published is left alone. Any thread. */
void ledger_publish(struct ledger *ledger, uint64_t size, struct slice note);
/* The last checkpoint published: one a second in which something happened, and one at the
 * stop, as far as nobody holds them up. Any thread. False: there is none yet. */
must_use bool ledger_checkpoint(struct ledger *ledger, struct arena *arena, struct slice *note);
/* The tree as of the last commit; good as long as the ledger. */
struct merkle *ledger_merkle(struct ledger *ledger);

/* For /metrics. */
struct ledger_figures {
    uint64_t turns, intents, events, refusals, replays, commit_us, queue_length, position;
    uint64_t commits, rows, bytes; /* each commit is one sync */
    uint64_t anchored, published;  /* sizes of the last checkpoints */
    uint64_t published_age_us;     /* since the last was published; 0: never */
    uint64_t publish_wait_us;      /* how long a newer one has been waiting; 0: none is */
};
struct ledger_figures ledger_figures(struct ledger *ledger);

#endif

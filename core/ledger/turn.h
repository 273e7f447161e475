/* turn.h -- between the files of the ledger. */
#ifndef PIOT_CORE_LEDGER_TURN_H
#define PIOT_CORE_LEDGER_TURN_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/base/queue.h"
#include "core/ledger/ledger.h"

enum {
    CHAIN_MAX         = 512, /* events that one intent may lead to, follow-ups included */
    CHAIN_WAITING_MAX = 64,  /* follow-ups that one intent may lead to */
    TIMERS_TURN_MAX   = 64,  /* timers fired in one turn */
};
_Static_assert((int)EVENT_BATCH_MAX <= CHAIN_MAX && (int)EVENT_BATCH_MAX <= CHAIN_WAITING_MAX,
               "a chain holds what one decision brings, each event with a follow-up");
_Static_assert((int)TIMERS_TURN_MAX <= TURN_ITEMS_MAX, "timers leave room for requests");

/* What one intent leads to: the events so far, and the intents that wait. */
struct chain {
    struct event *events;
    size_t        count, room;
    struct intent waiting[CHAIN_WAITING_MAX]; /* the table of follow-ups makes no circles */
    size_t        first, last;                /* of those waiting */
};

/* Which checkpoints there are: in the anchor, published, in a row. Times are monotonic. */
struct checkpoints {
    bool            opened;
    struct buffer   anchored;      /* the note in the anchor; empty: none */
    uint64_t        notified_size; /* up to here the publisher was notified */
    int64_t         signed_us;     /* when last */
    pthread_mutex_t lock;          /* over what follows; anchored_size is written by the writer */
    uint64_t        anchored_size, published_size;
    struct buffer   published;
    bool            row_due;      /* it has none yet */
    int64_t         published_us; /* when last, or when it was opened */
    int64_t         waiting_us;   /* since when the anchor has a newer one; 0: it has not */
};

struct ledger {
    struct ledger_settings    settings;
    struct queue             *queue;
    struct log               *log;
    struct batch             *batch;
    struct ids                ids;
    struct arena              arena;       /* of the turn */
    struct arena              scratch;     /* of one event's folds */
    uint64_t                  vault_tied;  /* changes of the vault that the store remembers */
    int64_t                   timers_from; /* all timers due before this have fired */
    uint32_t                  even_rows;   /* of the turn; see even.c */
    size_t                    kept;        /* idempotency rows since the last sweep */
    struct id                 parted;      /* whose request was done in parts last */
    int64_t                   others_us;   /* monotonic, when somebody else's came last */
    struct event_batch       *decision;
    struct chain             *chain;
    struct ledger_request   **requests; /* of the turn, to be answered after its commit */
    size_t                    request_count, items;
    struct commit             commit;
    size_t                    commit_room;
    struct checkpoints        checkpoints;
    struct key                swept;    /* how far the sweep of idempotency rows has come */
    int64_t                   swept_us; /* monotonic, when last */
    pthread_t                 thread;
    bool                      running;
    pthread_mutex_t           door;      /* over what follows, and pushing while it is open */
    bool                      shut;      /* no request and no exclusive section is taken any more */
    struct exclusive_section *exclusive; /* to be run between two turns; NULL: none */
    pthread_cond_t            exclusive_done; /* one was run, or will not be */
    atomic_bool               stopping, dead, clock_stepped;
    _Atomic enum ledger_room  room; /* at the last look */
    _Atomic uint64_t          turns, intents, events, refusals, replays, commit_us, position;
    _Atomic uint64_t          commits, rows, bytes;
};

/* -- even.c --------------------------------------------------------------------------- */

/* `count` changes and `size` bytes were in the batch before the request. */
void even_out(struct ledger *ledger, struct even least, size_t count, size_t size);

/* -- between_turns.c ----------------------------------------------------------------- */

/* Between two turns: runs what waits. */
must_use struct status exclusive_run(struct ledger *ledger);
/* The ledger has stopped: what waits is told so. With the door shut. */
void exclusive_refuse(struct ledger *ledger);

/* -- room.c -------------------------------------------------------------------------- */

/* Looks how much room there is. */
enum ledger_room room_look(struct ledger *ledger);
/* With the door's lock: is there room for it? */
bool room_takes(const struct ledger *ledger, const struct ledger_request *request);

/* -- turn.c ------------------------------------------------------------------- */

/* Decides one intent at `now_us`, appends and folds what happens, and all that
 * follows from it; fills the outcome. A status is the world's failure: stop. */
must_use struct status turn_decide(struct ledger *ledger, const struct intent *intent,
                                   const struct ledger_request *request, int64_t now_us,
                                   struct outcome *outcome);
/* vault_tie.c: has the vault seen as much as the log remembers? And remembering it, with the
 * turn's batch. */
must_use struct status vault_tie_check(struct ledger *ledger);
void                   vault_tie_note(struct ledger *ledger);
/* How many of a request's items come next: all, or those of a part. */
size_t turn_part(const struct ledger *ledger, const struct ledger_request *request);
/* Decides a request, or the part of it that comes next: repeats, check, items, change, answer. */
must_use struct status turn_request(struct ledger *ledger, struct ledger_request *request,
                                    size_t part);
must_use struct status turn_timers(struct ledger *ledger, int64_t now_us, size_t *fired);

/* -- clock_guard.c: nothing is written while the wall clock is off ---------------------- */

/* Is the last event of the log dated in the future? That is reported. */
must_use struct status clock_guard_open(struct ledger *ledger);
/* Before a turn: may it be? */
must_use bool clock_guard_turn(struct ledger *ledger);

/* -- checkpoints.c ---------------------------------------------------------------- */

/* Goes on from what the anchor has. */
must_use struct status checkpoints_open(struct ledger *ledger);
void                   checkpoints_close(struct ledger *ledger);
/* After a commit: signs and anchors how far the log has come, and has it published. */
must_use struct status checkpoints_sign(struct ledger *ledger);
must_use struct status checkpoints_sign_in_time(struct ledger *ledger, int64_t now_us);
void                   checkpoints_figures(struct ledger *ledger, struct ledger_figures *figures);

/* -- idempotency.c: what was answered before, and what was done once ------------------ */

struct idempotency_row {
    bool         found;
    struct hash  body;  /* of the request it answered */
    struct slice value; /* the answer, or the stored result; in `arena` */
};
/* Any thread, with a reader and an arena of its own. */
must_use struct status idempotency_find(struct ledger *ledger, struct reader *reader, char kind,
                                        struct id caller, struct slice key, struct arena *arena,
                                        struct idempotency_row *stored);
/* What a request with this body is to that. */
enum idempotency_match idempotency_match(const struct idempotency_row *before,
                                         const struct hash            *body);
/* `owner`: whose key the value is sealed under. */
must_use struct status idempotency_keep(struct ledger *ledger, char kind, struct id caller,
                                        struct slice key, const struct hash *body, struct id owner,
                                        struct slice value);
enum { IDEMPOTENCY_ANSWER = 'a', IDEMPOTENCY_ITEM = 'o' };
/* Drops up to `max` rows whose time is over, going on where the last call ended. */
must_use struct status idempotency_sweep(struct ledger *ledger, size_t max);

#endif

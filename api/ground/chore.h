/* chore.h -- what goes on in the background, on a thread of its own.
 *
 * Each kind of chore is one row, of the table in api/service/chores.c:
 *
 *     const struct chore_row archivist_chore = {
 *         .name = "archivist", .wanted = archivist_is_wanted, .open = archivist_open,
 *         .step = archivist_step, .close = archivist_close,
 *     };
 *
 * LIFE      All that are wanted are opened in the table's order, before the ledger's writer
 *           starts; their threads start after it. A thread takes steps, with a rest between
 *           two that ends early when the chore is woken, until the chore is to stop; then it
 *           drains. Chores are stopped in the opposite order while the ledger still runs, and
 *           closed, in that order again, when it has stopped and can wake nobody any more.
 * WORK      What changes the log or its rows a chore has the writer do, and waits for that.
 *
 * THREADS   chores_open() to chores_close(): the service's. chore_wake() and chore_own(): any,
 *           from open to close. A row's step() and drain() run on the chore's own thread,
 *           which alone may call chore_rest() and chore_ask(); its open() and close() on the
 *           service's; concerns(), commit(), heard() and wake() on any.
 * MEMORY    What open() makes is the chore's own, and close() frees it.
 */
#ifndef PIOT_API_GROUND_CHORE_H
#define PIOT_API_GROUND_CHORE_H

#include "api/ground/ground.h"

struct chore;

struct chore_row {
    const char *name;                                /* also of what it reports */
    bool (*wanted)(const struct settings *settings); /* NULL: always */
    /* Makes what the chore needs: chore_keep(). On an error close() is called all the same. */
    struct status (*open)(struct chore *chore); /* NULL: it needs nothing */
    /* Does what there is to do. How long to rest then, in µs; CHORE_UNTIL_WOKEN. NULL: it
     * has no thread. */
    int64_t (*step)(struct chore *chore);
    /* Is there something to do after this commit? Then it is woken. NULL: never. */
    bool (*concerns)(const struct commit *commit);
    /* In place of concerns(): looks at every commit itself, and wakes the chore. NULL: none. */
    void (*commit)(struct chore *chore, const struct commit *commit);
    /* A vendor has called us, and proven that it is the one. NULL: that is nothing to it. */
    void (*heard)(struct chore *chore, struct id vendor);
    /* Wakes a step that waits for something else than chore_fd(); NULL: none does. */
    void (*wake)(struct chore *chore);
    /* The last work, after the last step. May be NULL. */
    void (*drain)(struct chore *chore);
    void (*close)(struct chore *chore); /* NULL: there is nothing to free */
};
#define CHORE_UNTIL_WOKEN INT64_MAX

/* -- the table -------------------------------------------------------------------------- */

/* Opens what is wanted of `rows`; ground->chores is set first. On an error chores_close()
 * is still to be called. */
must_use struct status chores_open(struct ground *ground, const struct chore_row *const *rows,
                                   size_t count);
must_use struct status chores_start(struct chores *chores);
/* Wakes those that it concerns. NULL is fine. */
void chores_committed(struct chores *chores, const struct commit *commit);
/* Any thread; NULL is fine. */
void chores_heard(struct chores *chores, struct id vendor);
void chores_stop(struct chores *chores);  /* waits for their ends; NULL is fine */
void chores_close(struct chores *chores); /* NULL is fine */

/* What the chore of that row has kept; NULL: it is not wanted here. */
void *chore_own(const struct ground *ground, const struct chore_row *row);
/* Its next step is now. Nothing happens if it is not wanted here. */
void chore_wake_row(const struct ground *ground, const struct chore_row *row);

/* -- for a chore ------------------------------------------------------------------------ */

/* One alone, as tests want it: opened, and not started. chore_stop() is for one that was. */
must_use struct status chore_open(struct chore **chore, const struct chore_row *row,
                                  struct ground *ground);
must_use struct status chore_start(struct chore *chore);
void                   chore_stop(struct chore *chore);
void                   chore_close(struct chore *chore); /* NULL is fine */

struct ground *chore_ground(const struct chore *chore);
void           chore_keep(struct chore *chore, void *own);
void          *chore_kept(const struct chore *chore);
void           chore_wake(struct chore *chore);
bool           chore_stopping(const struct chore *chore);
/* The same, for work that looks at a flag. */
const atomic_bool *chore_stop_flag(const struct chore *chore);
/* Until it is woken or so much later; returns at once when it is to stop. */
void chore_rest(struct chore *chore, int64_t us);
/* Readable when it has been woken, for a step that waits for other things as well: it calls
 * chore_heard() after it has. */
int  chore_fd(const struct chore *chore);
void chore_heard(struct chore *chore);
/* Reports that a step failed, unless the chore is to stop: that fails some. */
void chore_report(const struct chore *chore, const char *what, struct status why);

/* One ask of the writer. `make`, if given, makes `change` in the turn, unless the intent is
 * refused; `item.outcome` then says by what. */
struct chore_request {
    struct even      even; /* as the ledger has it */
    struct slice     correlation, traceparent;
    enum change_type change;
    bool             from_reserve; /* as a ledger request's: taken with little room on the disk */
    void (*make)(struct chore_request *request, struct batch *batch);
    void                 *context;
    struct chore         *chore;
    struct ledger_request submitted;
    struct ledger_item    item;
};
/* Until it is done. STATUS_CONFLICT: the service stops. */
must_use struct status chore_submit(struct chore *chore, struct chore_request *request,
                                    struct intent intent);
/* Of several, whose intents are in their items, in this order; they may share a turn. */
enum { CHORE_REQUESTS_MAX = 16 };
must_use struct status chore_submit_all(struct chore *chore, struct chore_request *requests,
                                        size_t count);
/* The same of a change without an intent. */
must_use struct status chore_change(struct chore *chore, struct chore_request *request,
                                    enum change_type change);

#endif

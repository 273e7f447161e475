/* shadow_rebuild.c -- all views folded again beside the ones that are served.
 *
 * Three stretches. The long one, from event 1 to where the log had come by then, goes past
 * the write-ahead log and pauses after every few events. What was appended meanwhile
 * follows, logged. The last few hundred events are folded on the writer's thread between
 * two turns, and there the families are switched: so at that moment both are folds of the
 * same log, and no reader goes back.
 *
 * The log is walked a few thousand events at a time, because a cursor that stays open
 * keeps memtables in memory that would have gone.
 */
#include "replay/fold/shadow_rebuild.h"
#include "core/rules/rules.h"
#include "replay/fold/folding.h"

#include <time.h>

enum {
    BATCH_EVENTS = 1024, /* in one commit: some milliseconds of work between two pauses */
    ROUND_EVENTS = 8192, /* in one walk of the log */
    NEAR_EVENTS  = 64,   /* as close as it comes unlogged */
    LAST_EVENTS  = 256,  /* to be folded while the writer waits: some milliseconds */
    LAST_MAX     = 1024, /* more came until it waited: it need not, yet */
    RATE_COMMITS = 4,    /* a second, if a rate was given: so it is even, and soon stopped */
    PAUSE_US     = 2000, /* worth a pause: shorter ones cost more than they give */
};

struct rebuild {
    const struct shadow_rebuild *order;
    struct store                *shadow;
    struct folding               folding;
    uint64_t         first_head, head; /* of the log: at the beginning, when last looked */
    int64_t          began_us, resumed_us, worked_us; /* monotonic; worked since a pause */
    struct snapshot *live, *fresh;                    /* as of the switch; NULL: nobody compares */
    bool             switched;
    struct status    failure; /* of the last stretch */
};

/* -- pausing ------------------------------------------------------------------------- */

static void pause_us(int64_t us)
{
    struct timespec length = { .tv_sec  = (time_t)(us / SECOND),
                               .tv_nsec = (long)(us % SECOND) * 1000 };

    nanosleep(&length, NULL); /* a signal may end it early */
}

/* Until the rate allows more; without one as long as was worked, so that half a processor
 * is left. What came after the beginning knows no rate: it has to be caught up with. */
static int64_t owed_us(const struct rebuild *rebuild, uint64_t done, int64_t now_us)
{
    uint64_t rate = rebuild->order->events_per_second;

    if (!rate || done > rebuild->first_head) return rebuild->worked_us;
    return rebuild->began_us + (int64_t)(done * SECOND / rate) - now_us;
}

static struct status unless_stopped(const struct rebuild *rebuild)
{
    bool stop = atomic_load(rebuild->order->stop);

    return stop ? failed(STATUS_CONFLICT, "it was stopped before it was done") : OK;
}

static struct status after_commit(void *context, uint64_t done)
{
    struct rebuild        *rebuild  = context;
    const struct progress *progress = rebuild->order->progress;
    int64_t                now      = clock_monotonic_us();

    rebuild->worked_us += now - rebuild->resumed_us;
    int64_t owed = owed_us(rebuild, done, now);
    if (owed >= PAUSE_US) {
        pause_us(owed);
        rebuild->worked_us = 0;
    }
    rebuild->resumed_us = clock_monotonic_us();
    if (progress && progress->tell)
        progress->tell(progress->context, "folding", done, rebuild->head);
    return unless_stopped(rebuild);
}

/* -- the stretches ------------------------------------------------------------------- */

static struct status look_ahead(struct rebuild *rebuild)
{
    return log_head(rebuild->folding.from, &rebuild->head);
}

static uint64_t behind(const struct rebuild *rebuild)
{
    return rebuild->head - rebuild->folding.done;
}

static struct status catch_up(struct rebuild *rebuild, uint64_t near)
{
    TRY(look_ahead(rebuild));
    while (behind(rebuild) > near) {
        TRY(folding_run(&rebuild->folding, ROUND_EVENTS));
        TRY(look_ahead(rebuild));
    }
    return OK;
}

/* A failure of the fold is the rebuild's own: the ledger goes on with the views it has. One
 * of the switch is not, for whether it came to be is unknown. */
static struct status fold_last(struct rebuild *rebuild)
{
    TRY(look_ahead(rebuild));
    if (behind(rebuild) > LAST_MAX) return OK;
    rebuild->folding.between = NULL;
    TRY(folding_run(&rebuild->folding, UINT64_MAX));
    rebuild->switched = true;
    return OK;
}

static struct status take_over(void *context)
{
    struct rebuild *rebuild = context;

    rebuild->failure = fold_last(rebuild);
    if (!rebuild->switched) return OK;
    if (rebuild->order->differences) {
        rebuild->live  = snapshot_open(rebuild->order->store);
        rebuild->fresh = snapshot_open(rebuild->shadow);
    }
    struct status status = store_shadow_switch(rebuild->shadow);
    rebuild->switched    = status.code == STATUS_OK;
    return status;
}

static struct status fold_and_switch(struct rebuild *rebuild)
{
    TRY(catch_up(rebuild, NEAR_EVENTS));
    TRY(store_flush(rebuild->shadow));
    rebuild->folding.logged = true;
    while (!rebuild->switched) {
        TRY(catch_up(rebuild, LAST_EVENTS));
        TRY(unless_stopped(rebuild));
        TRY(ledger_between_turns(rebuild->order->ledger, take_over, rebuild));
        TRY(rebuild->failure);
    }
    return OK;
}

static struct status compare(struct rebuild *rebuild)
{
    const struct shadow_rebuild *order = rebuild->order;

    if (!rebuild->live) return OK;
    struct status status = replay_compare(snapshot_reader(rebuild->live),
                                          snapshot_reader(rebuild->fresh), order->folds,
                                          order->differences);
    snapshot_close(rebuild->live);
    snapshot_close(rebuild->fresh);
    return status;
}

/* -- all of it ----------------------------------------------------------------------- */

static void add_families(const struct fold *fold, bool families[FAMILY_COUNT])
{
    for (size_t i = 0; i < fold->family_count; i++) families[fold->families[i]] = true;
}

static size_t batch_events(const struct shadow_rebuild *order)
{
    uint64_t rate = order->events_per_second;

    if (!rate || rate / RATE_COMMITS > BATCH_EVENTS) return BATCH_EVENTS;
    return rate / RATE_COMMITS ? (size_t)(rate / RATE_COMMITS) : 1;
}

static struct status open_shadow(struct rebuild *rebuild)
{
    bool families[FAMILY_COUNT] = { false };

    add_families(&fold_registry, families);
    for (const struct fold *const *fold = rebuild->order->folds; *fold; fold++)
        add_families(*fold, families);
    return store_shadow_open(&rebuild->shadow, rebuild->order->store, families);
}

struct status replay_shadow_rebuild(const struct shadow_rebuild *order, uint64_t *count,
                                    bool *switched)
{
    struct rebuild rebuild = {
        .order   = order,
        .folding = { .from      = store_reader(order->store),
                     .vault     = order->vault,
                     .folds     = order->folds,
                     .batch_max = batch_events(order),
                     .between   = after_commit },
        .failure = OK,
    };

    *count                  = 0;
    *switched               = false;
    rebuild.folding.context = &rebuild;
    TRY(look_ahead(&rebuild));
    TRY(open_shadow(&rebuild));
    rebuild.first_head    = rebuild.head;
    rebuild.folding.batch = batch_open(rebuild.shadow);
    rebuild.began_us = rebuild.resumed_us = clock_monotonic_us();
    struct status status                  = fold_and_switch(&rebuild);
    batch_close(rebuild.folding.batch);
    struct status compared = compare(&rebuild);
    struct status closed   = store_shadow_close(rebuild.shadow);
    *count                 = rebuild.folding.done;
    *switched              = rebuild.switched;
    if (status.code != STATUS_OK) return status;
    return compared.code != STATUS_OK ? compared : closed;
}

#include "api/chores/rebuilds.h"

#include <stdlib.h>

#include "api/courier/courier.h"
#include "core/base/report.h"
#include "projections/projection.h"
#include "replay/fold/shadow_rebuild.h"

struct rebuilds {
    struct chore  *chore;
    struct ground *ground;

    pthread_mutex_t      lock; /* over what follows */
    struct rebuild_order order;
    struct buffer        key; /* the order's */
    enum rebuild_status  status;
    uint64_t             position, head, first_head, differences;
    int64_t              began_us, ended_us;     /* of the clock */
    int64_t              started_us, stopped_us; /* monotonic */
    struct buffer        first;
    struct status        failure;
};

static void lock(struct rebuilds *rebuilds) { ensure(pthread_mutex_lock(&rebuilds->lock) == 0); }

static void unlock(struct rebuilds *rebuilds)
{
    ensure(pthread_mutex_unlock(&rebuilds->lock) == 0);
}

/* -- on its thread ------------------------------------------------------------------------ */

static void tell(void *context, const char *what, uint64_t done, uint64_t all)
{
    struct rebuilds *rebuilds = context;

    (void)what;
    lock(rebuilds);
    rebuilds->position = done;
    rebuilds->head     = all > done ? all : done;
    unlock(rebuilds);
}

static void differs(void *context, const struct difference *difference)
{
    struct rebuilds *rebuilds = context;
    struct json      json     = json_to(&rebuilds->first);

    lock(rebuilds);
    if (rebuilds->differences++ < REBUILD_FIRST_MAX) {
        if (rebuilds->first.size) buffer_add_byte(&rebuilds->first, ',');
        difference_json(difference, false, &json);
    }
    unlock(rebuilds);
}

static void ended(struct rebuilds *rebuilds, uint64_t count, bool switched, struct status status)
{
    lock(rebuilds);
    if (switched) rebuilds->position = rebuilds->head = count;
    rebuilds->stopped_us = clock_monotonic_us();
    rebuilds->ended_us   = clock_now(&rebuilds->ground->clock);
    rebuilds->failure    = status;
    rebuilds->status     = switched ? REBUILD_SWITCHED : REBUILD_FAILED;
    unlock(rebuilds);
    if (switched)
        report(REPORT_NOTICE, "api", "all views were folded again from %llu events and are served",
               (unsigned long long)count);
    if (status.code != STATUS_OK)
        report(REPORT_WARNING, "api", "the rebuild of the views: %s", status.text);
}

static void run(struct rebuilds *rebuilds)
{
    struct ground        *ground      = rebuilds->ground;
    struct progress       progress    = { tell, rebuilds };
    struct differences    differences = { differs, rebuilds };
    struct shadow_rebuild shadow      = {
             .ledger            = ground->ledger,
             .store             = ground->store,
             .vault             = ground->vault,
             .folds             = all_folds,
             .events_per_second = rebuilds->order.events_per_second,
             .differences       = rebuilds->order.compare ? &differences : NULL,
             .progress          = &progress,
             .stop              = chore_stop_flag(rebuilds->chore),
    };
    uint64_t      count    = 0;
    bool          switched = false;
    struct status status   = failed(STATUS_LIMIT, "there is too little room on the disk");

    if (ledger_room(ground->ledger) == LEDGER_ROOM_ENOUGH)
        status = replay_shadow_rebuild(&shadow, &count, &switched);

    chore_wake_row(ground, &courier_chore); /* there may be webhooks that the old views had lost */
    ended(rebuilds, count, switched, status);
}

static int64_t rebuilds_step(struct chore *chore)
{
    struct rebuilds *rebuilds = chore_kept(chore);

    lock(rebuilds);
    bool wanted = rebuilds->status == REBUILD_RUNNING;
    unlock(rebuilds);
    if (wanted) run(rebuilds);
    return CHORE_UNTIL_WOKEN;
}

/* -- from outside --------------------------------------------------------------------------- */

static struct status rebuilds_open(struct chore *chore)
{
    struct rebuilds *rebuilds = calloc(1, sizeof *rebuilds);

    ensure(rebuilds != NULL && pthread_mutex_init(&rebuilds->lock, NULL) == 0);
    rebuilds->chore  = chore;
    rebuilds->ground = chore_ground(chore);
    chore_keep(chore, rebuilds);
    return OK;
}

static void rebuilds_close(struct chore *chore)
{
    struct rebuilds *rebuilds = chore_kept(chore);

    buffer_free(&rebuilds->key);
    buffer_free(&rebuilds->first);
    pthread_mutex_destroy(&rebuilds->lock);
    free(rebuilds);
}

const struct chore_row rebuilds_chore = {
    .name  = "rebuilds",
    .open  = rebuilds_open,
    .step  = rebuilds_step,
    .close = rebuilds_close,
};

static struct rebuilds *rebuilds_of(const struct ground *ground)
{
    return chore_own(ground, &rebuilds_chore);
}

static void begin(struct rebuilds *rebuilds, const struct rebuild_order *order)
{
    buffer_clear(&rebuilds->key);
    buffer_clear(&rebuilds->first);
    buffer_add(&rebuilds->key, order->idempotency.key);
    rebuilds->order                 = *order;
    rebuilds->order.idempotency.key = buffer_slice(&rebuilds->key);
    rebuilds->status                = REBUILD_RUNNING;
    rebuilds->position = rebuilds->differences = 0;
    rebuilds->head = rebuilds->first_head = ledger_figures(rebuilds->ground->ledger).position;
    rebuilds->began_us                    = clock_now(&rebuilds->ground->clock);
    rebuilds->ended_us                    = 0;
    rebuilds->started_us                  = clock_monotonic_us();
    rebuilds->failure                     = OK;
}

struct status rebuilds_start(struct ground *ground, const struct rebuild_order *order)
{
    struct rebuilds *rebuilds = rebuilds_of(ground);
    struct status    status   = OK;

    lock(rebuilds); /* so that two who ask at once do not both begin */
    if (rebuilds->status == REBUILD_RUNNING)
        status = failed(STATUS_CONFLICT, "a rebuild of the views is running");
    else begin(rebuilds, order);
    unlock(rebuilds);
    if (status.code == STATUS_OK) chore_wake(rebuilds->chore);
    return status;
}

bool rebuilds_running(struct ground *ground)
{
    struct rebuilds *rebuilds = rebuilds_of(ground);

    if (!rebuilds) return false; /* a test's ground may have none */
    lock(rebuilds);
    bool running = rebuilds->status == REBUILD_RUNNING;
    unlock(rebuilds);
    return running;
}

bool rebuilds_look(struct ground *ground, struct arena *arena, struct rebuild_look *look)
{
    struct rebuilds *rebuilds = rebuilds_of(ground);

    lock(rebuilds);
    bool    over = rebuilds->status != REBUILD_RUNNING;
    int64_t took = (over ? rebuilds->stopped_us : clock_monotonic_us()) - rebuilds->started_us;
    *look        = (struct rebuild_look){
               .order       = rebuilds->order,
               .status      = rebuilds->status,
               .position    = rebuilds->position,
               .head        = rebuilds->head,
               .first_head  = rebuilds->first_head,
               .differences = rebuilds->differences,
               .began_us    = rebuilds->began_us,
               .ended_us    = rebuilds->ended_us,
               .rate        = took > 0 ? rebuilds->position * SECOND / (uint64_t)took : 0,
               .first       = arena_copy(arena, buffer_slice(&rebuilds->first)),
    };
    look->order.idempotency.key = arena_copy(arena, buffer_slice(&rebuilds->key));
    if (rebuilds->failure.code != STATUS_OK)
        look->failure = arena_copy(arena, slice_text(rebuilds->failure.text));
    unlock(rebuilds);
    return look->status != REBUILD_NONE;
}

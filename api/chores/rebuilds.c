#include "api/chores/rebuilds.h"

#include <stdlib.h>

#include "api/courier/courier.h"
#include "core/base/report.h"
#include "projections/projection.h"
#include "replay/fold/shadow_rebuild.h"

struct rebuilds {
    struct service *service;
    pthread_t       thread;
    bool            joinable; /* the caller's of start and close */
    atomic_bool     stop;

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
    rebuilds->ended_us   = clock_now(&rebuilds->service->clock);
    rebuilds->failure    = status;
    rebuilds->status     = switched ? REBUILD_SWITCHED : REBUILD_FAILED;
    unlock(rebuilds);
    if (switched)
        report(REPORT_NOTICE, "api", "all views were folded anew from %llu events and are served",
               (unsigned long long)count);
    if (status.code != STATUS_OK)
        report(REPORT_WARNING, "api", "the rebuild of the views: %s", status.text);
}

static void *run(void *argument)
{
    struct rebuilds   *rebuilds    = argument;
    struct service    *service     = rebuilds->service;
    struct progress    progress    = { tell, rebuilds };
    struct differences differences = { differs, rebuilds };
    struct beside      beside      = {
                  .ledger            = service->ledger,
                  .store             = service->store,
                  .vault             = service->vault,
                  .folds             = all_folds,
                  .events_per_second = rebuilds->order.events_per_second,
                  .differences       = rebuilds->order.compare ? &differences : NULL,
                  .progress          = &progress,
                  .stop              = &rebuilds->stop,
    };
    uint64_t      count;
    bool          switched;
    struct status status = replay_rebuild_beside(&beside, &count, &switched);

    courier_wake(service->courier); /* there may be webhooks that the old views had lost */
    ended(rebuilds, count, switched, status);
    return NULL;
}

/* -- from outside --------------------------------------------------------------------------- */

struct rebuilds *rebuilds_open(struct service *service)
{
    struct rebuilds *rebuilds = calloc(1, sizeof *rebuilds);

    ensure(rebuilds != NULL && pthread_mutex_init(&rebuilds->lock, NULL) == 0);
    rebuilds->service = service;
    return rebuilds;
}

static void join(struct rebuilds *rebuilds)
{
    if (rebuilds->joinable) ensure(pthread_join(rebuilds->thread, NULL) == 0);
    rebuilds->joinable = false;
}

void rebuilds_close(struct rebuilds *rebuilds)
{
    if (!rebuilds) return;
    atomic_store(&rebuilds->stop, true);
    join(rebuilds);
    buffer_free(&rebuilds->key);
    buffer_free(&rebuilds->first);
    pthread_mutex_destroy(&rebuilds->lock);
    free(rebuilds);
}

static void begin(struct rebuilds *rebuilds, const struct rebuild_order *order)
{
    buffer_clear(&rebuilds->key);
    buffer_clear(&rebuilds->first);
    buffer_add(&rebuilds->key, order->repeat.key);
    rebuilds->order            = *order;
    rebuilds->order.repeat.key = buffer_slice(&rebuilds->key);
    rebuilds->status           = REBUILD_RUNNING;
    rebuilds->position = rebuilds->differences = 0;
    rebuilds->head = rebuilds->first_head = ledger_figures(rebuilds->service->ledger).position;
    rebuilds->began_us                    = clock_now(&rebuilds->service->clock);
    rebuilds->ended_us                    = 0;
    rebuilds->started_us                  = clock_monotonic_us();
    rebuilds->failure                     = OK;
}

/* With the lock, so that two who ask at once do not both begin. One that has ended waits
 * for nothing any more. */
static struct status start(struct rebuilds *rebuilds, const struct rebuild_order *order)
{
    if (rebuilds->status == REBUILD_RUNNING)
        return failed(STATUS_CONFLICT, "a rebuild of the views is running");
    join(rebuilds);
    begin(rebuilds, order);
    if (pthread_create(&rebuilds->thread, NULL, run, rebuilds)) {
        rebuilds->status = REBUILD_NONE;
        return failed(STATUS_LIMIT, "the thread for a rebuild could not be started");
    }
    rebuilds->joinable = true;
    return OK;
}

struct status rebuilds_start(struct rebuilds *rebuilds, const struct rebuild_order *order)
{
    lock(rebuilds);
    struct status status = start(rebuilds, order);
    unlock(rebuilds);
    return status;
}

bool rebuilds_running(struct rebuilds *rebuilds)
{
    if (!rebuilds) return false;
    lock(rebuilds);
    bool running = rebuilds->status == REBUILD_RUNNING;
    unlock(rebuilds);
    return running;
}

bool rebuilds_look(struct rebuilds *rebuilds, struct arena *arena, struct rebuild_look *look)
{
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
    look->order.repeat.key = arena_copy(arena, buffer_slice(&rebuilds->key));
    if (rebuilds->failure.code != STATUS_OK)
        look->failure = arena_copy(arena, slice_text(rebuilds->failure.text));
    unlock(rebuilds);
    return look->status != REBUILD_NONE;
}

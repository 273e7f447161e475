#include "api/chores/lease_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "api/call/loop.h"
#include "api/call/submit.h"
#include "api/places/resolve.h"
#include "core/facts/names.h"

struct sweep {
    struct service      *service;
    struct server_timer *timer;
    struct sweep_place   place; /* the writer's */
    atomic_bool          more;  /* the last step stopped halfway */
};

static void step(void *context, struct batch *batch)
{
    struct sweep   *sweep   = context;
    struct service *service = sweep->service;

    resolve_sweep(batch, &sweep->place, clock_now(&service->clock), service->settings.lease_life);
    atomic_store(&sweep->more, sweep->place.key.size > 0);
}

static void on_timer(void *argument)
{
    struct sweep *sweep  = argument;
    struct intent intent = { .type = INTENT_sweep_leases, .stream = name_system() };

    /* A full queue has more urgent things: the next timer tries again. */
    if (!submit_quietly(sweep->service, &intent, step, sweep)) atomic_store(&sweep->more, false);
    server_timer_set(sweep->timer, atomic_load(&sweep->more) ? SWEEP_SOON_MS : SWEEP_EVERY_MS);
}

struct sweep *sweep_open(struct service *service)
{
    struct sweep *sweep = calloc(1, sizeof *sweep);

    ensure(sweep != NULL && service->loop_count > 0);
    sweep->service = service;
    sweep->timer   = server_timer_open(service->loops[0].server, on_timer, sweep);
    server_timer_set(sweep->timer, SWEEP_SOON_MS);
    return sweep;
}

void sweep_close(struct sweep *sweep)
{
    if (!sweep) return;
    server_timer_close(sweep->timer);
    free(sweep);
}

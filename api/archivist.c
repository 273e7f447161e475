#include "api/archivist.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "api/submit.h"
#include "core/base/queue.h"
#include "core/base/report.h"
#include "core/facts/names.h"
#include "core/log/archived.h"
#include "core/log/durable.h"

enum {
    LOOK_EVERY_MS = 1000, /* for what has become old */
    REST_MS       = 100,  /* between ARCHIVED_AT_ONCE bundles: 40,000 events a second at most */
    DROPPED_MS    = 10,   /* between two looks whether the writer has had its turn */
};

struct archivist {
    struct service  *service;
    char             folder[PATH_MAX]; /* absolute: the store remembers it */
    struct queue    *wake;
    pthread_t        thread;
    bool             running;
    atomic_bool      stopping;
    _Atomic uint64_t written; /* up to here the folder holds what it must */
};

static bool stopping(const struct archivist *archivist)
{
    return atomic_load(&archivist->stopping);
}

static void rest(struct archivist *archivist, int ms)
{
    if (!stopping(archivist)) queue_wait(archivist->wake, ms);
    queue_drain(archivist->wake);
}

static struct status look(struct service *service, struct arena *arena, struct archived *archived)
{
    return archived_look(service_reader(service), PARTITION_ONE, arena, archived);
}

/* -- the writer's turn ------------------------------------------------------------------ */

static void on_turn(void *context, struct batch *batch)
{
    struct archivist *archivist = context;

    reader_note(batch_reader(batch), archived_drop(batch, PARTITION_ONE, archivist->folder,
                                                   atomic_load(&archivist->written)));
}

static struct status is_dropped(struct archivist *archivist, bool *dropped)
{
    struct arena    arena = { 0 };
    struct archived archived;
    struct status   status = look(archivist->service, &arena, &archived);

    *dropped = status.code == STATUS_OK &&
               archived.through == atomic_load(&archivist->written) &&
               slice_equal(archived.folder, slice_text(archivist->folder));
    arena_free(&arena);
    return status;
}

static struct status drop(void *context, uint64_t through)
{
    struct archivist *archivist = context;
    struct intent     intent    = { .type = INTENT_drop_archived, .stream = name_system() };
    bool              dropped   = false;

    atomic_store(&archivist->written, through);
    while (!stopping(archivist) &&
           !submit_quietly(archivist->service, &intent, on_turn, archivist))
        rest(archivist, REST_MS); /* the ledger is full: others come first */
    while (!stopping(archivist) && !dropped) {
        rest(archivist, DROPPED_MS);
        TRY(is_dropped(archivist, &dropped));
    }
    return OK;
}

/* -- a pass ------------------------------------------------------------------------------- */

/* `more`: there may be more to archive now. */
static struct status pass(struct archivist *archivist, bool *more)
{
    struct service        *service   = archivist->service;
    const struct archiving archiving = {
        .reader    = service_reader(service),
        .partition = PARTITION_ONE,
        .folder    = archivist->folder,
        .key       = &service->signer.key,
        .before_us = clock_now(&service->clock) - service->settings.archive_after,
        .drop      = drop,
        .context   = archivist,
    };
    struct archived_step step;

    TRY(archived_advance(&archiving, &step));
    *more = step.more;
    if (stopping(archivist)) return OK;
    if (step.moved)
        report(REPORT_NOTICE, "archivist", "the archive is at %s from now on", archivist->folder);
    if (step.more)
        report(REPORT_NOTICE, "archivist", "events are archived up to %llu",
               (unsigned long long)step.through);
    return OK;
}

static void *work(void *argument)
{
    struct archivist *archivist = argument;

    while (!stopping(archivist)) {
        bool          more   = false;
        struct status status = pass(archivist, &more);
        if (status.code != STATUS_OK && !stopping(archivist))
            report(REPORT_ERROR, "archivist", "nothing is archived: %s", status.text);
        rest(archivist, more && status.code == STATUS_OK ? REST_MS : LOOK_EVERY_MS);
    }
    return NULL;
}

/* -- starting and ending ------------------------------------------------------------------- */

static struct status find_folder(struct archivist *archivist)
{
    const char *folder = archivist->service->settings.archive_folder;

    TRY(durable_folder(folder));
    return realpath(folder, archivist->folder) ? OK : durable_failed("finding", folder);
}

struct status archivist_start(struct archivist **opened, struct service *service)
{
    *opened = NULL;
    if (!*service->settings.archive_folder) return OK;
    struct archivist *archivist = calloc(1, sizeof *archivist);
    ensure(archivist != NULL);
    archivist->service   = service;
    struct status status = find_folder(archivist);
    if (status.code == STATUS_OK) status = queue_open(&archivist->wake, 1);
    if (status.code == STATUS_OK && pthread_create(&archivist->thread, NULL, work, archivist))
        status = failed(STATUS_LIMIT, "the archivist's thread could not be started");
    archivist->running = status.code == STATUS_OK;
    if (archivist->running) *opened = archivist;
    else archivist_close(archivist);
    return status;
}

void archivist_stop(struct archivist *archivist)
{
    if (!archivist || !archivist->running) return;
    atomic_store(&archivist->stopping, true);
    queue_wake(archivist->wake);
    ensure(pthread_join(archivist->thread, NULL) == 0);
    archivist->running = false;
}

void archivist_close(struct archivist *archivist)
{
    if (!archivist) return;
    ensure(!archivist->running);
    if (archivist->wake) queue_close(archivist->wake);
    free(archivist);
}

uint64_t archivist_position(struct service *service)
{
    struct arena    arena = { 0 };
    struct archived archived;
    struct status   status = look(service, &arena, &archived);

    arena_free(&arena);
    return status.code == STATUS_OK ? archived.through : 0;
}

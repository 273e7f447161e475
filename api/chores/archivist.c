#include "api/chores/archivist.h"

#include <limits.h>
#include <stdlib.h>

#include "api/chores/chore.h"
#include "core/base/durable.h"
#include "core/base/report.h"
#include "core/facts/names.h"
#include "core/log/archived.h"

enum {
    LOOK_EVERY_MS = 1000, /* for what has become old */
    REST_MS       = 100,  /* between ARCHIVED_AT_ONCE bundles: 40,000 events a second at most */
};

struct archivist {
    struct chore chore;
    char         folder[PATH_MAX]; /* absolute: the store remembers it */
};

/* -- the writer's turn ------------------------------------------------------------------ */

struct dropping {
    const char *folder;
    uint64_t    through; /* up to here it holds what it must */
};

static void drop_rows(struct errand *errand, struct batch *batch)
{
    const struct dropping *dropping = errand->context;

    reader_note(batch_reader(batch), archived_drop(batch, dropping->folder, dropping->through));
}

static struct status drop(void *context, uint64_t through)
{
    struct archivist *archivist = context;
    struct dropping   dropping  = { archivist->folder, through };
    struct errand     errand    = { .alongside = drop_rows, .context = &dropping };
    struct intent     intent    = { .type = INTENT_drop_archived, .stream = name_system() };

    return chore_ask(&archivist->chore, &errand, intent);
}

/* -- a pass ------------------------------------------------------------------------------- */

/* `more`: there may be more to archive now. */
static struct status pass(struct archivist *archivist, bool *more)
{
    struct service        *service   = archivist->chore.service;
    const struct archiving archiving = {
        .reader    = service_reader(service),
        .folder    = archivist->folder,
        .key       = &service->signer.key,
        .before_us = clock_now(&service->clock) - service->settings.archive_after,
        .drop      = drop,
        .context   = archivist,
    };
    struct archived_step step;

    TRY(archived_advance(&archiving, &step));
    *more = step.more;
    if (step.moved)
        report(REPORT_NOTICE, "archivist", "the archive is at %s from now on", archivist->folder);
    if (step.more)
        report(REPORT_NOTICE, "archivist", "events are archived up to %llu",
               (unsigned long long)step.through);
    return OK;
}

static void *work(void *owner)
{
    struct archivist *archivist = owner;
    struct chore     *chore     = &archivist->chore;

    while (!chore_stopping(chore)) {
        bool          more   = false;
        struct status status = pass(archivist, &more);
        if (status.code != STATUS_OK && !chore_stopping(chore))
            report(REPORT_ERROR, "archivist", "nothing is archived: %s", status.text);
        chore_rest(chore, more && status.code == STATUS_OK ? REST_MS : LOOK_EVERY_MS);
    }
    return NULL;
}

/* -- starting and ending ------------------------------------------------------------------- */

/* An archive among the backups would be its own copy. */
static struct status check_apart(const char *folder, const char *backups)
{
    bool within = false;

    if (*backups) TRY(durable_within(folder, backups, &within));
    return within ? failed(STATUS_INVALID,
                           "archive_folder is inside backup_folder, %.150s: "
                           "choose a folder elsewhere",
                           backups)
                  : OK;
}

static struct status find_folder(struct archivist *archivist, const struct settings *settings)
{
    const char *folder = settings->archive_folder;

    TRY(check_apart(folder, settings->backup_folder));
    TRY(durable_folder(folder));
    return realpath(folder, archivist->folder) ? OK : durable_failed("finding", folder);
}

struct status archivist_start(struct archivist **opened, struct service *service)
{
    *opened = NULL;
    if (!*service->settings.archive_folder) return OK;
    struct archivist *archivist = calloc(1, sizeof *archivist);
    ensure(archivist != NULL);
    struct status status = find_folder(archivist, &service->settings);
    if (status.code == STATUS_OK) status = chore_open(&archivist->chore, service);
    if (status.code == STATUS_OK) *opened = archivist;
    else free(archivist);
    TRY(status);
    return chore_start(&archivist->chore, work, archivist);
}

void archivist_stop(struct archivist *archivist)
{
    if (archivist) chore_stop(&archivist->chore);
}

void archivist_close(struct archivist *archivist)
{
    if (!archivist) return;
    chore_close(&archivist->chore);
    free(archivist);
}

uint64_t archivist_position(struct service *service)
{
    struct arena    arena = { 0 };
    struct archived archived;
    struct status   status = archived_look(service_reader(service), &arena, &archived);

    arena_free(&arena);
    return status.code == STATUS_OK ? archived.through : 0;
}

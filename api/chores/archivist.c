#include "api/chores/archivist.h"

#include <limits.h>
#include <stdlib.h>

#include "api/ground/chore.h"
#include "core/base/durable.h"
#include "core/base/report.h"
#include "core/log/archived.h"

#define ARCHIVIST_LOOK_EVERY SECOND /* for what has become old */
#define ARCHIVIST_REST \
    (100 * MILLISECOND) /* between ARCHIVED_AT_ONCE bundles: 40,000
                                                    events a second at most */

struct archivist {
    struct chore *chore;
    char          folder[PATH_MAX]; /* absolute: the store remembers it */
};

/* -- the writer's turn ------------------------------------------------------------------ */

struct dropping {
    const char *folder;
    uint64_t    through; /* up to here it holds what it must */
};

static void drop_rows(struct chore_request *request, struct batch *batch)
{
    const struct dropping *dropping = request->context;

    reader_note(batch_reader(batch), archived_drop(batch, dropping->folder, dropping->through));
}

static struct status drop(void *context, uint64_t through)
{
    struct archivist    *archivist = context;
    struct dropping      dropping  = { archivist->folder, through };
    struct chore_request request   = { .make = drop_rows, .context = &dropping };

    return chore_change(archivist->chore, &request, CHANGE_drop_archived);
}

/* -- a pass ------------------------------------------------------------------------------- */

/* `more`: there may be more to archive now. */
static struct status pass(struct archivist *archivist, struct arena *arena, bool *more)
{
    struct ground         *ground    = chore_ground(archivist->chore);
    const struct archiving archiving = {
        .reader    = reader_new(ground->store, arena),
        .folder    = archivist->folder,
        .key       = &ground->signer.key,
        .before_us = clock_now(&ground->clock) - ground->settings->archive_after,
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

static int64_t archivist_step(struct chore *chore)
{
    struct arena  arena  = { 0 };
    bool          more   = false;
    struct status status = pass(chore_kept(chore), &arena, &more);

    arena_free(&arena);
    if (status.code != STATUS_OK) chore_report(chore, "nothing is archived", status);
    return more && status.code == STATUS_OK ? ARCHIVIST_REST : ARCHIVIST_LOOK_EVERY;
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

static bool archivist_is_wanted(const struct settings *settings)
{
    return *settings->archive_folder != '\0';
}

static struct status archivist_open(struct chore *chore)
{
    struct archivist *archivist = calloc(1, sizeof *archivist);

    ensure(archivist != NULL);
    archivist->chore = chore;
    chore_keep(chore, archivist);
    return find_folder(archivist, chore_ground(chore)->settings);
}

static void archivist_close(struct chore *chore) { free(chore_kept(chore)); }

const struct chore_row archivist_chore = {
    .name   = "archivist",
    .wanted = archivist_is_wanted,
    .open   = archivist_open,
    .step   = archivist_step,
    .close  = archivist_close,
};

uint64_t archivist_position(struct ground *ground)
{
    struct arena    arena = { 0 };
    struct archived archived;
    struct status   status = archived_look(reader_new(ground->store, &arena), &arena, &archived);

    arena_free(&arena);
    return status.code == STATUS_OK ? archived.through : 0;
}

/* archived_advance.c -- a step of archiving, the same for the running service and for the
 * tool that does it to a stopped one: they differ in who takes the rows away.
 */
#include "core/log/archived_internal.h"

/* The folder that reads go to is the one that is wanted. */
static struct status settle(const struct archiving *archiving, const struct archived *archived,
                            struct archived_step *step)
{
    if (archived->through == 0 || slice_equal(archived->folder, slice_text(archiving->folder)))
        return OK;
    TRY(archived_belongs(archiving->reader, archiving->folder));
    struct status status = archived_check(archiving->reader, archiving->folder, archived->through,
                                          archiving->key);
    if (status.code == STATUS_CORRUPT)
        return failed(STATUS_CORRUPT, "%.130s; the archive is in %.80s: copy it whole first",
                      status.text, archived->folder.data);
    TRY(status);
    TRY(archiving->drop(archiving->context, archived->through));
    step->moved = true;
    return OK;
}

/* Has the folder no checkpoint that covers it, while the log has one? */
static struct status lacks_tree(const struct archiving *archiving, struct arena *arena,
                                uint64_t through, bool *lacks)
{
    struct checkpoint there, last;
    struct slice      note;

    TRY(archived_note(archiving->folder, arena, &note));
    TRY(archived_note_read(note, &there));
    TRY(checkpoint_last(archiving->reader, arena, &note));
    TRY(archived_note_read(note, &last));
    *lacks = through > 0 && there.size < through && last.size >= through;
    return OK;
}

static struct status advance(const struct archiving *archiving, struct arena *arena,
                             struct archived_step *step)
{
    struct reader  *reader = archiving->reader;
    struct archived archived;
    bool            lacks;

    TRY(archived_look(reader, arena, &archived));
    TRY(settle(archiving, &archived, step));
    TRY(archived_due(reader, archiving->before_us, &step->through));
    TRY(lacks_tree(archiving, arena, archived.through, &lacks));
    step->more = step->through > archived.through;
    if (!step->more && !lacks) return OK;
    TRY(archived_write(reader, archiving->folder, step->through));
    return step->more ? archiving->drop(archiving->context, step->through) : OK;
}

struct status archived_advance(const struct archiving *archiving, struct archived_step *step)
{
    struct arena arena = { 0 };

    *step                = (struct archived_step){ .more = false };
    struct status status = advance(archiving, &arena, step);
    arena_free(&arena);
    return status;
}

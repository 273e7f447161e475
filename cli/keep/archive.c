/* archive.c -- piot archive: old events of a stopped service into plain files, by the steps
 * that a running one takes by itself. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/tool/directory.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/clock.h"
#include "core/base/durable.h"
#include "core/base/json.h"
#include "core/log/archived.h"

struct archive_options {
    struct directory_options directory;
    const char              *to, *before;
    bool                     json;
};

struct archive_work {
    const struct archive_options *options;
    struct directory              directory;
    char                          folder[PATH_MAX]; /* absolute */
    int64_t                       before_us;
    uint64_t                      head, earlier; /* of the log; of what was archived before */
    struct archived_step          step;          /* the last one */
    bool                          moved;         /* by the first one */
};

/* -- archiving ------------------------------------------------------------------------- */

static struct status archive_drop(void *context, uint64_t through)
{
    struct archive_work *work = context;

    return archived_drop_alone(work->directory.store, work->folder, through);
}

/* Nothing goes from a log that is not the whole one. */
static struct status check_whole(struct directory *directory)
{
    if (!directory->anchor.data) return OK;
    if (!directory->keyed)
        return failed(STATUS_NOT_FOUND, "without the log's key nobody can say whether the log "
                                        "reaches its anchor: --key");
    return anchor_reached(directory->anchor, &directory->key, store_reader(directory->store));
}

static struct status archive_look(struct archive_work *work)
{
    struct reader  *reader = store_reader(work->directory.store);
    struct archived archived;

    TRY(check_whole(&work->directory));
    TRY(durable_folder(work->options->to));
    if (!realpath(work->options->to, work->folder))
        return durable_failed("finding", work->options->to);
    TRY(archived_look(reader, &work->directory.arena, &archived));
    work->earlier = archived.through;
    return log_head(reader, &work->head);
}

static struct status archive_all(struct archive_work *work)
{
    const struct archiving archiving = {
        .reader    = store_reader(work->directory.store),
        .folder    = work->folder,
        .key       = work->directory.keyed ? &work->directory.key : NULL,
        .before_us = work->before_us,
        .drop      = archive_drop,
        .context   = work,
    };

    do {
        TRY(archived_advance(&archiving, &work->step));
        work->moved |= work->step.moved;
        screen_progress.tell(NULL, "archiving", work->step.through, work->head);
    } while (work->step.more);
    return OK;
}

static struct status archive_directory(struct archive_work *work)
{
    struct status status = directory_open(&work->directory, &work->options->directory,
                                          DIRECTORY_WRITE);

    if (status.code == STATUS_CONFLICT)
        return failed(STATUS_IO,
                      "%s is in use: a running piotd archives by itself, with its "
                      "settings archive_folder and archive_after",
                      work->options->directory.data);
    TRY(status);
    status = archive_look(work);
    if (status.code == STATUS_OK) status = archive_all(work);
    directory_close(&work->directory);
    screen_progress_end();
    return status;
}

/* -- telling ----------------------------------------------------------------------------- */

static void archive_say(const struct archive_work *work, struct buffer *out)
{
    uint64_t archived = work->step.through;

    if (work->moved) buffer_print(out, "the archive is at %s from now on\n", work->folder);
    if (archived == work->earlier)
        buffer_print(out,
                     "nothing more to archive: no further %d events are full, signed and "
                     "that old\n",
                     TILE_WIDTH);
    buffer_print(out, "%llu of %llu events are archived in %s, %llu of them now\n",
                 (unsigned long long)archived, (unsigned long long)work->head, work->folder,
                 (unsigned long long)(archived - work->earlier));
}

static void archive_write(const struct archive_work *work, struct buffer *out)
{
    struct json json = json_to(out);

    json_object(&json);
    json_put_u64(&json, "archived", work->step.through);
    json_put_u64(&json, "now", work->step.through - work->earlier);
    json_put_u64(&json, "head", work->head);
    json_put_text(&json, "folder", slice_text(work->folder));
    json_put_flag(&json, "moved", work->moved);
    json_object_end(&json);
    buffer_add_byte(out, '\n');
}

static bool read_before(const char *before, int64_t *before_us)
{
    const struct clock clock = clock_real();
    int64_t            age;

    if (instant_parse(slice_text(before), before_us)) return true;
    if (!span_parse(slice_text(before), &age)) return false;
    *before_us = clock_now(&clock) - age;
    return true;
}

static enum ending archive_run(void *context, const struct verb *verb, const char *word)
{
    const struct archive_options *options = context;
    struct archive_work           work    = { .options = options };
    struct buffer                 out     = { 0 };

    (void)verb;
    (void)word;
    if (!options->directory.data)
        return misused("archive", "--data DIR is missing: piotd's data directory");
    if (!options->to) return misused("archive", "--to FOLDER is missing: where old events go");
    if (!options->before)
        return misused("archive", "--before TIME is missing: which events are old, by an instant "
                                  "or an age");
    if (!read_before(options->before, &work.before_us))
        return misused("archive", "--before has to be an instant such as 2026-01-31T12:00:00Z, or "
                                  "an age such as 365d");
    struct status status = archive_directory(&work);
    if (status.code != STATUS_OK) {
        screen_complain("%s", status.text);
        return status.code == STATUS_CONFLICT || status.code == STATUS_CORRUPT ? ENDED_REFUSED
                                                                               : ENDED_UNABLE;
    }
    if (options->json) archive_write(&work, &out);
    else archive_say(&work, &out);
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
    return ENDED_WELL;
}

enum ending piot_archive(int count, char **words)
{
    static const struct verb verbs[] = { { "", "", "" }, VERBS_END };
    struct archive_options   options = { .to = NULL };
    /* clang-format off */
    const struct choice choices[] = {
        CHOICES_OF_A_DIRECTORY(&options.directory),
        CHOICE_KEY(&options.directory.key),
        { "to", "FOLDER", NULL, "where old events go", &options.to, NULL },
        { "before", "TIME", NULL, "events recorded then or before: an instant, or an age",
          &options.before, NULL },
        CHOICE_JSON(&options.json),
        CHOICES_END,
    };
    /* clang-format on */
    const struct manual manual = {
        .name    = "archive",
        .meaning = "move old events out of the store, into plain files",
        .verbs   = verbs,
        .choices = choices,
        .run     = archive_run,
        .context = &options,
        .about =
            "For a stopped service what a running one does by itself, with its settings\n"
            "archive_folder and archive_after. Full bundles of events that are signed and old\n"
            "go to FOLDER in the layout of C2SP tlog-tiles, with the tiles and a checkpoint that\n"
            "prove them; they are synced, read back and held against the tree before the store\n"
            "lets go of them. Every read goes there by itself, so FOLDER has to stay. What is\n"
            "sealed stays in DIR, where it can be forgotten.\n"
            "\n"
            "To move an archive, copy it and give its new FOLDER: all of it is read first. Set\n"
            "archive_folder to FOLDER before piotd starts, if it is to archive there.\n"
            "Interrupted, nothing is lost: the next run goes on.\n"
            "Ends with 0: done, 1: in FOLDER is something else, or it is damaged, 2: usage,\n"
            "3: could not be tried.\n",
        .examples =
            "  piot archive --data /var/lib/piot --to /srv/archive --before 365d\n"
            "  piot archive --data /var/lib/piot --to /srv/archive --before 2026-01-01T00:00:00Z\n"
            "  piot verify --archive /srv/archive --key /var/lib/piot/log.key.pub\n",
    };

    return arguments_run(&manual, count, words);
}

/* verify_copy.c -- piot verify --export, --archive and --url: a log, or the old part of one,
 * from its files alone.
 *
 * Besides what replay names, one rule is this file's own:
 *
 *     rule          says
 *     checkpoint    the checkpoint is signed by the log's key (and what replay asks of it)
 */
#include "cli/evidence/copy_check.h"
#include "cli/evidence/fetch.h"
#include "cli/evidence/verify.h"
#include "cli/tool/screen.h"

static struct status verify_copy_look(const struct published      *published,
                                      const struct verify_options *options, struct arena *arena,
                                      struct finding_report *report, struct verification *result)
{
    struct checkpoint stream_heads[2]; /* its own, and the one that was kept */
    struct note_key   key;
    struct buffer     note = { 0 };
    struct slice      kept;
    size_t            count = 1;
    struct status     status;

    TRY(directory_key(options->directory.key, &key));
    if (options->checkpoint)
        TRY(directory_read_checkpoint(options->checkpoint, &key, arena, &kept,
                                      &stream_heads[count++]));
    status = published_checkpoint(published, &key, &note, &stream_heads[0]);
    if (status.code == STATUS_OK) {
        status = witness_demand_check(&options->witnesses, buffer_slice(&note), report);
        if (status.code == STATUS_OK)
            status = copy_check(published, &key, stream_heads, count, report, result);
    } else if (status.code == STATUS_CORRUPT) {
        finding_report_add(report, 0, "checkpoint", status.text);
        status = OK;
    }
    buffer_free(&note);
    return status;
}

/* What is said in place of the views, which a copy has none of. */
static const char *say_extent(const struct verify_options *options,
                              const struct verification *result, bool content, struct arena *arena)
{
    if (result->head == result->size) return "a copy: there are no views to look at";
    return arena_print(arena, "%llu of %llu entries are here, from 1 to %llu%s",
                       (unsigned long long)result->events, (unsigned long long)result->size,
                       (unsigned long long)result->head,
                       content           ? "; all are in the tree of the checkpoint"
                       : options->folder ? " (of an archive_folder that is right: --archive)"
                                         : "")
        .data;
}

static struct published verify_copy_folder(const struct verify_options *options)
{
    struct published published = published_folder(options->part ? options->part : options->folder);

    published.part = options->part != NULL;
    return published;
}

enum ending verify_copy(const struct verify_options *options)
{
    const char           *where     = options->part     ? options->part
                                      : options->folder ? options->folder
                                                        : options->url;
    struct published      published = { 0 };
    struct verification   result    = { 0 };
    struct arena          arena     = { 0 };
    struct fetch         *fetch     = NULL;
    struct status         status    = OK;
    struct finding_report report;

    finding_report_open(&report, options->json);
    if (!options->url) published = verify_copy_folder(options);
    else status = fetch_open(&fetch, options->url, options->token, &published);
    if (status.code == STATUS_OK)
        status = verify_copy_look(&published, options, &arena, &report, &result);
    enum ending ending = ENDED_UNABLE;
    if (status.code != STATUS_OK) screen_complain("%s", status.text);
    else
        ending = verify_tell(&report, where, &result,
                             say_extent(options, &result, !report.findings.count, &arena));
    finding_report_close(&report);
    fetch_close(fetch);
    arena_free(&arena);
    return ending;
}

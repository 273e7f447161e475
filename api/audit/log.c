/* log.c -- the log itself over HTTP, as any client of C2SP tlog-tiles reads it.
 *
 * The prefix of the log is /audit/v1. Tiles never change, so they may be kept forever,
 * but by the auditor who asked, not by caches between: the answer depends on the token.
 * A partial one is soon of no use, because the next checkpoint wants a wider one.
 */
#include "core/log/log.h"
#include "api/audit/audit.h"
#include "api/audit/published.h"
#include "api/audit/routes.h"
#include "api/ground/ground.h"
#include "core/log/bundle.h"
#include "core/log/tile_path.h"

#define OCTETS "application/octet-stream"

bool published_head(struct call *call, struct published_head *head)
{
    struct slice      text, lines;
    struct checkpoint checkpoint = { .size = 0 };

    if (!ledger_checkpoint(call->ground->ledger, call->arena, &head->note)) {
        call_fail(call, PROBLEM_not_found,
                  "The log has not been signed yet: that happens within a second of an event.");
        return false;
    }
    struct status status = note_split(head->note, &text, &lines);
    if (status.code == STATUS_OK) status = checkpoint_parse(text, &checkpoint);
    head->size = checkpoint.size;
    if (status.code != STATUS_OK) call_broken(call, status);
    return status.code == STATUS_OK;
}

void audit_get_checkpoint(struct call *call)
{
    struct published_head head;

    if (!published_head(call, &head)) return;
    request_header(call->request, "Cache-Control", SLICE("no-cache"));
    call_answer(call, 200, "text/plain; charset=utf-8", head.note);
}

/* -- tiles ------------------------------------------------------------------------- */

static void tile_let_keep(struct call *call, unsigned width)
{
    request_header(call->request, "Cache-Control",
                   width == TILE_WIDTH ? SLICE("private, max-age=31536000, immutable")
                                       : SLICE("private, max-age=60"));
}

static void answer_hashes(struct call *call, const struct tile_path *path)
{
    struct hash  *hashes = arena_array(call->arena, struct hash, TILE_WIDTH);
    struct status status = merkle_tile(ledger_merkle(call->ground->ledger), call_reader(call),
                                       path->level, path->index, path->width, hashes);

    if (status.code != STATUS_OK) {
        call_broken(call, status);
        return;
    }
    tile_let_keep(call, path->width);
    call_answer(call, 200, OCTETS,
                (struct slice){ (const char *)hashes, path->width * sizeof *hashes });
}

static struct status read_entries(struct reader *reader, const struct tile_path *path,
                                  struct buffer *bundle)
{
    struct log_scan  *scan  = log_scan_open(reader, path->index * TILE_WIDTH);
    unsigned          count = 0;
    struct log_record record;

    while (count < path->width && log_scan_next(scan, &record)) {
        bundle_add(bundle, BUNDLE_ENTRIES, record.envelope);
        count++;
    }
    TRY(log_scan_close(scan));
    return count == path->width
               ? OK
               : failed(STATUS_CORRUPT, "a bundle of %u entries has %u", path->width, count);
}

/* The look is on record: an envelope shows what happened to whom, if not in whose words. */
static void show_entries(struct call *call, uint64_t position)
{
    struct buffer    bundle = { 0 };
    struct tile_path path;

    (void)position;
    ensure(tile_path_parse(call_parameter(call, "tile"), &path));
    struct status status = read_entries(call_reader(call), &path, &bundle);
    if (status.code != STATUS_OK) call_broken(call, status);
    else {
        tile_let_keep(call, path.width);
        call_answer(call, 200, OCTETS, buffer_slice(&bundle));
    }
    buffer_free(&bundle);
}

void audit_get_tile(struct call *call)
{
    struct published_head head;
    struct tile_path      path;

    if (!tile_path_parse(call_parameter(call, "tile"), &path)) {
        call_fail(call, PROBLEM_not_found,
                  "There is no tile of that name: levels, indexes and "
                  "widths are written as C2SP tlog-tiles has them.");
        return;
    }
    if (!published_head(call, &head)) return;
    if (!tile_path_within(&path, head.size)) {
        call_fail(call, PROBLEM_not_found,
                  "The log's checkpoint, of %llu events, does not reach that far.",
                  (unsigned long long)head.size);
        return;
    }
    if (path.entries) audit_read(call, NO_ID, show_entries);
    else answer_hashes(call, &path);
}

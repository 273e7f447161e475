/* scan.c -- walking the log from somewhere to its end.
 *
 * Two cursors go side by side, over the envelopes and over the ciphertexts, for
 * that is far cheaper than a look-up for each event. The one over the envelopes
 * is opened first: what it shows was committed with its ciphertext, so the other,
 * opened later, cannot miss one that was not forgotten. The first envelope the cursor
 * shows may be beyond those that come now: these are archived, or missing. It begins
 * behind what is known to be archived, since where rows were erased RocksDB may have to
 * pass over as many marks.
 */
#include "core/log/archived.h"
#include "core/log/rows.h"

#include <stdlib.h>

enum { STEPS_MAX = 8 }; /* from row to row; further off, looking it up is cheaper */

struct log_scan {
    struct reader         *reader;
    struct cursor         *log, *personal;      /* personal NULL: it has ended */
    uint64_t               next;                /* the position that must come now */
    uint64_t               log_at, personal_at; /* where the cursors stand; 0: at the end */
    struct status          status;
    struct archived_bundle bundle;
};

static uint64_t position_of(const struct cursor *cursor)
{
    struct slice rest = cursor_key(cursor);
    uint32_t     partition;
    uint64_t     position;

    return key_read_u32(&rest, &partition) && key_read_u64(&rest, &position) ? position : 0;
}

static void move_log(struct log_scan *scan)
{
    scan->log_at = cursor_next(scan->log) ? position_of(scan->log) : 0;
}

static void move_personal(struct log_scan *scan)
{
    if (cursor_next(scan->personal)) {
        scan->personal_at = position_of(scan->personal);
        return;
    }
    struct status ended = cursor_close(scan->personal); /* or an error that looks like an end */
    scan->personal      = NULL;
    scan->personal_at   = 0;
    if (scan->status.code == STATUS_OK) scan->status = ended;
}

/* Goes on to where what comes now stands, or to what comes after it. */
static void reach(struct log_scan      *scan, void (*move)(struct log_scan *scan),
                  struct cursor *const *cursor, const uint64_t *at)
{
    for (unsigned steps = 0; *at && *at < scan->next; steps++) {
        struct key key = row_position(scan->reader, scan->next);
        if (steps == STEPS_MAX) cursor_restart(*cursor, key_slice(&key));
        move(scan);
    }
}

/* Where the next envelope in the store may stand. */
static uint64_t first_row(struct log_scan *scan)
{
    struct arena    arena = { 0 };
    struct archived archived;

    scan->status = archived_look(scan->reader, &arena, &archived);
    arena_free(&arena);
    return scan->next > archived.through ? scan->next : archived.through + 1;
}

struct log_scan *log_scan_open(struct reader *reader, uint64_t after)
{
    struct log_scan *scan   = malloc(sizeof *scan);
    struct key       prefix = reader_key(reader), from, row;

    ensure(scan != NULL && after < UINT64_MAX);
    *scan          = (struct log_scan){ reader, .next = after + 1 };
    from           = row_position(reader, after + 1);
    row            = row_position(reader, first_row(scan));
    scan->log      = cursor_open(reader, FAMILY_log, key_slice(&prefix), key_slice(&row));
    scan->personal = cursor_open(reader, FAMILY_personal, key_slice(&prefix), key_slice(&from));
    move_log(scan);
    move_personal(scan);
    return scan;
}

static void take(struct log_scan *scan, struct log_record *record)
{
    if (scan->log_at == scan->next) {
        scan->status = row_record(scan->next, cursor_value(scan->log), record);
        return;
    }
    scan->status = archived_record(&scan->bundle, scan->reader, scan->next, record);
    if (scan->status.code == STATUS_NOT_FOUND)
        scan->status = failed(STATUS_CORRUPT, "event %llu is missing",
                              (unsigned long long)scan->next);
}

void log_scan_skip(struct log_scan *scan, uint64_t position)
{
    ensure(position >= scan->next);
    scan->next = position;
}

bool log_scan_next(struct log_scan *scan, struct log_record *record)
{
    if (scan->status.code != STATUS_OK) return false;
    reach(scan, move_log, &scan->log, &scan->log_at);
    if (!scan->log_at) return false;
    take(scan, record);
    reach(scan, move_personal, &scan->personal, &scan->personal_at);
    if (scan->status.code != STATUS_OK) return false;
    if (scan->personal && scan->personal_at == scan->next)
        record->ciphertext = cursor_value(scan->personal);
    scan->next++;
    return true;
}

struct status log_scan_close(struct log_scan *scan)
{
    struct status status, log, personal;

    if (!scan) return OK;
    status   = scan->status;
    log      = cursor_close(scan->log);
    personal = cursor_close(scan->personal);
    archived_release(&scan->bundle);
    free(scan);
    if (status.code != STATUS_OK) return status;
    return log.code != STATUS_OK ? log : personal;
}

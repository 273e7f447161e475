#include "api/service/gate.h"

#include <limits.h>
#include <unistd.h>

#include "core/base/durable.h"
#include "core/base/report.h"
#include "core/store/backup.h"
#include "projections/projection.h"
#include "replay/fold/replay.h"

#define PROGRESS_EVERY (10 * SECOND) /* of long work: so often an operator wants a word */

enum { FINDINGS_SHOWN = 20 }; /* the rest would say the same */

/* -- the anchor --------------------------------------------------------------------------- */

struct status gate_check_there(const struct data_paths *paths)
{
    if (access(paths->anchor, F_OK) != 0 || access(paths->store, F_OK) == 0) return OK;
    return failed(STATUS_CORRUPT,
                  "there is no %s, but the log was signed: all its events are "
                  "missing. Restore a backup, or let the import of an export end",
                  paths->store);
}

/* Without an anchor nobody can say what is missing, unless nothing ever happened. */
static struct status accept_unanchored(struct reader *recovered)
{
    uint64_t head;

    TRY(log_head(recovered, &head));
    return head ? failed(STATUS_CORRUPT, "the log was damaged and there is no anchor to hold "
                                         "what is left against: restore the anchor file")
                : OK;
}

/* After damage the store may come back a little short: only if the log still
 * reaches its anchor does that pass. */
struct status gate_accept_recovered(void *context, struct reader *recovered)
{
    const struct gate *gate  = context;
    struct arena       arena = { 0 };
    struct slice       note;
    struct status      status = anchor_check(gate->anchor, gate->key, recovered, &arena, &note);

    if (status.code == STATUS_OK && !note.data) status = accept_unanchored(recovered);
    arena_free(&arena);
    return status;
}

struct status gate_check_anchor(const struct gate *gate, struct store *store, struct arena *arena,
                                struct slice *note)
{
    return anchor_check(gate->anchor, gate->key, reader_new(store, arena), arena, note);
}

/* -- telling how far it is ------------------------------------------------------------------- */

static void gate_tell(void *context, const char *what, uint64_t done, uint64_t all)
{
    int64_t *told_us = context, now_us = clock_monotonic_us();

    if (done < all && now_us - *told_us < PROGRESS_EVERY) return;
    *told_us = now_us;
    report(REPORT_NOTICE, "api", "before serving: %s, %llu of %llu events", what,
           (unsigned long long)done, (unsigned long long)all);
}

/* -- the views -------------------------------------------------------------------------------- */

static struct status begin_again(const struct ground *ground)
{
    int64_t         told_us  = clock_monotonic_us();
    struct progress progress = { gate_tell, &told_us };
    uint64_t        count;

    report(REPORT_WARNING, "api", "a rebuild of the views was cut short: it begins again");
    return replay_rebuild(ground->store, ground->vault, all_folds, &progress, &count);
}

struct status gate_make_views_ready(const struct ground *ground)
{
    struct arena  arena = { 0 };
    struct status whole = replay_check_whole(reader_new(ground->store, &arena));

    arena_free(&arena);
    if (whole.code == STATUS_CONFLICT) whole = begin_again(ground);
    TRY(whole);
    return replay_make_ready(ground->store, all_folds);
}

/* -- everything ------------------------------------------------------------------------ */

static void gate_found(void *context, const struct finding *finding)
{
    unsigned *shown = context;

    if ((*shown)++ < FINDINGS_SHOWN)
        report(REPORT_ERROR, "api", "event %llu: %s: %s", (unsigned long long)finding->position,
               finding->rule, finding->text);
}

static struct status verify_views(const struct ground *ground, struct reader *reader,
                                  const struct progress *progress, struct findings *findings)
{
    char                 path[PATH_MAX];
    struct store        *scratch;
    struct store_options how = { .path = path, .partition = store_partition(ground->store) };

    TRY(durable_join(path, ground->settings->data, "verify.views"));
    TRY(store_remove(path)); /* of one that was killed */
    store_families_all(how.families);
    TRY(store_open(&scratch, &how));
    struct status status = replay_verify_views(reader, ground->vault, all_folds, scratch, progress,
                                               findings);
    store_close(scratch);
    TRY(status);
    return store_remove(path);
}

static struct status verify_all(const struct ground *ground, struct reader *reader,
                                const struct progress *progress, struct findings *findings)
{
    struct replay_checks checks = { .key = &ground->signer.key };
    struct verification  result;

    TRY(store_check(ground->store));
    TRY(vault_check(ground->vault));
    TRY(replay_verify_log(reader, ground->vault, &checks, progress, findings, &result));
    if (!findings->count) TRY(verify_views(ground, reader, progress, findings));
    report(REPORT_NOTICE, "api", "%llu events in %llu streams were verified",
           (unsigned long long)result.events, (unsigned long long)result.streams);
    return OK;
}

struct status gate_verify(const struct ground *ground)
{
    struct arena    arena    = { 0 };
    int64_t         told_us  = clock_monotonic_us();
    struct progress progress = { gate_tell, &told_us };
    unsigned        shown    = 0;
    struct findings findings = { .found = gate_found, .context = &shown };
    struct status   status   = verify_all(ground, reader_new(ground->store, &arena), &progress,
                                          &findings);

    arena_free(&arena);
    TRY(status);
    if (!findings.count) return OK;
    return failed(STATUS_CORRUPT,
                  "the log is not served: verifying it found %llu things that are wrong",
                  (unsigned long long)findings.count);
}

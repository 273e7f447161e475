/* fold.c -- the log, folded again. */
#include "core/rules/rules.h"
#include "replay/replay.h"

static const char UNFINISHED[] = "rebuild-unfinished";

static void tell(const struct progress *progress, const char *what, uint64_t done, uint64_t all)
{
    if (progress && progress->tell) progress->tell(progress->context, what, done, all);
}

static void fold_event(const struct fold *const *folds, struct batch *batch,
                       struct arena *arena, const struct event *event)
{
    fold_registry.apply(batch, arena, event);
    for (; *folds; folds++) (*folds)->apply(batch, arena, event);
}

static struct status fold_all(struct log_scan *scan, struct vault *vault,
                              const struct fold *const *folds, struct batch *batch,
                              const struct progress *progress, uint64_t all, uint64_t *count)
{
    struct arena      arena  = { 0 };
    struct status     status = OK;
    struct log_record record;

    for (*count = 0; status.code == STATUS_OK && log_scan_next(scan, &record);) {
        struct event event;
        status = log_record_event(&record, vault, &arena, &event);
        if (status.code != STATUS_OK) break;
        fold_event(folds, batch, &arena, &event);
        arena_reset(&arena);
        status = reader_failure(batch_reader(batch));
        if (status.code == STATUS_OK && ++*count % REPLAY_BATCH == 0)
            status = batch_commit(batch, false);
        if (*count % REPLAY_REPORT == 0) tell(progress, "folding", *count, all);
    }
    if (status.code == STATUS_OK) status = batch_commit(batch, false);
    arena_free(&arena);
    return status;
}

struct status replay_fold(struct reader *from, struct vault *vault,
                          const struct fold *const *folds, struct store *into,
                          const struct progress *progress, uint64_t *count)
{
    uint64_t      head;
    struct status status, ended;

    TRY(log_head(from, PARTITION_ONE, &head));
    struct batch    *batch = batch_open(into);
    struct log_scan *scan  = log_scan_open(from, PARTITION_ONE, 0);
    status = fold_all(scan, vault, folds, batch, progress, head, count);
    ended  = log_scan_close(scan);
    batch_close(batch);
    tell(progress, "folded", *count, head);
    return status.code == STATUS_OK ? ended : status;
}

/* -- rebuilding in place -------------------------------------------------------- */

static struct key mark_key(void)
{
    struct key key = key_new(PARTITION_ONE);

    key_add_bytes(&key, slice_text(UNFINISHED));
    return key;
}

static struct status mark(struct store *store, bool unfinished)
{
    struct batch *batch = batch_open(store);
    struct key    key   = mark_key();
    struct status status;

    if (unfinished) batch_put(batch, FAMILY_meta, key_slice(&key), SLICE("1"));
    else batch_erase(batch, FAMILY_meta, key_slice(&key));
    status = batch_commit(batch, true);
    batch_close(batch);
    return status;
}

struct status replay_unfinished(struct reader *reader, bool *unfinished)
{
    struct arena  arena = { 0 };
    struct key    key   = mark_key();
    struct slice  value;
    struct status status = reader_get(reader, FAMILY_meta, key_slice(&key), &arena, &value);

    *unfinished = status.code == STATUS_OK && value.data;
    arena_free(&arena);
    return status;
}

static struct status clear(struct store *store, const struct fold *fold)
{
    for (size_t i = 0; i < fold->family_count; i++)
        TRY(store_clear(store, fold->families[i]));
    return OK;
}

struct status replay_rebuild(struct store *store, struct vault *vault,
                             const struct fold *const *folds, const struct progress *progress,
                             uint64_t *count)
{
    TRY(mark(store, true));
    TRY(clear(store, &fold_registry));
    for (const struct fold *const *fold = folds; *fold; fold++) TRY(clear(store, *fold));
    TRY(replay_fold(store_reader(store), vault, folds, store, progress, count));
    TRY(store_flush(store));
    return mark(store, false);
}

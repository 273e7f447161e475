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

/* -- which views a store holds ------------------------------------------------------ */

/* meta "views": the stored names of all families that folds own, or UNFINISHED. */
static struct key views_key(void)
{
    struct key key = key_new(PARTITION_ONE);

    key_add_bytes(&key, SLICE("views"));
    return key;
}

static void add_names(struct buffer *names, const struct fold *fold)
{
    for (size_t i = 0; i < fold->family_count; i++)
        buffer_print(names, "%s ", family_stored_name(fold->families[i]));
}

static struct status mark(struct store *store, struct slice views)
{
    struct batch *batch = batch_open(store);
    struct key    key   = views_key();
    struct status status;

    batch_put(batch, FAMILY_meta, key_slice(&key), views);
    status = batch_commit(batch, true);
    batch_close(batch);
    return status;
}

struct status replay_mark_unfolded(struct store *store)
{
    return mark(store, slice_text(UNFINISHED));
}

static struct status mark_whole(struct store *store, const struct fold *const *folds)
{
    struct buffer names = { 0 };
    struct status status;

    add_names(&names, &fold_registry);
    for (; *folds; folds++) add_names(&names, *folds);
    status = mark(store, buffer_slice(&names));
    buffer_free(&names);
    return status;
}

static bool names_are(struct slice views, const struct fold *const *folds)
{
    struct buffer names = { 0 };

    add_names(&names, &fold_registry);
    for (; *folds; folds++) add_names(&names, *folds);
    bool same = slice_equal(views, buffer_slice(&names));
    buffer_free(&names);
    return same;
}

static bool unfinished(struct slice views) { return slice_equal(views, slice_text(UNFINISHED)); }

static struct status cut_short(void)
{
    return failed(STATUS_CONFLICT, "a rebuild of the views was cut short: run piot rebuild");
}

struct status replay_check_whole(struct reader *reader)
{
    struct arena  arena = { 0 };
    struct key    key   = views_key();
    struct slice  views;
    struct status status = reader_get(reader, FAMILY_meta, key_slice(&key), &arena, &views);

    if (status.code == STATUS_OK && unfinished(views)) status = cut_short();
    arena_free(&arena);
    return status;
}

struct status replay_check_ready(struct reader *reader, const struct fold *const *folds)
{
    struct arena  arena  = { 0 };
    struct key    key    = views_key();
    uint64_t      head   = 0;
    struct slice  views  = { NULL, 0 };
    struct status status = log_head(reader, PARTITION_ONE, &head);

    if (status.code == STATUS_OK)
        status = reader_get(reader, FAMILY_meta, key_slice(&key), &arena, &views);
    if (status.code == STATUS_OK && (head || views.data)) {
        if (unfinished(views)) status = cut_short();
        else if (!names_are(views, folds))
            status = failed(STATUS_CONFLICT, "the views were folded by another version: "
                                             "run piot rebuild");
    }
    arena_free(&arena);
    return status;
}

struct status replay_make_ready(struct store *store, const struct fold *const *folds)
{
    uint64_t head;

    TRY(replay_check_ready(store_reader(store), folds));
    TRY(log_head(store_reader(store), PARTITION_ONE, &head));
    return head ? OK : mark_whole(store, folds);
}

/* -- rebuilding in place ------------------------------------------------------------ */

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
    TRY(replay_mark_unfolded(store));
    TRY(clear(store, &fold_registry));
    for (const struct fold *const *fold = folds; *fold; fold++) TRY(clear(store, *fold));
    TRY(replay_fold(store_reader(store), vault, folds, store, progress, count));
    TRY(store_flush(store));
    return mark_whole(store, folds);
}

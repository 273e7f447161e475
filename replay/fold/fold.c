/* fold.c -- the log, folded again. */
#include "core/rules/rules.h"
#include "replay/fold/folding.h"
#include "replay/fold/read_ahead.h"
#include "replay/fold/replay.h"

static const char UNFINISHED[] = "rebuild-unfinished";

static void fold_event(const struct fold *const *folds, struct batch *batch, struct arena *arena,
                       const struct event *event)
{
    fold_registry.apply(batch, arena, event);
    for (; *folds; folds++) (*folds)->apply(batch, arena, event);
}

static struct status commit(struct folding *folding)
{
    TRY(folding->logged ? batch_commit(folding->batch, true)
                        : batch_commit_unlogged(folding->batch));
    return folding->between ? folding->between(folding->context, folding->done) : OK;
}

static bool next(void *context, struct log_record *record)
{
    return log_scan_next(context, record);
}

static void open_event(void *context, struct arena *arena, struct read_ahead_item *item)
{
    item->status = log_record_event(&item->record, context, arena, &item->event);
}

static struct status fold_item(struct folding *folding, const struct read_ahead_item *item)
{
    TRY(item->status);
    fold_event(folding->folds, folding->batch, &folding->arena, &item->event);
    arena_reset(&folding->arena);
    folding->done++;
    return reader_failure(batch_reader(folding->batch));
}

static struct status fold_items(struct folding *folding, struct read_ahead *read_ahead)
{
    struct read_ahead_item *item;
    size_t                  count = 0; /* in the batch */

    while ((item = read_ahead_next(read_ahead))) {
        TRY(fold_item(folding, item));
        if (++count < folding->batch_max && batch_size(folding->batch) < REPLAY_BATCH_BYTES)
            continue;
        TRY(commit(folding));
        count = 0;
    }
    return OK;
}

struct status folding_run(struct folding *folding, uint64_t max)
{
    struct log_scan         *scan       = log_scan_open(folding->from, folding->done);
    struct read_ahead_source source     = { .next            = next,
                                            .context         = scan,
                                            .prepare         = open_event,
                                            .prepare_context = folding->vault,
                                            .max             = max };
    struct read_ahead       *read_ahead = read_ahead_open(&source);
    struct status            status     = fold_items(folding, read_ahead), ended;

    read_ahead_close(read_ahead);
    ended = log_scan_close(scan);
    if (status.code == STATUS_OK) status = ended;
    if (status.code == STATUS_OK) status = commit(folding);
    arena_free(&folding->arena);
    return status;
}

/* -- folding all ---------------------------------------------------------------------- */

struct telling {
    const struct progress *progress;
    uint64_t               reported, all;
};

static struct status tell(void *context, uint64_t done)
{
    struct telling *telling = context;

    if (done - telling->reported < REPLAY_REPORT) return OK;
    telling->reported = done;
    telling->progress->tell(telling->progress->context, "folding", done, telling->all);
    return OK;
}

struct status replay_fold(struct reader *from, struct vault *vault, const struct fold *const *folds,
                          struct store *into, const struct progress *progress, uint64_t *count)
{
    bool           reported = progress && progress->tell;
    struct telling telling  = { .progress = progress };
    struct folding folding  = { .from      = from,
                                .vault     = vault,
                                .folds     = folds,
                                .batch_max = REPLAY_BATCH,
                                .between   = reported ? tell : NULL,
                                .context   = &telling };

    TRY(log_head(from, &telling.all));
    folding.batch        = batch_open(into);
    struct status status = folding_run(&folding, UINT64_MAX);
    batch_close(folding.batch);
    if (reported) progress->tell(progress->context, "folded", folding.done, telling.all);
    *count = folding.done;
    return status;
}

/* -- which views a store holds ------------------------------------------------------ */

/* meta "views": the stored names of all families that folds own, or UNFINISHED. */
static struct key views_key(const struct reader *reader)
{
    struct key key = reader_key(reader);

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
    struct key    key   = views_key(batch_reader(batch));
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
    struct key    key   = views_key(reader);
    struct slice  views;
    struct status status = reader_get(reader, FAMILY_meta, key_slice(&key), &arena, &views);

    if (status.code == STATUS_OK && unfinished(views)) status = cut_short();
    arena_free(&arena);
    return status;
}

struct status replay_check_ready(struct reader *reader, const struct fold *const *folds)
{
    struct arena  arena  = { 0 };
    struct key    key    = views_key(reader);
    uint64_t      head   = 0;
    struct slice  views  = { NULL, 0 };
    struct status status = log_head(reader, &head);

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
    TRY(log_head(store_reader(store), &head));
    if (!head) TRY(mark_whole(store, folds));
    return store_drop_old_views(store);
}

/* -- rebuilding in place ------------------------------------------------------------ */

static struct status clear(struct store *store, const struct fold *fold)
{
    for (size_t i = 0; i < fold->family_count; i++) TRY(store_clear(store, fold->families[i]));
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
    TRY(mark_whole(store, folds));
    return store_drop_old_views(store);
}

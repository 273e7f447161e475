#include "replay/copy/import.h"

static struct status take(struct import_job *job, struct log *log, struct batch *batch,
                          const struct log_record *record, struct arena *arena)
{
    const struct progress *progress = job->progress;
    struct event           event;

    TRY(log_append_record(log, batch, record, arena, &event));
    arena_reset(arena);
    if (++job->events % REPLAY_BATCH == 0) {
        TRY(batch_commit(batch, false));
        log_committed(log);
    }
    if (job->events % REPLAY_REPORT == 0 && progress && progress->tell)
        progress->tell(progress->context, "importing", job->events, job->head->size);
    return OK;
}

static struct status take_all(struct import_job *job, struct log *log, struct batch *batch,
                              const struct record_source *source)
{
    struct arena      arena  = { 0 };
    struct status     status = OK, ended;
    struct log_record record;

    while (status.code == STATUS_OK && source->next(source->context, &record))
        status = take(job, log, batch, &record, &arena);
    arena_free(&arena);
    ended = source->end(source->context);
    return status.code == STATUS_OK ? ended : status;
}

static struct status check_root(struct import_job *job, struct log *log, struct batch *batch)
{
    struct hash root;

    TRY(batch_commit(batch, false));
    log_committed(log);
    TRY(merkle_root(log_merkle(log), store_reader(job->into), job->head->size, &root));
    if (!hash_equal(&root, &job->head->root))
        return failed(STATUS_CORRUPT, "the %llu events have another root than their checkpoint",
                      (unsigned long long)job->head->size);
    checkpoint_put(batch, job->head->size, job->note);
    if (job->bare) log_put_bare(batch, job->head->size);
    return batch_commit(batch, true);
}

static struct status take_log(struct import_job *job, struct log *log)
{
    struct published_walk *walk;
    struct record_source   source;
    struct batch          *batch  = batch_open(job->into);
    struct status          status = published_open(job->from, job->head->size, &walk, &source);

    job->bare = source.bare;
    if (status.code == STATUS_OK) status = take_all(job, log, batch, &source);
    if (status.code == STATUS_OK) status = check_root(job, log, batch);
    published_close(walk);
    batch_close(batch);
    return status;
}

struct status replay_import(struct import_job *job)
{
    struct log   *log;
    struct status status;
    uint64_t      folded;

    job->events = 0;
    TRY(log_open(&log, job->into, job->vault));
    status = log_last(log) == 0 ? take_log(job, log)
                                : failed(STATUS_CONFLICT, "there is a log already, of %llu events",
                                         (unsigned long long)log_last(log));
    log_close(log);
    TRY(status);
    return replay_rebuild(job->into, job->vault, job->folds, job->progress, &folded);
}

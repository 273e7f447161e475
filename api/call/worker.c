#include "api/call/worker.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/queue.h"

struct worker {
    struct queue *jobs;
    void         *tool;
    pthread_t     threads[WORKER_THREADS_MAX];
    size_t        thread_count;
    atomic_bool   ended;
};

static void worker_on_done(void *argument)
{
    struct job *job = argument;

    job->done(job);
}

/* A job takes tens of milliseconds, so a loop's inbox that is full of quick words has
 * emptied before there is the next one to tell. */
static void worker_tell(struct job *job)
{
    struct timespec pause = { .tv_nsec = 1000 * 1000 };

    while (!server_post(job->loop->server, worker_on_done, job)) nanosleep(&pause, NULL);
}

static bool worker_work(struct worker *worker)
{
    struct job *job = queue_pop(worker->jobs);

    if (!job) return false;
    if (queue_length(worker->jobs)) queue_wake(worker->jobs); /* another thread may be idle */
    job->work(job);
    worker_tell(job);
    return true;
}

static void *worker_run(void *argument)
{
    struct worker *worker = argument;

    while (!atomic_load(&worker->ended)) {
        if (worker_work(worker)) continue;
        queue_wait(worker->jobs, -1);
        queue_drain(worker->jobs);
    }
    queue_wake(worker->jobs); /* the others have ended, too */
    return NULL;
}

/* The chore's own thread has nothing to do but to end the others. */
int64_t worker_step(struct chore *chore)
{
    (void)chore;
    return CHORE_UNTIL_WOKEN;
}

static void worker_end(struct worker *worker)
{
    atomic_store(&worker->ended, true);
    queue_wake(worker->jobs);
    while (worker->thread_count)
        ensure(pthread_join(worker->threads[--worker->thread_count], NULL) == 0);
}

void worker_drain(struct chore *chore)
{
    struct worker *worker = chore_kept(chore);

    worker_end(worker);
    while (worker_work(worker)) continue;
}

struct status worker_open(struct chore *chore, size_t jobs_max, size_t threads, void *tool)
{
    struct worker *worker = calloc(1, sizeof *worker);

    ensure(worker != NULL && jobs_max > 0 && threads > 0 && threads <= WORKER_THREADS_MAX);
    worker->tool = tool;
    chore_keep(chore, worker);
    TRY(queue_open(&worker->jobs, jobs_max));
    for (; worker->thread_count < threads; worker->thread_count++)
        if (pthread_create(&worker->threads[worker->thread_count], NULL, worker_run, worker))
            return failed(STATUS_LIMIT, "a thread of a worker could not be started");
    return OK;
}

void *worker_tool(const struct chore *chore)
{
    const struct worker *worker = chore_kept(chore);

    return worker->tool;
}

void worker_close(struct chore *chore)
{
    struct worker *worker = chore_kept(chore);

    if (worker->jobs) worker_end(worker);
    queue_close(worker->jobs);
    free(worker);
}

bool worker_submit(const struct chore_row *row, struct job *job)
{
    struct worker *worker = chore_own(job->loop->ground, row);

    ensure(worker && job->work && job->done);
    job->tool = worker->tool;
    return queue_push_of(worker->jobs, job->whose, 0, job);
}

#include "api/call/worker.h"

#include <stdlib.h>
#include <time.h>

#include "core/base/queue.h"

struct worker {
    struct chore *chore;
    struct queue *jobs;
    void         *tool;
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

int64_t worker_step(struct chore *chore)
{
    struct worker *worker = chore_kept(chore);
    struct job    *job;

    while ((job = queue_pop(worker->jobs))) {
        job->work(job);
        worker_tell(job);
    }
    return CHORE_UNTIL_WOKEN;
}

void worker_drain(struct chore *chore) { worker_step(chore); }

struct status worker_open(struct chore *chore, size_t jobs_max, void *tool)
{
    struct worker *worker = calloc(1, sizeof *worker);

    ensure(worker != NULL && jobs_max > 0);
    *worker = (struct worker){ .chore = chore, .tool = tool };
    chore_keep(chore, worker);
    return queue_open(&worker->jobs, jobs_max);
}

void *worker_tool(const struct chore *chore)
{
    const struct worker *worker = chore_kept(chore);

    return worker->tool;
}

void worker_close(struct chore *chore)
{
    struct worker *worker = chore_kept(chore);

    if (worker->jobs) queue_close(worker->jobs);
    free(worker);
}

bool worker_submit(const struct chore_row *row, struct job *job)
{
    struct worker *worker = chore_own(job->loop->ground, row);

    ensure(worker && job->work && job->done);
    job->tool = worker->tool;
    if (!queue_push(worker->jobs, job)) return false;
    chore_wake(worker->chore);
    return true;
}

#include "api/call/worker.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/queue.h"

struct worker {
    struct queue *queue;
    pthread_t     thread;
    atomic_bool   stopping;
};

static void done(void *argument)
{
    struct job *job = argument;

    job->done(job);
}

/* One scrypt takes tens of milliseconds, so a loop's inbox that is full of quick
 * words has emptied before there is the next one to tell. */
static void tell(struct job *job)
{
    struct timespec pause = { .tv_nsec = 1000 * 1000 };

    while (!server_post(job->loop->server, done, job)) nanosleep(&pause, NULL);
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct job    *job;

    for (;;) {
        queue_drain(worker->queue);
        while ((job = queue_pop(worker->queue))) {
            job->work(job);
            tell(job);
        }
        if (atomic_load(&worker->stopping)) return NULL;
        queue_wait(worker->queue, -1);
    }
}

struct status worker_open(struct worker **worker, size_t jobs_max)
{
    struct worker *made = calloc(1, sizeof *made);
    struct status  status;

    ensure(made != NULL);
    status = queue_open(&made->queue, jobs_max);
    if (status.code == STATUS_OK && pthread_create(&made->thread, NULL, work, made)) {
        queue_close(made->queue);
        status = failed(STATUS_LIMIT, "the thread for passwords could not be started");
    }
    if (status.code != STATUS_OK) {
        free(made);
        return status;
    }
    *worker = made;
    return OK;
}

void worker_close(struct worker *worker)
{
    if (!worker) return;
    atomic_store(&worker->stopping, true);
    queue_wake(worker->queue);
    ensure(pthread_join(worker->thread, NULL) == 0);
    queue_close(worker->queue);
    free(worker);
}

bool worker_submit(struct worker *worker, struct job *job)
{
    ensure(job->work && job->done && job->loop);
    return queue_push(worker->queue, job);
}

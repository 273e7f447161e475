/* worker.h -- a thread for what would hold up a loop: hashing passwords.
 *
 * THREADS   worker_submit(): any loop. job->work runs on the worker, job->done on
 *           the loop that submitted it.
 * MEMORY    A job is the submitter's and lives until done() is called, which happens
 *           exactly once per accepted submit.
 */
#ifndef PIOT_API_CALL_WORKER_H
#define PIOT_API_CALL_WORKER_H

#include "api/call/loop.h"

struct job {
    void (*work)(struct job *job);
    void (*done)(struct job *job);
    struct loop *loop;
};

struct worker;
must_use struct status worker_open(struct worker **worker, size_t jobs_max);
/* Finishes what it has taken. The loops must still be there. */
void worker_close(struct worker *worker);
/* False: too much is waiting already; answer call_busy(). */
must_use bool worker_submit(struct worker *worker, struct job *job);

#endif

/* worker.h -- a chore for what would hold up a loop: hashing passwords, folding the past.
 *
 * A room that needs one has a row of its own (api/ground/chore.h), made of these functions.
 * Those that jobs are for take turns, and nobody's may take more of the places than are still
 * free (core/base/queue.h).
 *
 * THREADS   worker_submit(): any loop. job->work runs on one of the worker's threads,
 *           job->done on the loop that submitted it.
 * MEMORY    A job is the submitter's and lives until done() is called, which happens
 *           exactly once per accepted submit: the chore drains, and the loops are there until
 *           it has.
 */
#ifndef PIOT_API_CALL_WORKER_H
#define PIOT_API_CALL_WORKER_H

#include "api/call/loop.h"
#include "api/ground/chore.h"

struct job {
    void (*work)(struct job *job);
    void (*done)(struct job *job);
    struct loop *loop;
    struct id    whose; /* by whom places and turns are counted; none: all such are as one's */
    void        *tool;  /* the worker's own, from worker_submit() on */
};

/* False: too much is waiting already; answer call_busy(). */
must_use bool worker_submit(const struct chore_row *row, struct job *job);

/* -- for the row --------------------------------------------------------------------------- */

enum { WORKER_THREADS_MAX = 8 };

/* `tool`: what every job works with; NULL: nothing. It stays the caller's. */
must_use struct status worker_open(struct chore *chore, size_t jobs_max, size_t threads,
                                   void *tool);
void                  *worker_tool(const struct chore *chore);
int64_t                worker_step(struct chore *chore);
void                   worker_drain(struct chore *chore);
void                   worker_close(struct chore *chore); /* no job is left */

#endif

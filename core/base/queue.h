/* queue.h -- handing work to another thread, a bounded amount of it.
 *
 * A queue holds at most `size` pointers, first in first out, and wakes its
 * reader through an eventfd, so the reader may wait in poll() or libevent.
 * Pushing never blocks: a full queue says false, and the caller says "later".
 *
 * THREADS   Any thread pushes; one thread pops and owns queue_fd().
 * MEMORY    Holds pointers only; what they point at belongs to whoever popped
 *           it, and to the pusher again when queue_push() says false.
 * ERRORS    STATUS_LIMIT  no file descriptor left for the eventfd
 */
#ifndef PIOT_QUEUE_H
#define PIOT_QUEUE_H

#include "core/base/base.h"

struct queue;
must_use struct status queue_open(struct queue **queue, size_t size);
void                   queue_close(struct queue *queue); /* what is still inside is not freed */
bool                   queue_push(struct queue *queue, void *item);
void                  *queue_pop(struct queue *queue); /* NULL: empty now */
size_t                 queue_length(struct queue *queue);
/* Readable when something was pushed into the empty queue, until queue_drain(). So:
 * drain, then pop until NULL; who stops earlier calls queue_wake() to be told again. */
int  queue_fd(const struct queue *queue);
void queue_drain(struct queue *queue);
void queue_wake(struct queue *queue); /* makes the reader look, with nothing pushed */
/* Blocks until something is inside, a wake, a signal, or `timeout_ms` (-1: forever)
 * is over. Does not drain. */
void queue_wait(struct queue *queue, int timeout_ms);

#endif

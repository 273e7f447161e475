/* queue.h -- handing work to another thread, a bounded amount of it.
 *
 * A queue holds at most `size` pointers, first in first out, and wakes its
 * reader through an eventfd, so the reader may wait in poll() or libevent.
 * Pushing never blocks: a full queue says false, and the caller says "later".
 *
 * SHARES    Items may be somebody's, by a name that the pusher chooses. Then whoever has
 * something inside takes turns: each item popped is the next one's oldest, so one who pushes
 * a thousand holds up nobody for longer than one item. And nobody may have more inside than
 * is still free, in items and in bytes: who floods is told "later" at half of all, and the
 * others still get in. What is nobody's takes its turn like one name's, and may fill it all.
 *
 * THREADS   Any thread pushes and pops; who waits for queue_fd() and pops less than all
 *           calls queue_wake() for the others, or for itself.
 * MEMORY    Holds pointers only; what they point at belongs to whoever popped
 *           it, and to the pusher again when queue_push() says false.
 * ERRORS    STATUS_LIMIT  no file descriptor left for the eventfd
 */
#ifndef PIOT_QUEUE_H
#define PIOT_QUEUE_H

#include "core/base/ids.h"

struct queue;
must_use struct status queue_open(struct queue **queue, size_t size);
/* … whose items hold at most so many bytes, as who pushes them says. */
must_use struct status queue_open_bytes(struct queue **queue, size_t size, size_t bytes_max);
void                   queue_close(struct queue *queue); /* what is still inside is not freed */
bool                   queue_push(struct queue *queue, void *item); /* nobody's, of no bytes */
bool queue_push_of(struct queue *queue, struct id whose, size_t bytes, void *item);
/* Would it be taken now? */
bool  queue_has_room(struct queue *queue, struct id whose, size_t bytes);
void *queue_pop(struct queue *queue); /* NULL: empty now */
/* For a queue that one thread alone pops: what queue_pop() would give, which stays inside; and
 * the turn of whose it is goes to the next without anything being popped. */
void  *queue_first(struct queue *queue); /* NULL: empty now */
void   queue_pass(struct queue *queue);
size_t queue_length(struct queue *queue);
/* Readable when something was pushed into the empty queue, until queue_drain(). So:
 * drain, then pop until NULL; who stops earlier calls queue_wake() to be told again. */
int  queue_fd(const struct queue *queue);
void queue_drain(struct queue *queue);
void queue_wake(struct queue *queue); /* makes the reader look, with nothing pushed */
/* Blocks until something is inside, a wake, a signal, or `timeout_ms` (-1: forever)
 * is over. Does not drain. */
void queue_wait(struct queue *queue, int timeout_ms);

#endif

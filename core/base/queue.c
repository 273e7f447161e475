/* queue.c -- a ring under a lock, and an eventfd.
 *
 * A system call costs more than all the rest, so only the push that finds the
 * queue empty writes the eventfd: a reader that pops until NULL has then either
 * seen every item or will be woken. It is written outside the lock: a late
 * write makes the reader look once for nothing, never misses anything.
 */
#include "core/base/queue.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct queue {
    pthread_mutex_t lock; /* over first and count, and the items */
    size_t          size, first, count;
    int             fd;
    void           *items[];
};

struct status queue_open(struct queue **queue, size_t size)
{
    struct queue *made;
    int           fd;

    ensure(size > 0 && size < SIZE_MAX / 2 / sizeof(void *));
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) return failed(STATUS_LIMIT, "no eventfd for a queue: %s", strerror(errno));
    made = calloc(1, sizeof *made + size * sizeof(void *));
    ensure(made != NULL);
    made->size = size;
    made->fd   = fd;
    ensure(pthread_mutex_init(&made->lock, NULL) == 0);
    *queue = made;
    return OK;
}

void queue_close(struct queue *queue)
{
    if (!queue) return;
    close(queue->fd);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

static void lock(struct queue *queue) { ensure(pthread_mutex_lock(&queue->lock) == 0); }
static void unlock(struct queue *queue) { ensure(pthread_mutex_unlock(&queue->lock) == 0); }

bool queue_push(struct queue *queue, void *item)
{
    bool was_empty, has_room;

    ensure(item != NULL); /* NULL is how queue_pop() says "empty" */
    lock(queue);
    was_empty = queue->count == 0;
    has_room  = queue->count < queue->size;
    if (has_room) {
        size_t place = queue->first + queue->count++;

        queue->items[place < queue->size ? place : place - queue->size] = item;
    }
    unlock(queue);
    if (was_empty) queue_wake(queue);
    return has_room;
}

void *queue_pop(struct queue *queue)
{
    void *item = NULL;

    lock(queue);
    if (queue->count) {
        item = queue->items[queue->first];
        if (++queue->first == queue->size) queue->first = 0;
        queue->count--;
    }
    unlock(queue);
    return item;
}

size_t queue_length(struct queue *queue)
{
    size_t count;

    lock(queue);
    count = queue->count;
    unlock(queue);
    return count;
}

int queue_fd(const struct queue *queue) { return queue->fd; }

void queue_drain(struct queue *queue)
{
    uint64_t wakes;
    ssize_t  got = read(queue->fd, &wakes, sizeof wakes);

    ensure(got == sizeof wakes || errno == EAGAIN); /* nobody had woken us */
}

void queue_wake(struct queue *queue)
{
    const uint64_t once = 1;
    ssize_t        put  = write(queue->fd, &once, sizeof once);

    ensure(put == sizeof once || errno == EAGAIN); /* full of wakes: readable anyway */
}

void queue_wait(struct queue *queue, int timeout_ms)
{
    struct pollfd readable = { .fd = queue->fd, .events = POLLIN };

    if (queue_length(queue)) return; /* left there by a reader that stopped half way */
    poll(&readable, 1, timeout_ms);  /* whoever is woken for nothing looks, and waits again */
}

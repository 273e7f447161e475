/* queue.c -- slots under a lock, a list of them for each whose they are, and an eventfd.
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
#include <sys/queue.h>
#include <unistd.h>

#include "core/base/crypto.h"
#include "core/base/tables.h"

enum { CHAINS = 1024 }; /* of lanes, by their names' hash: there are seldom as many */

struct slot {
    void  *item;
    size_t bytes, next; /* the slot behind it in its lane, or among the free ones */
};

/* What is one's, oldest first. There is one as long as there is something in it. */
struct lane {
    LIST_ENTRY(lane) same_hash;
    TAILQ_ENTRY(lane) turn;
    struct id whose;
    size_t    first, last, count, bytes;
};

struct queue {
    pthread_mutex_t lock; /* over all below but what is set when it opens */
    size_t          size, bytes_max;
    int             fd;
    uint64_t        seed;
    size_t          count, bytes, free, used; /* free: a list of slots; `used` is its end */
    struct lane     nobodys;
    LIST_HEAD(lane_chain, lane) chains[CHAINS];
    TAILQ_HEAD(lane_turns, lane) turns;
    struct slot slots[];
};

struct status queue_open_bytes(struct queue **queue, size_t size, size_t bytes_max)
{
    struct queue *made;
    int           fd;

    ensure(size > 0 && size < SIZE_MAX / 2 / sizeof(struct slot));
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) return failed(STATUS_LIMIT, "no eventfd for a queue: %s", strerror(errno));
    made = calloc(1, sizeof *made + size * sizeof(struct slot));
    ensure(made != NULL);
    made->size      = size;
    made->bytes_max = bytes_max;
    made->fd        = fd;
    crypto_random(&made->seed, sizeof made->seed); /* names may be of a stranger's choice */
    TAILQ_INIT(&made->turns);
    ensure(pthread_mutex_init(&made->lock, NULL) == 0);
    *queue = made;
    return OK;
}

struct status queue_open(struct queue **queue, size_t size)
{
    return queue_open_bytes(queue, size, SIZE_MAX);
}

static void lock(struct queue *queue) { ensure(pthread_mutex_lock(&queue->lock) == 0); }
static void unlock(struct queue *queue) { ensure(pthread_mutex_unlock(&queue->lock) == 0); }

/* -- whose it is ------------------------------------------------------------------------ */

static struct lane_chain *chain_of(struct queue *queue, struct id whose)
{
    return &queue->chains[table_hash(queue->seed, id_slice(&whose)) % CHAINS];
}

/* NULL: nothing of it is inside. */
static struct lane *lane_find(struct queue *queue, struct id whose)
{
    struct lane *lane;

    if (!id_given(whose)) return &queue->nobodys;
    lane = LIST_FIRST(chain_of(queue, whose));
    while (lane && !id_equal(lane->whose, whose)) lane = LIST_NEXT(lane, same_hash);
    return lane;
}

static bool has_room(const struct queue *queue, struct id whose, const struct lane *lane,
                     size_t bytes)
{
    size_t items_left = queue->size - queue->count, bytes_left = queue->bytes_max - queue->bytes;
    bool   shared = lane && id_given(whose);

    return items_left > (shared ? lane->count : 0) &&
           bytes_left >= (shared ? lane->bytes : 0) + bytes;
}

bool queue_has_room(struct queue *queue, struct id whose, size_t bytes)
{
    lock(queue);
    bool room = has_room(queue, whose, lane_find(queue, whose), bytes);
    unlock(queue);
    return room;
}

static struct lane *lane_make(struct queue *queue, struct id whose)
{
    struct lane *made = calloc(1, sizeof *made);

    ensure(made != NULL);
    made->whose = whose;
    LIST_INSERT_HEAD(chain_of(queue, whose), made, same_hash);
    return made;
}

/* -- in and out ------------------------------------------------------------------------- */

static size_t slot_take(struct queue *queue)
{
    size_t at = queue->free;

    if (at == queue->used) queue->free = ++queue->used; /* never used before */
    else queue->free = queue->slots[at].next;
    return at;
}

static void put(struct queue *queue, struct lane *lane, struct slot slot)
{
    size_t at = slot_take(queue);

    queue->slots[at] = slot;
    if (lane->count++) queue->slots[lane->last].next = at;
    else {
        lane->first = at;
        TAILQ_INSERT_TAIL(&queue->turns, lane, turn);
    }
    lane->last = at;
    lane->bytes += slot.bytes;
    queue->bytes += slot.bytes;
    queue->count++;
}

/* The oldest of the lane whose turn it is; it stands behind the others then. */
static void *take(struct queue *queue, struct lane *lane)
{
    size_t      at   = lane->first;
    struct slot slot = queue->slots[at];

    queue->slots[at].next = queue->free;
    queue->free           = at;
    lane->first           = slot.next;
    lane->bytes -= slot.bytes;
    queue->bytes -= slot.bytes;
    queue->count--;
    TAILQ_REMOVE(&queue->turns, lane, turn);
    if (--lane->count) {
        TAILQ_INSERT_TAIL(&queue->turns, lane, turn);
    } else if (lane != &queue->nobodys) {
        LIST_REMOVE(lane, same_hash);
        free(lane);
    }
    return slot.item;
}

bool queue_push_of(struct queue *queue, struct id whose, size_t bytes, void *item)
{
    struct lane *lane;
    bool         was_empty, room;

    ensure(item != NULL); /* NULL is how queue_pop() says "empty" */
    lock(queue);
    lane      = lane_find(queue, whose);
    was_empty = queue->count == 0;
    room      = has_room(queue, whose, lane, bytes);
    if (room) put(queue, lane ? lane : lane_make(queue, whose), (struct slot){ item, bytes, 0 });
    unlock(queue);
    if (room && was_empty) queue_wake(queue);
    return room;
}

bool queue_push(struct queue *queue, void *item) { return queue_push_of(queue, NO_ID, 0, item); }

void *queue_pop(struct queue *queue)
{
    void *item = NULL;

    lock(queue);
    if (queue->count) item = take(queue, TAILQ_FIRST(&queue->turns));
    unlock(queue);
    return item;
}

void *queue_first(struct queue *queue)
{
    void *item = NULL;

    lock(queue);
    if (queue->count) item = queue->slots[TAILQ_FIRST(&queue->turns)->first].item;
    unlock(queue);
    return item;
}

void queue_pass(struct queue *queue)
{
    struct lane *lane;

    lock(queue);
    ensure(queue->count > 0);
    lane = TAILQ_FIRST(&queue->turns);
    TAILQ_REMOVE(&queue->turns, lane, turn);
    TAILQ_INSERT_TAIL(&queue->turns, lane, turn);
    unlock(queue);
}

void queue_close(struct queue *queue)
{
    if (!queue) return;
    while (queue_pop(queue)) continue;
    close(queue->fd);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
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

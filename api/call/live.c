#include "api/call/live.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { READERS_MAX = 64 }; /* as many as there may be loops */

struct live {
    _Atomic uint64_t    position;
    pthread_mutex_t     lock; /* the ring and the list of readers */
    struct live_reader *readers[READERS_MAX];
    size_t              reader_count;
    uint64_t            head; /* events ever put into the ring */
    struct commit_event ring[LIVE_RING];
};

struct hook {
    void (*tell)(void *context, const struct news *news);
    void *context;
};

struct live_reader {
    struct live        *live;
    struct server_bell *bell; /* NULL once silenced */
    uint64_t            next; /* in the ring, the first not told */
    struct hook         hooks[LIVE_HOOKS_MAX];
    size_t              hook_count;
};

struct live *live_open(uint64_t position)
{
    struct live *live = calloc(1, sizeof *live);

    ensure(live != NULL && pthread_mutex_init(&live->lock, NULL) == 0);
    atomic_store(&live->position, position);
    return live;
}

void live_close(struct live *live)
{
    if (!live) return;
    pthread_mutex_destroy(&live->lock);
    free(live);
}

uint64_t live_position(const struct live *live)
{
    return atomic_load_explicit(&live->position, memory_order_acquire);
}

/* -- telling --------------------------------------------------------------------------- */

/* Copies the next events out of the ring; false: there are none. */
static bool take(struct live_reader *reader, struct commit_event *events, struct news *news)
{
    struct live *live = reader->live;

    *news = (struct news){ .events = events };
    pthread_mutex_lock(&live->lock);
    uint64_t waiting = live->head - reader->next;
    if (waiting > LIVE_RING) {
        news->missed = true;
        reader->next = live->head;
    } else {
        news->count = waiting < LIVE_CHUNK ? (size_t)waiting : LIVE_CHUNK;
        for (size_t i = 0; i < news->count; i++)
            events[i] = live->ring[(reader->next + i) % LIVE_RING];
        reader->next += news->count;
    }
    news->last = news->missed  ? atomic_load(&live->position)
                 : news->count ? events[news->count - 1].position.number
                               : 0;
    pthread_mutex_unlock(&live->lock);
    return waiting > 0;
}

static void look(void *argument)
{
    struct live_reader *reader = argument;
    struct commit_event events[LIVE_CHUNK];
    struct news         news;

    while (take(reader, events, &news))
        for (size_t i = 0; i < reader->hook_count; i++)
            reader->hooks[i].tell(reader->hooks[i].context, &news);
}

void live_committed(struct live *live, const struct commit *commit)
{
    pthread_mutex_lock(&live->lock);
    for (size_t i = 0; i < commit->count; i++)
        live->ring[live->head++ % LIVE_RING] = commit->events[i];
    atomic_store_explicit(&live->position, commit->last.number, memory_order_release);
    for (size_t i = 0; i < live->reader_count; i++) server_bell_ring(live->readers[i]->bell);
    pthread_mutex_unlock(&live->lock);
}

/* -- readers ---------------------------------------------------------------------------- */

struct live_reader *live_reader_open(struct live *live, struct loop *loop)
{
    struct live_reader *reader = calloc(1, sizeof *reader);

    ensure(reader != NULL);
    *reader      = (struct live_reader){ .live = live };
    reader->bell = server_bell_open(loop->server, look, reader);
    pthread_mutex_lock(&live->lock);
    ensure(live->reader_count < READERS_MAX);
    reader->next                        = live->head;
    live->readers[live->reader_count++] = reader;
    pthread_mutex_unlock(&live->lock);
    return reader;
}

void live_reader_silence(struct live_reader *reader)
{
    struct live *live;

    if (!reader) return;
    live = reader->live;
    pthread_mutex_lock(&live->lock);
    for (size_t i = 0; i < live->reader_count; i++)
        if (live->readers[i] == reader) live->readers[i--] = live->readers[--live->reader_count];
    pthread_mutex_unlock(&live->lock);
    server_bell_close(reader->bell);
    reader->bell = NULL;
}

void live_reader_close(struct live_reader *reader)
{
    live_reader_silence(reader);
    free(reader);
}

void live_tell(struct loop *loop, void (*tell)(void *context, const struct news *news),
               void        *context)
{
    struct live_reader *reader = loop->live;

    ensure(reader->hook_count < LIVE_HOOKS_MAX);
    reader->hooks[reader->hook_count++] = (struct hook){ tell, context };
}

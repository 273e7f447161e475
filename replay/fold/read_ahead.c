#include "replay/fold/read_ahead.h"

#include <pthread.h>
#include <stdlib.h>

struct chunk {
    struct read_ahead_item items[READ_AHEAD_RECORDS];
    size_t                 count;
    size_t                 bytes;
    bool                   last; /* nothing comes behind it */
    struct arena           arena;
};

/* A ring: the reader fills chunks [taken, filled), the user is in `taken`. */
struct read_ahead {
    struct read_ahead_source source;
    pthread_t                thread;
    pthread_mutex_t          lock;
    pthread_cond_t           moved; /* one of these three did */
    uint64_t                 filled, taken;
    bool                     unwanted;
    struct chunk            *chunk; /* the user's; NULL: none */
    size_t                   at;
    struct chunk             chunks[READ_AHEAD_CHUNKS];
};

static void lock(struct read_ahead *read_ahead)
{
    ensure(pthread_mutex_lock(&read_ahead->lock) == 0);
}

static void unlock(struct read_ahead *read_ahead)
{
    ensure(pthread_mutex_unlock(&read_ahead->lock) == 0);
}

static void wait(struct read_ahead *read_ahead)
{
    ensure(pthread_cond_wait(&read_ahead->moved, &read_ahead->lock) == 0);
}

static void moved(struct read_ahead *read_ahead)
{
    ensure(pthread_cond_signal(&read_ahead->moved) == 0);
}

/* -- the reader ------------------------------------------------------------------------ */

static struct slice copy(struct chunk *chunk, struct slice bytes)
{
    if (!bytes.data) return bytes;
    chunk->bytes += bytes.size;
    return arena_copy(&chunk->arena, bytes);
}

static bool read_one(struct read_ahead *read_ahead, struct chunk *chunk)
{
    struct read_ahead_source *source = &read_ahead->source;
    struct read_ahead_item   *item   = &chunk->items[chunk->count];
    struct log_record         record;

    if (!source->max || !source->next(source->context, &record)) return false;
    source->max--;
    chunk->count++;
    item->record = (struct log_record){ record.position, copy(chunk, record.leaf),
                                        copy(chunk, record.envelope),
                                        copy(chunk, record.ciphertext) };
    source->prepare(source->prepare_context, &chunk->arena, item);
    return true;
}

/* NULL: nobody wants it any more. */
static struct chunk *room(struct read_ahead *read_ahead)
{
    lock(read_ahead);
    while (!read_ahead->unwanted && read_ahead->filled - read_ahead->taken == READ_AHEAD_CHUNKS)
        wait(read_ahead);
    struct chunk *chunk = read_ahead->unwanted
                              ? NULL
                              : &read_ahead->chunks[read_ahead->filled % READ_AHEAD_CHUNKS];
    unlock(read_ahead);
    return chunk;
}

static void *read_all(void *own)
{
    struct read_ahead *read_ahead = own;
    struct chunk      *chunk;
    bool               more = true;

    while (more && (chunk = room(read_ahead))) {
        arena_reset(&chunk->arena);
        chunk->count = chunk->bytes = 0;
        while (more && chunk->count < READ_AHEAD_RECORDS && chunk->bytes < READ_AHEAD_BYTES)
            more = read_one(read_ahead, chunk);
        chunk->last = !more;
        lock(read_ahead);
        read_ahead->filled++;
        moved(read_ahead);
        unlock(read_ahead);
    }
    return NULL;
}

/* -- the user -------------------------------------------------------------------------- */

static struct chunk *next_chunk(struct read_ahead *read_ahead)
{
    lock(read_ahead);
    if (read_ahead->chunk) {
        read_ahead->taken++;
        moved(read_ahead);
    }
    while (read_ahead->filled == read_ahead->taken) wait(read_ahead);
    unlock(read_ahead);
    return &read_ahead->chunks[read_ahead->taken % READ_AHEAD_CHUNKS];
}

static struct read_ahead_item *read_now(struct read_ahead *read_ahead)
{
    struct chunk *chunk = &read_ahead->chunks[0];

    arena_reset(&chunk->arena);
    chunk->count = 0;
    return read_one(read_ahead, chunk) ? &chunk->items[0] : NULL;
}

struct read_ahead_item *read_ahead_next(struct read_ahead *read_ahead)
{
    if (read_ahead->source.alone) return read_now(read_ahead);
    while (!read_ahead->chunk || read_ahead->at == read_ahead->chunk->count) {
        if (read_ahead->chunk && read_ahead->chunk->last) return NULL;
        read_ahead->chunk = next_chunk(read_ahead);
        read_ahead->at    = 0;
    }
    return &read_ahead->chunk->items[read_ahead->at++];
}

struct read_ahead *read_ahead_open(const struct read_ahead_source *source)
{
    struct read_ahead *read_ahead = calloc(1, sizeof *read_ahead);

    ensure(read_ahead != NULL);
    read_ahead->source = *source;
    ensure(pthread_mutex_init(&read_ahead->lock, NULL) == 0);
    ensure(pthread_cond_init(&read_ahead->moved, NULL) == 0);
    if (!source->alone) /* no thread is left for it: then slower */
        read_ahead->source.alone = pthread_create(&read_ahead->thread, NULL, read_all,
                                                  read_ahead) != 0;
    return read_ahead;
}

void read_ahead_close(struct read_ahead *read_ahead)
{
    lock(read_ahead);
    read_ahead->unwanted = true;
    moved(read_ahead);
    unlock(read_ahead);
    if (!read_ahead->source.alone) ensure(pthread_join(read_ahead->thread, NULL) == 0);
    ensure(pthread_cond_destroy(&read_ahead->moved) == 0);
    ensure(pthread_mutex_destroy(&read_ahead->lock) == 0);
    for (size_t i = 0; i < READ_AHEAD_CHUNKS; i++) arena_free(&read_ahead->chunks[i].arena);
    free(read_ahead);
}

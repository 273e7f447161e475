#include "replay/fold/read_ahead.h"

#include <pthread.h>
#include <stdlib.h>

struct chunk {
    struct ahead_item items[AHEAD_RECORDS];
    size_t            count;
    size_t            bytes;
    bool              last; /* nothing comes behind it */
    struct arena      arena;
};

/* A ring: the reader fills chunks [taken, filled), the user is in `taken`. */
struct ahead {
    struct ahead_source source;
    pthread_t           thread;
    pthread_mutex_t     lock;
    pthread_cond_t      moved; /* one of these three did */
    uint64_t            filled, taken;
    bool                unwanted;
    struct chunk       *chunk; /* the user's; NULL: none */
    size_t              at;
    struct chunk        chunks[AHEAD_CHUNKS];
};

static void lock(struct ahead *ahead) { ensure(pthread_mutex_lock(&ahead->lock) == 0); }

static void unlock(struct ahead *ahead) { ensure(pthread_mutex_unlock(&ahead->lock) == 0); }

static void wait(struct ahead *ahead)
{
    ensure(pthread_cond_wait(&ahead->moved, &ahead->lock) == 0);
}

static void moved(struct ahead *ahead) { ensure(pthread_cond_signal(&ahead->moved) == 0); }

/* -- the reader ------------------------------------------------------------------------ */

static struct slice copy(struct chunk *chunk, struct slice bytes)
{
    if (!bytes.data) return bytes;
    chunk->bytes += bytes.size;
    return arena_copy(&chunk->arena, bytes);
}

static bool read_one(struct ahead *ahead, struct chunk *chunk)
{
    struct ahead_source *source = &ahead->source;
    struct ahead_item   *item   = &chunk->items[chunk->count];
    struct log_record    record;

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
static struct chunk *room(struct ahead *ahead)
{
    lock(ahead);
    while (!ahead->unwanted && ahead->filled - ahead->taken == AHEAD_CHUNKS) wait(ahead);
    struct chunk *chunk = ahead->unwanted ? NULL : &ahead->chunks[ahead->filled % AHEAD_CHUNKS];
    unlock(ahead);
    return chunk;
}

static void *read_all(void *own)
{
    struct ahead *ahead = own;
    struct chunk *chunk;
    bool          more = true;

    while (more && (chunk = room(ahead))) {
        arena_reset(&chunk->arena);
        chunk->count = chunk->bytes = 0;
        while (more && chunk->count < AHEAD_RECORDS && chunk->bytes < AHEAD_BYTES)
            more = read_one(ahead, chunk);
        chunk->last = !more;
        lock(ahead);
        ahead->filled++;
        moved(ahead);
        unlock(ahead);
    }
    return NULL;
}

/* -- the user -------------------------------------------------------------------------- */

static struct chunk *next_chunk(struct ahead *ahead)
{
    lock(ahead);
    if (ahead->chunk) {
        ahead->taken++;
        moved(ahead);
    }
    while (ahead->filled == ahead->taken) wait(ahead);
    unlock(ahead);
    return &ahead->chunks[ahead->taken % AHEAD_CHUNKS];
}

static struct ahead_item *read_now(struct ahead *ahead)
{
    struct chunk *chunk = &ahead->chunks[0];

    arena_reset(&chunk->arena);
    chunk->count = 0;
    return read_one(ahead, chunk) ? &chunk->items[0] : NULL;
}

struct ahead_item *ahead_next(struct ahead *ahead)
{
    if (ahead->source.alone) return read_now(ahead);
    while (!ahead->chunk || ahead->at == ahead->chunk->count) {
        if (ahead->chunk && ahead->chunk->last) return NULL;
        ahead->chunk = next_chunk(ahead);
        ahead->at    = 0;
    }
    return &ahead->chunk->items[ahead->at++];
}

struct ahead *ahead_open(const struct ahead_source *source)
{
    struct ahead *ahead = calloc(1, sizeof *ahead);

    ensure(ahead != NULL);
    ahead->source = *source;
    ensure(pthread_mutex_init(&ahead->lock, NULL) == 0);
    ensure(pthread_cond_init(&ahead->moved, NULL) == 0);
    if (!source->alone) /* no thread is left for it: then slower */
        ahead->source.alone = pthread_create(&ahead->thread, NULL, read_all, ahead) != 0;
    return ahead;
}

void ahead_close(struct ahead *ahead)
{
    lock(ahead);
    ahead->unwanted = true;
    moved(ahead);
    unlock(ahead);
    if (!ahead->source.alone) ensure(pthread_join(ahead->thread, NULL) == 0);
    ensure(pthread_cond_destroy(&ahead->moved) == 0);
    ensure(pthread_mutex_destroy(&ahead->lock) == 0);
    for (size_t i = 0; i < AHEAD_CHUNKS; i++) arena_free(&ahead->chunks[i].arena);
    free(ahead);
}

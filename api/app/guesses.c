#include "api/app/guesses.h"

#include "core/base/tables.h"

/* Guesses whose span is over do not count any more. */
static double guesses_standing(const void *row, int64_t now_us)
{
    const struct guesses_row *guessed = row;

    return now_us - guessed->since_us < GUESSES_SPAN ? (double)guessed->count : 0;
}

static struct cache guesses_cache(struct guesses *guesses)
{
    return (struct cache){ guesses->rows, sizeof *guesses->rows, GUESSES_ROWS / GUESSES_WAYS,
                           GUESSES_WAYS, guesses_standing };
}

bool guesses_take(struct guesses *guesses, struct id login, int64_t now_us, int64_t *wait_us)
{
    struct cache        cache = guesses_cache(guesses);
    struct guesses_row *row;
    bool                allowed;

    pthread_mutex_lock(&guesses->lock);
    row = cache_place(&cache, login, now_us);
    if (now_us - row->since_us >= GUESSES_SPAN) {
        row->since_us = now_us;
        row->count    = 0;
    }
    allowed = row->count < GUESSES_MAX;
    if (allowed) row->count++;
    *wait_us = allowed ? 0 : row->since_us + GUESSES_SPAN - now_us;
    pthread_mutex_unlock(&guesses->lock);
    return allowed;
}

void guesses_give_back(struct guesses *guesses, struct id login)
{
    struct cache        cache = guesses_cache(guesses);
    struct guesses_row *row;

    pthread_mutex_lock(&guesses->lock);
    row = cache_find(&cache, login);
    if (row && row->count) row->count--;
    pthread_mutex_unlock(&guesses->lock);
}

void guesses_clear(struct guesses *guesses, struct id login)
{
    struct cache        cache = guesses_cache(guesses);
    struct guesses_row *row;

    pthread_mutex_lock(&guesses->lock);
    row = cache_find(&cache, login);
    if (row) *row = (struct guesses_row){ .count = 0 };
    pthread_mutex_unlock(&guesses->lock);
}

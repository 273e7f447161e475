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

static struct id name_pair(const struct guess *guess)
{
    return id_derive(ID_login, id_slice(&guess->login), id_slice(&guess->from),
                     guess->known ? SLICE("known") : (struct slice){ 0 });
}

/* Its row, in the span that is on; none that began before the lock was lifted is. */
static struct guesses_row *guesses_of(struct guesses *guesses, struct id name, int64_t unlocked_us,
                                      int64_t now_us)
{
    struct cache        cache = guesses_cache(guesses);
    struct guesses_row *row   = cache_place(&cache, name, now_us);

    if (now_us - row->since_us >= GUESSES_SPAN || row->since_us <= unlocked_us) {
        row->since_us = now_us;
        row->count    = 0;
    }
    return row;
}

static void guesses_take_off(struct guesses *guesses, struct id name, uint64_t most)
{
    struct cache        cache = guesses_cache(guesses);
    struct guesses_row *row   = cache_find(&cache, name);

    if (row) row->count -= row->count < most ? row->count : most;
}

bool guesses_take(struct guesses *guesses, const struct guess *guess, int64_t now_us,
                  int64_t *wait_us)
{
    struct id names[] = { name_pair(guess), guess->login };
    uint64_t  most[]  = { GUESSES_MAX, GUESSES_LOGIN_MAX };
    size_t    count   = guess->known ? 1 : COUNT(names);

    *wait_us = 0;
    pthread_mutex_lock(&guesses->lock);
    for (size_t i = 0; i < count; i++) {
        const struct guesses_row *row = guesses_of(guesses, names[i], guess->unlocked_us, now_us);
        if (row->count >= most[i]) *wait_us = row->since_us + GUESSES_SPAN - now_us;
    }
    for (size_t i = 0; i < count && !*wait_us; i++)
        guesses_of(guesses, names[i], guess->unlocked_us, now_us)->count++;
    pthread_mutex_unlock(&guesses->lock);
    return !*wait_us;
}

static void guesses_less(struct guesses *guesses, const struct guess *guess, uint64_t own)
{
    pthread_mutex_lock(&guesses->lock);
    guesses_take_off(guesses, name_pair(guess), own);
    /* what others guessed wrong stands */
    if (!guess->known) guesses_take_off(guesses, guess->login, 1);
    pthread_mutex_unlock(&guesses->lock);
}

void guesses_give_back(struct guesses *guesses, const struct guess *guess)
{
    guesses_less(guesses, guess, 1);
}

void guesses_clear(struct guesses *guesses, const struct guess *guess)
{
    guesses_less(guesses, guess, UINT64_MAX);
}

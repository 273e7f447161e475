#include "api/app/guesses.h"

#include <string.h>

/* A login's id is a hash already. */
static uint64_t name_of(struct id login)
{
    uint64_t name;

    memcpy(&name, login.bytes + 1, sizeof name);
    return name ? name : 1;
}

static struct guesses_row *rows_of(struct guesses *guesses, uint64_t who)
{
    return &guesses->rows[who % (GUESSES_ROWS / GUESSES_WAYS) * GUESSES_WAYS];
}

static struct guesses_row *find(struct guesses *guesses, uint64_t who)
{
    struct guesses_row *rows = rows_of(guesses, who);

    for (size_t i = 0; i < GUESSES_WAYS; i++)
        if (rows[i].who == who) return &rows[i];
    return NULL;
}

static struct guesses_row *make_room(struct guesses *guesses, uint64_t who, int64_t now_us)
{
    struct guesses_row *rows = rows_of(guesses, who), *least = rows;

    for (size_t i = 0; i < GUESSES_WAYS; i++) {
        if (now_us - rows[i].since_us >= GUESSES_SPAN) rows[i].count = 0;
        if (rows[i].count < least->count) least = &rows[i];
    }
    *least = (struct guesses_row){ .who = who, .since_us = now_us };
    return least;
}

bool guesses_take(struct guesses *guesses, struct id login, int64_t now_us, int64_t *wait_us)
{
    uint64_t            who = name_of(login);
    struct guesses_row *row;
    bool                allowed;

    pthread_mutex_lock(&guesses->lock);
    row = find(guesses, who);
    if (!row) row = make_room(guesses, who, now_us);
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
    struct guesses_row *row;

    pthread_mutex_lock(&guesses->lock);
    row = find(guesses, name_of(login));
    if (row && row->count) row->count--;
    pthread_mutex_unlock(&guesses->lock);
}

void guesses_clear(struct guesses *guesses, struct id login)
{
    struct guesses_row *row;

    pthread_mutex_lock(&guesses->lock);
    row = find(guesses, name_of(login));
    if (row) *row = (struct guesses_row){ .who = 0 };
    pthread_mutex_unlock(&guesses->lock);
}

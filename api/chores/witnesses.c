/* witnesses.c -- the thread that asks, and its rounds. */
#include "api/chores/witnesses.h"

#include <stdlib.h>

#include "api/chores/witnesses_internal.h"
#include "core/base/report.h"

#define LOOK_AGAIN MINUTE /* at the latest */

/* -- a round --------------------------------------------------------------------------- */

static bool is_open(const struct witnesses *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].under_way == all->size) return true;
    return false;
}

/* A round that is over gives way to the newest checkpoint. */
static void begin_round(struct witnesses *all)
{
    if (all->size && !all->published && is_open(all)) return;
    ensure(pthread_mutex_lock(&all->lock) == 0);
    if (all->newest_size > all->size) {
        buffer_clear(&all->note);
        buffer_add(&all->note, buffer_slice(&all->newest));
        all->size      = all->newest_size;
        all->published = false;
    }
    ensure(pthread_mutex_unlock(&all->lock) == 0);
}

static void witnesses_request_all(struct witnesses *all, int64_t now_us)
{
    for (size_t i = 0; i < all->count; i++)
        if (witness_is_ready(&all->list[i], now_us)) witness_request(&all->list[i], now_us);
}

static void publish_if_enough(struct witnesses *all)
{
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++) count += all->list[i].cosigned == all->size;
    if (!all->size || all->published || count < all->needed) return;
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].cosigned == all->size)
            buffer_add(&all->note, buffer_slice(&all->list[i].line));
    ledger_publish(all->ground->ledger, all->size, buffer_slice(&all->note));
    all->published = true;
}

/* Until somebody may be asked again. */
static int64_t wait_of(const struct witnesses *all, int64_t now_us)
{
    int64_t wait = LOOK_AGAIN;

    for (size_t i = 0; i < all->count; i++) {
        const struct witness *witness = &all->list[i];
        int64_t               left    = witness->retry_at - now_us;
        if (witness_is_ready(witness, witness->retry_at) && left < wait) wait = left > 0 ? left : 0;
    }
    return wait;
}

static struct witness *witness_of(struct posting *posting)
{
    return (struct witness *)((char *)posting - offsetof(struct witness, posting));
}

static int64_t witnesses_step(struct chore *chore)
{
    struct witnesses *all = chore_kept(chore);
    struct posting   *posting;

    chore_heard(chore);
    begin_round(all);
    witnesses_request_all(all, clock_monotonic_us());
    poster_wait(all->poster, wait_of(all, clock_monotonic_us()));
    while ((posting = poster_next(all->poster)))
        witness_settle(witness_of(posting), clock_monotonic_us());
    publish_if_enough(all);
    return 0; /* it has waited for the poster */
}

/* -- the chore ---------------------------------------------------------------------------- */

void witnesses_anchored(const struct ground *ground, uint64_t size, struct slice note)
{
    struct witnesses *all = chore_own(ground, &witnesses_chore);

    if (!all) return;
    ensure(pthread_mutex_lock(&all->lock) == 0);
    buffer_clear(&all->newest);
    buffer_add(&all->newest, note);
    all->newest_size = size;
    ensure(pthread_mutex_unlock(&all->lock) == 0);
    chore_wake(all->chore);
}

static struct status read_and_prepare(struct witnesses *all, const struct settings *settings)
{
    struct buffer text   = { 0 };
    struct status status = settings_file(settings->witnesses, &text);

    if (status.code == STATUS_OK)
        status = witnesses_read(all, buffer_slice(&text), settings->witnesses);
    buffer_free(&text);
    TRY(status);
    if (all->needed > all->count)
        return failed(STATUS_INVALID, "setting witnesses_needed is %zu, but %s names %zu",
                      all->needed, settings->witnesses, all->count);
    return poster_open(&all->poster, chore_fd(all->chore));
}

static bool witnesses_are_wanted(const struct settings *settings)
{
    return settings->witnesses_needed > 0;
}

static struct status witnesses_open(struct chore *chore)
{
    struct ground    *ground = chore_ground(chore);
    struct witnesses *all    = calloc(1, sizeof *all);

    ensure(all != NULL && pthread_mutex_init(&all->lock, NULL) == 0);
    all->chore  = chore;
    all->ground = ground;
    all->needed = (size_t)ground->settings->witnesses_needed;
    chore_keep(chore, all);
    return read_and_prepare(all, ground->settings);
}

static void witnesses_close(struct chore *chore)
{
    struct witnesses *all = chore_kept(chore);

    for (size_t i = 0; i < all->count; i++) {
        if (all->list[i].under_way) poster_cancel(all->poster, &all->list[i].posting);
        all->list[i].under_way = 0;
        witness_free(&all->list[i]);
    }
    poster_close(all->poster);
    buffer_free(&all->note);
    buffer_free(&all->newest);
    arena_free(&all->arena);
    pthread_mutex_destroy(&all->lock);
    free(all);
}

const struct chore_row witnesses_chore = {
    .name   = "witnesses",
    .wanted = witnesses_are_wanted,
    .open   = witnesses_open,
    .step   = witnesses_step,
    .close  = witnesses_close,
};

size_t witnesses_refusing(const struct ground *ground)
{
    const struct witnesses *all   = chore_own(ground, &witnesses_chore);
    size_t                  count = 0;

    for (size_t i = 0; all && i < all->count; i++) count += atomic_load(&all->list[i].refuses);
    return count;
}

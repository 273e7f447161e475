/* witnesses.c -- the thread that asks, and its rounds. */
#include "api/chores/witnesses.h"

#include <stdlib.h>
#include <string.h>

#include "api/chores/witnesses_internal.h"
#include "core/base/report.h"

#define LOOK_AGAIN MINUTE /* at the latest */

/* -- a round --------------------------------------------------------------------------- */

static bool is_open(const struct witnesses *all)
{
    for (size_t i = 0; i < all->list->count; i++)
        if (all->list->of[i]->under_way == all->size) return true;
    return false;
}

/* A round that is over gives way to the newest checkpoint. */
static void begin_round(struct witnesses *all)
{
    if (!all->list->needed || (all->size && !all->published && is_open(all))) return;
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
    for (size_t i = 0; i < all->list->count; i++)
        if (witness_is_ready(all->list->of[i], now_us)) witness_request(all->list->of[i], now_us);
}

static void publish_if_enough(struct witnesses *all)
{
    size_t count = 0;

    for (size_t i = 0; i < all->list->count; i++) count += all->list->of[i]->cosigned == all->size;
    if (!all->size || all->published || count < all->list->needed) return;
    for (size_t i = 0; i < all->list->count; i++)
        if (all->list->of[i]->cosigned == all->size)
            buffer_add(&all->note, buffer_slice(&all->list->of[i]->line));
    ledger_publish(all->ground->ledger, all->size, buffer_slice(&all->note));
    all->published = true;
}

/* Until somebody may be asked again. */
static int64_t wait_of(const struct witnesses *all, int64_t now_us)
{
    int64_t wait = LOOK_AGAIN;

    for (size_t i = 0; i < all->list->count; i++) {
        const struct witness *witness = all->list->of[i];
        int64_t               left    = witness->retry_at - now_us;
        if (witness_is_ready(witness, witness->retry_at) && left < wait) wait = left > 0 ? left : 0;
    }
    return wait;
}

static struct witness *witness_of(struct posting *posting)
{
    return (struct witness *)((char *)posting - offsetof(struct witness, posting));
}

/* -- a change of who is asked ------------------------------------------------------------ */

static bool is_same(const struct witness *a, const struct witness *b)
{
    return memcmp(a->key.public_key, b->key.public_key, ED25519_KEY_SIZE) == 0 &&
           strcmp(a->key.name, b->key.name) == 0 &&
           slice_equal(buffer_slice(&a->url), buffer_slice(&b->url));
}

/* Who is in both keeps its place in what is under way. False: it is new. */
static bool keep_known(struct witness_list *from, struct witness **witness)
{
    for (size_t i = 0; i < from->count; i++) {
        if (!is_same(from->of[i], *witness)) continue;
        struct witness *known = from->of[i];
        from->of[i]           = *witness;
        *witness              = known;
        return true;
    }
    return false;
}

static void witnesses_drop_list(struct witnesses *all, struct witness_list *list)
{
    for (size_t i = 0; list && i < list->count; i++) {
        if (list->of[i]->under_way) poster_cancel(all->poster, &list->of[i]->posting);
        list->of[i]->under_way = 0;
    }
    witness_list_free(list);
}

/* With the lock. The list in use before; NULL: there is none to take over. */
static struct witness_list *swap_lists(struct witnesses *all, bool *changed)
{
    struct witness_list *before = all->list, *next = all->next;

    if (!next) return NULL;
    *changed = before->count != next->count || before->needed != next->needed;
    for (size_t i = 0; i < next->count; i++) {
        if (!keep_known(before, &next->of[i])) *changed = true;
        next->of[i]->all = all;
    }
    all->list = next;
    all->next = NULL;
    if (!*changed) return before;
    all->size = 0;
    if (!next->needed && all->newest_size) /* it was held up for those who were */
        ledger_publish(all->ground->ledger, all->newest_size, buffer_slice(&all->newest));
    return before;
}

static void take_over(struct witnesses *all)
{
    bool changed = false;

    ensure(pthread_mutex_lock(&all->lock) == 0);
    struct witness_list *before = swap_lists(all, &changed);
    ensure(pthread_mutex_unlock(&all->lock) == 0);
    witnesses_drop_list(all, before);
    if (changed)
        report(REPORT_NOTICE, "witnesses", "now %zu are asked, and %zu are needed",
               all->list->count, all->list->needed);
}

static void count_refusing(struct witnesses *all)
{
    size_t count = 0;

    for (size_t i = 0; i < all->list->count; i++) count += all->list->of[i]->refuses;
    atomic_store(&all->refusing, count);
}

/* -- the chore ---------------------------------------------------------------------------- */

static int64_t witnesses_step(struct chore *chore)
{
    struct witnesses *all = chore_kept(chore);
    struct posting   *posting;

    chore_heard(chore);
    take_over(all);
    count_refusing(all);
    begin_round(all);
    witnesses_request_all(all, clock_monotonic_us());
    poster_wait(all->poster, wait_of(all, clock_monotonic_us()));
    while ((posting = poster_next(all->poster)))
        witness_settle(witness_of(posting), clock_monotonic_us());
    count_refusing(all);
    publish_if_enough(all);
    return 0; /* it has waited for the poster */
}

static struct status witnesses_open(struct chore *chore)
{
    struct ground    *ground = chore_ground(chore);
    struct witnesses *all    = calloc(1, sizeof *all);

    ensure(all != NULL && pthread_mutex_init(&all->lock, NULL) == 0);
    all->chore  = chore;
    all->ground = ground;
    chore_keep(chore, all);
    TRY(witness_list_read(ground->settings, &all->list));
    for (size_t i = 0; i < all->list->count; i++) all->list->of[i]->all = all;
    return poster_open(&all->poster, chore_fd(chore));
}

static void witnesses_close(struct chore *chore)
{
    struct witnesses *all = chore_kept(chore);

    witnesses_drop_list(all, all->list);
    witness_list_free(all->next);
    poster_close(all->poster);
    buffer_free(&all->note);
    buffer_free(&all->newest);
    pthread_mutex_destroy(&all->lock);
    free(all);
}

const struct chore_row witnesses_chore = {
    .name  = "witnesses",
    .open  = witnesses_open,
    .step  = witnesses_step,
    .close = witnesses_close,
};

/* -- anybody's ------------------------------------------------------------------------- */

bool witnesses_anchored(const struct ground *ground, uint64_t size, struct slice note)
{
    struct witnesses *all = chore_own(ground, &witnesses_chore);

    ensure(pthread_mutex_lock(&all->lock) == 0);
    buffer_clear(&all->newest);
    buffer_add(&all->newest, note);
    all->newest_size = size;
    bool held        = all->list->needed > 0;
    ensure(pthread_mutex_unlock(&all->lock) == 0);
    if (held) chore_wake(all->chore);
    return held;
}

void witnesses_change(const struct ground *ground, struct witness_list *list)
{
    struct witnesses *all = chore_own(ground, &witnesses_chore);

    ensure(pthread_mutex_lock(&all->lock) == 0);
    struct witness_list *never = all->next; /* it was changed again before it was taken over */
    all->next                  = list;
    ensure(pthread_mutex_unlock(&all->lock) == 0);
    witness_list_free(never);
    chore_wake(all->chore);
}

size_t witnesses_refusing(const struct ground *ground)
{
    struct witnesses *all = chore_own(ground, &witnesses_chore);

    return atomic_load(&all->refusing);
}

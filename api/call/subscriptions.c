#include "api/call/subscriptions.h"

#include <stdlib.h>
#include <string.h>

#include "api/call/live.h"
#include "core/base/clock.h"

/* These ids end in random bits, which nobody chooses. */
static size_t page_of(struct id whom)
{
    uint32_t bits;

    memcpy(&bits, whom.bytes + ID_SIZE - sizeof bits, sizeof bits);
    return bits % SUBSCRIPTIONS_PAGES;
}

/* -- deadlines -------------------------------------------------------------------------- */

static void arm(struct subscriptions *subscriptions)
{
    const struct deadline *first = TAILQ_FIRST(&subscriptions->deadlines);
    int64_t                left;

    if (!first || !subscriptions->timer) return;
    left = first->at_us - clock_monotonic_us();
    server_timer_set(subscriptions->timer, left > 0 ? (unsigned)(left / MILLISECOND) + 1 : 0);
}

static void on_timer(void *argument)
{
    struct subscriptions *subscriptions = argument;
    struct deadline      *deadline;
    int64_t               now = clock_monotonic_us();

    while ((deadline = TAILQ_FIRST(&subscriptions->deadlines)) && deadline->at_us <= now) {
        subscriptions_unset(subscriptions, deadline);
        deadline->over(deadline);
    }
    arm(subscriptions);
}

/* Most are set to end after all others, so the way is short from the end. */
void subscriptions_set(struct subscriptions *subscriptions, struct deadline *deadline,
                       int64_t after_us)
{
    struct deadline *before;

    subscriptions_unset(subscriptions, deadline);
    deadline->set   = true;
    deadline->at_us = clock_monotonic_us() + after_us;
    TAILQ_FOREACH_REVERSE(before, &subscriptions->deadlines, deadline_line, in_order)
        if (before->at_us <= deadline->at_us) break;
    if (before) TAILQ_INSERT_AFTER(&subscriptions->deadlines, before, deadline, in_order);
    else TAILQ_INSERT_HEAD(&subscriptions->deadlines, deadline, in_order);
    if (TAILQ_FIRST(&subscriptions->deadlines) == deadline) arm(subscriptions);
}

void subscriptions_unset(struct subscriptions *subscriptions, struct deadline *deadline)
{
    if (deadline->set) TAILQ_REMOVE(&subscriptions->deadlines, deadline, in_order);
    deadline->set = false;
}

/* -- taking turns ----------------------------------------------------------------------- */

/* One that has more to see stands at the end of the line again, behind the last of now:
 * its next look is after the loop's other work. */
static void take_turns(void *argument)
{
    struct subscriptions *subscriptions = argument;
    struct subscription  *last          = TAILQ_LAST(&subscriptions->ready, subscription_line),
                        *subscription   = NULL;

    for (int looks = 0; looks < SUBSCRIPTIONS_LOOKS && subscription != last; looks++) {
        subscription = TAILQ_FIRST(&subscriptions->ready);
        TAILQ_REMOVE(&subscriptions->ready, subscription, in_line);
        subscription->ready = false;
        if (subscription->look(subscription)) subscriptions_ready(subscriptions, subscription);
    }
    if (!TAILQ_EMPTY(&subscriptions->ready)) server_bell_ring(subscriptions->bell);
}

void subscriptions_ready(struct subscriptions *subscriptions, struct subscription *subscription)
{
    if (subscription->ready) return;
    subscription->ready = true;
    TAILQ_INSERT_TAIL(&subscriptions->ready, subscription, in_line);
    server_bell_ring(subscriptions->bell);
}

/* -- news ---------------------------------------------------------------------------------- */

static void touch_all(struct subscriptions *subscriptions)
{
    struct subscription *subscription;

    for (size_t i = 0; i < SUBSCRIPTIONS_PAGES; i++)
        LIST_FOREACH(subscription, &subscriptions->pages[i], on_page)
            subscriptions_ready(subscriptions, subscription);
}

static void touch(struct subscriptions *subscriptions, struct id whom)
{
    struct subscription *subscription;

    if (!id_given(whom)) return;
    LIST_FOREACH(subscription, &subscriptions->pages[page_of(whom)], on_page)
        if (id_equal(subscription->whom, whom)) subscriptions_ready(subscriptions, subscription);
}

static void on_news(void *context, const struct news *news)
{
    struct subscriptions *subscriptions = context;

    if (news->missed) touch_all(subscriptions);
    for (size_t i = 0; i < news->count; i++) {
        const struct concerned *concerned = &news->events[i].concerned;
        for (size_t n = 0; n < CONCERNED_ACCOUNTS_MAX; n++)
            touch(subscriptions, concerned->accounts[n]);
        touch(subscriptions, concerned->vendor);
    }
}

/* -- coming and going ------------------------------------------------------------------------ */

struct subscriptions *subscriptions_of(struct loop *loop)
{
    struct subscriptions *subscriptions = loop->streams;

    if (subscriptions) return subscriptions;
    subscriptions = calloc(1, sizeof *subscriptions);
    ensure(subscriptions != NULL);
    subscriptions->loop = loop;
    TAILQ_INIT(&subscriptions->ready);
    TAILQ_INIT(&subscriptions->deadlines);
    TAILQ_INIT(&subscriptions->streams);
    subscriptions->timer = server_timer_open(loop->server, on_timer, subscriptions);
    subscriptions->bell  = server_bell_open(loop->server, take_turns, subscriptions);
    loop->streams        = subscriptions;
    live_tell(loop, on_news, subscriptions);
    return subscriptions;
}

void subscriptions_silence(struct subscriptions *subscriptions)
{
    if (!subscriptions) return;
    server_timer_close(subscriptions->timer);
    server_bell_close(subscriptions->bell);
    subscriptions->timer = NULL;
    subscriptions->bell  = NULL;
    TAILQ_INIT(&subscriptions->ready);
    TAILQ_INIT(&subscriptions->deadlines);
}

void subscriptions_close(struct subscriptions *subscriptions)
{
    if (!subscriptions) return;
    arena_free(&subscriptions->scratch);
    buffer_free(&subscriptions->frames);
    free(subscriptions);
}

void subscriptions_join(struct subscriptions *subscriptions, struct subscription *subscription)
{
    LIST_INSERT_HEAD(&subscriptions->pages[page_of(subscription->whom)], subscription, on_page);
}

void subscriptions_leave(struct subscriptions *subscriptions, struct subscription *subscription)
{
    LIST_REMOVE(subscription, on_page);
    if (subscription->ready) TAILQ_REMOVE(&subscriptions->ready, subscription, in_line);
    subscription->ready = false;
}

size_t subscriptions_count(const struct subscriptions *subscriptions, struct id whom, size_t max)
{
    const struct subscription *subscription;
    size_t                     count = 0;

    LIST_FOREACH(subscription, &subscriptions->pages[page_of(whom)], on_page) {
        if (!id_equal(subscription->whom, whom)) continue;
        if (++count == max) break;
    }
    return count;
}

#include "api/call/subscriptions.h"

#include <stdlib.h>
#include <string.h>

#include "api/call/live.h"
#include "core/base/clock.h"

_Static_assert((SUBSCRIPTIONS_PAGES & (SUBSCRIPTIONS_PAGES - 1)) == 0, "no page is likelier");
_Static_assert(sizeof(uint32_t) <= 48 / 8, "of the random bits that an id ends in");

/* Once silenced, nothing fires any more; what is left is taken out when the loop ends. */
static bool is_at_home(const struct subscriptions *subscriptions)
{
    return !subscriptions->timer || pthread_equal(subscriptions->thread, pthread_self());
}

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
    ensure(first->set && is_at_home(subscriptions));
    left = first->at_us - clock_monotonic_us();
    server_timer_set(subscriptions->timer, left > 0 ? (unsigned)(left / MILLISECOND) + 1 : 0);
}

static void on_timer(void *argument)
{
    struct subscriptions *subscriptions = argument;
    struct deadline      *deadline;
    int64_t               now = clock_monotonic_us();

    while ((deadline = TAILQ_FIRST(&subscriptions->deadlines)) && deadline->at_us <= now) {
        ensure(deadline->set && deadline->at_us > 0);
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

    ensure(after_us >= 0 && is_at_home(subscriptions));
    subscriptions_unset(subscriptions, deadline);
    deadline->set   = true;
    deadline->at_us = clock_monotonic_us() + after_us;
    TAILQ_FOREACH_REVERSE(before, &subscriptions->deadlines, deadline_line, in_order)
        if (before->at_us <= deadline->at_us) break;
    if (before) TAILQ_INSERT_AFTER(&subscriptions->deadlines, before, deadline, in_order);
    else TAILQ_INSERT_HEAD(&subscriptions->deadlines, deadline, in_order);
    const struct deadline *next = TAILQ_NEXT(deadline, in_order);
    ensure(!next || (next->set && next->at_us > deadline->at_us));
    if (TAILQ_FIRST(&subscriptions->deadlines) == deadline) arm(subscriptions);
}

void subscriptions_unset(struct subscriptions *subscriptions, struct deadline *deadline)
{
    ensure(is_at_home(subscriptions));
    ensure(!deadline->set || !subscriptions->timer || !TAILQ_EMPTY(&subscriptions->deadlines));
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
        ensure(!TAILQ_EMPTY(&subscriptions->ready)); /* each takes out no other than itself */
        subscription = TAILQ_FIRST(&subscriptions->ready);
        ensure(subscription->ready);
        TAILQ_REMOVE(&subscriptions->ready, subscription, in_line);
        subscription->ready = false;
        if (subscription->look(subscription)) subscriptions_ready(subscriptions, subscription);
    }
    if (!TAILQ_EMPTY(&subscriptions->ready)) server_bell_ring(subscriptions->bell);
}

void subscriptions_ready(struct subscriptions *subscriptions, struct subscription *subscription)
{
    ensure(is_at_home(subscriptions));
    ensure(!subscription->ready || !subscriptions->bell || !TAILQ_EMPTY(&subscriptions->ready));
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
        LIST_FOREACH(subscription, &subscriptions->pages[i], on_page) {
            ensure(page_of(subscription->whom) == i);
            subscriptions_ready(subscriptions, subscription);
        }
}

static void touch(struct subscriptions *subscriptions, struct id whom)
{
    struct subscription *subscription;

    if (!id_given(whom)) return;
    LIST_FOREACH(subscription, &subscriptions->pages[page_of(whom)], on_page) {
        ensure(page_of(subscription->whom) == page_of(whom)); /* nobody's whom changes */
        if (id_equal(subscription->whom, whom)) subscriptions_ready(subscriptions, subscription);
    }
}

static void on_news(void *context, const struct news *news)
{
    struct subscriptions *subscriptions = context;

    ensure(news->count <= LIVE_CHUNK && is_at_home(subscriptions));
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

    ensure(!subscriptions || (subscriptions->loop == loop && is_at_home(subscriptions)));
    if (subscriptions) return subscriptions;
    subscriptions = calloc(1, sizeof *subscriptions);
    ensure(subscriptions != NULL);
    subscriptions->loop   = loop;
    subscriptions->thread = pthread_self();
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
    ensure(subscriptions->loop->streams == subscriptions);
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
    ensure(!subscriptions->timer && !subscriptions->bell); /* silenced before */
    ensure(!subscriptions->stream_count && TAILQ_EMPTY(&subscriptions->streams));
    arena_free(&subscriptions->scratch);
    buffer_free(&subscriptions->frames);
    free(subscriptions);
}

void subscriptions_join(struct subscriptions *subscriptions, struct subscription *subscription)
{
    struct subscription_page *page = &subscriptions->pages[page_of(subscription->whom)];

    ensure(!subscription->ready && is_at_home(subscriptions));
    ensure(LIST_FIRST(page) != subscription); /* it is on its page once */
    LIST_INSERT_HEAD(page, subscription, on_page);
}

void subscriptions_leave(struct subscriptions *subscriptions, struct subscription *subscription)
{
    ensure(is_at_home(subscriptions));
    ensure(*subscription->on_page.le_prev == subscription); /* it had joined, and not left since */
    LIST_REMOVE(subscription, on_page);
    if (subscription->ready) TAILQ_REMOVE(&subscriptions->ready, subscription, in_line);
    subscription->ready = false;
}

size_t subscriptions_count(const struct subscriptions *subscriptions, struct id whom, size_t max)
{
    const struct subscription *subscription;
    size_t                     count = 0;

    ensure(max > 0 && is_at_home(subscriptions));
    LIST_FOREACH(subscription, &subscriptions->pages[page_of(whom)], on_page) {
        if (!id_equal(subscription->whom, whom)) continue;
        if (++count == max) break;
    }
    ensure(count <= max);
    return count;
}

/* news.c -- what other threads say while the courier is at its round: the writer, what was
 * committed; loops, which vendors have called us.
 *
 * Each word names its vendor, so that a look costs as much as there is to see, however many
 * vendors there are. What is said of one vendor several times is kept once, mostly. If it is
 * more than there is room for, the whole outbox is read again. */
#include "api/courier/courier_internal.h"
#include "core/base/report.h"
#include "core/facts/names.h"

enum { NEWS_LAST = 32 }; /* so many are looked at for one of the same vendor */

/* With the lock held. */
static void news_add(struct courier *courier, struct id vendor, unsigned kinds, uint64_t position)
{
    size_t looked_at = 0;

    for (size_t i = courier->news_count; i-- > 0 && !position && looked_at++ < NEWS_LAST;)
        if (id_equal(courier->news[i].vendor, vendor)) {
            courier->news[i].kinds |= kinds;
            return;
        }
    if (courier->news_count == NEWS_MAX) courier->read_again = true;
    else courier->news[courier->news_count++] = (struct news){ vendor, kinds, position };
}

static void news_wake(struct courier *courier)
{
    if (!atomic_exchange(&courier->woken, true)) queue_wake(courier->recorded);
}

static bool news_is_of(const struct commit_event *event)
{
    return webhook_concerns(event->type) || id_kind(event->stream) == ID_vendor;
}

bool courier_concerns(const struct commit *commit)
{
    ensure(commit->count > 0);
    for (size_t i = 0; i < commit->count; i++)
        if (news_is_of(&commit->events[i])) return true;
    return false;
}

static void news_add_event(struct courier *courier, const struct commit_event *event)
{
    unsigned kinds = NEWS_OWED;
    bool     tries = event->type == EVENT_test_notification_requested;

    if (!news_is_of(event)) return;
    if (webhook_takes_back(event->type)) kinds |= NEWS_TAKEN_BACK;
    if (event->type == EVENT_webhook_redelivered) kinds |= NEWS_AGAIN;
    if (tries) kinds |= NEWS_TRY_OUT;
    if (id_given(event->concerned.vendor))
        news_add(courier, event->concerned.vendor, kinds, tries ? event->position.number : 0);
    else courier->read_again = true;
}

void courier_note(struct courier *courier, const struct commit *commit)
{
    if (!courier_concerns(commit)) return;
    ensure(pthread_mutex_lock(&courier->lock) == 0);
    for (size_t i = 0; i < commit->count; i++) news_add_event(courier, &commit->events[i]);
    ensure(pthread_mutex_unlock(&courier->lock) == 0);
    news_wake(courier);
}

void courier_heard(struct courier *courier, struct id vendor)
{
    if (!atomic_load(&courier->resting)) return;
    ensure(pthread_mutex_lock(&courier->lock) == 0);
    news_add(courier, vendor, NEWS_HEARD, 0);
    ensure(pthread_mutex_unlock(&courier->lock) == 0);
    news_wake(courier);
}

void courier_wake(struct courier *courier)
{
    ensure(pthread_mutex_lock(&courier->lock) == 0);
    courier->read_again = true;
    ensure(pthread_mutex_unlock(&courier->lock) == 0);
    news_wake(courier);
}

/* -- taking it in --------------------------------------------------------------------------- */

/* The webhook is named as the event that asked for it. */
static void news_try_out(struct courier *courier, struct vendor_queue *queue, uint64_t position,
                         int64_t now_us)
{
    struct event  event;
    struct status status = log_read(courier->reader, courier->ground->vault, position,
                                    &courier->scratch, &event);

    if (status.code != STATUS_OK)
        report(REPORT_ERROR, "courier", "an endpoint cannot be tried out: %s", status.text);
    else backlog_read_first(courier, queue, name_delivery(event.id), now_us);
}

static void news_take_one(struct courier *courier, const struct news *news, int64_t now_us)
{
    struct vendor_queue *queue = news->kinds & NEWS_OWED ? vendor_queue_of(courier, news->vendor)
                                                         : vendor_queue_find(courier, news->vendor);

    if (!queue) return;
    if (news->kinds & NEWS_HEARD) breaker_heard(&queue->breaker, now_us);
    if (news->kinds & NEWS_AGAIN) backlog_read_again(queue);
    if (news->kinds & NEWS_OWED) queue->read_all = false;
    if (news->kinds & NEWS_TAKEN_BACK) queue->recheck = true;
    if (news->kinds & NEWS_TRY_OUT) news_try_out(courier, queue, news->position, now_us);
    vendor_queue_touch(courier, queue);
}

bool news_wait(struct courier *courier)
{
    ensure(pthread_mutex_lock(&courier->lock) == 0);
    bool wait = courier->read_again || courier->news_count;
    ensure(pthread_mutex_unlock(&courier->lock) == 0);
    return wait;
}

void news_take(struct courier *courier, int64_t now_us)
{
    ensure(pthread_mutex_lock(&courier->lock) == 0);
    size_t       count = courier->news_count;
    struct news *taken = arena_array(&courier->scratch, struct news, count);
    memcpy(taken, courier->news, count * sizeof *taken);
    courier->news_count = 0;
    if (courier->read_again) courier_sweep_again(courier, now_us);
    courier->read_again = false;
    ensure(pthread_mutex_unlock(&courier->lock) == 0);
    for (size_t i = 0; i < count; i++) news_take_one(courier, &taken[i], now_us);
}

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
    return bits % BOOK_PAGES;
}

/* -- deadlines -------------------------------------------------------------------------- */

static void arm(struct stream_book *book)
{
    const struct deadline *first = TAILQ_FIRST(&book->deadlines);
    int64_t                left;

    if (!first || !book->timer) return;
    left = first->at_us - clock_monotonic_us();
    server_timer_set(book->timer, left > 0 ? (unsigned)(left / MILLISECOND) + 1 : 0);
}

static void on_timer(void *argument)
{
    struct stream_book *book = argument;
    struct deadline    *deadline;
    int64_t             now = clock_monotonic_us();

    while ((deadline = TAILQ_FIRST(&book->deadlines)) && deadline->at_us <= now) {
        book_unset(book, deadline);
        deadline->over(deadline);
    }
    arm(book);
}

/* Most are set to end after all others, so the way is short from the end. */
void book_set(struct stream_book *book, struct deadline *deadline, int64_t after_us)
{
    struct deadline *before;

    book_unset(book, deadline);
    deadline->set   = true;
    deadline->at_us = clock_monotonic_us() + after_us;
    TAILQ_FOREACH_REVERSE(before, &book->deadlines, deadline_line, in_order)
        if (before->at_us <= deadline->at_us) break;
    if (before) TAILQ_INSERT_AFTER(&book->deadlines, before, deadline, in_order);
    else TAILQ_INSERT_HEAD(&book->deadlines, deadline, in_order);
    if (TAILQ_FIRST(&book->deadlines) == deadline) arm(book);
}

void book_unset(struct stream_book *book, struct deadline *deadline)
{
    if (deadline->set) TAILQ_REMOVE(&book->deadlines, deadline, in_order);
    deadline->set = false;
}

/* -- taking turns ----------------------------------------------------------------------- */

/* One that has more to see stands at the end of the line again, behind the last of now:
 * its next look is after the loop's other work. */
static void take_turns(void *argument)
{
    struct stream_book *book = argument;
    struct watcher     *last = TAILQ_LAST(&book->ready, watcher_line), *watcher = NULL;

    for (int looks = 0; looks < BOOK_LOOKS && watcher != last; looks++) {
        watcher = TAILQ_FIRST(&book->ready);
        TAILQ_REMOVE(&book->ready, watcher, in_line);
        watcher->ready = false;
        if (watcher->look(watcher)) book_ready(book, watcher);
    }
    if (!TAILQ_EMPTY(&book->ready)) server_bell_ring(book->bell);
}

void book_ready(struct stream_book *book, struct watcher *watcher)
{
    if (watcher->ready) return;
    watcher->ready = true;
    TAILQ_INSERT_TAIL(&book->ready, watcher, in_line);
    server_bell_ring(book->bell);
}

/* -- news ---------------------------------------------------------------------------------- */

static void touch_all(struct stream_book *book)
{
    struct watcher *watcher;

    for (size_t i = 0; i < BOOK_PAGES; i++)
        LIST_FOREACH(watcher, &book->pages[i], on_page) book_ready(book, watcher);
}

static void touch(struct stream_book *book, struct id whom)
{
    struct watcher *watcher;

    if (!id_given(whom)) return;
    LIST_FOREACH(watcher, &book->pages[page_of(whom)], on_page)
        if (id_equal(watcher->whom, whom)) book_ready(book, watcher);
}

static void on_news(void *context, const struct news *news)
{
    struct stream_book *book = context;

    if (news->missed) touch_all(book);
    for (size_t i = 0; i < news->count; i++) {
        const struct concerned *concerned = &news->events[i].concerned;
        for (size_t n = 0; n < CONCERNED_ACCOUNTS_MAX; n++) touch(book, concerned->accounts[n]);
        touch(book, concerned->vendor);
    }
}

/* -- coming and going ------------------------------------------------------------------------ */

struct stream_book *book_of(struct loop *loop)
{
    struct stream_book *book = loop->streams;

    if (book) return book;
    book = calloc(1, sizeof *book);
    ensure(book != NULL);
    book->loop = loop;
    TAILQ_INIT(&book->ready);
    TAILQ_INIT(&book->deadlines);
    TAILQ_INIT(&book->streams);
    book->timer   = server_timer_open(loop->server, on_timer, book);
    book->bell    = server_bell_open(loop->server, take_turns, book);
    loop->streams = book;
    live_tell(loop, on_news, book);
    return book;
}

void book_silence(struct stream_book *book)
{
    if (!book) return;
    server_timer_close(book->timer);
    server_bell_close(book->bell);
    book->timer = NULL;
    book->bell  = NULL;
    TAILQ_INIT(&book->ready);
    TAILQ_INIT(&book->deadlines);
}

void book_close(struct stream_book *book)
{
    if (!book) return;
    arena_free(&book->scratch);
    buffer_free(&book->frames);
    free(book);
}

void book_join(struct stream_book *book, struct watcher *watcher)
{
    LIST_INSERT_HEAD(&book->pages[page_of(watcher->whom)], watcher, on_page);
}

void book_leave(struct stream_book *book, struct watcher *watcher)
{
    LIST_REMOVE(watcher, on_page);
    if (watcher->ready) TAILQ_REMOVE(&book->ready, watcher, in_line);
    watcher->ready = false;
}

size_t book_count(const struct stream_book *book, struct id whom, size_t max)
{
    const struct watcher *watcher;
    size_t                count = 0;

    LIST_FOREACH(watcher, &book->pages[page_of(whom)], on_page) {
        if (!id_equal(watcher->whom, whom)) continue;
        if (++count == max) break;
    }
    return count;
}

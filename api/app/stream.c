/* stream.c -- what happens to an account, as it happens: server-sent events.
 *
 *     retry: 2000
 *
 *     id: 1/41                     where a client stands that named no id
 *
 *     id: 1/42
 *     data: {"specversion":"1.0","type":"piot.v1.device-added",…}
 *
 * A stream is a place in the log: the last position sent. When a commit touches the
 * account, the stream reads on from there; nothing else is kept of what it missed. So
 * a client that comes back with Last-Event-ID (or ?lastEventId=, for those that cannot
 * set headers) is a stream that begins further back, without a gap and without a
 * repeat, and a slow reader is one that is behind: no more than one page waits for it
 * in memory, and reading goes on when that has gone out. One that takes next to nothing
 * is cut off by the server (its stall limit), and was told at the start when to be back.
 *
 * An id that is no position, or lies ahead of the log (a restored backup, another
 * service), is answered by a `reset` event: what the client holds may be anything, so it
 * reads all again. Ids of other streams' events are good places, too.
 *
 * A stream ends with its session: by the event that closes it, or when it is too old.
 * An EventSource gives up for good at any status but 200, so a stream there is no room
 * for begins and ends at once, with a time to come back. */
#include "api/app/feed.h"
#include "api/app/routes.h"
#include "api/call/query.h"
#include "api/call/subscriptions.h"
#include "core/log/log.h"

enum {
    PAGE_EVENTS = 64,        /* read at one look */
    PAGE_BYTES  = 32 * 1024, /* sent at one look, and the event that goes beyond */
    ROOM_BELOW  = 16 * 1024, /* unsent bytes at which a reader counts as behind */
    ACCOUNT_MAX = 256,       /* streams of one account on one loop: a household's, tenfold */
    RETRY_MS    = 2000,      /* after an end that means nothing */
    CROWDED_MS  = 30000,     /* when there is no room */
    DRAIN_MS    = 1000,      /* when this process ends: another may be there already */
};
#define HEARTBEAT (15 * SECOND) /* of silence; proxies cut off after 30 s and more */
#define PULSE_MIN (100 * MILLISECOND)

struct stream {
    struct subscription subscription; /* first: a look is given this */
    struct call        *call;
    uint64_t            sent;     /* everything to this position */
    int64_t             spoke_us; /* monotonic */
    bool                full;     /* waits for room */
    TAILQ_ENTRY(stream) in_silence;
};

static struct subscriptions *stream_subscriptions(const struct stream *stream)
{
    return stream->call->loop->streams;
}

/* -- speaking ---------------------------------------------------------------------------- */

static void stream_send(struct stream *stream, struct slice bytes)
{
    struct subscriptions *subscriptions = stream_subscriptions(stream);

    stream->full     = request_stream_write(stream->call->request, bytes) > ROOM_BELOW;
    stream->spoke_us = clock_monotonic_us();
    TAILQ_REMOVE(&subscriptions->streams, stream, in_silence);
    TAILQ_INSERT_TAIL(&subscriptions->streams, stream, in_silence);
}

static void stream_leave(struct stream *stream)
{
    struct subscriptions *subscriptions = stream_subscriptions(stream);

    subscriptions_leave(subscriptions, &stream->subscription);
    TAILQ_REMOVE(&subscriptions->streams, stream, in_silence);
    subscriptions->stream_count--;
}

static void stream_end(struct stream *stream)
{
    stream_leave(stream);
    call_stream_end(stream->call);
}

static void stream_last_word(struct request *request, unsigned retry_ms)
{
    struct buffer word = { 0 };

    feed_retry(&word, retry_ms);
    request_stream_write(request, buffer_slice(&word));
    buffer_free(&word);
}

/* -- looking what is new ------------------------------------------------------------------- */

static bool stream_is_over(const struct stream *stream)
{
    const struct call *call = stream->call;

    return call->credentials.expires_at &&
           call->credentials.expires_at <= clock_now(&call->ground->clock);
}

/* One that is read anew may have come before this session. */
static bool stream_ends_session(const struct stream *stream, const struct event *event,
                                struct arena *scratch)
{
    return auth_may_end(event->type) && !auth_still(stream->call, scratch);
}

struct stream_page {
    size_t count; /* positions there were */
    size_t taken; /* of those */
    bool   last;  /* the session was closed */
};

/* Reads on from what was sent, into the book's frames. */
static struct status stream_read_page(struct stream *stream, struct stream_page *page)
{
    struct subscriptions *subscriptions = stream_subscriptions(stream);
    struct ground        *ground        = stream->call->ground;
    struct reader        *reader        = call_reader(stream->call);
    struct showing        showing       = { .reader = reader, .arena = &subscriptions->scratch };
    struct feed           feed          = { &ground->view, &showing, stream->call };
    uint64_t              positions[PAGE_EVENTS];

    TRY(log_stream_positions(reader, stream->subscription.whom, stream->sent, LOG_RISING, positions,
                             PAGE_EVENTS, &page->count));
    while (page->taken < page->count && subscriptions->frames.size < PAGE_BYTES && !page->last) {
        struct event event;
        TRY(log_read(reader, ground->vault, positions[page->taken], &subscriptions->scratch,
                     &event));
        page->last = stream_ends_session(stream, &event, &subscriptions->scratch);
        if (feed_has(&event)) feed_frame(&feed, &event, &subscriptions->frames);
        stream->sent = positions[page->taken++];
    }
    return reader_failure(reader);
}

static bool stream_look(struct subscription *subscription)
{
    struct stream        *stream        = (struct stream *)subscription;
    struct subscriptions *subscriptions = stream_subscriptions(stream);
    struct stream_page    page          = { 0 };
    struct status         status;

    if (stream->full) return false; /* stream_on_room() calls again */
    if (stream_is_over(stream)) {
        stream_end(stream);
        return false;
    }
    buffer_clear(&subscriptions->frames);
    status = stream_read_page(stream, &page);
    arena_reset(&subscriptions->scratch);
    if (status.code != STATUS_OK) {
        stream_leave(stream);
        call_stream_cut(stream->call, status);
        return false;
    }
    if (subscriptions->frames.size) stream_send(stream, buffer_slice(&subscriptions->frames));
    if (page.last) {
        stream_end(stream);
        return false;
    }
    return !stream->full && (page.taken < page.count || page.count == PAGE_EVENTS);
}

/* -- heartbeats ------------------------------------------------------------------------------ */

static void streams_set_pulse(struct subscriptions *subscriptions)
{
    const struct stream *first = TAILQ_FIRST(&subscriptions->streams);
    int64_t              left;

    if (!first) return;
    left = first->spoke_us + HEARTBEAT - clock_monotonic_us();
    subscriptions_set(subscriptions, &subscriptions->pulse, left > PULSE_MIN ? left : PULSE_MIN);
}

/* One that is behind hears enough. */
static void stream_beat(struct stream *stream)
{
    if (stream_is_over(stream)) stream_end(stream);
    else stream_send(stream, stream->full ? SLICE("") : SLICE(":\n\n"));
}

static void streams_on_pulse(struct deadline *pulse)
{
    struct subscriptions *subscriptions =
        (struct subscriptions *)((char *)pulse - offsetof(struct subscriptions, pulse));
    struct stream *stream;
    int64_t        silent_since = clock_monotonic_us() - HEARTBEAT;

    while ((stream = TAILQ_FIRST(&subscriptions->streams)) && stream->spoke_us <= silent_since)
        stream_beat(stream);
    streams_set_pulse(subscriptions);
}

/* -- what the server tells -------------------------------------------------------------------- */

static void stream_on_gone(void *context, struct request *request)
{
    stream_leave(context);
    request_stream_cut(request);
}

static void stream_on_room(void *context, struct request *request)
{
    struct stream *stream = context;

    (void)request;
    stream->full = false;
    subscriptions_ready(stream_subscriptions(stream), &stream->subscription);
}

static void stream_on_stopping(void *context, struct request *request)
{
    stream_last_word(request, DRAIN_MS);
    stream_end(context);
}

/* -- beginning --------------------------------------------------------------------------------- */

/* Some connections stay free for requests. */
static bool streams_are_crowded(const struct subscriptions *subscriptions, const struct call *call)
{
    uint64_t connections = call->ground->settings->connections_max;

    return subscriptions->stream_count >= connections - connections / 4 ||
           subscriptions_count(subscriptions, call_account(call), ACCOUNT_MAX) == ACCOUNT_MAX;
}

enum stream_place { NOW, FURTHER_BACK, LOST };
static enum stream_place stream_place(struct call *call, uint64_t head, uint64_t *position)
{
    struct slice id = http_header(call->request->head, "Last-Event-ID");

    if (!id.size) id = call_query(call, "lastEventId");
    *position = head;
    if (!id.size) return NOW;
    if (position_from(call, id, position) && *position <= head) return FURTHER_BACK;
    *position = head;
    return LOST;
}

static void stream_join(struct subscriptions *subscriptions, struct call *call,
                        struct stream *stream)
{
    stream->subscription = (struct subscription){ .whom = call_account(call), .look = stream_look };
    stream->call         = call;
    stream->spoke_us     = clock_monotonic_us();
    request_watch(call->request, (struct request_watch){ .context    = stream,
                                                         .gone       = stream_on_gone,
                                                         .room       = stream_on_room,
                                                         .room_below = ROOM_BELOW,
                                                         .stopping   = stream_on_stopping });
    subscriptions_join(subscriptions, &stream->subscription);
    TAILQ_INSERT_TAIL(&subscriptions->streams, stream, in_silence);
    subscriptions->stream_count++;
    subscriptions->pulse.over = streams_on_pulse;
    if (!subscriptions->pulse.set) streams_set_pulse(subscriptions);
}

static void stream_greet(struct stream *stream, enum stream_place place)
{
    struct position sent = log_position(call_reader(stream->call), stream->sent);
    struct buffer   word = { 0 };

    feed_retry(&word, RETRY_MS);
    if (place == NOW) feed_place(&word, sent);
    if (place == LOST) feed_reset(&word, sent);
    stream_send(stream, buffer_slice(&word));
    buffer_free(&word);
    if (place == FURTHER_BACK)
        subscriptions_ready(stream_subscriptions(stream), &stream->subscription);
}

void app_stream(struct call *call)
{
    struct subscriptions *subscriptions = subscriptions_of(call->loop);
    struct stream        *stream        = arena_new(call->arena, struct stream);
    bool                  turned_away   = streams_are_crowded(subscriptions, call);
    enum stream_place     place;
    uint64_t              head;
    struct status         status = log_head(call_reader(call), &head);

    if (status.code != STATUS_OK) {
        call_broken(call, status);
        return;
    }
    request_header(call->request, "Cache-Control", SLICE("no-store"));
    request_header(call->request, "X-Accel-Buffering", SLICE("no"));
    place = stream_place(call, head, &stream->sent);
    if (!turned_away && !call->request->head->head_only) stream_join(subscriptions, call, stream);
    call_stream_begin(call, 200, "text/event-stream");
    if (stream->call) {
        stream_greet(stream, place);
    } else {
        stream_last_word(call->request, CROWDED_MS);
        call_stream_end(call);
    }
}

#include "api/http/connection.h"

#include <stdlib.h>
#include <sys/socket.h>

#include <event2/bufferevent_ssl.h>

#include "api/http/tls.h"

static void too_slow(struct connection *connection);
static void look_at_reader(struct connection *connection);
static void give_up(struct connection *connection);

/* What may take how long, and what happens when it takes longer. A handler may
 * take its time; the deadline of the phase before is left to run out unheeded. */
static const struct {
    size_t limit_ms; /* where in struct server_settings */
    void (*over)(struct connection *connection);
} phases[PHASES] = {
#define LIMIT(name) offsetof(struct server_settings, name)
    [PHASE_IDLE]    = { LIMIT(idle_ms), give_up },
    [PHASE_HEAD]    = { LIMIT(head_ms), too_slow },
    [PHASE_BODY]    = { LIMIT(body_ms), too_slow },
    [PHASE_HANDLED] = { 0, NULL },
    [PHASE_STREAM]  = { LIMIT(stall_ms), look_at_reader },
    [PHASE_FLUSH]   = { LIMIT(stall_ms), look_at_reader },
    [PHASE_LINGER]  = { LIMIT(linger_ms), give_up },
    [PHASE_CLOSED]  = { 0, NULL },
#undef LIMIT
};

void connection_limits(struct server *server)
{
    const char *settings = (const char *)&server->settings;

    for (size_t i = 0; i < PHASES; i++) {
        if (!phases[i].over) continue;
        unsigned       ms    = *(const unsigned *)(const void *)(settings + phases[i].limit_ms);
        struct timeval limit = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
        server->limits[i]    = event_base_init_common_timeout(server->base, &limit);
        ensure(server->limits[i] != NULL);
    }
}

/* For a request that may never come; a proven caller's body is on its way. */
static bool waits(const struct connection *connection, enum phase phase)
{
    return phase == PHASE_IDLE || phase == PHASE_HEAD ||
           (phase == PHASE_BODY && !connection->proven);
}

static void connection_move(struct connection *connection, enum phase phase)
{
    struct server *server = connection->server;
    bool           waited = waits(connection, connection->phase), will = waits(connection, phase);

    if (waited == will) return;
    if (will) {
        TAILQ_REMOVE(&server->busy, connection, link);
        TAILQ_INSERT_TAIL(&server->waiting, connection, link);
        block_wait(connection);
        connection->since_us = clock_monotonic_us();
    } else {
        TAILQ_REMOVE(&server->waiting, connection, link);
        TAILQ_INSERT_TAIL(&server->busy, connection, link);
        block_wake(connection);
    }
}

static void note_reader(struct connection *connection)
{
    size_t unsent      = connection_unsent(connection);
    connection->behind = unsent > 0;
    connection->taken  = connection->written - unsent;
}

void connection_enter(struct connection *connection, enum phase phase)
{
    ensure(connection->phase != PHASE_CLOSED && phase != PHASE_CLOSED);
    connection_move(connection, phase);
    connection->phase = phase;
    note_reader(connection);
    if (phases[phase].over)
        ensure(event_add(&connection->deadline, connection->server->limits[phase]) == 0);
}

size_t connection_unsent(const struct connection *connection)
{
    return evbuffer_get_length(bufferevent_get_output(connection->pipe));
}

static void give_up(struct connection *connection) { connection_close(connection); }

static void too_slow(struct connection *connection)
{
    server_add(connection->server, SERVER_CONNECTIONS_TIMED_OUT, 1);
    if (!connection->exchange) {
        if (connection->scan.seen == 0) { /* never said a word: nor do we */
            connection_close(connection);
            return;
        }
        connection->exchange = exchange_open(connection);
    }
    exchange_refuse(connection->exchange, 408, "The request took too long to arrive.");
}

/* A reader is cut when it was behind at two looks and took next to nothing
 * between them. Silence of a stream with nothing to say is no fault of its. */
static void look_at_reader(struct connection *connection)
{
    uint64_t sent = connection->written - connection_unsent(connection);

    if (connection->behind && connection_unsent(connection) > 0 &&
        sent - connection->taken < SERVER_STALL_MIN) {
        server_add(connection->server, SERVER_CONNECTIONS_TIMED_OUT, 1);
        connection_close(connection);
        return;
    }
    connection_enter(connection, connection->phase);
}

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
    struct connection *connection = context;

    (void)fd;
    (void)what;
    if (phases[connection->phase].over) phases[connection->phase].over(connection);
}

static void on_read(struct bufferevent *pipe, void *context)
{
    (void)pipe;
    connection_receive(context);
}

static void on_written(struct bufferevent *pipe, void *context)
{
    struct connection *connection = context;

    (void)pipe;
    if (connection->phase == PHASE_STREAM) {
        exchange_has_room(connection->exchange);
    } else if (connection->phase == PHASE_FLUSH && connection_unsent(connection) == 0) {
        connection_answered(connection);
    }
}

static void on_event(struct bufferevent *pipe, short what, void *context)
{
    struct connection *connection = context;

    (void)pipe;
    if (what & BEV_EVENT_CONNECTED) return; /* TLS is up; the head is still awaited */
    connection->ended = true;
    if ((what & BEV_EVENT_ERROR) || connection->tls) { /* TLS cannot be half closed here */
        connection_close(connection);
        return;
    }
    switch (connection->phase) {
    case PHASE_IDLE:
    case PHASE_HEAD:
    case PHASE_BODY: connection_receive(connection); break; /* finds that no more will come */
    case PHASE_STREAM:
    case PHASE_LINGER: connection_close(connection); break;
    case PHASE_HANDLED:
    case PHASE_FLUSH: break; /* it may still be reading */
    case PHASE_CLOSED:
    case PHASES: impossible("an event of a closed connection");
    }
}

void connection_open(struct server *server, int fd, struct peer peer)
{
    struct connection *made = calloc(1, sizeof *made);

    ensure(made != NULL);
    made->server = server;
    made->peer   = peer;
    made->phase  = PHASE_HANDLED; /* busy; the first head is awaited below */
    made->tls    = server->settings.tls != NULL;
    if (made->tls) {
        /* Deferred, because TLS would else call back from inside a write. */
        made->pipe = bufferevent_openssl_socket_new(
            server->base, fd, tls_begin(server->settings.tls), BUFFEREVENT_SSL_ACCEPTING,
            BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
        if (made->pipe) bufferevent_openssl_set_allow_dirty_shutdown(made->pipe, 1);
    } else {
        made->pipe = bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
    }
    ensure(made->pipe != NULL);
    ensure(evtimer_assign(&made->deadline, server->base, on_deadline, made) == 0);
    TAILQ_INSERT_TAIL(&server->busy, made, link);
    block_join(made);
    server_add(server, SERVER_CONNECTIONS_OPEN, 1);
    server_add(server, SERVER_CONNECTIONS_ACCEPTED, 1);
    bufferevent_setcb(made->pipe, on_read, on_written, on_event, made);
    bufferevent_setwatermark(made->pipe, EV_READ, 0, SERVER_INPUT_MAX);
    connection_enter(made, PHASE_HEAD);
    if (bufferevent_enable(made->pipe, EV_READ | EV_WRITE)) connection_close(made);
}

void connection_close(struct connection *connection)
{
    struct server   *server   = connection->server;
    struct exchange *exchange = connection->exchange;

    ensure(connection->phase != PHASE_CLOSED);
    connection_move(connection, PHASE_CLOSED);
    TAILQ_REMOVE(&server->busy, connection, link);
    block_leave(connection);
    connection->phase    = PHASE_CLOSED;
    connection->exchange = NULL;
    event_del(&connection->deadline);
    bufferevent_free(connection->pipe);
    connection->pipe = NULL;
    server_add(server, SERVER_CONNECTIONS_OPEN, UINT64_MAX); /* one less */
    if (exchange) {
        exchange->connection = NULL;
        if (exchange->handled) {
            exchange->gone = true;
            exchange_tell(exchange);
        } else {
            exchange_close(exchange);
        }
    }
    if (!connection->receiving) free(connection); /* else connection_receive() does */
    server_look_around(server);
}

/* Says that nothing more will come, and then waits for the client to close:
 * closing first, with input unread, would make the kernel send a reset that can
 * overtake the answer. */
static void say_goodbye(struct connection *connection)
{
    if (connection->ended) {
        connection_close(connection);
        return;
    }
    if (connection->tls) tls_end(bufferevent_openssl_get_ssl(connection->pipe));
    shutdown(bufferevent_getfd(connection->pipe), SHUT_WR);
    connection_enter(connection, PHASE_LINGER);
    connection_receive(connection); /* what has come already */
}

void connection_finish(struct connection *connection)
{
    connection->last = true;
    if (connection_unsent(connection)) connection_enter(connection, PHASE_FLUSH);
    else say_goodbye(connection);
}

void connection_hang_up(struct connection *connection)
{
    if (connection_unsent(connection)) {
        connection_finish(connection);
        return;
    }
    if (connection->tls) tls_end(bufferevent_openssl_get_ssl(connection->pipe));
    connection_close(connection);
}

void connection_answered(struct connection *connection)
{
    if (connection->last || connection->server->stopping) { /* a stream began before it was */
        connection_finish(connection);
    } else if (connection_unsent(connection) > SERVER_UNSENT_EASY) {
        connection_enter(connection, PHASE_FLUSH);
    } else {
        connection_enter(connection, PHASE_IDLE);
        /* From the loop, so that whoever answered is not called again in here. */
        if (!connection->receiving &&
            (connection->ended || evbuffer_get_length(bufferevent_get_input(connection->pipe))))
            bufferevent_trigger(connection->pipe, EV_READ,
                                BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
    }
}

/* Plain sockets are written at once: a write event would cost two more system
 * calls for an answer that nearly always fits. An error shows again, and is dealt
 * with, when libevent tries the rest. */
void connection_send(struct connection *connection, const struct iovec *parts, int count)
{
    struct evbuffer *output = bufferevent_get_output(connection->pipe);
    struct msghdr    all    = { .msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count };
    size_t           sent   = 0;

    if (!connection->tls && evbuffer_get_length(output) == 0) {
        ssize_t done = sendmsg(bufferevent_getfd(connection->pipe), &all,
                               MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done > 0) sent = (size_t)done;
    }
    for (int i = 0; i < count; i++) {
        size_t size = parts[i].iov_len, skip = sent < size ? sent : size;
        sent -= skip;
        connection->written += size;
        server_add(connection->server, SERVER_BYTES_OUT, size);
        if (skip < size)
            ensure(evbuffer_add(output, (const char *)parts[i].iov_base + skip, size - skip) == 0);
    }
}

#include "api/http/server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <event2/listener.h>

#include "api/http/connection.h"
#include "core/base/report.h"

struct word { /* posted, waiting in the inbox */
    void (*run)(void *argument);
    void *argument;
};

struct server_settings server_settings_default(void)
{
    return (struct server_settings){
        .clock           = clock_real(),
        .connections_max = 16384,
        .idle_ms         = 75 * 1000, /* longer than the minute many proxies keep theirs */
        .head_ms         = 10 * 1000,
        .body_ms         = 30 * 1000,
        .stall_ms        = 20 * 1000,
        .linger_ms       = 2 * 1000,
        .drain_ms        = 15 * 1000,
    };
}

/* -- new connections -- */

static struct peer peer_of(const struct sockaddr *address)
{
    struct peer peer = { 0 };

    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        peer.family = 4;
        peer.port   = ntohs(v4.sin_port);
        memcpy(peer.address, &v4.sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
        peer.family = mapped ? 4 : 6;
        peer.port   = ntohs(v6.sin6_port);
        memcpy(peer.address, v6.sin6_addr.s6_addr + (mapped ? 12 : 0), mapped ? 4 : 16);
    }
    return peer;
}

static bool is_full(const struct server *server)
{
    return server_count(server, SERVER_CONNECTIONS_OPEN) >= server->settings.connections_max;
}

static void pause_accepting(struct server *server)
{
    static const struct timeval soon = { .tv_usec = SERVER_RETRY_MS * 1000 };

    evconnlistener_disable(server->listener);
    ensure(event_add(server->retry_event, &soon) == 0);
}

static void on_retry(evutil_socket_t fd, short what, void *context)
{
    struct server *server = context;

    (void)fd;
    (void)what;
    if (!server->listener) return;
    if (is_full(server) && !blocks_evictable(server)) pause_accepting(server);
    else evconnlistener_enable(server->listener);
}

static void evict(struct server *server)
{
    server_add(server, SERVER_CONNECTIONS_EVICTED, 1);
    connection_close(blocks_evictable(server));
}

static void server_on_connection(struct evconnlistener *listener, evutil_socket_t fd,
                                 struct sockaddr *address, int size, void *context)
{
    struct server *server = context;

    (void)listener;
    (void)size;
    server->short_of_files = false;
    if (is_full(server)) {
        if (!blocks_evictable(server)) { /* libevent had it in hand when accepting paused */
            close(fd);
            return;
        }
        evict(server);
    }
    connection_open(server, fd, peer_of(address));
    if (is_full(server) && !blocks_evictable(server)) pause_accepting(server);
}

/* Out of descriptors, most likely: accepting again at once would only spin. It is said once,
 * until a connection is accepted again. */
static void on_accept_failed(struct evconnlistener *listener, void *context)
{
    struct server *server = context;

    (void)listener;
    if (!server->short_of_files)
        report(REPORT_WARNING, "api", "cannot accept a connection: %s", strerror(errno));
    server->short_of_files = true;
    if (blocks_evictable(server)) evict(server);
    pause_accepting(server);
}

/* -- the drain -- */

void server_look_around(struct server *server)
{
    if (server->stopping && server_count(server, SERVER_CONNECTIONS_OPEN) == 0 &&
        TAILQ_EMPTY(&server->exchanges))
        event_base_loopbreak(server->base);
}

static void close_all(struct connections *list)
{
    struct connection *connection;

    while ((connection = TAILQ_FIRST(list))) connection_close(connection);
}

static void on_drain_over(evutil_socket_t fd, short what, void *context)
{
    struct server *server = context;

    (void)fd;
    (void)what;
    close_all(&server->waiting);
    close_all(&server->busy);
    event_base_loopbreak(server->base);
}

/* Those that have begun to send a request may finish it. */
static void close_silent(struct server *server)
{
    struct connection *connection, *next;

    for (connection = TAILQ_FIRST(&server->waiting); connection; connection = next) {
        next = TAILQ_NEXT(connection, link);
        if (evbuffer_get_length(bufferevent_get_input(connection->pipe)) == 0)
            connection_hang_up(connection);
    }
}

static void begin_drain(struct server *server)
{
    unsigned         ms    = server->settings.drain_ms;
    struct timeval   limit = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
    struct exchange *exchange;

    server->stopping = true;
    evconnlistener_free(server->listener);
    server->listener = NULL;
    ensure(event_add(server->drain_event, &limit) == 0);
    if (server->settings.hooks.stopping)
        server->settings.hooks.stopping(server->settings.hooks.context);
    TAILQ_FOREACH(exchange, &server->exchanges, link) exchange_tell(exchange);
    close_silent(server);
    server_look_around(server);
}

void server_stop(struct server *server)
{
    atomic_store(&server->stop_asked, true);
    queue_wake(server->inbox);
}

bool server_stopping(const struct server *server) { return server->stopping; }

/* -- the inbox -- */

bool server_post(struct server *server, void (*run)(void *argument), void *argument)
{
    struct word *word = malloc(sizeof *word);

    ensure(word != NULL && run != NULL);
    *word = (struct word){ run, argument };
    if (queue_push(server->inbox, word)) return true;
    free(word);
    return false;
}

static void run_words(struct server *server, size_t count)
{
    struct word *word;

    while (count-- && (word = queue_pop(server->inbox))) {
        struct word it = *word;
        free(word);
        it.run(it.argument);
    }
}

/* Only as many as are there now: those they post come after other events. */
static void on_inbox(evutil_socket_t fd, short what, void *context)
{
    struct server *server = context;

    (void)fd;
    (void)what;
    queue_drain(server->inbox);
    run_words(server, queue_length(server->inbox));
    server_hear_bells(server);
    if (queue_length(server->inbox)) queue_wake(server->inbox);
    if (atomic_load(&server->stop_asked) && !server->stopping) begin_drain(server);
}

/* -- opening and closing -- */

/* 0: it is no address. */
static socklen_t address_of(const char *text, uint16_t port, struct sockaddr_storage *address)
{
    struct sockaddr_in  *v4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;

    *address = (struct sockaddr_storage){ 0 };
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port   = htons(port);
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1) return 0;
    v6->sin6_family = AF_INET6;
    v6->sin6_port   = htons(port);
    return sizeof *v6;
}

/* The port is taken alone, so that no other program shares it; only when it listens may the
 * service's other servers join. New connections inherit two of the options: no delay for small
 * answers, no hoard in the kernel. */
static bool listen_at(int fd, bool joins, const struct sockaddr_storage *address, socklen_t size)
{
    int one = 1, most = SERVER_KERNEL_MAX;

    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
           setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0 &&
           setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof most) == 0 &&
           (!joins || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) == 0) &&
           bind(fd, (const struct sockaddr *)address, size) == 0 &&
           listen(fd, SERVER_BACKLOG) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) == 0;
}

/* A socket that listens there; its port, as it may have been chosen. */
static struct status listener_open(const char *text, uint16_t *port, bool joins, int *fd)
{
    struct sockaddr_storage address;
    socklen_t               size = address_of(text, *port, &address);

    if (!size) return failed(STATUS_INVALID, "%s is no address to listen on", text);
    *fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0 || !listen_at(*fd, joins, &address, size) ||
        getsockname(*fd, (struct sockaddr *)&address, &size)) {
        struct status status = failed(errno == EADDRINUSE ? STATUS_CONFLICT : STATUS_IO,
                                      "cannot listen on %s port %u: %s", text, (unsigned)*port,
                                      strerror(errno));
        if (*fd >= 0) close(*fd);
        return status;
    }
    *port = peer_of((struct sockaddr *)&address).port;
    return OK;
}

struct status server_can_listen(const char *address, uint16_t port)
{
    int fd = -1;

    TRY(listener_open(address, &port, false, &fd));
    close(fd);
    return OK;
}

static struct status listen_on(struct server *server)
{
    const struct server *first = server->settings.joins;
    int                  fd    = -1;

    server->port = first ? first->port : server->settings.port;
    TRY(listener_open(server->settings.address, &server->port, first != NULL, &fd));
    server->listener = evconnlistener_new(server->base, server_on_connection, server,
                                          LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_CLOSE_ON_FREE, 0, fd);
    ensure(server->listener != NULL);
    evconnlistener_set_error_cb(server->listener, on_accept_failed);
    return OK;
}

static struct status base_open(struct event_base **base)
{
    struct event_config *config = event_config_new();

    ensure(config != NULL);
    ensure(event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK) == 0); /* one thread */
    *base = event_base_new_with_config(config);
    event_config_free(config);
    return *base ? OK : failed(STATUS_LIMIT, "no event loop for a server: out of descriptors");
}

/* What wakes the loop. */
static struct status events_open(struct server *server)
{
    server->inbox_event = event_new(server->base, queue_fd(server->inbox), EV_READ | EV_PERSIST,
                                    on_inbox, server);
    server->retry_event = evtimer_new(server->base, on_retry, server);
    server->drain_event = evtimer_new(server->base, on_drain_over, server);
    ensure(server->inbox_event && server->retry_event && server->drain_event);
    return event_add(server->inbox_event, NULL) ? failed(STATUS_LIMIT, "too many files are watched")
                                                : OK;
}

struct status server_open(struct server **server, const struct server_settings *settings)
{
    struct server *made = calloc(1, sizeof *made);
    struct status  status;

    ensure(made != NULL && settings->hooks.handle);
    ensure(settings->connections_max > 0);
    signal(SIGPIPE, SIG_IGN);
    made->settings = *settings;
    TAILQ_INIT(&made->waiting);
    TAILQ_INIT(&made->busy);
    TAILQ_INIT(&made->exchanges);
    TAILQ_INIT(&made->bells);
    blocks_open(made);
    status = base_open(&made->base);
    if (status.code == STATUS_OK) connection_limits(made);
    if (status.code == STATUS_OK) status = queue_open(&made->inbox, SERVER_INBOX_MAX);
    if (status.code == STATUS_OK) status = listen_on(made);
    if (status.code == STATUS_OK) status = events_open(made);
    if (status.code != STATUS_OK) {
        server_close(made);
        return status;
    }
    *server = made;
    return OK;
}

void server_run(struct server *server)
{
    ensure(event_base_dispatch(server->base) >= 0);
    ensure(event_base_loop(server->base, EVLOOP_NONBLOCK) >= 0); /* what closing left to tell */
}

static void event_close(struct event *event)
{
    if (event) event_free(event);
}

void server_close(struct server *server)
{
    struct exchange *exchange;

    if (!server) return;
    if (server->inbox) run_words(server, SIZE_MAX);
    close_all(&server->waiting);
    close_all(&server->busy);
    while ((exchange = TAILQ_FIRST(&server->exchanges))) exchange_close(exchange);
    if (server->listener) evconnlistener_free(server->listener);
    event_close(server->inbox_event);
    event_close(server->retry_event);
    event_close(server->drain_event);
    if (server->base) event_base_free(server->base);
    queue_close(server->inbox);
    blocks_close(server);
    buffer_free(&server->head);
    free(server);
}

uint16_t server_port(const struct server *server) { return server->port; }

uint64_t server_count(const struct server *server, enum server_figure figure)
{
    ensure(figure < SERVER_FIGURES);
    return atomic_load_explicit(&server->figures[figure], memory_order_relaxed);
}

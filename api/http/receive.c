/* receive.c -- from bytes to a request. */
#include "api/http/connection.h"

#include <stdlib.h>

struct exchange *exchange_open(struct connection *connection)
{
    struct arena     arena = { 0 };
    struct exchange *made  = arena_new(&arena, struct exchange);

    made->request = (struct request){
        .arena  = arena, /* it holds the exchange too */
        .body   = SLICE(""),
        .peer   = connection->peer,
        .server = connection->server,
    };
    made->connection = connection;
    return made;
}

void exchange_close(struct exchange *exchange)
{
    struct server *server = exchange->request.server;

    if (exchange->turn_set) event_del(&exchange->turn);
    if (exchange->handled) {
        TAILQ_REMOVE(&server->exchanges, exchange, link);
        server_add(server, SERVER_REQUESTS_OPEN, UINT64_MAX); /* one less */
    }
    server->bodies -= exchange->body.size;
    block_keep_no_more(exchange);
    buffer_free(&exchange->body);
    buffer_free(&exchange->lines);
    struct arena arena = exchange->request.arena;
    arena_free(&arena);
    server_look_around(server);
}

static struct evbuffer *input_of(struct connection *connection)
{
    return bufferevent_get_input(connection->pipe);
}

/* What lies at the front of the input in one piece. */
static struct slice front(struct evbuffer *input)
{
    struct evbuffer_iovec piece = { 0 };

    if (evbuffer_peek(input, -1, NULL, &piece, 1) < 1) return (struct slice){ 0 };
    return (struct slice){ piece.iov_base, piece.iov_len };
}

static void take(struct connection *connection, size_t size)
{
    ensure(evbuffer_drain(input_of(connection), size) == 0);
    server_add(connection->server, SERVER_BYTES_IN, size);
}

bool exchange_skip_body(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    uint64_t           size       = exchange->head.content_length;

    if (!exchange->body_left) return true;
    if (exchange->head.chunked || evbuffer_get_length(input_of(connection)) < size) return false;
    take(connection, (size_t)size);
    exchange->body_left = false;
    return true;
}

/* Gives the request to the handler. True, as for all that took a step: look
 * again, perhaps the answer is out and the next request there. */
static bool hand_over(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct server     *server     = connection->server;

    exchange->handled   = true;
    exchange->body_left = false;
    TAILQ_INSERT_TAIL(&server->exchanges, exchange, link);
    server_add(server, SERVER_REQUESTS, 1);
    server_add(server, SERVER_REQUESTS_OPEN, 1);
    if (connection->phase != PHASE_HANDLED) connection_enter(connection, PHASE_HANDLED);
    server->settings.hooks.handle(server->settings.hooks.context, &exchange->request);
    return true;
}

/* More will be needed; if no more can come, there is nobody to wait for. */
static bool wait_for_more(struct connection *connection)
{
    if (!connection->ended) return false;
    if (connection_unsent(connection)) connection_finish(connection);
    else connection_close(connection);
    return false;
}

static bool refuse(struct exchange *exchange, int status, const char *why)
{
    exchange_refuse(exchange, status, why);
    return true;
}

/* Is the request wanted? Only if not it has been answered, and is gone. */
static bool is_admitted(struct exchange *exchange)
{
    struct connection   *connection = exchange->connection;
    struct server_hooks *hooks      = &connection->server->settings.hooks;
    struct admission     admission  = { .body_max = hooks->body_max };

    connection_enter(connection, PHASE_HANDLED);
    exchange->offered = true;
    if (hooks->admit) admission = hooks->admit(hooks->context, &exchange->request);
    ensure(admission.refused == (connection->exchange != exchange));
    if (admission.refused) {
        server_add(connection->server, SERVER_REQUESTS, 1);
        return false;
    }
    exchange->admission = admission;
    connection->proven  = admission.proven;
    return true;
}

/* The head has been read: do we want it, and is there a body to wait for? */
static bool begin_request(struct exchange *exchange)
{
    struct connection      *connection = exchange->connection;
    const struct http_head *head       = &exchange->head;

    exchange->body_left = head->chunked || head->content_length > 0;
    if (!is_admitted(exchange)) return true;
    if (!exchange->body_left) return hand_over(exchange);
    if (head->content_length > exchange->admission.body_max)
        return refuse(exchange, 413, "The body is too large.");
    connection_enter(connection, PHASE_BODY);
    if (head->expects_continue && evbuffer_get_length(input_of(connection)) == 0) {
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        connection_send(connection, &(struct iovec){ (char *)go_on, sizeof go_on - 1 }, 1);
        server_add(connection->server, SERVER_ANSWERS_1XX, 1);
    }
    return true;
}

static bool read_head(struct connection *connection, struct slice bytes)
{
    struct exchange  *exchange = connection->exchange = exchange_open(connection);
    struct slice      kept                            = arena_copy(&exchange->request.arena, bytes);
    struct http_fault found                           = http_read_head(kept, &exchange->head);

    connection->scan = (struct http_scan){ 0 };
    take(connection, bytes.size);
    if (found.status) return refuse(exchange, found.status, found.why);
    exchange->request.head = &exchange->head;
    return begin_request(exchange);
}

static bool receive_head(struct connection *connection)
{
    struct evbuffer  *input  = input_of(connection);
    size_t            length = evbuffer_get_length(input), end;
    struct slice      bytes  = front(input);
    struct http_fault found;

    if (length == 0) return wait_for_more(connection);
    /* Seldom does a head lie across two pieces; then it is moved into one. */
    size_t wanted = length < HTTP_HEAD_MAX ? length : HTTP_HEAD_MAX;
    end           = http_find_end(&connection->scan, bytes, &found);
    if (!end && !found.status && bytes.size < wanted) {
        bytes = (struct slice){ (const char *)evbuffer_pullup(input, (ev_ssize_t)wanted), wanted };
        ensure(bytes.data != NULL);
        end = http_find_end(&connection->scan, bytes, &found);
    }
    if (end) return read_head(connection, (struct slice){ bytes.data, end });
    if (found.status) {
        connection->exchange = exchange_open(connection);
        return refuse(connection->exchange, found.status, found.why);
    }
    if (connection->phase == PHASE_IDLE) connection_enter(connection, PHASE_HEAD);
    return wait_for_more(connection);
}

/* Keeps bytes of a body that comes in pieces; false: it was refused. */
static bool keep(struct exchange *exchange, struct slice bytes)
{
    struct server *server = exchange->request.server;

    exchange->request.late = true;
    if (bytes.size > exchange->admission.body_max - exchange->body.size) {
        exchange_refuse(exchange, 413, "The body is too large.");
        return false;
    }
    if (bytes.size > SERVER_BODIES_MAX - server->bodies ||
        (!exchange->admission.proven && !block_keep(exchange, bytes.size))) {
        exchange_refuse(exchange, 503, "Too many bodies are on their way in.");
        return false;
    }
    buffer_add(&exchange->body, bytes);
    server->bodies += bytes.size;
    return true;
}

static bool receive_chunks(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct slice       bytes, data;
    size_t             used;

    while ((bytes = front(input_of(connection))).size) {
        enum http_progress progress = http_read_chunk(&exchange->chunks, bytes, &used, &data);
        if (progress == HTTP_BROKEN)
            return refuse(exchange, 400, "The chunks of the body are malformed.");
        if (data.size && !keep(exchange, data)) return true;
        take(connection, used);
        if (progress == HTTP_DONE) {
            exchange->request.body = buffer_slice(&exchange->body);
            return hand_over(exchange);
        }
    }
    return wait_for_more(connection);
}

static bool receive_length(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct evbuffer   *input      = input_of(connection);
    size_t             left       = (size_t)exchange->head.content_length - exchange->body.size;
    struct slice       bytes;

    if (exchange->body.size == 0 && evbuffer_get_length(input) >= left) { /* all at once */
        char *body = arena_take(&exchange->request.arena, left);
        ensure(evbuffer_copyout(input, body, left) == (ev_ssize_t)left);
        take(connection, left);
        exchange->request.body = (struct slice){ body, left };
        return hand_over(exchange);
    }
    while (left && (bytes = front(input)).size) {
        if (bytes.size > left) bytes.size = left;
        if (!keep(exchange, bytes)) return true;
        take(connection, bytes.size);
        left -= bytes.size;
    }
    if (left) return wait_for_more(connection);
    exchange->request.body = buffer_slice(&exchange->body);
    return hand_over(exchange);
}

static bool throw_away(struct connection *connection)
{
    size_t size = evbuffer_get_length(input_of(connection));

    connection->lingered += size;
    take(connection, size);
    if (connection->lingered > SERVER_LINGER_MAX || connection->ended) connection_close(connection);
    return false;
}

/* One step; true asks for another. */
static bool step(struct connection *connection)
{
    switch (connection->phase) {
    case PHASE_IDLE:
    case PHASE_HEAD: return receive_head(connection);
    case PHASE_BODY:
        return connection->exchange->head.chunked ? receive_chunks(connection->exchange)
                                                  : receive_length(connection->exchange);
    case PHASE_LINGER: return throw_away(connection);
    case PHASE_HANDLED:
    case PHASE_STREAM:
    case PHASE_FLUSH:
    case PHASE_CLOSED:
    case PHASES: break; /* what comes now waits in the input, which is bounded */
    }
    return false;
}

void connection_receive(struct connection *connection)
{
    if (connection->receiving) return;
    connection->receiving = true;
    while (step(connection))
        ;
    connection->receiving = false;
    if (connection->phase == PHASE_CLOSED) free(connection);
}

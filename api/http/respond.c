/* respond.c -- from an answer to bytes. */
#include "api/http/connection.h"

#include <string.h>
#include <time.h>

static struct exchange *exchange_of(struct request *request)
{
    struct exchange *exchange = (struct exchange *)request; /* its first member */
    ensure(exchange->offered);
    return exchange;
}

void request_header(struct request *request, const char *name, struct slice value)
{
    struct exchange *exchange = (struct exchange *)request;

    ensure(!exchange->streaming && http_value_is_plain(value));
    buffer_add(&exchange->lines, slice_text(name));
    buffer_add(&exchange->lines, SLICE(": "));
    buffer_add(&exchange->lines, value);
    buffer_add(&exchange->lines, SLICE("\r\n"));
}

void request_headers_forget(struct request *request)
{
    struct exchange *exchange = (struct exchange *)request;

    ensure(!exchange->streaming);
    buffer_clear(&exchange->lines);
}

/* -- the head -- */

static void add_number(struct buffer *head, uint64_t number)
{
    char   digits[20];
    size_t at = sizeof digits;

    do digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    buffer_add(head, (struct slice){ digits + at, sizeof digits - at });
}

static void add_date(struct server *server)
{
    time_t    now = (time_t)(clock_now(&server->settings.clock) / SECOND);
    struct tm utc;

    if (now != server->date_second || !server->date[0]) {
        ensure(gmtime_r(&now, &utc) != NULL);
        ensure(strftime(server->date, sizeof server->date, "%a, %d %b %Y %H:%M:%S GMT", &utc) > 0);
        server->date_second = now;
    }
    buffer_add(&server->head, SLICE("\r\nDate: "));
    buffer_add(&server->head, slice_text(server->date));
    buffer_add(&server->head, SLICE("\r\n"));
}

static void count_answer(struct server *server, int status)
{
    static const enum server_figure classes[] = {
        [1] = SERVER_ANSWERS_1XX, [2] = SERVER_ANSWERS_2XX, [3] = SERVER_ANSWERS_3XX,
        [4] = SERVER_ANSWERS_4XX, [5] = SERVER_ANSWERS_5XX,
    };
    server_add(server, classes[status / 100], 1);
}

/* Puts together all that stands before the lines a handler added. Decides here
 * whether the connection may go on, for it must be said here. */
static void begin_head(struct exchange *exchange, int status, const char *content_type)
{
    struct connection      *connection = exchange->connection;
    struct server          *server     = connection->server;
    struct buffer          *head       = &server->head;
    const struct http_head *asked      = exchange->request.head;

    ensure(status >= 200 && status <= 599);
    connection->last = connection->last || !asked || !asked->keep_alive || server->stopping ||
                       !exchange_skip_body(exchange);
    count_answer(server, status);
    buffer_clear(head);
    buffer_add(head, SLICE("HTTP/1.1 "));
    add_number(head, (uint64_t)status);
    buffer_add(head, SLICE(" "));
    buffer_add(head, slice_text(http_reason(status)));
    add_date(server);
    if (content_type) {
        buffer_add(head, SLICE("Content-Type: "));
        buffer_add(head, slice_text(content_type));
        buffer_add(head, SLICE("\r\n"));
    }
    if (connection->last) buffer_add(head, SLICE("Connection: close\r\n"));
    else if (asked->is_1_0) buffer_add(head, SLICE("Connection: keep-alive\r\n"));
}

static struct iovec part(struct slice bytes)
{
    return (struct iovec){ (char *)bytes.data, bytes.size };
}

static void send_head(struct exchange *exchange, struct slice body)
{
    struct iovec parts[2];

    buffer_add(&exchange->request.server->head, buffer_slice(&exchange->lines));
    buffer_add(&exchange->request.server->head, SLICE("\r\n"));
    parts[0] = part(buffer_slice(&exchange->request.server->head));
    parts[1] = part(body);
    connection_send(exchange->connection, parts, body.size ? 2 : 1);
}

/* -- answers at once -- */

/* Takes the exchange from its connection, and ends it. */
static void finish(struct exchange *exchange)
{
    if (exchange->connection) exchange->connection->exchange = NULL;
    exchange_close(exchange);
}

static void answer(struct exchange *exchange, int status, const char *content_type,
                   struct slice body)
{
    struct connection      *connection = exchange->connection;
    const struct http_head *asked      = exchange->request.head;
    bool                    bodiless   = status == 204 || status == 304;

    ensure(!exchange->streaming && (body.size == 0 || (content_type && !bodiless)));
    if (connection) {
        begin_head(exchange, status, content_type);
        if (!bodiless) {
            buffer_add(&connection->server->head, SLICE("Content-Length: "));
            add_number(&connection->server->head, body.size);
            buffer_add(&connection->server->head, SLICE("\r\n"));
        }
        send_head(exchange, asked && asked->head_only ? SLICE("") : body);
    }
    finish(exchange);
    if (connection) connection_answered(connection);
}

void request_answer(struct request *request, int status, const char *content_type,
                    struct slice body)
{
    answer(exchange_of(request), status, content_type, body);
}

static void answer_error(struct exchange *exchange, int status, const char *why)
{
    struct request            *request = &exchange->request;
    const struct server_hooks *hooks   = &request->server->settings.hooks;
    const char                *type    = NULL;
    struct slice               body    = SLICE("");

    if (hooks->error_body)
        body = hooks->error_body(hooks->context, request, &request->arena, status, why, &type);
    answer(exchange, status, type, body);
}

void request_refuse(struct request *request, int status, const char *why)
{
    answer_error(exchange_of(request), status, why);
}

/* What the server refuses by itself leaves unread input behind that nobody can
 * make sense of any more, so the connection ends with it. */
void exchange_refuse(struct exchange *exchange, int status, const char *why)
{
    server_add(exchange->request.server, SERVER_REFUSED, 1);
    exchange->connection->last = true;
    request_headers_forget(&exchange->request);
    if (status == 503) request_header(&exchange->request, "Retry-After", SLICE("1"));
    answer_error(exchange, status, why);
}

void request_abandon(struct request *request)
{
    struct exchange   *exchange   = exchange_of(request);
    struct connection *connection = exchange->connection;

    finish(exchange);
    if (connection) connection_close(connection);
}

/* -- streams -- */

void request_stream_begin(struct request *request, int status, const char *content_type)
{
    struct exchange   *exchange   = exchange_of(request);
    struct connection *connection = exchange->connection;

    ensure(!exchange->streaming && content_type);
    exchange->streaming = true;
    if (connection) {
        if (request->head->is_1_0) connection->last = true; /* its end ends the stream */
        begin_head(exchange, status, content_type);
        if (!request->head->is_1_0)
            buffer_add(&connection->server->head, SLICE("Transfer-Encoding: chunked\r\n"));
        send_head(exchange, SLICE(""));
        connection_enter(connection, PHASE_STREAM);
        bufferevent_setwatermark(connection->pipe, EV_WRITE, exchange->watch.room_below, 0);
        if (request->head->head_only) exchange->gone = true;
        if (connection->ended) connection_close(connection);
    }
    exchange_tell(exchange);
}

size_t request_stream_write(struct request *request, struct slice bytes)
{
    struct exchange   *exchange   = exchange_of(request);
    struct connection *connection = exchange->connection;
    char               digits[2 * sizeof bytes.size + 2];
    size_t             at = sizeof digits;

    ensure(exchange->streaming);
    if (!connection || request->head->head_only) return 0;
    if (bytes.size && request->head->is_1_0) {
        connection_send(connection, (struct iovec[]){ part(bytes) }, 1);
    } else if (bytes.size) {
        digits[--at] = '\n';
        digits[--at] = '\r';
        for (size_t size = bytes.size; size; size /= 16)
            digits[--at] = "0123456789abcdef"[size % 16];
        connection_send(connection,
                        (struct iovec[]){ part((struct slice){ digits + at, sizeof digits - at }),
                                          part(bytes), part(SLICE("\r\n")) },
                        3);
    }
    exchange->wants_room = connection_unsent(connection) > exchange->watch.room_below;
    return connection_unsent(connection);
}

void request_stream_end(struct request *request)
{
    struct exchange   *exchange   = exchange_of(request);
    struct connection *connection = exchange->connection;

    ensure(exchange->streaming);
    if (connection) {
        if (!request->head->is_1_0 && !request->head->head_only)
            connection_send(connection, (struct iovec[]){ part(SLICE("0\r\n\r\n")) }, 1);
        bufferevent_setwatermark(connection->pipe, EV_WRITE, 0, 0);
    }
    finish(exchange);
    if (connection) connection_answered(connection);
}

void request_stream_cut(struct request *request)
{
    ensure(exchange_of(request)->streaming);
    request_abandon(request);
}

/* -- telling -- */

static void on_turn(evutil_socket_t fd, short what, void *context)
{
    struct exchange     *exchange = context;
    struct request_watch watch    = exchange->watch;

    (void)fd;
    (void)what;
    if (exchange->gone) {
        if (!watch.gone || exchange->gone_notified) return;
        exchange->gone_notified = true;
        watch.gone(watch.context, &exchange->request);
    } else if (exchange->request.server->stopping) {
        if (!watch.stopping || exchange->stopping_notified) return;
        exchange->stopping_notified = true;
        watch.stopping(watch.context, &exchange->request);
    }
}

void exchange_tell(struct exchange *exchange)
{
    struct server *server = exchange->request.server;

    if (!exchange->gone && !server->stopping) return;
    if (!exchange->turn_set)
        ensure(evtimer_assign(&exchange->turn, server->base, on_turn, exchange) == 0);
    exchange->turn_set = true;
    event_active(&exchange->turn, EV_TIMEOUT, 0);
}

void exchange_has_room(struct exchange *exchange)
{
    struct request_watch watch = exchange->watch;

    if (!exchange->wants_room || connection_unsent(exchange->connection) > watch.room_below) return;
    exchange->wants_room = false;
    if (watch.room) watch.room(watch.context, &exchange->request);
}

void request_watch(struct request *request, struct request_watch watch)
{
    struct exchange *exchange = exchange_of(request);

    exchange->watch = watch;
    if (exchange->streaming && exchange->connection)
        bufferevent_setwatermark(exchange->connection->pipe, EV_WRITE, watch.room_below, 0);
    exchange_tell(exchange);
}

bool request_gone(const struct request *request)
{
    return ((const struct exchange *)request)->gone;
}

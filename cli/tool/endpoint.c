#include "cli/tool/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/text.h"

enum { BACKLOG = 128, READ_AT_ONCE = 16384, ADDRESS_MAX = 64 };

struct connection {
    int           fd; /* -1: a free place */
    int64_t       until_us;
    struct buffer in, out;
    size_t        sent;
};

struct endpoint {
    int               listener;
    uint16_t          port;
    endpoint_handler *handler;
    void             *context;
    struct connection connections[ENDPOINT_CONNECTIONS_MAX];
};

uint16_t endpoint_port(const struct endpoint *endpoint) { return endpoint->port; }

/* "ADDRESS:PORT" taken apart, numbers only: no name is asked for. */
static struct status read_address(const char *listen, struct addrinfo **found)
{
    const struct addrinfo hints = { .ai_flags    = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                    .ai_socktype = SOCK_STREAM };
    char                  host[ADDRESS_MAX];
    const char           *colon = strrchr(listen, ':');
    size_t                size  = colon ? (size_t)(colon - listen) : 0;
    uint64_t              port;

    if (size && (!text_u64(slice_text(colon + 1), &port) || port > UINT16_MAX)) size = 0;
    if (size && *listen == '[' && listen[size - 1] == ']') listen++, size -= 2;
    if (size && size < sizeof host) {
        memcpy(host, listen, size);
        host[size] = '\0';
        if (getaddrinfo(host, colon + 1, &hints, found) == 0) return OK;
    }
    return failed(STATUS_INVALID, "to listen takes an address and a port, such as 127.0.0.1:8090");
}

static struct status listen_at(struct endpoint *endpoint, const struct addrinfo *where)
{
    struct sockaddr_storage address;
    socklen_t               size = sizeof address;
    int                     on   = 1;

    endpoint->listener = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (endpoint->listener < 0 ||
        setsockopt(endpoint->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(endpoint->listener, where->ai_addr, where->ai_addrlen) != 0 ||
        listen(endpoint->listener, BACKLOG) != 0 ||
        getsockname(endpoint->listener, (struct sockaddr *)&address, &size) != 0)
        return failed(STATUS_IO, "cannot listen: %s", strerror(errno));
    endpoint->port = ntohs(address.ss_family == AF_INET6
                               ? ((struct sockaddr_in6 *)&address)->sin6_port
                               : ((struct sockaddr_in *)&address)->sin_port);
    return OK;
}

struct status endpoint_open(struct endpoint **made, const char *listen, endpoint_handler *handler,
                            void *context)
{
    struct endpoint *endpoint = calloc(1, sizeof *endpoint);
    struct addrinfo *where    = NULL;

    ensure(endpoint != NULL);
    *made              = NULL;
    endpoint->handler  = handler;
    endpoint->context  = context;
    endpoint->listener = -1;
    for (size_t i = 0; i < ENDPOINT_CONNECTIONS_MAX; i++) endpoint->connections[i].fd = -1;
    struct status status = read_address(listen, &where);
    if (status.code == STATUS_OK) status = listen_at(endpoint, where);
    if (where) freeaddrinfo(where);
    if (status.code == STATUS_OK) *made = endpoint;
    else endpoint_close(endpoint);
    return status;
}

static void drop(struct connection *connection)
{
    if (connection->fd < 0) return;
    close(connection->fd);
    buffer_free(&connection->in);
    buffer_free(&connection->out);
    connection->fd = -1;
}

void endpoint_close(struct endpoint *endpoint)
{
    if (!endpoint) return;
    for (size_t i = 0; i < ENDPOINT_CONNECTIONS_MAX; i++) drop(&endpoint->connections[i]);
    if (endpoint->listener >= 0) close(endpoint->listener);
    free(endpoint);
}

/* -- reading a request -------------------------------------------------------------------- */

struct slice endpoint_header(const struct endpoint_request *request, const char *name)
{
    struct slice rest = request->head;
    size_t       size = strlen(name);
    const char  *end;

    while (rest.size && (end = memchr(rest.data, '\n', rest.size)) != NULL) {
        struct slice line = { rest.data, (size_t)(end - rest.data) };
        rest              = (struct slice){ end + 1, rest.size - line.size - 1 };
        if (line.size <= size || line.data[size] != ':' || strncasecmp(line.data, name, size) != 0)
            continue;
        line = (struct slice){ line.data + size + 1, line.size - size - 1 };
        while (line.size && (*line.data == ' ' || *line.data == '\t')) line.data++, line.size--;
        while (line.size && strchr(" \t\r", line.data[line.size - 1])) line.size--;
        return line;
    }
    return (struct slice){ NULL, 0 };
}

/* The word before the next blank, taken off the front. */
static struct slice take_word(struct slice *rest)
{
    const char  *blank = rest->size ? memchr(rest->data, ' ', rest->size) : NULL;
    struct slice word  = { rest->data, blank ? (size_t)(blank - rest->data) : rest->size };
    size_t       used  = word.size + (blank ? 1 : 0);

    *rest = (struct slice){ rest->data + used, rest->size - used };
    return word;
}

/* 0: more has to come; 200: `request` is whole; else what is wrong with it. */
static unsigned parse(struct slice in, struct endpoint_request *request)
{
    const char *end  = memmem(in.data, in.size, "\r\n\r\n", 4);
    uint64_t    size = 0;

    if (!end) return in.size > ENDPOINT_REQUEST_MAX ? 431 : 0;
    const char  *line_end = memchr(in.data, '\n', in.size);
    struct slice line     = { in.data, (size_t)(line_end - in.data) };
    request->method       = take_word(&line);
    request->target       = take_word(&line);
    request->head         = (struct slice){ in.data, (size_t)(end + 2 - in.data) };
    if (endpoint_header(request, "transfer-encoding").data) return 411;
    struct slice length = endpoint_header(request, "content-length");
    if (length.data && !text_u64(length, &size)) return 400;
    if (size > ENDPOINT_REQUEST_MAX) return 413;
    request->body = (struct slice){ end + 4, in.size - (size_t)(end + 4 - in.data) };
    if (request->body.size < size) return 0;
    request->body.size = size;
    return 200;
}

/* -- serving -------------------------------------------------------------------------------- */

static void write_answer(struct connection *connection, const struct endpoint_answer *answer)
{
    buffer_print(&connection->out, "HTTP/1.1 %u .\r\nConnection: close\r\n", answer->status);
    if (answer->body.size)
        buffer_print(&connection->out, "Content-Type: %s\r\n",
                     answer->type ? answer->type : "application/json");
    if (answer->status != 204)
        buffer_print(&connection->out, "Content-Length: %zu\r\n", answer->body.size);
    buffer_print(&connection->out, "\r\n");
    buffer_add(&connection->out, answer->body);
}

static void serve(struct endpoint *endpoint, struct connection *connection)
{
    struct endpoint_request request = { 0 };
    struct endpoint_answer  answer  = { .status = 204 };
    unsigned                verdict = parse(buffer_slice(&connection->in), &request);

    if (verdict == 0) return;
    if (verdict == 200) endpoint->handler(endpoint->context, &request, &answer);
    else answer.status = verdict;
    write_answer(connection, &answer);
}

static void take_more(struct endpoint *endpoint, struct connection *connection)
{
    char    block[READ_AT_ONCE];
    ssize_t got = recv(connection->fd, block, sizeof block, 0);

    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        drop(connection);
        return;
    }
    buffer_add(&connection->in, (struct slice){ block, (size_t)got });
    serve(endpoint, connection);
}

static void give_more(struct connection *connection)
{
    ssize_t put = send(connection->fd, connection->out.data + connection->sent,
                       connection->out.size - connection->sent, MSG_NOSIGNAL);

    if (put < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (put > 0) connection->sent += (size_t)put;
    if (put <= 0 || connection->sent == connection->out.size) drop(connection);
}

static void accept_one(struct endpoint *endpoint)
{
    for (size_t i = 0; i < ENDPOINT_CONNECTIONS_MAX; i++) {
        struct connection *connection = &endpoint->connections[i];
        if (connection->fd >= 0) continue;
        int fd = accept4(endpoint->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        *connection = (struct connection){
            .fd       = fd,
            .until_us = clock_monotonic_us() + ENDPOINT_LIMIT_MS * MILLISECOND,
        };
        return;
    }
}

void endpoint_step(struct endpoint *endpoint, int limit_ms)
{
    struct pollfd fds[ENDPOINT_CONNECTIONS_MAX + 1]; /* a negative fd is passed over */
    int64_t       now = clock_monotonic_us();

    for (size_t i = 0; i < ENDPOINT_CONNECTIONS_MAX; i++) {
        struct connection *connection = &endpoint->connections[i];
        if (connection->fd >= 0 && connection->until_us < now) drop(connection);
        fds[i] = (struct pollfd){ .fd     = connection->fd,
                                  .events = connection->out.size ? POLLOUT : POLLIN };
    }
    fds[ENDPOINT_CONNECTIONS_MAX] = (struct pollfd){ .fd = endpoint->listener, .events = POLLIN };
    if (poll(fds, COUNT(fds), limit_ms) <= 0) return;
    for (size_t i = 0; i < ENDPOINT_CONNECTIONS_MAX; i++) {
        if (!fds[i].revents) continue;
        if (endpoint->connections[i].out.size) give_more(&endpoint->connections[i]);
        else take_more(endpoint, &endpoint->connections[i]);
    }
    if (fds[ENDPOINT_CONNECTIONS_MAX].revents) accept_one(endpoint);
}

/* served.h -- a real server on a thread, and raw sockets to treat it badly with.
 *
 * The server answers /hello with "hello", /echo with the body it got, /big with
 * BIG bytes, /stream with two chunks, /endless with a stream for as long as it is
 * read, /quiet with one that says one word; it abandons /abandon, and parks /park until
 * the test lets it go. Bodies may have BODY_MAX bytes.
 *
 * Nothing here sleeps: a client waits for bytes, the test for a condition, both for at
 * most PATIENCE_MS.
 */
#ifndef PIOT_TESTS_SERVED_H
#define PIOT_TESTS_SERVED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/http/server.h"

enum { PATIENCE_MS = 20000, BODY_MAX = 256 * 1024, BIG = 32 * 1024 * 1024, HEARD_MAX = 1 << 20 };

struct served {
    struct server          *server;
    pthread_t               thread;
    struct request *_Atomic parked;
    struct server_timer    *ticker; /* wakes a stream that has nothing to wait for */
    atomic_size_t           unsent_most;
    atomic_int              gone, stopping, left;
};

static inline void endless_write(struct served *served, struct request *request)
{
    static const char block[8192];
    size_t            unsent = 0;

    while (!request_gone(request) && unsent < 64 * 1024) {
        unsent = request_stream_write(request, SLICE_OF(block));
        if (unsent > atomic_load(&served->unsent_most)) atomic_store(&served->unsent_most, unsent);
    }
}

static inline void endless_room(void *context, struct request *request)
{
    endless_write(context, request);
}

static inline void on_gone(void *context, struct request *request)
{
    struct served *served = context;

    atomic_fetch_add(&served->gone, 1);
    if (request->own) request_stream_end(request);
}

static inline void on_stopping(void *context, struct request *request)
{
    struct served *served = context;

    atomic_fetch_add(&served->stopping, 1);
    if (!request->own) return;
    request_stream_write(request, SLICE("retry"));
    request_stream_end(request);
}

static inline void begin_endless(struct served *served, struct request *request, bool quiet)
{
    request->own = served;
    request_watch(request,
                  (struct request_watch){ served, on_gone, endless_room, 16 * 1024, on_stopping });
    request_stream_begin(request, 200, "text/event-stream");
    if (!quiet) endless_write(served, request);
    else request_stream_write(request, SLICE("quiet"));
}

static inline void serve(void *context, struct request *request)
{
    struct served *served = context;
    struct slice   path   = request->head->path;

    request_header(request, "x-served", SLICE("yes"));
    if (slice_equal(path, SLICE("/hello"))) {
        request_answer(request, 200, "text/plain", SLICE("hello"));
    } else if (slice_equal(path, SLICE("/echo"))) {
        request_answer(request, 200, "text/plain", request->body);
    } else if (slice_equal(path, SLICE("/big"))) {
        char *big = calloc(1, BIG);
        request_answer(request, 200, "text/plain", (struct slice){ big, BIG });
        free(big);
    } else if (slice_equal(path, SLICE("/stream"))) {
        request_stream_begin(request, 200, "text/plain");
        request_stream_write(request, SLICE("one,"));
        request_stream_write(request, SLICE("two"));
        request_stream_end(request);
    } else if (slice_equal(path, SLICE("/endless")) || slice_equal(path, SLICE("/quiet"))) {
        begin_endless(served, request, path.data[1] == 'q');
    } else if (slice_equal(path, SLICE("/park"))) {
        request_watch(request, (struct request_watch){ served, on_gone, NULL, 0, on_stopping });
        atomic_store(&served->parked, request);
    } else if (slice_equal(path, SLICE("/abandon"))) {
        request_abandon(request);
    } else if (slice_starts(path, SLICE("/n"))) {
        request_answer(request, 200, "text/plain", path);
    } else {
        request_refuse(request, 404, "There is no such path.");
    }
}

static inline size_t body_limit(void *context, const struct http_head *head)
{
    (void)context;
    (void)head;
    return BODY_MAX;
}

static inline struct slice error_body(void *context, struct request *request, struct arena *arena,
                                      int status, const char *why, const char **content_type)
{
    (void)context;
    request_header(request, "x-correlator", SLICE("made-up")); /* its head is read or not */
    *content_type = "application/json";
    return arena_print(arena, "{\"status\":%d,\"message\":\"%s\"}", status, why);
}

static inline void *run(void *context)
{
    server_run(((struct served *)context)->server);
    return NULL;
}

static inline struct server_settings settings_for(struct served *served)
{
    struct server_settings settings = server_settings_default();

    settings.address = "127.0.0.1";
    settings.hooks   = (struct server_hooks){ served, serve, body_limit, error_body, NULL };
    return settings;
}

static inline void served_start(struct served *served, const struct server_settings *settings)
{
    struct status status = server_open(&served->server, settings);

    if (status.code != STATUS_OK) print_error("%s\n", status.text);
    assert_int_equal(status.code, STATUS_OK);
    assert_int_equal(pthread_create(&served->thread, NULL, run, served), 0);
}

static inline void served_end(struct served *served)
{
    server_stop(served->server);
    assert_int_equal(pthread_join(served->thread, NULL), 0);
    server_close(served->server);
}

static inline uint64_t count_of(const struct served *served, enum server_figure figure)
{
    return server_count(served->server, figure);
}

/* Waits until `condition` holds, giving the other threads the processor. */
#define wait_until(condition)                                                          \
    do {                                                                               \
        int64_t give_up_ = clock_monotonic_us() + PATIENCE_MS * MILLISECOND;           \
        while (!(condition)) {                                                         \
            if (clock_monotonic_us() > give_up_) fail_msg("never so: %s", #condition); \
            poll(NULL, 0, 1);                                                          \
        }                                                                              \
    } while (0)

/* -- a client -- */

static inline int dial(const struct served *served)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port   = htons(server_port(served->server)),
                                   .sin_addr   = { htonl(INADDR_LOOPBACK) } };
    int                fd      = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Sends as much as the other side takes; how much that was. */
static inline size_t say(int fd, struct slice bytes)
{
    size_t sent = 0;

    while (sent < bytes.size) {
        struct pollfd writable = { .fd = fd, .events = POLLOUT };
        if (poll(&writable, 1, PATIENCE_MS) != 1) break;
        ssize_t done = send(fd, bytes.data + sent, bytes.size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done < 0 && errno == EAGAIN) continue;
        if (done <= 0) break;
        sent += (size_t)done;
    }
    return sent;
}

struct heard {
    char   text[HEARD_MAX];
    size_t size;
    bool   ended; /* by a clean close */
};

/* Listens until `text` was heard, or to the end when it is NULL. */
static inline bool hear_until(int fd, struct heard *heard, const char *text)
{
    for (;;) {
        if (text && memmem(heard->text, heard->size, text, strlen(text))) return true;
        struct pollfd readable = { .fd = fd, .events = POLLIN };
        if (heard->size + 1 >= HEARD_MAX || poll(&readable, 1, PATIENCE_MS) != 1) return false;
        ssize_t done = read(fd, heard->text + heard->size, HEARD_MAX - 1 - heard->size);
        if (done <= 0) {
            heard->ended = done == 0;
            return !text;
        }
        heard->size += (size_t)done;
        heard->text[heard->size] = '\0';
    }
}

static inline size_t times(const struct heard *heard, const char *text)
{
    size_t count = 0;

    for (const char *at = heard->text; (at = strstr(at, text)); at++) count++;
    return count;
}

/* Says `bytes` on a new connection and listens to the end of it. */
static inline struct heard *talk(const struct served *served, struct slice bytes)
{
    static struct heard heard;
    int                 fd = dial(served);

    heard.size    = 0;
    heard.text[0] = '\0';
    say(fd, bytes);
    assert_true(hear_until(fd, &heard, NULL));
    close(fd);
    return &heard;
}

static inline int status_of(const struct heard *heard)
{
    return strncmp(heard->text, "HTTP/1.1 ", 9) ? 0 : (int)strtol(heard->text + 9, NULL, 10);
}

/* What every honest client must get whatever others do meanwhile. */
static inline void an_honest_client_is_served(const struct served *served)
{
    struct heard *heard = talk(
        served, SLICE("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));

    assert_int_equal(status_of(heard), 200);
    assert_non_null(strstr(heard->text, "\r\n\r\nhello"));
}

#endif

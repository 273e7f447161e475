#include "tests/world/served.h"

#include "core/base/clock.h"

static void endless_write(struct served *served, struct request *request)
{
    static const char block[8192];
    size_t            unsent = 0;

    while (!request_gone(request) && unsent < 64 * 1024) {
        unsent = request_stream_write(request, SLICE_OF(block));
        if (unsent > atomic_load(&served->unsent_most)) atomic_store(&served->unsent_most, unsent);
    }
}

static void endless_room(void *context, struct request *request)
{
    endless_write(context, request);
}

static void on_gone(void *context, struct request *request)
{
    struct served *served = context;

    atomic_fetch_add(&served->gone, 1);
    if (request->own) request_stream_end(request);
}

static void on_stopping(void *context, struct request *request)
{
    struct served *served = context;

    atomic_fetch_add(&served->stopping, 1);
    if (!request->own) return;
    request_stream_write(request, SLICE("retry"));
    request_stream_end(request);
}

static void begin_endless(struct served *served, struct request *request, bool quiet)
{
    request->own = served;
    request_watch(request,
                  (struct request_watch){ served, on_gone, endless_room, 16 * 1024, on_stopping });
    request_stream_begin(request, 200, "text/event-stream");
    if (!quiet) endless_write(served, request);
    else request_stream_write(request, SLICE("quiet"));
}

static void serve(void *context, struct request *request)
{
    struct served *served = context;
    struct slice   path   = request->head->path;

    request_header(request, "x-served", SLICE("yes"));
    if (slice_equal(path, SLICE("/hello"))) {
        request_answer(request, 200, "text/plain", SLICE("hello"));
    } else if (slice_equal(path, SLICE("/echo")) || slice_equal(path, SLICE("/proven"))) {
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

static struct admission admit(void *context, struct request *request)
{
    struct slice path    = request->head->path;
    bool         refused = slice_equal(path, SLICE("/secret"));

    (void)context;
    if (refused) request_refuse(request, 401, "Say who you are.");
    return (struct admission){ .refused  = refused,
                               .proven   = !refused && slice_equal(path, SLICE("/proven")),
                               .body_max = BODY_MAX };
}

static struct slice error_body(void *context, struct request *request, struct arena *arena,
                               int status, const char *why, const char **content_type)
{
    (void)context;
    request_header(request, "x-correlator", SLICE("made-up")); /* its head is read or not */
    *content_type = "application/json";
    return arena_print(arena, "{\"status\":%d,\"message\":\"%s\"}", status, why);
}

static void *run(void *context)
{
    server_run(((struct served *)context)->server);
    return NULL;
}

struct server_settings settings_for(struct served *served)
{
    struct server_settings settings = server_settings_default();

    settings.address = "127.0.0.1";
    settings.hooks   = (struct server_hooks){
          .context = served, .admit = admit, .handle = serve, .error_body = error_body
    };
    return settings;
}

void served_start(struct served *served, const struct server_settings *settings)
{
    struct status status = server_open(&served->server, settings);

    if (status.code != STATUS_OK) print_error("%s\n", status.text);
    assert_int_equal(status.code, STATUS_OK);
    assert_int_equal(pthread_create(&served->thread, NULL, run, served), 0);
}

void served_end(struct served *served)
{
    server_stop(served->server);
    assert_int_equal(pthread_join(served->thread, NULL), 0);
    server_close(served->server);
}

uint64_t count_of(const struct served *served, enum server_figure figure)
{
    return server_count(served->server, figure);
}

int dial(const struct served *served) { return dial_from(served, "127.0.0.1"); }

int dial_from(const struct served *served, const char *from)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port   = htons(server_port(served->server)),
                                   .sin_addr   = { htonl(INADDR_LOOPBACK) } };
    struct sockaddr_in own     = { .sin_family = AF_INET, .sin_addr = { inet_addr(from) } };
    int                fd      = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    int one = 1; /* a port is taken when it connects: thousands may have the same address */

    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

size_t say(int fd, struct slice bytes)
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

bool hear_until(int fd, struct heard *heard, const char *text)
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

size_t times(const struct heard *heard, const char *text)
{
    size_t count = 0;

    for (const char *at = heard->text; (at = strstr(at, text)); at++) count++;
    return count;
}

struct heard *talk(const struct served *served, struct slice bytes)
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

int status_of(const struct heard *heard)
{
    return strncmp(heard->text, "HTTP/1.1 ", 9) ? 0 : (int)strtol(heard->text + 9, NULL, 10);
}

void an_honest_client_is_served(const struct served *served)
{
    struct heard *heard = talk(
        served, SLICE("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));

    assert_int_equal(status_of(heard), 200);
    assert_non_null(strstr(heard->text, "\r\n\r\nhello"));
}

/* How soon does an app hear of what happens, and what do 10,000 that listen cost?
 *
 *     bench_app [STREAMS]
 *
 * A report until its frame is at a client; an answer until the last of the account's other streams
 * has it. Then STREAMS streams are opened: of accounts that nothing happens to, 200 each. What each
 * takes of piotd's memory is what it grew by. While they are open, reports come as fast as eight
 * connections send them, each for two streams of one account. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/history.h"
#include "bench/place.h"
#include "bench/socket.h"

enum { TIMES = 200, ANSWERS = 40, STREAMS = 10000, OF_AN_ACCOUNT = 200, BURST = 10000 };

/* -- a client that listens -------------------------------------------------------------- */

struct listener {
    int    fd;
    size_t size;
    char   bytes[1 << 16]; /* what came and was not looked at */
};

static void listener_read(struct listener *listener)
{
    if (listener->size == sizeof listener->bytes) bench_die("a frame is larger than thought");
    ssize_t got = read(listener->fd, listener->bytes + listener->size,
                       sizeof listener->bytes - listener->size);
    if (got <= 0) bench_die("a stream was closed");
    listener->size += (size_t)got;
}

/* Reads on until `text` has come, and forgets everything up to its end. */
static void listener_await(struct listener *listener, const char *text)
{
    size_t size = strlen(text);
    char  *at;

    while (!(at = memmem(listener->bytes, listener->size, text, size))) listener_read(listener);
    listener->size -= (size_t)(at + size - listener->bytes);
    memmove(listener->bytes, at + size, listener->size);
}

static int stream_open(const struct place *place, struct slice token)
{
    char request[512];
    int  fd   = socket_connect(place->port);
    int  size = snprintf(request, sizeof request,
                         "GET /app/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                          "Authorization: Bearer %.*s\r\n\r\n",
                         (int)token.size, token.data);

    if (write(fd, request, (size_t)size) != size) bench_die("a stream was not asked for");
    return fd;
}

static struct listener *listener_open(const struct place *place, struct slice token)
{
    struct listener *listener = calloc(1, sizeof *listener);

    if (!listener) bench_die("out of memory");
    listener->fd = stream_open(place, token);
    listener_await(listener, "id: 1/");
    return listener;
}

static void listener_close(struct listener *listener)
{
    close(listener->fd);
    free(listener);
}

/* -- how soon ------------------------------------------------------------------------------ */

static void tell(const char *what, int64_t *took, unsigned times)
{
    double median = median_of(took, times);

    printf("%-52s p50 %7.2f ms, p99 %7.2f ms\n", what, median / 1e3,
           (double)took[times * 99 / 100] / 1e3);
    fflush(stdout);
}

static void report(const struct people *people, uint64_t number, struct buffer *out)
{
    struct arena arena = { 0 };
    struct clock clock = clock_real();
    char         now[INSTANT_TEXT_MAX];

    instant_text(clock_now(&clock), now);
    struct slice event = arena_print(
        &arena,
        "{\"specversion\":\"1.0\",\"id\":\"r-%llu\",\"source\":\"https://acme.example\","
        "\"type\":\"piot.v1.device-state-reported\",\"data\":{\"vendorDeviceId\":\"lamp-0\","
        "\"observedAt\":\"%s\",\"properties\":{\"on\":%s}}}",
        (unsigned long long)number, now, number % 2 ? "true" : "false");
    place_signed_event(people, 5000000 + number, event, out);
    arena_free(&arena);
}

static void time_reports(const struct place *place, const struct people *people, uint64_t first,
                         const char *what)
{
    struct listener *listener = listener_open(place, people->session);
    int64_t          took[TIMES];

    for (unsigned i = 0; i < TIMES; i++) {
        struct arena  arena = { 0 };
        struct buffer out   = { 0 };
        report(people, first + i, &out);
        int64_t began = clock_monotonic_us();
        client_send(place->port, buffer_slice(&out), &arena);
        listener_await(listener, "device-state-reported");
        took[i] = clock_monotonic_us() - began;
        listener_await(listener, "\n\n");
        buffer_free(&out);
        arena_free(&arena);
    }
    tell(what, took, TIMES);
    listener_close(listener);
}

static struct slice questions(const struct place *place, const struct people *people,
                              struct arena *arena)
{
    for (uint64_t i = 0; i < ANSWERS; i++) {
        struct buffer out = { 0 };
        place_detection(people, 1000 + i, &out);
        client_send(place->port, buffer_slice(&out), arena);
        buffer_free(&out);
    }
    place_await_resolution(place);
    return client_call(place->port, "GET", "/app/v1/inbox?limit=200", people->session,
                       (struct slice){ 0 }, arena);
}

/* Two other streams of the account: it is over when both have heard. */
static void time_answers(const struct place *place, const struct people *people)
{
    static const char name[]  = "\"consentId\":\"";
    struct arena      arena   = { 0 };
    struct slice      inbox   = questions(place, people, &arena);
    struct listener  *one     = listener_open(place, people->session);
    struct listener  *another = listener_open(place, people->session);
    const char       *at = inbox.data, *end = inbox.data + inbox.size;
    int64_t           took[ANSWERS];
    unsigned          count = 0;

    while (count < ANSWERS && (at = memmem(at, (size_t)(end - at), name, sizeof name - 1))) {
        char path[256];
        at += sizeof name - 1;
        snprintf(path, sizeof path, "/app/v1/inbox/%.30s/decision", at);
        int64_t began = clock_monotonic_us();
        client_call(place->port, "POST", path, people->session, SLICE("{\"decision\":\"grant\"}"),
                    &arena);
        listener_await(one, "consent-granted");
        listener_await(another, "consent-granted");
        took[count++] = clock_monotonic_us() - began;
    }
    if (count < ANSWERS) bench_die("there were %u questions only", count);
    tell("an answer, until two other streams have it", took, count);
    listener_close(one);
    listener_close(another);
    arena_free(&arena);
}

/* -- many ------------------------------------------------------------------------------------ */

static struct slice newcomer(struct place *place, unsigned number, struct arena *arena)
{
    struct slice body = arena_print(arena, "{\"login\":\"guest-%u\"}", number);
    struct slice made = client_call(place->port, "POST", "/operator/v1/accounts",
                                    slice_text(place->operator_token), body, arena);
    struct slice code = client_field(made, "activationCode");

    body = arena_print(arena, "{\"code\":\"%.*s\",\"password\":\"correct horse\"}", (int)code.size,
                       code.data);
    return client_field(client_call(place->port, "POST", "/app/v1/activations", (struct slice){ 0 },
                                    body, arena),
                        "token");
}

static void open_many(struct place *place, int *streams, unsigned count)
{
    struct arena  arena  = { 0 };
    struct slice *tokens = arena_array(&arena, struct slice, count / OF_AN_ACCOUNT + 1);
    char          first[512];

    for (unsigned i = 0; i * OF_AN_ACCOUNT < count; i++) tokens[i] = newcomer(place, i, &arena);
    double before = bench_resident_mib(place->piotd);
    for (unsigned i = 0; i < count; i++) {
        streams[i] = stream_open(place, tokens[i / OF_AN_ACCOUNT]);
        if (read(streams[i], first, sizeof first) <= 0) bench_die("stream %u was closed", i);
    }
    double grown = bench_resident_mib(place->piotd) - before;
    printf("%u streams: piotd grew from %.0f by %.1f MiB, %.1f KiB each\n", count, before, grown,
           grown * 1024 / count);
    arena_free(&arena);
}

static void *hear_all(void *context)
{
    for (unsigned i = 0; i < BURST; i++) listener_await(context, "device-state-reported");
    return NULL;
}

static void report_next(void *context, uint64_t number, struct buffer *out)
{
    report(context, 1000000 + number, out);
}

static void burst(const struct place *place, struct people *people)
{
    struct listener *listeners[2];
    pthread_t        threads[2];
    struct load      load  = { place->port, 8, BURST, report_next, people };
    int64_t          began = clock_monotonic_us();
    double           cpu   = bench_cpu_seconds_of(place->piotd);

    for (unsigned i = 0; i < COUNT(threads); i++) {
        listeners[i] = listener_open(place, people->session);
        if (pthread_create(&threads[i], NULL, hear_all, listeners[i])) bench_die("no thread");
    }
    struct load_result result = load_run(&load);
    for (unsigned i = 0; i < COUNT(threads); i++) {
        pthread_join(threads[i], NULL);
        listener_close(listeners[i]);
    }
    double seconds = (double)(clock_monotonic_us() - began) / 1e6;
    cpu            = bench_cpu_seconds_of(place->piotd) - cpu;
    bench_print("reports, each to two streams", &result);
    printf("  all heard by both: %.0f events/s; %.0f us of processor each\n", BURST / seconds,
           cpu * 1e6 / BURST);
}

int main(int count, char **arguments)
{
    struct rlimit files = { 0 };
    struct arena  arena = { 0 };
    struct place  place = place_open(arguments[0]);
    unsigned      many  = count > 1 ? (unsigned)strtoul(arguments[1], NULL, 10) : STREAMS;
    int          *streams;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur < many + 1000)
        bench_die("%u streams need %u open files, here may be %llu", many, many + 1000,
                  (unsigned long long)files.rlim_cur);
    place_start(&place);
    struct people people = place_people(&place, 1, &arena);
    time_reports(&place, &people, 0, "a report, until its frame is there");
    time_answers(&place, &people);
    streams = arena_array(&arena, int, many);
    open_many(&place, streams, many);
    time_reports(&place, &people, TIMES, "a report, until its frame is there, beside them");
    burst(&place, &people);
    for (unsigned i = 0; i < many; i++) close(streams[i]);
    place_close(&place);
    arena_free(&arena);
    return 0;
}

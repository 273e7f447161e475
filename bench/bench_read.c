/* How fast are one device, a network's devices, a home of 3 networks and 60 devices, and the app's
 * page and a script read, beside evhttp answering the same bytes?
 *
 *     bench_read [home | files]
 *
 * The reference is libevent's own HTTP server in a process of its own, sending the
 * very bytes piotd answered from memory; the same client, one after the other, in
 * turns, so that a noisy machine is unfair to both alike. Requests a second depend on
 * who else wants the processors; so what each takes of them is compared, too. */
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/place.h"

enum { CONNECTIONS = 64, DEVICES = 20, HOME_DEVICES = 60, ROUNDS = 3 };

static const struct slice NOTHING;

enum what { ONE_DEVICE, A_LIST, HOME, PAGE, SCRIPT };
static const struct {
    const char *name;
    uint64_t    requests;
} whats[] = {
    [ONE_DEVICE] = { "a device read by its id", 50000 },
    [A_LIST]     = { "a network's 20 devices", 50000 },
    [HOME]       = { "home: 3 networks, 60 devices", 3000 },
    [PAGE]       = { "the app's page", 50000 },
    [SCRIPT]     = { "its script", 50000 },
};

struct reading {
    const struct people *people;
    enum what            what;
    struct slice         script; /* its path */
};

static void ask(void *context, uint64_t number, struct buffer *out)
{
    const struct reading *reading = context;
    const struct people  *people  = reading->people;

    if (reading->what >= PAGE) {
        struct slice path = reading->what == PAGE ? SLICE("/") : reading->script;
        buffer_print(out, "GET %.*s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", (int)path.size,
                     path.data);
        return;
    }
    struct slice device = people->devices[number % people->count];
    if (reading->what == HOME) buffer_add(out, SLICE("GET /app/v1/home HTTP/1.1\r\n"));
    else if (reading->what == A_LIST)
        buffer_print(out, "GET /app/v1/devices?network=%.*s&limit=%u HTTP/1.1\r\n",
                     (int)people->network.size, people->network.data, DEVICES);
    else buffer_print(out, "GET /app/v1/devices/%.*s HTTP/1.1\r\n", (int)device.size, device.data);
    buffer_print(out, "Host: 127.0.0.1\r\nAuthorization: Bearer %.*s\r\n\r\n",
                 (int)people->session.size, people->session.data);
}

/* -- the reference -------------------------------------------------------------- */

static void answer(struct evhttp_request *request, void *context)
{
    const struct slice *body = context;
    struct evbuffer    *out  = evbuffer_new();

    evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
                      "application/json");
    evbuffer_add(out, body->data, body->size);
    evhttp_send_reply(request, 200, "OK", out);
    evbuffer_free(out);
}

static pid_t serve(struct slice body, uint16_t *port)
{
    int   ends[2];
    pid_t child;

    if (pipe(ends)) bench_die("no pipe");
    child = fork();
    if (child == 0) {
        struct event_base          *base = event_base_new();
        struct evhttp              *http = evhttp_new(base);
        struct evhttp_bound_socket *bound;
        struct sockaddr_in          at   = { 0 };
        socklen_t                   size = sizeof at;

        bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
        if (!bound || getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&at, &size))
            _exit(1);
        *port = ntohs(at.sin_port);
        if (write(ends[1], port, sizeof *port) != sizeof *port) _exit(1);
        evhttp_set_gencb(http, answer, &body);
        event_base_dispatch(base);
        _exit(0);
    }
    if (read(ends[0], port, sizeof *port) != sizeof *port) bench_die("evhttp did not start");
    close(ends[0]);
    close(ends[1]);
    return child;
}

/* -- both, in turns ---------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

struct figures {
    double per_second, cpu_us; /* of processor the server took for a request */
};

static struct figures measure(const char *what, pid_t server, uint16_t port,
                              struct reading *reading)
{
    uint64_t           count  = whats[reading->what].requests;
    struct load        load   = { port, CONNECTIONS, count, ask, reading };
    double             cpu    = bench_cpu_seconds_of(server);
    struct load_result result = load_run(&load);
    struct figures     figures;

    cpu     = bench_cpu_seconds_of(server) - cpu;
    figures = (struct figures){ result.per_second, cpu * 1e6 / (double)count };
    bench_print(what, &result);
    printf("  the server took %.1f us of processor a request\n", figures.cpu_us);
    return figures;
}

static double median(double *ratios)
{
    qsort(ratios, ROUNDS, sizeof *ratios, by_value);
    return ratios[ROUNDS / 2];
}

static void compare(struct place *place, struct people *people, enum what what, struct slice script)
{
    struct arena   arena   = { 0 };
    struct buffer  request = { 0 };
    struct reading reading = { people, what, script };
    double         ratios[ROUNDS], cpu_ratios[ROUNDS];
    uint16_t       port;

    ask(&reading, 0, &request);
    struct slice body  = client_send(place->port, buffer_slice(&request), &arena);
    pid_t        other = serve(body, &port);
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct figures ours   = measure(whats[what].name, place->piotd, place->port, &reading);
        struct figures theirs = measure("  evhttp, the same bytes", other, port, &reading);
        ratios[i]             = ours.per_second / theirs.per_second;
        cpu_ratios[i]         = theirs.cpu_us / ours.cpu_us;
    }
    printf("  %zu bytes; piotd/evhttp, median of %d: %.2f; by processor taken: %.2f\n", body.size,
           ROUNDS, median(ratios), median(cpu_ratios));
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    buffer_free(&request);
    arena_free(&arena);
}

/* Two more networks; each device is in one of the three, and has reported something. */
static void furnish(struct place *place, struct people *people, struct arena *arena)
{
    struct slice  networks[3] = { people->network };
    struct buffer request     = { 0 };

    for (unsigned i = 1; i < COUNT(networks); i++)
        networks[i] = arena_copy(
            arena, client_field(client_call(place->port, "POST", "/app/v1/networks",
                                            people->session, SLICE("{\"name\":\"Cabin\"}"), arena),
                                "networkId"));
    for (unsigned i = 0; i < people->count; i++) {
        struct slice path = arena_print(arena, "/app/v1/devices/%.*s", (int)people->devices[i].size,
                                        people->devices[i].data);
        struct slice to   = networks[i % COUNT(networks)];
        client_call(place->port, "PATCH", path.data, people->session,
                    arena_print(arena, "{\"networkId\":\"%.*s\"}", (int)to.size, to.data), arena);
        struct slice event = arena_print(
            arena,
            "{\"specversion\":\"1.0\",\"id\":\"state-%u\",\"source\":\"https://acme.example\","
            "\"type\":\"piot.v1.device-state-reported\",\"data\":{\"vendorDeviceId\":\"lamp-%u\","
            "\"observedAt\":\"2026-01-01T00:00:00Z\",\"properties\":{\"on\":true,"
            "\"brightness\":%u}}}",
            i, i, i);
        buffer_clear(&request);
        place_signed_event(people, 1000000 + i, event, &request);
        client_send(place->port, buffer_slice(&request), arena);
    }
    buffer_free(&request);
}

static void compare_files(struct place *place, struct arena *arena)
{
    static const char name[] = "src=\"";
    struct people     nobody = { .count = 0 };
    struct slice      page   = client_call(place->port, "GET", "/", NOTHING, NOTHING, arena);
    const char       *at     = memmem(page.data, page.size, name, sizeof name - 1);

    if (!at) bench_die("the page names no script");
    at += sizeof name - 1;
    compare(place, &nobody, PAGE, NOTHING);
    compare(place, &nobody, SCRIPT, (struct slice){ at, strcspn(at, "\"") });
}

static bool wanted(int count, char **arguments, const char *what)
{
    return count < 2 || strcmp(arguments[1], what) == 0;
}

int main(int count, char **arguments)
{
    struct arena  arena = { 0 };
    struct place  place = place_open(arguments[0]);
    struct people people;

    place_start(&place);
    if (wanted(count, arguments, "files")) compare_files(&place, &arena);
    if (count < 2) {
        people = place_people(&place, DEVICES, &arena);
        compare(&place, &people, ONE_DEVICE, NOTHING);
        compare(&place, &people, A_LIST, NOTHING);
        place_close(&place);
        place = place_open(arguments[0]);
        place_start(&place);
    }
    if (wanted(count, arguments, "home")) {
        people = place_people(&place, HOME_DEVICES, &arena);
        furnish(&place, &people, &arena);
        compare(&place, &people, HOME, NOTHING);
    }
    place_close(&place);
    arena_free(&arena);
    return 0;
}

/* How many signed events a second become durable, one a request, 64 connections?
 *
 * Each is verified, decided, sealed, folded into every view and synced before it
 * is answered. In the same run: the same client against piotd's /livez, which is what
 * the two of them can do without writing anything, and memory after the load.
 * When redis-server is installed: XADD with appendfsync always, 64 connections. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/place.h"
#include "core/base/json.h"

enum { CONNECTIONS = 64, DEVICES = 200, WARM_UP = 5000, REQUESTS = 100000 };

static void report_state(void *context, uint64_t number, struct buffer *out)
{
    const struct people *people = context;
    struct clock         clock  = clock_real();
    struct arena         arena  = { 0 };
    char                 now[INSTANT_TEXT_MAX];

    instant_text(clock_now(&clock), now);
    struct slice event = arena_print(
        &arena,
        "{\"specversion\":\"1.0\",\"id\":\"st-%llu\",\"source\":\"https://acme.example\","
        "\"type\":\"piot.v1.device-state-reported\",\"data\":{\"vendorDeviceId\":\"lamp-%llu\","
        "\"observedAt\":\"%s\",\"properties\":{\"on\":%s,\"brightness\":%u}}}",
        (unsigned long long)number + 1000000, (unsigned long long)(number % people->count), now,
        number % 2 ? "true" : "false", (unsigned)(number % 100));
    place_signed_event(people, number + 1000000, event, out);
    arena_free(&arena);
}

static void report_more(void *context, uint64_t number, struct buffer *out)
{
    report_state(context, number + WARM_UP, out);
}

static void look(void *context, uint64_t number, struct buffer *out)
{
    (void)context, (void)number;
    buffer_add(out, SLICE("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
}

static void beside_redis(const struct place *place)
{
    char command[1024];

    snprintf(command, sizeof command,
             "command -v redis-server >/dev/null || exit 0; cd %s || exit 1; "
             "redis-server --port 0 --unixsocket redis.sock --appendonly yes --appendfsync always "
             "--save '' --daemonize yes --logfile redis.log --pidfile \"$PWD\"/redis.pid "
             ">/dev/null; i=0; until redis-cli -s redis.sock ping >/dev/null 2>&1; "
             "do i=$((i+1)); [ $i -lt 1000 ] || exit 1; done; "
             "printf 'redis XADD, appendfsync always: '; "
             "redis-benchmark -s redis.sock -c 64 -n 100000 --csv "
             "XADD log '*' event \"$(head -c 300 /dev/zero | tr '\\0' x)\" | tail -n 1 | "
             "cut -d , -f 2; "
             "redis-cli -s redis.sock shutdown nosave",
             place->folder);
    if (system(command)) fprintf(stderr, "bench: redis could not be measured\n");
}

int main(int count, char **arguments)
{
    struct arena  arena = { 0 };
    struct place  place = place_open(arguments[0]);
    uint64_t      all   = count > 1 ? strtoull(arguments[1], NULL, 10) : REQUESTS;
    struct people people;

    place_start(&place);
    people           = place_people(&place, DEVICES, &arena);
    struct load warm = { place.port, CONNECTIONS, WARM_UP, report_state, &people };
    struct load load = { place.port, CONNECTIONS, all, report_more, &people };
    struct load idle = { place.port, CONNECTIONS, all, look, NULL };
    load_run(&warm);
    double             before  = bench_resident_mib(place.piotd);
    double             cpu     = bench_cpu_seconds_of(place.piotd);
    struct load_result durable = load_run(&load);
    cpu                        = bench_cpu_seconds_of(place.piotd) - cpu;
    struct load_result looked  = load_run(&idle);

    bench_print("durable signed events, one a request", &durable);
    printf("  piotd took %.1f us of processor a request; resident %.0f -> %.0f MiB\n",
           cpu * 1e6 / (double)all, before, bench_resident_mib(place.piotd));
    bench_print("GET /livez, nothing written", &looked);
    beside_redis(&place);
    place_close(&place);
    arena_free(&arena);
    return durable.refused != 0;
}

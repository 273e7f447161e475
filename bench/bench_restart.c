/* What do a million events cost: memory while they come, and time to serve again?
 *
 *     bench_restart [EVENTS]
 *
 * Four fifths as many warm the caches first; then EVENTS run through the same piotd, 100
 * a request. On the way its resident memory is printed beside what is in use: the cache
 * and the memtables, which have a limit by name, and all others, which must not grow. Then
 * it is started again after a clean stop and after a kill, beside one that starts with
 * nothing. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/place.h"

enum { EVENTS = 1000000, DEVICES = 100, BATCH = 100, CONNECTIONS = 8, STEPS = 10, WARMING = 8 };

enum { MIB = 1 << 20 };
enum { CACHE_MIB = 64, MEMTABLES_MIB = 64 }; /* as core/store/options.c limits them */

struct reporting {
    const struct people *people;
    uint64_t             first; /* number of this step's first request */
};

static void report_batch(void *context, uint64_t number, struct buffer *out)
{
    const struct reporting *reporting = context;
    const struct people    *people    = reporting->people;
    struct clock            clock     = clock_real();
    struct buffer           body      = { 0 };
    char                    now[INSTANT_TEXT_MAX];

    number += reporting->first;
    instant_text(clock_now(&clock), now);
    buffer_add_byte(&body, '[');
    for (unsigned i = 0; i < BATCH; i++)
        buffer_print(&body,
                     "%s{\"specversion\":\"1.0\",\"id\":\"b-%llu-%u\","
                     "\"source\":\"https://acme.example\","
                     "\"type\":\"piot.v1.device-state-reported\",\"data\":{"
                     "\"vendorDeviceId\":\"lamp-%u\",\"observedAt\":\"%s\","
                     "\"properties\":{\"on\":true,\"brightness\":%u}}}",
                     i ? "," : "", (unsigned long long)number, i, i % people->count, now, i);
    buffer_add_byte(&body, ']');
    place_signed_batch(people, number + 9000000, buffer_slice(&body), out);
    buffer_free(&body);
}

static double start_ms(struct place *place)
{
    int64_t began = clock_monotonic_us();

    place_start(place);
    struct arena arena = { 0 };
    client_call(place->port, "GET", "/readyz", (struct slice){ 0 }, (struct slice){ 0 }, &arena);
    arena_free(&arena);
    return (double)(clock_monotonic_us() - began) / 1e3;
}

/* What is resident, and what is in use, in its parts; the rest was freed and is kept. */
static double print_memory(const struct place *place)
{
    double resident  = bench_resident_mib(place->piotd);
    double cache     = place_metric(place, "piot_store_cache_bytes") / MIB;
    double memtables = place_metric(place, "piot_store_memtables_bytes") / MIB;
    double used      = place_metric(place, "piot_memory_used_bytes") / MIB;
    double kept      = place_metric(place, "piot_memory_free_bytes") / MIB;

    printf("resident %4.0f MiB; in use: cache %4.1f of %d, memtables %4.1f of %d, others %4.1f; "
           "freed and kept %4.1f\n",
           resident, cache, CACHE_MIB, memtables, MEMTABLES_MIB, used - cache - memtables, kept);
    fflush(stdout);
    return resident;
}

/* The most memory that was resident after any of them. */
static double run_steps(const struct place *place, struct reporting *reporting, unsigned steps,
                        uint64_t step)
{
    double most = 0;

    for (unsigned i = 0; i < steps; i++, reporting->first += step) {
        struct load        load   = { place->port, CONNECTIONS, step, report_batch, reporting };
        struct load_result result = load_run(&load);
        printf("%8llu events: %7.0f events/s, refused %llu; ",
               (unsigned long long)((reporting->first + step) * BATCH), result.per_second * BATCH,
               (unsigned long long)result.refused);
        double now = print_memory(place);
        if (now > most) most = now;
    }
    return most;
}

int main(int count, char **arguments)
{
    struct arena     arena     = { 0 };
    struct place     place     = place_open(arguments[0]);
    uint64_t         events    = count > 1 ? strtoull(arguments[1], NULL, 10) : EVENTS;
    double           empty     = start_ms(&place);
    struct people    people    = place_people(&place, DEVICES, &arena);
    struct reporting reporting = { &people, 0 };
    uint64_t         step      = events / BATCH / STEPS;

    printf("at the start: ");
    print_memory(&place);
    double warm = run_steps(&place, &reporting, WARMING, step);
    double then = run_steps(&place, &reporting, STEPS, step);
    printf("most resident in the last %llu events / most before: %.2f\n",
           (unsigned long long)(step * STEPS * BATCH), then / warm);
    place_stop(&place, SIGTERM);
    double clean = start_ms(&place);
    place_stop(&place, SIGKILL);
    double idle_killed = start_ms(&place);
    reporting.first += 1000;
    struct load more = { place.port, CONNECTIONS, step, report_batch, &reporting };
    load_run(&more);
    place_stop(&place, SIGKILL);
    printf("start to serving: empty %.0f ms, after a clean stop %.0f ms, killed idle %.0f ms, "
           "killed under load %.0f ms\n",
           empty, clean, idle_killed, start_ms(&place));
    place_close(&place);
    arena_free(&arena);
    return 0;
}

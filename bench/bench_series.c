/* How long does a chart of a day take, and of a month, with a report every minute?
 *
 *     bench_series [TIMES]
 *
 * One device reports 1,440 times, a minute apart and all of it now, and an app reads the day over
 * HTTP; then it reports the 29 days before, and the app reads the month. Medians of TIMES. Beside
 * them stands a walk over all records of the log, of which a few hundred are others'. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/history.h"
#include "bench/place.h"
#include "core/log/log.h"

enum { IN_A_DAY = 1440, IN_A_MONTH = 43200, BATCH = 120, TIMES = 21 };

/* Of each minute from `oldest` to `newest` before `until_us`; a multiple of BATCH. */
static void report(struct place *place, const struct people *people, unsigned oldest,
                   unsigned newest, int64_t until_us)
{
    for (unsigned ago = oldest; ago > newest; ago -= BATCH) {
        struct arena  arena  = { 0 };
        struct buffer events = { 0 }, request = { 0 };
        for (unsigned i = ago; i > ago - BATCH; i--) {
            char at[INSTANT_TEXT_MAX];
            instant_text(until_us - (int64_t)i * MINUTE, at);
            buffer_print(&events,
                         "%s{\"specversion\":\"1.0\",\"id\":\"state-%u\","
                         "\"source\":\"https://acme.example\","
                         "\"type\":\"piot.v1.device-state-reported\",\"data\":{"
                         "\"vendorDeviceId\":\"lamp-0\",\"observedAt\":\"%s\","
                         "\"properties\":{\"on\":true,\"brightness\":%u}}}",
                         i == ago ? "[" : ",", i, at, i % 101);
        }
        buffer_add(&events, SLICE("]"));
        place_signed_batch(people, 1000000 + ago, buffer_slice(&events), &request);
        client_send(place->port, buffer_slice(&request), &arena);
        buffer_free(&events);
        buffer_free(&request);
        arena_free(&arena);
    }
}

static void chart(struct place *place, const struct people *people, const char *what,
                  int64_t until_us, unsigned minutes, unsigned times)
{
    int64_t     *took  = calloc(times, sizeof *took);
    struct arena arena = { 0 };
    double       cpu   = bench_cpu_seconds_of(place->piotd);
    char         from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX];
    struct slice answer = { 0 };

    if (!took) bench_die("out of memory");
    instant_text(until_us - (int64_t)minutes * MINUTE, from);
    instant_text(until_us, to);
    struct slice path = arena_print(
        &arena, "/app/v1/devices/%.*s/series?property=brightness&points=500&from=%s&to=%s",
        (int)people->devices[0].size, people->devices[0].data, from, to);
    for (unsigned i = 0; i < times; i++) {
        int64_t began = clock_monotonic_us();
        answer  = client_call(place->port, "GET", path.data, people->session, (struct slice){ 0 },
                              &arena);
        took[i] = clock_monotonic_us() - began;
    }
    cpu           = bench_cpu_seconds_of(place->piotd) - cpu;
    double median = median_of(took, times);
    printf("%-28s median %7.1f ms, slowest of %u %7.1f ms; %.1f ms of processor; %zu bytes\n", what,
           median / 1e3, times, (double)took[times - 1] / 1e3, cpu * 1e3 / times, answer.size);
    arena_free(&arena);
    free(took);
}

/* After piotd has stopped. */
static void walk(const struct place *place, unsigned times)
{
    char                 path[512];
    struct store_options options = { .path = path, .read_only = true };
    int64_t             *took    = calloc(times, sizeof *took);
    struct store        *store;
    uint64_t             count = 0;

    if (!took) bench_die("out of memory");
    snprintf(path, sizeof path, "%s/data/store", place->folder);
    store_families_all(options.families);
    stop_if(store_open(&store, &options));
    for (unsigned i = 0; i < times; i++) {
        int64_t           began = clock_monotonic_us();
        struct log_record record;
        struct log_scan  *scan = log_scan_open(store_reader(store), 0);
        for (count = 0; log_scan_next(scan, &record);) count++;
        stop_if(log_scan_close(scan));
        took[i] = clock_monotonic_us() - began;
    }
    printf("%-28s median %7.1f ms, %llu records\n", "  a walk over the log",
           median_of(took, times) / 1e3, (unsigned long long)count);
    store_close(store);
    free(took);
}

int main(int count, char **arguments)
{
    struct arena arena = { 0 };
    struct place place = place_open(arguments[0]);
    struct clock clock = clock_real();
    int64_t      until = clock_now(&clock);
    unsigned     times = count > 1 ? (unsigned)strtoul(arguments[1], NULL, 10) : TIMES;

    place_start(&place);
    struct people people = place_people(&place, 1, &arena);
    report(&place, &people, IN_A_DAY, 0, until);
    chart(&place, &people, "a day, 1,440 reports", until, IN_A_DAY, times);
    report(&place, &people, IN_A_MONTH, IN_A_DAY, until);
    chart(&place, &people, "a month, 43,200 reports", until, IN_A_MONTH, times);
    place_stop(&place, SIGTERM);
    walk(&place, times);
    place_close(&place);
    arena_free(&arena);
    return 0;
}

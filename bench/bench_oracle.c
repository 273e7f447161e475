/* Does the time of a detection's answer tell whether its address is a subscriber's?
 *
 * Detections from an address of the household's and from one of nobody's, in turns whose order
 * is drawn: each alone, then a hundred in one request. P is the chance that one of somebody's
 * took longer than one of nobody's; half of them do where time says nothing. Beside each pair
 * one report of a device's state. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/place.h"
#include "core/base/crypto.h"

enum { PAIRS = 2000, BATCHES = 1000, BATCH = 100, WHO_COUNT = 2 };

enum who { NOBODY, SOMEBODY };

struct asking {
    const struct people *people;
    enum who             who;
    unsigned             events; /* in one request; 1: no batch */
    uint64_t             number; /* of the request, which no other has */
};

static void put_detection(struct buffer *out, const struct asking *asking, unsigned at,
                          const char *now)
{
    unsigned long long number = asking->number * BATCH + at;

    buffer_print(out,
                 "{\"specversion\":\"1.0\",\"id\":\"o-%llu\",\"source\":\"https://acme.example\","
                 "\"type\":\"piot.v1.device-detected\",\"data\":{\"vendorDeviceId\":\"o-%012llu\","
                 "\"thingModel\":\"lamp\",\"observation\":{\"observedAt\":\"%s\","
                 "\"ipv6Address\":\"2001:db8:%d::42\"}}}",
                 number, number, now, asking->who == SOMEBODY ? 1 : 2);
}

static void put_report(struct buffer *out, const struct asking *asking, const char *now)
{
    buffer_print(out,
                 "{\"specversion\":\"1.0\",\"id\":\"r-%llu\",\"source\":\"https://acme.example\","
                 "\"type\":\"piot.v1.device-state-reported\",\"data\":{\"vendorDeviceId\":"
                 "\"lamp-0\",\"observedAt\":\"%s\",\"properties\":{\"on\":true}}}",
                 (unsigned long long)asking->number, now);
}

static void make(void *context, uint64_t number, struct buffer *out)
{
    const struct asking *asking = context;
    struct clock         clock  = clock_real();
    struct buffer        body   = { 0 };
    char                 now[INSTANT_TEXT_MAX];

    (void)number; /* there is but one */
    instant_text(clock_now(&clock), now);
    if (!asking->events) put_report(&body, asking, now);
    if (asking->events > 1) buffer_print(&body, "[");
    for (unsigned i = 0; i < asking->events; i++) {
        if (i) buffer_print(&body, ",");
        put_detection(&body, asking, i, now);
    }
    if (asking->events > 1) buffer_print(&body, "]");
    if (asking->events > 1)
        place_signed_batch(asking->people, 7000000 + asking->number, buffer_slice(&body), out);
    else place_signed_event(asking->people, 7000000 + asking->number, buffer_slice(&body), out);
    buffer_free(&body);
}

static double time_of(const struct place *place, struct asking asking)
{
    static uint64_t last;
    struct load     load = {
            .port = place->port, .connections = 1, .requests = 1, .make = make, .context = &asking
    };
    struct load_result result;

    asking.number = ++last;
    result        = load_run(&load);
    if (result.refused) bench_die("a detection was refused");
    return result.p50_us;
}

/* -- figures ------------------------------------------------------------------------------ */

static double chance_slower(const double *one, const double *other, unsigned count)
{
    double slower = 0;

    for (unsigned i = 0; i < count; i++)
        for (unsigned j = 0; j < count; j++)
            slower += one[i] > other[j] ? 1 : one[i] == other[j] ? 0.5 : 0;
    return slower / count / count;
}

static int by_value(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;

    return (one > other) - (one < other);
}

static double median(double *times, unsigned count)
{
    qsort(times, count, sizeof *times, by_value);
    return times[count / 2];
}

static void compare(const struct place *place, const struct people *people, unsigned events,
                    unsigned pairs)
{
    double *of[WHO_COUNT], *reports = calloc(pairs, sizeof *reports);

    for (int who = 0; who < WHO_COUNT; who++) of[who] = calloc(pairs, sizeof *of[who]);
    if (!of[NOBODY] || !of[SOMEBODY] || !reports) bench_die("no memory");
    for (unsigned i = 0; i < pairs; i++) {
        uint8_t drawn;
        crypto_random(&drawn, sizeof drawn);
        for (int turn = 0; turn < WHO_COUNT; turn++) {
            enum who who = (drawn & 1) ^ turn ? SOMEBODY : NOBODY;
            of[who][i]   = time_of(place, (struct asking){ people, who, events, 0 });
        }
        reports[i] = time_of(place, (struct asking){ people, NOBODY, 0, 0 });
    }
    double chance = chance_slower(of[SOMEBODY], of[NOBODY], pairs);
    double nobody = median(of[NOBODY], pairs), somebody = median(of[SOMEBODY], pairs);
    double report = median(reports, pairs);
    printf(
        "%3u detections a request, %u pairs   P(somebody's slower) %.3f   p50 somebody's %.0f us, "
        "nobody's %.0f us, a state report %.0f us",
        events, pairs, chance, somebody, nobody, report);
    if (events == 1) printf(" (%.2f of it)", nobody / report);
    printf("\n");
    for (int who = 0; who < WHO_COUNT; who++) free(of[who]);
    free(reports);
}

int main(int count, char **arguments)
{
    unsigned      pairs   = count > 1 ? (unsigned)atol(arguments[1]) : PAIRS;
    unsigned      batches = count > 2 ? (unsigned)atol(arguments[2]) : BATCHES;
    struct arena  arena   = { 0 };
    struct place  place   = place_open(arguments[0]);
    struct people people;

    place_start(&place);
    people = place_people(&place, 1, &arena);
    if (pairs) compare(&place, &people, 1, pairs);
    if (batches) compare(&place, &people, BATCH, batches);
    place_close(&place);
    arena_free(&arena);
    return 0;
}

/* How long does one durable write take when nothing else goes on?
 *
 * One connection, one signed event after the other, beside one fdatasync of 4 KiB
 * appended to a file on the same disk, in turns. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/place.h"

enum { DEVICES = 10, ROUNDS = 2000, BYTES = 4096 };

static struct slice state_event(struct arena *arena, uint64_t number)
{
    struct clock clock = clock_real();
    char         now[INSTANT_TEXT_MAX];

    instant_text(clock_now(&clock), now);
    return arena_print(
        arena,
        "{\"specversion\":\"1.0\",\"id\":\"q-%llu\",\"source\":\"https://acme.example\","
        "\"type\":\"piot.v1.device-state-reported\",\"data\":{\"vendorDeviceId\":\"lamp-0\","
        "\"observedAt\":\"%s\",\"properties\":{\"on\":true}}}",
        (unsigned long long)number, now);
}

static void report_one(void *context, uint64_t number, struct buffer *out)
{
    const struct people *people = context;
    struct arena         arena  = { 0 };

    place_signed_event(people, number + 5000000, state_event(&arena, number), out);
    arena_free(&arena);
}

static int by_value(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;

    return (first > second) - (first < second);
}

static int64_t median_fdatasync_us(const struct place *place)
{
    static char    bytes[BYTES];
    static int64_t took[ROUNDS];
    char           name[512];

    snprintf(name, sizeof name, "%s/plain", place->folder);
    int fd = open(name, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    for (unsigned i = 0; i < ROUNDS; i++) {
        int64_t began = clock_monotonic_us();
        if (write(fd, bytes, sizeof bytes) != BYTES || fdatasync(fd)) bench_die("disk full?");
        took[i] = clock_monotonic_us() - began;
    }
    close(fd);
    qsort(took, ROUNDS, sizeof *took, by_value);
    return took[ROUNDS / 2];
}

int main(int count, char **arguments)
{
    struct arena  arena = { 0 };
    struct place  place = place_open(arguments[0]);
    struct people people;

    (void)count;
    place_start(&place);
    people                   = place_people(&place, DEVICES, &arena);
    int64_t            first = median_fdatasync_us(&place);
    struct load        load  = { place.port, 1, ROUNDS, report_one, &people };
    struct load_result quiet = load_run(&load);
    int64_t            last  = median_fdatasync_us(&place);

    bench_print("one quiet durable write", &quiet);
    printf("  one fdatasync of %d bytes: %lld and %lld us; write/fdatasync, medians: %.1f\n", BYTES,
           (long long)first, (long long)last, quiet.p50_us / ((double)(first + last) / 2));
    place_close(&place);
    arena_free(&arena);
    return quiet.refused != 0;
}

/* How many events a second does a rebuild of all views fold, in place?
 *
 *     bench_ledger DIR 600000 && bench_rebuild DIR
 *
 * DIR is what bench_ledger left. Beside it, in the same run: the log read from its first
 * event to its last, each event checked against its hash and opened, and nothing more. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "core/base/clock.h"
#include "projections/projection.h"
#include "replay/fold/replay.h"

static void stop_if(struct status status)
{
    if (status.code == STATUS_OK) return;
    fprintf(stderr, "bench_rebuild: %s\n", status.text);
    exit(1);
}

static double processor_s(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

struct stretch {
    int64_t began_us;
    double  processor;
};

static struct stretch begin(void)
{
    return (struct stretch){ clock_monotonic_us(), processor_s() };
}

static void print(const char *what, struct stretch since, uint64_t events)
{
    double seconds = (double)(clock_monotonic_us() - since.began_us) / 1e6;
    double used    = processor_s() - since.processor;

    printf("%s: %.0f k events/s; %.2f us of processor an event, all threads\n", what,
           (double)events / seconds / 1e3, used * 1e6 / (double)events);
}

static uint64_t scanned(struct store *store, struct vault *vault)
{
    struct log_scan  *scan  = log_scan_open(store_reader(store), 0);
    struct arena      arena = { 0 };
    struct log_record record;
    struct event      event;
    uint64_t          count = 0;

    for (; log_scan_next(scan, &record); count++) {
        stop_if(log_record_event(&record, vault, &arena, &event));
        arena_reset(&arena);
    }
    stop_if(log_scan_close(scan));
    arena_free(&arena);
    return count;
}

int main(int count, char **arguments)
{
    struct store_options options = { .path = count > 1 ? arguments[1] : NULL };
    struct store        *store;
    struct vault        *vault;
    char                 path[512];
    uint64_t             events;

    if (count != 2) {
        fprintf(stderr, "usage: bench_rebuild DIR\n");
        return 2;
    }
    snprintf(path, sizeof path, "%s.vault", options.path);
    store_families_all(options.families);
    stop_if(store_open(&store, &options));
    stop_if(vault_open(&vault, path, false));
    struct stretch since = begin();
    events               = scanned(store, vault);
    print("the log read and opened", since, events);
    since = begin();
    stop_if(replay_rebuild(store, vault, all_folds, NULL, &events));
    print("all views folded again", since, events);
    store_close(store);
    vault_close(vault);
    return 0;
}

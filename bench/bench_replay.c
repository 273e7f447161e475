/* How fast is a log verified, and folded again?
 *
 *     bench_replay [EVENTS]
 *
 * Beside it, in the same run over the same log: a walk that only reads, and one that
 * reads and hashes each leaf. Rates are events a second of one thread. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/history.h"
#include "bench/place.h"
#include "projections/projection.h"
#include "replay/fold/replay.h"

enum { EVENTS = 300 * 1000 };

static struct store *store;
static struct vault *vault;

static void walk(bool hashed)
{
    struct log_scan  *scan = log_scan_open(store_reader(store), 0);
    struct log_record record;
    uint8_t           sum = 0;

    while (log_scan_next(scan, &record)) {
        struct hash leaf = { { (uint8_t)record.envelope.size } };

        if (hashed) leaf = hash_leaf(record.envelope);
        sum ^= leaf.bytes[0];
    }
    stop_if(log_scan_close(scan));
    if (sum == 1) puts(""); /* so that nobody may leave the hashing out */
}

static void scan(void) { walk(false); }

static void scan_and_hash(void) { walk(true); }

static void verify_with(struct vault *keys)
{
    struct findings     findings = { .found = NULL };
    struct verification result;

    stop_if(replay_verify_log(store_reader(store), keys, NULL, NULL, &findings, &result));
    if (findings.count) stop_if(failed(STATUS_CORRUPT, "the log has findings"));
}

static void verify(void) { verify_with(vault); }

static void verify_shut(void) { verify_with(NULL); }

static void rebuild(void)
{
    uint64_t count;

    stop_if(replay_rebuild(store, vault, all_folds, NULL, &count));
}

static void measure(const char *what, uint64_t events, void (*work)(void))
{
    enum { TIMES = 3 };
    int64_t took[TIMES];

    for (unsigned i = 0; i < TIMES; i++) {
        int64_t began = clock_monotonic_us();

        work();
        took[i] = clock_monotonic_us() - began;
    }
    double median = median_of(took, TIMES);
    printf("%-36s %9.0f events/s, %6.2f us each\n", what, (double)events * 1e6 / median,
           median / (double)events);
}

int main(int count, char **arguments)
{
    struct place         place = place_open(arguments[0]);
    char                 path[512], keys[512];
    struct store_options options = { .path = path };
    uint64_t             events  = count > 1 ? strtoull(arguments[1], NULL, 10) : EVENTS;

    snprintf(path, sizeof path, "%s/store", place.folder);
    snprintf(keys, sizeof keys, "%s/vault", place.folder);
    store_families_all(options.families);
    stop_if(store_open(&store, &options));
    stop_if(vault_open(&vault, keys, false));
    history_write(store, vault, events / 2);
    stop_if(log_head(store_reader(store), &events));
    printf("%llu events\n", (unsigned long long)events);
    measure("walk", events, scan);
    measure("walk, each leaf hashed", events, scan_and_hash);
    measure("verify the log, personal fields shut", events, verify_shut);
    measure("verify the log, all opened", events, verify);
    measure("rebuild all views", events, rebuild);
    store_close(store);
    vault_close(vault);
    place_close(&place);
    return 0;
}

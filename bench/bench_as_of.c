/* How long does it take to show an account as it was, to tell two moments apart, and to
 * find the moment of an instant?
 *
 *     bench_as_of [EVENTS [TIMES]]
 *
 * One account with EVENTS events of its own (a dozen devices, two vendors, nine reports of
 * state to every command), among as many of others, on disk, the store opened again and read
 * once. Medians; with the vault and without. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/history.h"
#include "bench/place.h"
#include "replay/past/past.h"

enum { EVENTS = 1000, TIMES = 101 };

/* -- asking ------------------------------------------------------------------------------ */

static struct status past_answer_as_of(const struct past *past, struct json *json)
{
    return replay_as_of(past, history_account(), MOMENT_LAST, json);
}

static struct status past_answer_diff(const struct past *past, struct json *json)
{
    uint64_t head;

    TRY(log_head(past->reader, &head));
    return replay_diff(past, history_account(), (struct moment){ .position.number = head / 2 },
                       MOMENT_LAST, json);
}

static struct status past_answer_why(const struct past *past, struct json *json)
{
    return replay_why(past, history_device(0), json);
}

static struct status ask_instant(const struct past *past, struct json *json)
{
    struct clock clock = clock_real();
    uint64_t     position;

    json_null(json);
    return log_position_at(past->reader, clock_now(&clock), &position);
}

static void measure(const char *what, const struct past *past, unsigned times,
                    struct status (*answer)(const struct past *past, struct json *json))
{
    int64_t *took = calloc(times, sizeof *took);
    size_t   size = 0;

    for (unsigned i = 0; i < times; i++) {
        struct buffer text  = { 0 };
        struct json   json  = json_to(&text);
        int64_t       began = clock_monotonic_us();
        stop_if(answer(past, &json));
        took[i] = clock_monotonic_us() - began;
        size    = text.size;
        buffer_free(&text);
    }
    double median = median_of(took, times);
    printf("%-28s median %7.2f ms, slowest of %u %7.2f ms, %zu bytes\n", what, median / 1e3, times,
           (double)took[times - 1] / 1e3, size);
    free(took);
}

int main(int count, char **arguments)
{
    struct place         place = place_open(arguments[0]);
    char                 path[512], keys[512];
    struct store_options options = { .path = path };
    struct store        *store;
    struct vault        *vault;
    uint64_t             events = count > 1 ? strtoull(arguments[1], NULL, 10) : EVENTS;
    unsigned             times  = count > 2 ? (unsigned)strtoul(arguments[2], NULL, 10) : TIMES;

    snprintf(path, sizeof path, "%s/store", place.folder);
    snprintf(keys, sizeof keys, "%s/vault", place.folder);
    store_families_all(options.families);
    stop_if(store_open(&store, &options));
    stop_if(vault_open(&vault, keys, false));
    history_write(store, vault, events);

    struct past past  = { .reader = store_reader(store) };
    int64_t     began = clock_monotonic_us();
    stop_if(past_open_nothing(&past.nothing, past.reader));
    printf("%llu events of an account among as many; opening the empty store %.2f ms\n",
           (unsigned long long)events, (double)(clock_monotonic_us() - began) / 1e3);
    measure("as of now", &past, times, past_answer_as_of);
    measure("from the middle to now", &past, times, past_answer_diff);
    measure("why", &past, times, past_answer_why);
    measure("the position of an instant", &past, times, ask_instant);
    past.vault = vault;
    measure("as of now, personal", &past, times, past_answer_as_of);
    store_close(past.nothing);
    store_close(store);
    vault_close(vault);
    place_close(&place);
    return 0;
}

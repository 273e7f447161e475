/* How long does it take to show an account as it was, to tell two moments apart, and to
 * find the moment of an instant?
 *
 *     bench_as_of [EVENTS [TIMES]]
 *
 * One account with EVENTS events of its own (a dozen devices, two vendors, nine reports of
 * state to every command), among as many of others, on disk, the store opened anew and read
 * once. Medians; with the vault and without. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/place.h"
#include "core/facts/names.h"
#include "core/rules/rules.h"
#include "projections/projection.h"
#include "replay/past.h"

enum { EVENTS = 1000, TIMES = 101, DEVICES = 12, COMMIT = 500 };

static const struct id ACCOUNT = { { ID_account, 1 } }, OTHER = { { ID_account, 2 } };
static const struct id NETWORK = { { ID_network, 1 } };
static const struct id VENDORS[] = { { { ID_vendor, 1 } }, { { ID_vendor, 2 } } };

static void stop_if(struct status status)
{
    if (status.code == STATUS_OK) return;
    fprintf(stderr, "bench_as_of: %s\n", status.text);
    exit(1);
}

static struct id numbered(enum id_kind kind, uint64_t number)
{
    return id_derive(kind, (struct slice){ (const char *)&number, sizeof number },
                     (struct slice){ 0 }, (struct slice){ 0 });
}

static void random_bytes(void *context, void *bytes, size_t size)
{
    (void)context;
    crypto_random(bytes, size);
}

/* -- the log --------------------------------------------------------------------------- */

struct writing {
    struct log   *log;
    struct batch *batch;
    struct arena  arena;
    struct ids    ids;
};

static void put(struct writing *writing, struct event event)
{
    static unsigned count;
    struct clock    clock = clock_real();
    int64_t         now   = clock_now(&clock);

    event.id = ids_next(&writing->ids, ID_event, now);
    stop_if(log_append(writing->log, writing->batch, now, &writing->arena, &event));
    arena_reset(&writing->arena);
    if (++count % COMMIT == 0) stop_if(batch_commit(writing->batch, false));
}
#define PUT(type_, stream_, ...)                                                      \
    put(writing, (struct event){ .type = EVENT_##type_, .stream = (stream_),          \
                                 .type_ = { __VA_ARGS__ } })

static void device_comes(struct writing *writing, unsigned number)
{
    struct id consent = numbered(ID_consent, number), device = numbered(ID_device, number);
    struct id claim   = numbered(ID_claim, number), vendor = VENDORS[number % COUNT(VENDORS)];

    PUT(consent_requested, ACCOUNT, .consent = consent, .claim = claim, .vendor = vendor,
        .notice_text = SLICE("May Acme's lamp join your network?"), .model = SLICE("lamp:1.0.0"));
    PUT(consent_granted, ACCOUNT, .consent = consent, .claim = claim, .vendor = vendor,
        .device = device, .network = NETWORK, .bond = consent);
    PUT(device_added, ACCOUNT, .device = device, .consent = consent, .claim = claim,
        .vendor = vendor, .network = NETWORK, .model = SLICE("lamp:1.0.0"),
        .vendor_device_id = SLICE("A-1"), .name = SLICE("Lamp"));
}

/* One for the account, one for somebody else. */
static void something_happens(struct writing *writing, uint64_t number)
{
    const struct value told[] = { { SLICE("brightness"), SLICE("42") },
                                  { SLICE("on"), number % 2 ? SLICE("true") : SLICE("false") } };
    struct id device  = numbered(ID_device, number % DEVICES);
    struct id vendor  = VENDORS[number % DEVICES % COUNT(VENDORS)];
    struct id command = numbered(ID_command, number);

    if (number % 20 == 0)
        PUT(command_requested, ACCOUNT, .command = command, .device = device, .vendor = vendor,
            .operation = SLICE("writeProperty"), .name = SLICE("on"), .input = SLICE("true"));
    else if (number % 20 == 1)
        PUT(command_succeeded, ACCOUNT, .command = numbered(ID_command, number - 1),
            .device = numbered(ID_device, (number - 1) % DEVICES), .output = SLICE("null"));
    else PUT(device_state_reported, ACCOUNT, .device = device, .vendor = vendor,
             .properties = { told, COUNT(told) });
    PUT(device_renamed, OTHER, .device = numbered(ID_device, 1 << 20), .name = SLICE("Lamp"));
}

static void write_log(struct store *store, struct vault *vault, uint64_t events)
{
    struct writing  room    = { .ids = { .random = random_bytes }, .batch = batch_open(store) };
    struct writing *writing = &room;

    stop_if(log_open(&room.log, store, vault, PARTITION_ONE));
    for (unsigned i = 0; i < COUNT(VENDORS); i++) {
        PUT(vendor_onboarded, VENDORS[i], .name = SLICE("Acme"));
        PUT(vendor_approved, VENDORS[i], .none_ = { 0 });
    }
    PUT(account_opened, ACCOUNT, .login = SLICE("kim"));
    PUT(network_created, ACCOUNT, .network = NETWORK, .name = SLICE("Home"));
    for (unsigned i = 0; i < DEVICES; i++) device_comes(writing, i);
    for (uint64_t i = 0; i + 2 + 3 * DEVICES < events; i++) something_happens(writing, i);
    stop_if(batch_commit(room.batch, true));
    stop_if(store_flush(store));
    batch_close(room.batch);
    log_close(room.log);
    arena_free(&room.arena);
}

/* -- asking ------------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;

    return (first > second) - (first < second);
}

static struct status ask_as_of(const struct past *past, struct json *json)
{
    return replay_as_of(past, ACCOUNT, MOMENT_LAST, json);
}

static struct status ask_diff(const struct past *past, struct json *json)
{
    uint64_t head;

    TRY(log_head(past->reader, PARTITION_ONE, &head));
    return replay_diff(past, ACCOUNT, (struct moment){ head / 2, 0 }, MOMENT_LAST, json);
}

static struct status ask_why(const struct past *past, struct json *json)
{
    return replay_why(past, numbered(ID_device, 0), json);
}

static struct status ask_instant(const struct past *past, struct json *json)
{
    struct clock clock = clock_real();
    uint64_t     position;

    json_null(json);
    return log_position_at(past->reader, PARTITION_ONE, clock_now(&clock), &position);
}

static void measure(const char *what, const struct past *past, unsigned times,
                    struct status (*ask)(const struct past *past, struct json *json))
{
    int64_t *took = calloc(times, sizeof *took);
    size_t   size = 0;

    for (unsigned i = 0; i < times; i++) {
        struct buffer text  = { 0 };
        struct json   json  = json_to(&text);
        int64_t       began = clock_monotonic_us();
        stop_if(ask(past, &json));
        took[i] = clock_monotonic_us() - began;
        size    = text.size;
        buffer_free(&text);
    }
    qsort(took, times, sizeof *took, by_size);
    printf("%-28s median %7.2f ms, slowest of %u %7.2f ms, %zu bytes\n", what,
           (double)took[times / 2] / 1e3, times, (double)took[times - 1] / 1e3, size);
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
    write_log(store, vault, events);

    struct past past  = { .reader = store_reader(store) };
    int64_t     began = clock_monotonic_us();
    stop_if(past_open_nothing(&past.nothing));
    printf("%llu events of an account among as many; opening the empty store %.2f ms\n",
           (unsigned long long)events, (double)(clock_monotonic_us() - began) / 1e3);
    measure("as of now", &past, times, ask_as_of);
    measure("from the middle to now", &past, times, ask_diff);
    measure("why", &past, times, ask_why);
    measure("the position of an instant", &past, times, ask_instant);
    past.vault = vault;
    measure("as of now, personal", &past, times, ask_as_of);
    store_close(past.nothing);
    store_close(store);
    vault_close(vault);
    place_close(&place);
    return 0;
}

/* How many device reports a second does the ledger make durable, in turns of 64?
 *
 *     bench_ledger [REPORTS [DEVICES]]
 *
 * The whole turn is measured: decide, seal, envelope, leaf hash, all folds, one
 * batch, one sync. Beside it, in the same run and on the same disk, a plain file
 * gets as many bytes with one fdatasync a turn. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/history.h"
#include "bench/place.h"
#include "core/facts/names.h"
#include "core/ledger/ledger.h"
#include "projections/projection.h"

enum { TURN = 64, ROW_BYTES = 1500 };

static const struct id ACCOUNT = { { ID_account, 1 } }, VENDOR = { { ID_vendor, 2 } };

static struct id numbered(enum id_kind kind, uint32_t number)
{
    return id_derive(kind, (struct slice){ (const char *)&number, sizeof number },
                     (struct slice){ 0 }, (struct slice){ 0 });
}

/* -- a world with devices: events as they would have happened ---------------- */

struct world {
    struct store  *store;
    struct vault  *vault;
    struct ledger *ledger;
    uint32_t       devices;
    uint64_t       done;
};

static void put(struct log *log, struct batch *batch, struct arena *arena, struct event *event,
                struct ids *ids)
{
    event->id     = ids_next(ids, ID_event, 1);
    event->schema = EVENT_SCHEMA;
    stop_if(log_append(log, batch, clock_now(&(struct clock){ .now_us = clock_real().now_us }),
                       arena, event));
    fold_registry.apply(batch, arena, event);
    for (const struct fold *const *fold = all_folds; *fold; fold++)
        (*fold)->apply(batch, arena, event);
    arena_reset(arena);
}

static void random_bytes(void *context, void *bytes, size_t size)
{
    (void)context;
    crypto_random(bytes, size);
}

static void people(struct world *world)
{
    static const struct slice abilities[] = { { "on", 2 }, { "brightness", 10 } };
    struct log               *log;
    struct arena              arena = { 0 };
    struct ids                ids   = { .random = random_bytes };
    struct batch             *batch = batch_open(world->store);
    struct texts              all   = { abilities, COUNT(abilities) };
    struct id                 net   = numbered(ID_network, 0);

    stop_if(log_open(&log, world->store, world->vault));
/* clang-format off */
#define PUT(type_, stream_, ...)                                                           \
    put(log, batch, &arena, &(struct event){ .type = EVENT_##type_, .stream = (stream_),   \
        .type_ = { __VA_ARGS__ } }, &ids)
    /* clang-format on */
    PUT(vendor_onboarded, VENDOR, .name = SLICE("Acme"));
    PUT(vendor_approved, VENDOR, .none_ = { 0 });
    PUT(account_opened, ACCOUNT, .login = SLICE("kim"));
    PUT(network_created, ACCOUNT, .network = net, .name = SLICE("Home"));
    for (uint32_t i = 0; i < world->devices; i++) {
        struct id consent = numbered(ID_consent, i), device = numbered(ID_device, i);
        struct id claim = numbered(ID_claim, i);
        PUT(consent_requested, ACCOUNT, .consent = consent, .claim = claim, .vendor = VENDOR,
            .capabilities = all, .lapses_at = INT64_MAX / 2);
        PUT(consent_granted, ACCOUNT, .consent = consent, .claim = claim, .vendor = VENDOR,
            .device = device, .network = net, .capabilities = all, .bond = numbered(ID_consent, 0));
        PUT(device_added, ACCOUNT, .device = device, .consent = consent, .claim = claim,
            .vendor = VENDOR, .network = net, .model = SLICE("lamp:1.0.0"),
            .vendor_device_id = SLICE("A-1"), .name = SLICE("Lamp"));
        if (i % 500 == 499) stop_if(batch_commit(batch, false));
    }
    stop_if(batch_commit(batch, true));
    batch_close(batch);
    log_close(log);
    arena_free(&arena);
}

static struct world open_world(const char *path, uint32_t devices)
{
    static struct clock              clock;
    static struct policy             policy;
    static const struct timer_source timers  = { timers_next, timers_due };
    struct world                     world   = { .devices = devices };
    struct store_options             options = { .path = path };
    char                             vault[512];

    clock  = clock_real();
    policy = policy_default();
    snprintf(vault, sizeof vault, "%s.vault", path);
    store_families_all(options.families);
    stop_if(store_open(&world.store, &options));
    stop_if(vault_open(&world.vault, vault, false));
    people(&world);
    stop_if(ledger_open(&world.ledger, &(struct ledger_settings){ .store     = world.store,
                                                                  .vault     = world.vault,
                                                                  .folds     = all_folds,
                                                                  .timers    = &timers,
                                                                  .policy    = &policy,
                                                                  .clock     = &clock,
                                                                  .queue_max = 4096 }));
    return world;
}

/* -- the load ------------------------------------------------------------------ */

static void counted(struct ledger_request *request)
{
    struct world *world = request->context;

    stop_if(request->failure);
    if (request->items[0].outcome.refusal) {
        fprintf(stderr, "bench_ledger: refused: %s\n",
                refusal_shape(request->items[0].outcome.refusal)->name);
        exit(1);
    }
    world->done++;
    buffer_free(&request->reply);
}

static void accept(struct ledger_request *request, struct reader *reader)
{
    (void)reader;
    buffer_add(&request->reply, SLICE("{\"results\":[{\"id\":\"1\",\"status\":\"accepted\"}]}"));
}

static void turn(struct world *world, uint64_t number)
{
    static struct ledger_request requests[TURN];
    static struct ledger_item    items[TURN];
    static char                  keys[TURN][40];
    static struct value          values[TURN][2];
    bool                         worked;

    for (unsigned i = 0; i < TURN; i++) {
        uint32_t device = (uint32_t)((number * TURN + i) * 7919 % world->devices);
        int size = snprintf(keys[i], sizeof keys[i], "msg_%llu_%u", (unsigned long long)number, i);
        values[i][0] = (struct value){ SLICE("brightness"), SLICE("42") };
        values[i][1] = (struct value){ SLICE("on"), i % 2 ? SLICE("true") : SLICE("false") };
        items[i]     = (struct ledger_item){
                .intent            = { .type         = INTENT_report_state,
                                       .stream       = ACCOUNT,
                                       .actor        = { ACTOR_VENDOR, VENDOR },
                                       .occurred_at  = clock_monotonic_us() + DAY,
                                       .report_state = { .device     = numbered(ID_device, device),
                                                         .vendor     = VENDOR,
                                                         .properties = { values[i], 2 } } },
                .deduplication_key = { keys[i], (size_t)size }
        };
        requests[i] = (struct ledger_request){ .items           = &items[i],
                                               .count           = 1,
                                               .caller          = VENDOR,
                                               .idempotency_key = { keys[i], (size_t)size },
                                               .answer          = accept,
                                               .done            = counted,
                                               .context         = world };
        if (!ledger_submit(world->ledger, &requests[i]))
            stop_if(failed(STATUS_LIMIT, "queue full"));
    }
    stop_if(ledger_turn(world->ledger, &worked));
}

static double plain_file(const char *path, uint64_t turns)
{
    static char bytes[TURN * ROW_BYTES];
    char        name[512];
    int64_t     began = clock_monotonic_us();

    snprintf(name, sizeof name, "%s.plain", path);
    int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    for (uint64_t i = 0; i < turns; i++)
        if (write(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes || fdatasync(fd))
            stop_if(failed(STATUS_IO, "the plain file cannot be written"));
    close(fd);
    unlink(name);
    return (double)(clock_monotonic_us() - began) / 1e6;
}

int main(int count, char **arguments)
{
    struct place place   = place_open(arguments[0]);
    uint64_t     reports = count > 1 ? strtoull(arguments[1], NULL, 10) : 100000;
    uint32_t     devices = count > 2 ? (uint32_t)strtoul(arguments[2], NULL, 10) : 1000;
    char         path[256 + 8];
    snprintf(path, sizeof path, "%s/store", place.folder);
    struct world world = open_world(path, devices);
    uint64_t     turns = reports / TURN;
    int64_t      began = clock_monotonic_us();

    for (uint64_t i = 0; i < turns; i++) turn(&world, i);
    double                seconds = (double)(clock_monotonic_us() - began) / 1e6;
    struct ledger_figures figures = ledger_figures(world.ledger);
    double                plain   = plain_file(path, turns);

    printf("ledger: %.0f reports/s in turns of %d (%.2f ms a turn, %.2f ms of it the commit)\n",
           (double)world.done / seconds, TURN, seconds * 1e3 / (double)turns,
           (double)figures.commit_us / 1e3 / (double)figures.turns);
    printf("plain file, as many bytes, fdatasync a turn: %.2f ms a turn; ledger/file %.1f\n",
           plain * 1e3 / (double)turns, seconds / plain);
    ledger_close(world.ledger);
    store_close(world.store);
    vault_close(world.vault);
    place_close(&place);
    return 0;
}

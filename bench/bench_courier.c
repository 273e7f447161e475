/* How soon does a webhook reach its vendor while others are down or hang, and how many a second?
 *
 *     bench_courier [VENDORS [RATE [SECONDS]]]
 *
 * Three worlds, each with a real courier, writer and disk, and a process beside it that plays all
 * endpoints: many vendors of which one in a hundred is down and one hangs; one vendor of whose
 * devices one in a hundred is stuck; and a backlog that is sent as fast as it goes. A webhook's
 * way is measured from the instant in it, when it was decided, until its head and body are at
 * the endpoint, in whole milliseconds. */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/courier/courier.h"
#include "api/http/server.h"
#include "bench/history.h"
#include "bench/place.h"
#include "core/facts/names.h"
#include "projections/projection.h"

enum { SLOTS = 60000, QUEUE = 4096, IN_FLIGHT = 512 };
static const struct id ACCOUNT = { { ID_account, 1 } };

/* -- endpoints --------------------------------------------------------------------------- */

/* What they saw, shared with the other process. By path: "/fine", "/stuck", "/hang". */
static struct seen {
    atomic_uint_fast64_t fine, stuck, hung;
    atomic_uint_fast64_t took[SLOTS]; /* of the fine ones, by milliseconds */
} * seen;
static const char *stuck_name; /* every grant that ends so is a stuck device's; NULL: none is */

static bool is_stuck(struct slice body)
{
    const char *grant = stuck_name ? strstr(body.data, "\"grantId\":\"") : NULL;

    return grant && memcmp(grant + 11 + 28, stuck_name, 2) < 0;
}

static void count_way(struct slice body)
{
    const char  *time  = strstr(body.data, "\"time\":\"");
    struct clock clock = clock_real();
    int64_t      then, took;

    if (!time || !instant_parse((struct slice){ time + 8, 24 }, &then)) bench_die("no instant");
    took = (clock_now(&clock) - then) / MILLISECOND;
    atomic_fetch_add(&seen->took[took < 0 ? 0 : took < SLOTS ? took : SLOTS - 1], 1);
    atomic_fetch_add(&seen->fine, 1);
}

static void on_webhook(void *context, struct request *request)
{
    char body[4096];

    (void)context;
    snprintf(body, sizeof body, "%.*s", (int)request->body.size, request->body.data);
    if (slice_equal(request->head->path, SLICE("/hang"))) {
        atomic_fetch_add(&seen->hung, 1); /* and no answer comes */
        return;
    }
    if (is_stuck(slice_text(body))) {
        atomic_fetch_add(&seen->stuck, 1);
        request_answer(request, 503, NULL, SLICE(""));
        return;
    }
    count_way(slice_text(body));
    request_answer(request, 204, NULL, SLICE(""));
}

static pid_t play_endpoints(uint16_t *port)
{
    struct server_settings settings = server_settings_default();
    struct server         *server;
    int                    ends[2];

    settings.address         = "127.0.0.1";
    settings.connections_max = 4096;
    settings.hooks           = (struct server_hooks){ .body_max = 4000, .handle = on_webhook };
    if (pipe(ends)) bench_die("no pipe");
    pid_t pid = fork();
    if (!pid) {
        bench_must(server_open(&server, &settings));
        *port = server_port(server);
        if (write(ends[1], port, sizeof *port) != sizeof *port) exit(1);
        server_run(server);
        exit(0);
    }
    if (read(ends[0], port, sizeof *port) != sizeof *port) bench_die("no endpoint");
    close(ends[0]);
    close(ends[1]);
    return pid;
}

/* -- a log with vendors and granted devices ---------------------------------------------- */

struct plan {
    uint32_t    vendors, devices; /* each vendor's */
    uint32_t    down, hanging;    /* one in so many is down; so many hang */
    const char *stuck;
    uint64_t    rate, seconds; /* webhooks a second; 0: all there are, at once */
};

struct world {
    const struct plan *plan;
    struct ground      ground;
    struct settings    settings;
    struct chore      *chore;
    uint16_t           port;
    pid_t              endpoints;
    atomic_size_t      in_flight;
};

static struct id numbered(enum id_kind kind, uint32_t number)
{
    return id_derive(kind, (struct slice){ (const char *)&number, sizeof number },
                     (struct slice){ 0 }, (struct slice){ 0 });
}

struct writing {
    struct log   *log;
    struct batch *batch;
    struct arena  arena;
    struct ids    ids;
};

static void random_bytes(void *context, void *bytes, size_t size)
{
    (void)context;
    crypto_random(bytes, size);
}

static void put(struct writing *to, struct event event)
{
    struct clock clock = clock_real();

    event.id     = ids_next(&to->ids, ID_event, clock_now(&clock));
    event.schema = EVENT_SCHEMA;
    stop_if(log_append(to->log, to->batch, clock_now(&clock), &to->arena, &event));
    fold_registry.apply(to->batch, &to->arena, &event);
    for (const struct fold *const *fold = all_folds; *fold; fold++)
        (*fold)->apply(to->batch, &to->arena, &event);
    arena_reset(&to->arena);
}
/* clang-format off */
#define PUT(type_, stream_, ...)                                                      \
    put(to, (struct event){ .type = EVENT_##type_, .stream = (stream_), .type_ = { __VA_ARGS__ } })
/* clang-format on */

static void put_vendor(struct writing *to, const struct world *world, uint32_t number)
{
    struct id vendor  = numbered(ID_vendor, number);
    bool      is_down = world->plan->down && number % world->plan->down == 1;
    bool      is_hung = number >= world->plan->vendors - world->plan->hanging;
    char      url[64];

    snprintf(url, sizeof url, "http://127.0.0.1:%u/%s", is_down ? 1u : world->port,
             is_hung ? "hang" : "fine");
    PUT(vendor_onboarded, vendor, .name = SLICE("Acme"));
    PUT(vendor_key_added, vendor, .key = numbered(ID_key, number),
        .secret = SLICE("0123456789abcdef0123456789abcdef"));
    PUT(vendor_approved, vendor, .none_ = { 0 });
    PUT(endpoint_set, vendor, .url = slice_text(url));
}

static void put_device(struct writing *to, uint32_t vendor, uint32_t number)
{
    static const struct slice abilities[] = { { "on", 2 } };
    struct id    consent = numbered(ID_consent, number), device = numbered(ID_device, number);
    struct id    claim = numbered(ID_claim, number), vendor_id = numbered(ID_vendor, vendor);
    struct texts all = { abilities, 1 };

    PUT(consent_requested, ACCOUNT, .consent = consent, .claim = claim,
        .detection = numbered(ID_detection, number), .vendor = vendor_id, .capabilities = all,
        .lapses_at = INT64_MAX / 2);
    PUT(consent_granted, ACCOUNT, .consent = consent, .claim = claim,
        .detection = numbered(ID_detection, number), .vendor = vendor_id, .device = device,
        .network = numbered(ID_network, 0), .capabilities = all, .bond = numbered(ID_consent, 0),
        .vendor_device_id = SLICE("A-1"));
    PUT(device_added, ACCOUNT, .device = device, .consent = consent, .claim = claim,
        .vendor = vendor_id, .network = numbered(ID_network, 0), .model = SLICE("lamp:1.0.0"),
        .vendor_device_id = SLICE("A-1"), .name = SLICE("Lamp"));
}

static void write_log(const struct world *world)
{
    struct writing own = { .ids = { .random = random_bytes } }, *to = &own;
    uint32_t       number = 0;

    own.batch = batch_open(world->ground.store);
    stop_if(log_open(&own.log, world->ground.store, world->ground.vault));
    PUT(account_opened, ACCOUNT, .login = SLICE("kim"),
        .activation_hash = SLICE("0123456789abcdef0123456789abcdef"));
    PUT(network_created, ACCOUNT, .network = numbered(ID_network, 0), .name = SLICE("Home"));
    for (uint32_t i = 0; i < world->plan->vendors; i++) {
        put_vendor(to, world, i);
        for (uint32_t n = 0; n < world->plan->devices; n++) put_device(to, i, number++);
        stop_if(batch_commit(own.batch, false));
    }
    batch_close(own.batch);
    log_close(own.log);
    arena_free(&own.arena);
}

/* -- beginning and end -------------------------------------------------------------------- */

static void on_committed(void *context, const struct commit *commit)
{
    chores_committed(((struct world *)context)->ground.chores, commit);
}

static void world_open(struct world *world, const char *folder)
{
    static const struct timer_source     timers  = { timers_next, timers_due };
    static const struct chore_row *const rows[]  = { &courier_chore };
    struct store_options                 options = { .path = folder };
    char                                 vault[600];

    snprintf(vault, sizeof vault, "%s.vault", folder);
    settings_default(&world->settings);
    world->settings.allow_private_endpoints = true;
    world->ground.settings                  = &world->settings;
    world->ground.clock                     = clock_real();
    world->ground.policy                    = settings_policy(&world->settings);
    world->ground.view = (struct event_view){ SLICE("https://piot.example"), SLICE("piot"), 1,
                                              true };
    world->endpoints   = play_endpoints(&world->port);
    store_families_all(options.families);
    stop_if(store_open(&world->ground.store, &options));
    stop_if(vault_open(&world->ground.vault, vault, false));
    write_log(world);
    stop_if(ledger_open(&world->ground.ledger,
                        &(struct ledger_settings){ .store     = world->ground.store,
                                                   .vault     = world->ground.vault,
                                                   .folds     = all_folds,
                                                   .timers    = &timers,
                                                   .policy    = &world->ground.policy,
                                                   .clock     = &world->ground.clock,
                                                   .committed = on_committed,
                                                   .context   = world,
                                                   .queue_max = QUEUE }));
    stop_if(chores_open(&world->ground, rows, COUNT(rows)));
    stop_if(ledger_start(world->ground.ledger));
    stop_if(chores_start(world->ground.chores));
}

static void world_close(struct world *world)
{
    ensure(world->endpoints > 0);
    kill(world->endpoints, SIGKILL);
    waitpid(world->endpoints, NULL, 0);
    chores_stop(world->ground.chores);
    ledger_stop(world->ground.ledger);
    chores_close(world->ground.chores);
    ledger_close(world->ground.ledger);
    vault_close(world->ground.vault);
    store_close(world->ground.store);
    settings_free(&world->settings);
}

/* -- the load ------------------------------------------------------------------------------- */

struct renewal {
    struct ledger_request request;
    struct ledger_item    item;
};

static void on_renewed(struct ledger_request *request)
{
    struct world *world = request->context;

    stop_if(request->failure);
    if (((struct renewal *)request)->item.outcome.refusal)
        bench_die("refused: %s",
                  refusal_shape(((struct renewal *)request)->item.outcome.refusal)->name);
    atomic_fetch_sub(&world->in_flight, 1);
    buffer_free(&request->reply);
    free(request);
}

static void renew(struct world *world, uint32_t device)
{
    struct renewal *renewal = calloc(1, sizeof *renewal);

    renewal->item.intent = (struct intent){ .type          = INTENT_renew_consent,
                                            .stream        = ACCOUNT,
                                            .actor         = { ACTOR_SYSTEM, NO_ID },
                                            .renew_consent = {
                                                .consent = numbered(ID_consent, device) } };
    renewal->request     = (struct ledger_request){
            .items = &renewal->item, .count = 1, .done = on_renewed, .context = world
    };
    atomic_fetch_add(&world->in_flight, 1);
    while (!ledger_submit(world->ground.ledger, &renewal->request)) usleep(1000);
}

/* Until nothing more comes for a while. */
static void await_quiet(uint64_t wanted)
{
    int64_t  since = clock_monotonic_us();
    uint64_t last  = 0;

    while (atomic_load(&seen->fine) < wanted && clock_monotonic_us() - since < 3 * SECOND) {
        if (atomic_load(&seen->fine) != last) since = clock_monotonic_us();
        last = atomic_load(&seen->fine);
        usleep(1000);
    }
}

static void send_at_rate(struct world *world)
{
    const struct plan *plan    = world->plan;
    uint32_t           devices = plan->vendors * plan->devices;
    int64_t            began   = clock_monotonic_us();

    for (uint64_t i = 0; i < plan->rate * plan->seconds; i++) {
        int64_t due = began + (int64_t)(i * 1000000 / plan->rate) - clock_monotonic_us();
        if (due > 0) usleep((useconds_t)due);
        renew(world, (uint32_t)(i * 7919 % devices));
    }
}

static uint64_t percentile(unsigned percent)
{
    uint64_t all = 0, so_far = 0;

    for (size_t i = 0; i < SLOTS; i++) all += seen->took[i];
    for (size_t i = 0; i < SLOTS; i++)
        if ((so_far += seen->took[i]) * 100 >= all * percent) return i;
    return SLOTS;
}

static void run(const char *what, const char *folder, const struct plan *plan)
{
    static unsigned number;
    struct world    world = { .plan = plan };
    char            own[512];
    uint64_t        devices = (uint64_t)plan->vendors * plan->devices;

    snprintf(own, sizeof own, "%s/%u", folder, number++);
    memset(seen, 0, sizeof *seen);
    stuck_name    = plan->stuck;
    int64_t began = clock_monotonic_us();
    world_open(&world, own);
    int64_t opened = clock_monotonic_us();
    double  cpu    = bench_cpu_seconds();
    await_quiet(devices); /* each grant is told first */
    double seconds = (double)(clock_monotonic_us() - opened) / 1e6;
    printf("%s\n  log written in %.1f s; its %llu grants told in %.1f s: %.0f/s, of processor "
           "%.0f us each\n",
           what, (double)(opened - began) / 1e6, (unsigned long long)seen->fine, seconds,
           (double)seen->fine / seconds, (bench_cpu_seconds() - cpu) * 1e6 / (double)seen->fine);
    if (plan->rate) {
        double idle = bench_resident_mib(getpid()), before = bench_cpu_seconds();
        sleep(1);
        memset(seen, 0, sizeof *seen);
        send_at_rate(&world);
        await_quiet(UINT64_MAX);
        printf("  %llu/s for %llu s: p50 %llu, p99 %llu, most %llu ms of %llu; %llu stuck, %llu "
               "hung; %.0f us of processor each; %.0f MiB, %.0f more than idle\n",
               (unsigned long long)plan->rate, (unsigned long long)plan->seconds,
               (unsigned long long)percentile(50), (unsigned long long)percentile(99),
               (unsigned long long)percentile(100), (unsigned long long)seen->fine,
               (unsigned long long)seen->stuck, (unsigned long long)seen->hung,
               (bench_cpu_seconds() - before) * 1e6 / (double)(plan->rate * plan->seconds),
               bench_resident_mib(getpid()), bench_resident_mib(getpid()) - idle);
    }
    fflush(stdout);
    world_close(&world);
}

int main(int count, char **arguments)
{
    struct place      place   = place_open(arguments[0]);
    uint32_t          vendors = count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 10) : 10000;
    uint64_t          rate    = count > 2 ? strtoull(arguments[2], NULL, 10) : 500;
    uint64_t          seconds = count > 3 ? strtoull(arguments[3], NULL, 10) : 20;
    const struct plan many    = { vendors, 1, 100, 1, NULL, rate, seconds };
    const struct plan stuck   = { 1, 1000, 0, 0, "0a", rate, seconds };
    const struct plan flood   = { 100, 300, 0, 0, NULL, 0, 0 };

    signal(SIGPIPE, SIG_IGN);
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED) bench_die("no memory to share");
    run("many vendors, one in a hundred down, one hangs", place.folder, &many);
    run("one vendor, one device in a hundred stuck", place.folder, &stuck);
    run("a backlog", place.folder, &flood);
    place_close(&place);
    return 0;
}

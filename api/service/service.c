/* service.c -- opening all of it from the ground up, and closing it the other way round. */
#include "api/service/service.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/call/limit.h"
#include "api/call/live.h"
#include "api/call/router.h"
#include "api/call/ticket.h"
#include "api/chores/witnesses.h"
#include "api/http/tls.h"
#include "api/service/data.h"
#include "api/service/disk.h"
#include "api/service/files.h"
#include "api/service/gate.h"
#include "api/service/health.h"
#include "api/service/names.h"
#include "api/service/service_internal.h"
#include "core/base/report.h"
#include "core/leases/leases.h"
#include "core/wire/url.h"
#include "projections/projection.h"

static const struct timer_source timers = { timers_next, timers_due };

/* -- what the ledger tells --------------------------------------------------------------- */

static void service_on_committed(void *context, const struct commit *commit)
{
    struct service *service = context;

    if (service->pipeline.live) live_committed(service->pipeline.live, commit);
    chores_committed(service->ground.chores, commit);
}

static bool service_on_anchored(void *context, uint64_t size, struct slice note)
{
    struct service *service = context;

    return witnesses_anchored(&service->ground, size, note);
}

static enum ledger_room service_room(void *context)
{
    struct service *service = context;

    return disk_look(service->ground.disk);
}

static void service_on_stopped(void *context, struct status why)
{
    struct service *service = context;

    atomic_store(&service->ground.broken, true);
    service->stop(service->stop_context, why);
}

/* -- opening, from the ground up ----------------------------------------------------------- */

static struct status open_store(struct service *service, const struct data_paths *paths,
                                size_t files_max)
{
    struct gate          gate    = { paths->anchor, &service->ground.signer.key };
    struct store_options options = {
        .path         = paths->store,
        .cache_bytes  = service->settings->store_cache,
        .uncompressed = !service->settings->store_compress,
        .write_bytes  = service->settings->store_write_buffer,
        .files_max    = files_max,
        .accept       = gate_accept_recovered,
        .context      = &gate,
    };

    TRY(gate_check_there(paths));
    store_families_all(options.families);
    TRY(store_open(&service->ground.store, &options));
    return gate_check_anchor(&gate, service->ground.store, &service->settings->arena,
                             &service->anchored);
}

/* A log that was signed is signed on with the same key, or by nobody. */
static struct status open_key(struct service *service, const struct data_paths *paths)
{
    bool          begun  = access(paths->anchor, F_OK) == 0;
    const char   *origin = begun ? NULL : service->settings->log_origin;
    struct status status = checkpoint_key_open(paths->key, origin, NOTE_ED25519,
                                               &service->ground.signer);

    if (status.code == STATUS_NOT_FOUND)
        return failed(STATUS_CORRUPT, "%s is gone, but the log was signed with it: bring it back",
                      paths->key);
    return status;
}

static struct status open_ledger(struct service *service, const struct data_paths *paths)
{
    struct ledger_settings settings = {
        .store       = service->ground.store,
        .vault       = service->ground.vault,
        .folds       = all_folds,
        .timers      = &timers,
        .policy      = &service->ground.policy,
        .clock       = &service->ground.clock,
        .step_max    = service->settings->clock_step_max,
        .queue_max   = service->settings->queue_max,
        .anchor_path = paths->anchor,
        .anchor_note = service->anchored,
        .signer      = &service->ground.signer,
        .committed   = service_on_committed,
        .anchored    = service_on_anchored,
        .stopped     = service_on_stopped,
        .room        = service_room,
        .context     = service,
    };

    return ledger_open(&service->ground.ledger, &settings);
}

/* From the system's key, which the ledger has made: they outlive the master key. */
static struct status derive_keys(struct service *service)
{
    const struct {
        const char *label;
        uint8_t    *key;
    } keys[] = {
        { "piot: positions", service->pipeline.position_key },
        { "piot: requests", service->pipeline.request_key },
        { "piot: known devices", service->pipeline.device_key },
        { "piot: tickets", service->pipeline.ticket_key },
    };

    for (size_t i = 0; i < COUNT(keys); i++)
        TRY(vault_derive(service->ground.vault, name_system(), keys[i].label, keys[i].key));
    return OK;
}

static size_t loops_wanted(const struct settings *settings)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (settings->loops) return (size_t)settings->loops;
    return processors > 2 ? (size_t)processors - 1 : 1;
}

/* Else nothing is opened, and no directory made. */
static struct status check_port(const char *listen)
{
    char     address[LISTEN_ADDRESS_MAX];
    uint16_t port;

    if (!*listen) return OK;
    ensure(url_listen_address(listen, address, &port));
    return server_can_listen(address, port);
}

static struct status open_loops(struct service *service)
{
    size_t   wanted = loops_wanted(service->settings);
    char     address[LISTEN_ADDRESS_MAX];
    uint16_t port;

    ensure(url_listen_address(service->settings->listen, address, &port));
    service->loops = calloc(wanted, sizeof *service->loops);
    ensure(service->loops != NULL);
    for (size_t i = 0; i < wanted; i++) {
        TRY(loop_open(&service->loops[i], &service->pipeline, (unsigned)i, address, port,
                      i ? &service->loops[0] : NULL));
        service->loop_count++;
    }
    service->port = server_port(service->loops[0].server);
    return OK;
}

static void name_ourselves(struct service *service)
{
    const struct settings *settings = service->settings;
    struct slice           url      = slice_text(settings->public_url);
    const char            *colon    = strrchr(settings->listen, ':');

    if (!url.size)
        url = arena_print(&service->settings->arena, "%s://%.*s:%u",
                          service->pipeline.tls ? "https" : "http", (int)(colon - settings->listen),
                          settings->listen, service->port);
    while (url.size && url.data[url.size - 1] == '/') url.size--;
    service->ground.public_url = url;
    service->ground.view       = (struct event_view){
              .source    = *settings->source ? slice_text(settings->source) : url,
              .prefix    = slice_text(settings->event_prefix),
              .partition = store_partition(service->ground.store),
              .personal  = true,
    };
}

static struct status open_chores(struct service *service)
{
    size_t                         count;
    const struct chore_row *const *rows = service_chores(&count);

    return chores_open(&service->ground, rows, count);
}

static struct status open_all(struct service *service)
{
    struct settings  *settings = service->settings;
    struct data_paths paths;
    size_t            store_files;
    uint64_t          changes;

    TRY(check_port(settings->listen));
    TRY(check_port(settings->metrics_listen));
    TRY(files_share(settings, loops_wanted(settings), &store_files));
    TRY(data_prepare(settings, &paths));
    TRY(disk_open(&service->ground.disk, settings, &paths));
    if (*settings->tls_certificate)
        TRY(tls_open(&service->pipeline.tls, settings->tls_certificate, settings->tls_key));
    if (*settings->webhook_ca_file) TRY(tls_check_authorities(settings->webhook_ca_file));
    TRY(open_key(service, &paths));
    TRY(open_store(service, &paths, store_files));
    data_forget_where(settings); /* of a process that was killed; now the lock is ours */
    TRY(ledger_vault_changes(service->ground.store, &changes));
    TRY(vault_open_least(&service->ground.vault, paths.vault, changes));
    TRY(gate_make_views_ready(&service->ground));
    if (settings->verify_at_start) TRY(gate_verify(&service->ground));
    TRY(open_chores(service));
    TRY(open_ledger(service, &paths));
    TRY(leases_make_ready(service->ground.store));
    TRY(derive_keys(service));
    TRY(service_find_names(service));
    TRY(data_first_token(service->ground.store, service->ground.ledger, &paths));
    service->pipeline.live = live_open(ledger_figures(service->ground.ledger).position);
    TRY(open_loops(service));
    name_ourselves(service);
    TRY(ledger_start(service->ground.ledger));
    TRY(chores_start(service->ground.chores));
    for (size_t i = 0; i < service->loop_count; i++) TRY(loop_start(&service->loops[i]));
    TRY(health_open(&service->health, service));
    return data_say_where(settings, service->port, &paths);
}

static void make_ground(struct service *service)
{
    size_t              count;
    const struct route *routes = service_routes(&count);
    const struct clock  clock  = clock_steady();

    service->router           = router_open(routes, count);
    service->ground.settings  = service->settings;
    service->ground.policy    = settings_policy(service->settings);
    service->ground.clock     = clock;
    service->pipeline.ground  = &service->ground;
    service->pipeline.router  = service->router;
    service->pipeline.limits  = limits_open();
    service->pipeline.tickets = tickets_open(clock_now(&clock));
}

struct status service_open(struct service **out, struct settings                *settings,
                           void (*stop)(void *context, struct status why), void *context)
{
    struct service *service = calloc(1, sizeof *service);

    ensure(service != NULL && stop != NULL);
    *service = (struct service){ .settings = settings, .stop = stop, .stop_context = context };
    make_ground(service);
    struct status status = open_all(service);
    *out                 = status.code == STATUS_OK ? service : NULL;
    if (!*out) service_close(service);
    return status;
}

static struct status change_certificate(struct service *service, const struct settings *fresh)
{
    TRY(tls_change(service->pipeline.tls, fresh->tls_certificate, fresh->tls_key));
    report(REPORT_NOTICE, "api", "the TLS certificate and its key were read again");
    return OK;
}

struct status service_reread(struct service *service, const struct settings *fresh)
{
    const char          *certificate = fresh->tls_certificate;
    struct witness_list *witnesses;

    if (!service->pipeline.tls != !*certificate)
        return failed(STATUS_INVALID, "setting tls_certificate: a restart turns TLS on and off");
    TRY(witness_list_read(fresh, &witnesses));
    struct status status = *certificate ? change_certificate(service, fresh) : OK;
    if (status.code == STATUS_OK) witnesses_change(&service->ground, witnesses);
    else witness_list_free(witnesses);
    return status;
}

struct slice service_url(const struct service *service) { return service->ground.public_url; }

/* A clean stop leaves nothing to be replayed at the next start, where there is room for it; a
 * start that was refused leaves all as it is. */
static void flush_store(struct service *service)
{
    struct store *store = service->ground.store;

    if (!service->ground.ledger || atomic_load(&service->ground.broken)) return;
    bool fits = disk_free(service->ground.disk) >
                store_property(store, "rocksdb.cur-size-all-mem-tables") + DISK_START;
    struct status status = fits ? store_flush(store)
                                : failed(STATUS_LIMIT, "too little room is left");
    if (status.code != STATUS_OK)
        report(REPORT_WARNING, "api", "the next start takes longer: %s", status.text);
}

/* -- closing, the other way round ------------------------------------------------------------- */

void service_close(struct service *service)
{
    if (!service) return;
    struct ground *ground = &service->ground;
    atomic_store(&ground->stopping, true);
    if (service->port) data_forget_where(service->settings);
    for (size_t i = 0; i < service->loop_count; i++) loop_stop(&service->loops[i]);
    for (size_t i = 0; i < service->loop_count; i++) loop_join(&service->loops[i]);
    health_close(service->health);                           /* before all that it tells of */
    if (ground->store) store_compact_no_more(ground->store); /* nobody waits for hours of it */
    chores_stop(ground->chores);                             /* their last words are intents */
    ledger_stop(ground->ledger);
    chores_close(ground->chores); /* not before: commits wake them */
    for (size_t i = 0; i < service->loop_count; i++) loop_close(&service->loops[i]);
    free(service->loops);
    live_close(service->pipeline.live);
    limits_close(service->pipeline.limits);
    tickets_close(service->pipeline.tickets);
    ledger_close(ground->ledger);
    vault_close(ground->vault);
    flush_store(service);
    store_close(ground->store);
    disk_close(ground->disk);
    tls_close(service->pipeline.tls);
    router_close(service->router);
    crypto_wipe(service, sizeof *service);
    free(service);
}

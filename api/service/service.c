#include "api/service/service.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/call/live.h"
#include "api/call/loop.h"
#include "api/call/routes.h"
#include "api/call/worker.h"
#include "api/chores/archivist.h"
#include "api/chores/backups.h"
#include "api/chores/eraser.h"
#include "api/chores/expiry.h"
#include "api/chores/lease_sweep.h"
#include "api/chores/rebuilds.h"
#include "api/chores/witnesses.h"
#include "api/courier/courier.h"
#include "api/http/tls.h"
#include "api/service/data.h"
#include "api/service/health.h"
#include "api/service/names.h"
#include "core/base/report.h"
#include "core/facts/names.h"
#include "projections/projection.h"
#include "replay/fold/replay.h"
#include "replay/past/past.h"

enum { HISTORIAN_QUEUE_MAX = 64 }; /* questions about the past that may wait */

static const struct agenda agenda = { timers_next, timers_due };

/* -- what the ledger tells --------------------------------------------------------------- */

static void on_committed(void *context, const struct commit *commit)
{
    struct service *service = context;

    if (!service->live) return; /* a first start's own turn, before anybody listens */
    live_committed(service->live, commit);
    if (courier_concerns(commit)) courier_wake(service->courier);
    eraser_committed(service->eraser, commit);
}

static void on_anchored(void *context, uint64_t size, struct slice note)
{
    struct service *service = context;

    witnesses_anchored(service->witnesses, size, note);
}

static void on_stopped(void *context, struct status why)
{
    struct service *service = context;

    atomic_store(&service->broken, true);
    service->stop(service->stop_context, why);
}

/* -- opening, from the ground up ----------------------------------------------------------- */

/* Without an anchor nobody can say what is missing, unless nothing ever happened. */
static struct status accept_unanchored(struct reader *recovered)
{
    uint64_t head;

    TRY(log_head(recovered, &head));
    return head ? failed(STATUS_CORRUPT, "the log was damaged and there is no anchor to hold "
                                         "what is left against: restore the anchor file")
                : OK;
}

struct recovery {
    const char            *anchor;
    const struct note_key *key;
};

/* After damage the store may come back a little short: only if the log still
 * reaches its anchor does that pass. */
static struct status accept_recovered(void *context, struct reader *recovered)
{
    const struct recovery *recovery = context;
    struct arena           arena    = { 0 };
    struct slice           note;
    struct status status = anchor_check(recovery->anchor, recovery->key, recovered, &arena, &note);

    if (status.code == STATUS_OK && !note.data) status = accept_unanchored(recovered);
    arena_free(&arena);
    return status;
}

/* A log that was signed is not begun anew: an empty store would stand where a backup or the
 * rest of an import belongs. */
static struct status check_there(const struct data_paths *paths)
{
    if (access(paths->anchor, F_OK) != 0 || access(paths->store, F_OK) == 0) return OK;
    return failed(STATUS_CORRUPT,
                  "there is no %s, but the log was signed: all its events are "
                  "missing. Restore a backup, or let the import of an export end",
                  paths->store);
}

static struct status open_store(struct service *service, const struct data_paths *paths)
{
    struct recovery      recovery = { paths->anchor, &service->signer.key };
    struct store_options options  = {
         .path         = paths->store,
         .cache_bytes  = service->settings.store_cache,
         .uncompressed = !service->settings.store_compress,
         .write_bytes  = service->settings.store_write_buffer,
         .accept       = accept_recovered,
         .context      = &recovery,
    };

    TRY(check_there(paths));
    store_families_all(options.families);
    return store_open(&service->store, &options);
}

/* A log that was signed is signed on with the same key, or by nobody. */
static struct status open_key(struct service *service, const struct data_paths *paths)
{
    bool          begun  = access(paths->anchor, F_OK) == 0;
    const char   *origin = begun ? NULL : service->settings.log_origin;
    struct status status = checkpoint_key_open(paths->key, origin, NOTE_ED25519, &service->signer);

    if (status.code == STATUS_NOT_FOUND)
        return failed(STATUS_CORRUPT, "%s is gone, but the log was signed with it: bring it back",
                      paths->key);
    return status;
}

static struct status open_ledger(struct service *service, const struct data_paths *paths)
{
    struct ledger_settings settings = {
        .store       = service->store,
        .vault       = service->vault,
        .folds       = all_folds,
        .agenda      = &agenda,
        .policy      = &service->policy,
        .clock       = &service->clock,
        .queue_max   = service->settings.queue_max,
        .anchor_path = paths->anchor,
        .signer      = &service->signer,
        .committed   = on_committed,
        .anchored    = service->witnesses ? on_anchored : NULL,
        .stopped     = on_stopped,
        .context     = service,
    };

    return ledger_open(&service->ledger, &settings);
}

/* From the system's key, which the ledger has made: they outlive the master key. */
static struct status derive_keys(struct service *service)
{
    TRY(vault_derive(service->vault, name_system(), "piot: positions", service->position_key));
    return vault_derive(service->vault, name_system(), "piot: requests", service->request_key);
}

static size_t loops_wanted(const struct settings *settings)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (settings->loops) return (size_t)settings->loops;
    return processors > 2 ? (size_t)processors - 1 : 1;
}

static struct status open_loops(struct service *service)
{
    size_t   wanted = loops_wanted(&service->settings);
    char     address[64];
    uint16_t port;

    ensure(settings_address(service->settings.listen, address, &port));
    service->loops = calloc(wanted, sizeof *service->loops);
    ensure(service->loops != NULL);
    for (size_t i = 0; i < wanted; i++) {
        TRY(loop_open(&service->loops[i], service, (unsigned)i, address, port));
        service->loop_count++;
        port = server_port(service->loops[0].server); /* the others share it */
    }
    service->port = port;
    return OK;
}

static void name_ourselves(struct service *service)
{
    const struct settings *settings = &service->settings;
    struct slice           url      = slice_text(settings->public_url);
    const char            *colon    = strrchr(settings->listen, ':');

    if (!url.size)
        url = arena_print(&service->settings.arena, "%s://%.*s:%u", service->tls ? "https" : "http",
                          (int)(colon - settings->listen), settings->listen, service->port);
    while (url.size && url.data[url.size - 1] == '/') url.size--;
    service->public_url = url;
    service->view       = (struct event_view){
              .source    = *settings->source ? slice_text(settings->source) : url,
              .prefix    = slice_text(settings->event_prefix),
              .partition = reader_partition(service_reader(service)),
              .personal  = true,
    };
}

static struct status open_all(struct service *service)
{
    struct settings  *settings = &service->settings;
    struct data_paths paths;

    routes_start();
    TRY(data_prepare(settings, &paths));
    if (*settings->tls_certificate)
        TRY(tls_open(&service->tls, settings->tls_certificate, settings->tls_key));
    TRY(open_key(service, &paths));
    TRY(open_store(service, &paths));
    data_forget_where(service); /* of a process that was killed; now the lock is ours */
    TRY(replay_make_ready(service->store, all_folds));
    TRY(vault_open(&service->vault, paths.vault, false));
    TRY(witnesses_open(&service->witnesses, service));
    TRY(open_ledger(service, &paths));
    TRY(derive_keys(service));
    TRY(service_find_names(service));
    TRY(data_first_token(service, &paths));
    service->live = live_open(ledger_figures(service->ledger).position);
    TRY(open_loops(service));
    name_ourselves(service);
    TRY(worker_open(&service->worker, settings->passwords_max));
    TRY(past_open_nothing(&service->nothing, service_reader(service)));
    TRY(worker_open(&service->historian, HISTORIAN_QUEUE_MAX));
    TRY(backups_open(&service->backups, service));
    TRY(courier_start(&service->courier, service));
    service->rebuilds = rebuilds_open(service);
    TRY(witnesses_start(service->witnesses));
    TRY(eraser_open(&service->eraser, service));
    TRY(ledger_start(service->ledger));
    TRY(eraser_start(service->eraser)); /* these wait for the ledger's writer */
    TRY(archivist_start(&service->archivist, service));
    TRY(expiry_start(&service->expiry, service));
    service->sweep = sweep_open(service);
    for (size_t i = 0; i < service->loop_count; i++) TRY(loop_start(&service->loops[i]));
    TRY(health_open(&service->health, service));
    return data_say_where(service, &paths);
}

struct status service_open(struct service *service, void (*stop)(void *context, struct status why),
                           void           *context)
{
    struct status status;

    service->stop         = stop;
    service->stop_context = context;
    service->policy       = settings_policy(&service->settings);
    service->clock        = clock_real();
    status                = open_all(service);
    if (status.code != STATUS_OK) service_close(service);
    return status;
}

/* A clean stop leaves nothing to be replayed at the next start. */
static void flush_store(struct service *service)
{
    if (!service->store || atomic_load(&service->broken)) return;
    struct status status = store_flush(service->store);
    if (status.code != STATUS_OK)
        report(REPORT_WARNING, "api", "the next start takes longer: %s", status.text);
}

/* -- closing, the other way round ------------------------------------------------------------- */

void service_close(struct service *service)
{
    atomic_store(&service->stopping, true);
    if (service->port) data_forget_where(service);
    for (size_t i = 0; i < service->loop_count; i++) loop_stop(&service->loops[i]);
    for (size_t i = 0; i < service->loop_count; i++) loop_join(&service->loops[i]);
    health_close(service->health);      /* before all that it tells of */
    courier_stop(service->courier);     /* its last words are intents */
    witnesses_stop(service->witnesses); /* what is not published is so after the next start */
    worker_close(service->worker);
    worker_close(service->historian);
    eraser_stop(service->eraser);
    archivist_stop(service->archivist);
    expiry_stop(service->expiry);
    backups_close(service->backups);
    rebuilds_close(service->rebuilds); /* its last word is the writer's */
    ledger_stop(service->ledger);
    courier_close(service->courier); /* not before: commits wake it */
    witnesses_close(service->witnesses);
    eraser_close(service->eraser);
    archivist_close(service->archivist); /* nor this: it lends the ledger a hand */
    expiry_close(service->expiry);
    sweep_close(service->sweep);
    for (size_t i = 0; i < service->loop_count; i++) loop_close(&service->loops[i]);
    free(service->loops);
    live_close(service->live);
    ledger_close(service->ledger);
    vault_close(service->vault);
    store_close(service->nothing);
    flush_store(service);
    store_close(service->store);
    tls_close(service->tls);
    crypto_wipe(&service->signer, sizeof service->signer);
    crypto_wipe(service->position_key, sizeof service->position_key);
    crypto_wipe(service->request_key, sizeof service->request_key);
    crypto_wipe(&service->name_key, sizeof service->name_key);
    service->loops      = NULL;
    service->loop_count = 0;
}

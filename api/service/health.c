#include "api/service/health.h"

#include <stdlib.h>
#include <string.h>

#include "api/call/call.h"
#include "api/chores/witnesses.h"
#include "api/service/disk.h"
#include "api/service/service_internal.h"
#include "core/base/report.h"
#include "core/wire/url.h"

struct health {
    struct service *service;
    struct server  *server;
    pthread_t       thread;
};

#define PUBLISH_WITHIN (10 * SECOND) /* a round of witnesses, and the next */
#define READ_FAILED    (10 * MINUTE) /* so long it is told: longer than one scrapes or polls */

/* -- ready? -------------------------------------------------------------------------- */

static bool reads_fail(const struct ground *ground)
{
    struct store_reads reads = store_reads(ground->store);

    return reads.failed && clock_monotonic_us() - reads.failed_us < READ_FAILED;
}

bool health_ready(struct ground *ground, struct json *reasons)
{
    struct ledger_figures ledger = ledger_figures(ground->ledger);
    bool                  ready  = true;
    const struct {
        bool        bad, bearable;
        const char *why;
    } checks[] = {
        { atomic_load(&ground->stopping), false, "The service is stopping." },
        { atomic_load(&ground->broken), false, "The ledger has stopped after a failure." },
        { store_failing(ground->store), false, "A background job of the store has failed." },
        { reads_fail(ground), true, "Something in the store could not be read." },
        { ledger_clock_step(ground->ledger) != 0, false,
          "The clock of this machine has stepped: nothing is written until it is back, or an "
          "operator accepts it." },
        { ledger.queue_length >= ground->settings->queue_max, false,
          "Too many writes are waiting." },
        { disk_is_low(ground->disk), true, "There is little room on the disk." },
        { ledger_room(ground->ledger) != LEDGER_ROOM_ENOUGH, true,
          "The disk is almost full: writes are refused, but for erasures." },
        { ledger.publish_wait_us > PUBLISH_WITHIN, true,
          "Too few witnesses have cosigned the last checkpoint: it is not published." },
        { witnesses_refusing(ground) > 0, true, "A witness knows another log of this name." },
    };

    for (size_t i = 0; i < COUNT(checks); i++) {
        if (!checks[i].bad) continue;
        json_text(reasons, slice_text(checks[i].why));
        ready &= checks[i].bearable;
    }
    return ready;
}

static int write_readiness(struct ground *ground, struct buffer *out)
{
    struct json json = json_to(out);

    json_object(&json);
    json_name(&json, "reasons");
    json_array(&json);
    bool ready = health_ready(ground, &json);
    json_array_end(&json);
    json_put_text(&json, "status", ready ? SLICE("ready") : SLICE("not-ready"));
    json_put_text(&json, "version", SLICE(PIOTD_VERSION));
    json_object_end(&json);
    return ready ? 200 : 503;
}

static const char alive[] = "{\"status\":\"alive\",\"version\":\"" PIOTD_VERSION "\"}";

void health_get_livez(struct call *call)
{
    call_answer(call, 200, "application/json", slice_text(alive));
}

void health_get_readyz(struct call *call)
{
    struct buffer body   = { 0 };
    int           status = write_readiness(call->ground, &body);

    call_answer_json(call, status, &body);
}

/* -- the door ------------------------------------------------------------------------------ */

static void answer_metrics(struct health *health, struct request *request)
{
    struct buffer body = { 0 };

    metrics_write(health->service, &body);
    request_answer(request, 200, "application/openmetrics-text; version=1.0.0; charset=utf-8",
                   buffer_slice(&body));
    buffer_free(&body);
}

static void answer_readiness(struct health *health, struct request *request)
{
    struct buffer body   = { 0 };
    int           status = write_readiness(&health->service->ground, &body);

    request_answer(request, status, "application/json", buffer_slice(&body));
    buffer_free(&body);
}

static void on_request(void *context, struct request *request)
{
    struct slice path = request->head->path;

    if (request->head->method != HTTP_GET) {
        request_header(request, "Allow", SLICE("GET, HEAD"));
        request_answer(request, 405, NULL, SLICE(""));
    } else if (slice_equal(path, SLICE("/metrics"))) answer_metrics(context, request);
    else if (slice_equal(path, SLICE("/readyz"))) answer_readiness(context, request);
    else if (slice_equal(path, SLICE("/livez")))
        request_answer(request, 200, "application/json", slice_text(alive));
    else request_answer(request, 404, NULL, SLICE(""));
}

static void *serve(void *argument)
{
    struct health *health = argument;

    server_run(health->server);
    return NULL;
}

struct status health_open(struct health **health, struct service *service)
{
    struct server_settings settings = server_settings_default();
    struct health         *made;
    char                   address[LISTEN_ADDRESS_MAX];

    *health = NULL;
    if (!*service->settings->metrics_listen) return OK;
    ensure(url_listen_address(service->settings->metrics_listen, address, &settings.port));
    made = calloc(1, sizeof *made);
    ensure(made != NULL);
    made->service            = service;
    settings.address         = address;
    settings.connections_max = SCRAPERS_MAX;
    settings.drain_ms        = 0; /* a scrape that is lost is asked for again */
    settings.hooks           = (struct server_hooks){
                  .context = made,
                  .handle  = on_request,
    };
    struct status status = server_open(&made->server, &settings);
    if (status.code == STATUS_OK && pthread_create(&made->thread, NULL, serve, made)) {
        server_close(made->server);
        status = failed(STATUS_LIMIT, "the thread for /metrics could not be started");
    }
    if (status.code != STATUS_OK) {
        free(made);
        return status;
    }
    report(REPORT_NOTICE, "api", "metrics are at http://%s:%u/metrics", address,
           server_port(made->server));
    *health = made;
    return OK;
}

void health_close(struct health *health)
{
    if (!health) return;
    server_stop(health->server);
    ensure(pthread_join(health->thread, NULL) == 0);
    server_close(health->server);
    free(health);
}

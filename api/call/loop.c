#include "api/call/loop.h"

#include <stdlib.h>
#include <string.h>

#include "api/call/call.h"
#include "api/call/limit.h"
#include "api/call/live.h"
#include "api/call/query.h"
#include "api/call/subscriptions.h"
#include "core/base/crypto.h"

static void random_bytes(void *context, void *bytes, size_t size)
{
    (void)context;
    crypto_random(bytes, size);
}

static struct admission on_head(void *context, struct request *request)
{
    return call_admit(context, request);
}

static void on_request(void *context, struct request *request)
{
    (void)context;
    call_begin(request);
}

static struct slice on_error_body(void *context, struct request *request, struct arena *arena,
                                  int status, const char *why, const char **content_type)
{
    return call_error_body(context, request, arena, status, why, content_type);
}

static unsigned in_ms(int64_t us) { return (unsigned)(us / MILLISECOND); }

static struct server_settings server_settings_of(struct loop *loop, const char *address,
                                                 uint16_t port, struct server *joins)
{
    const struct settings *from   = loop->ground->settings;
    struct server_settings server = server_settings_default();

    server.address         = address;
    server.port            = port;
    server.joins           = joins;
    server.tls             = loop->pipeline->tls;
    server.clock           = loop->ground->clock;
    server.connections_max = (unsigned)from->connections_max;
    server.idle_ms         = in_ms(from->idle_limit);
    server.head_ms         = in_ms(from->head_limit);
    server.body_ms         = in_ms(from->body_limit);
    server.stall_ms        = in_ms(from->stall_limit);
    server.drain_ms        = in_ms(from->drain_limit);
    server.hooks           = (struct server_hooks){
                  .context    = loop,
                  .admit      = on_head,
                  .handle     = on_request,
                  .error_body = on_error_body,
    };
    return server;
}

struct status loop_open(struct loop *loop, struct pipeline *pipeline, unsigned index,
                        const char *address, uint16_t port, const struct loop *joins)
{
    *loop = (struct loop){
        .pipeline = pipeline,
        .ground   = pipeline->ground,
        .index    = index,
        .ids      = { .random = random_bytes },
    };
    struct server_settings settings = server_settings_of(loop, address, port,
                                                         joins ? joins->server : NULL);

    TRY(server_open(&loop->server, &settings));
    loop->limits = limits_open();
    loop->live   = live_reader_open(pipeline->live, loop);
    loop->waits  = query_waits_open(loop);
    return OK;
}

static void *serve(void *argument)
{
    struct loop *loop = argument;

    server_run(loop->server);
    return NULL;
}

struct status loop_start(struct loop *loop)
{
    if (pthread_create(&loop->thread, NULL, serve, loop))
        return failed(STATUS_LIMIT, "a thread to serve requests could not be started");
    loop->running = true;
    return OK;
}

void loop_stop(struct loop *loop)
{
    if (loop->server) server_stop(loop->server);
}

void loop_join(struct loop *loop)
{
    if (!loop->running) return;
    ensure(pthread_join(loop->thread, NULL) == 0);
    loop->running = false;
}

void loop_close(struct loop *loop)
{
    ensure(!loop->running);
    live_reader_silence(loop->live);
    query_waits_close(loop->waits);
    subscriptions_silence(loop->streams);
    server_close(loop->server);
    subscriptions_close(loop->streams);
    live_reader_close(loop->live);
    limits_close(loop->limits);
    *loop = (struct loop){ .pipeline = NULL };
}

struct id loop_new_id(struct loop *loop, enum id_kind kind)
{
    return ids_next(&loop->ids, kind, clock_now(&loop->ground->clock));
}

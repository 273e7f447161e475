#include "cli/demo/cloud_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"

enum {
    STEP_MS         = 50,         /* between two looks at an empty queue */
    WEBHOOK_MAX     = 256 * 1024, /* bytes */
    CONNECTIONS_MAX = 64,
};

static struct status cloud_listen(struct cloud *cloud)
{
    struct server_settings settings = server_settings_default();

    settings.address         = "127.0.0.1";
    settings.connections_max = CONNECTIONS_MAX;
    settings.drain_ms        = 0; /* piotd sends what is cut off once more */
    settings.hooks           = (struct server_hooks){ .context  = cloud,
                                                      .handle   = cloud_hear,
                                                      .body_max = WEBHOOK_MAX };
    return server_open(&cloud->server, &settings);
}

struct status cloud_open(struct cloud **made, struct demo *demo)
{
    struct cloud *cloud = calloc(1, sizeof *cloud);
    struct status status;

    ensure(cloud != NULL);
    cloud->demo        = demo;
    cloud->caller.demo = demo;
    ensure(pthread_mutex_init(&cloud->lock, NULL) == 0);
    *made  = cloud;
    status = client_open(&cloud->caller.client, demo->server);
    if (status.code == STATUS_OK) status = cloud_listen(cloud);
    if (status.code == STATUS_OK) return OK;
    cloud_close(cloud);
    *made = NULL;
    return status;
}

uint16_t cloud_port(const struct cloud *cloud) { return server_port(cloud->server); }

void cloud_close(struct cloud *cloud)
{
    if (!cloud) return;
    cloud_stop(cloud);
    for (size_t i = 0; i < cloud->job_count; i++) tree_close(&cloud->jobs[i].event);
    server_close(cloud->server);
    client_close(cloud->caller.client);
    secret_wipe(&cloud->secret);
    arena_free(&cloud->arena);
    pthread_mutex_destroy(&cloud->lock);
    free(cloud);
}

bool cloud_was_tried(struct cloud *cloud) { return atomic_load(&cloud->tried); }

/* -- wishes ------------------------------------------------------------------------------ */

bool cloud_push(struct cloud *cloud, const struct job *job)
{
    pthread_mutex_lock(&cloud->lock);
    bool room = cloud->job_count < CLOUD_JOBS_MAX;
    if (room) cloud->jobs[cloud->job_count++] = *job;
    pthread_mutex_unlock(&cloud->lock);
    return room;
}

/* The first job that is due, taken out. */
static bool cloud_pop(struct cloud *cloud, struct job *job)
{
    int64_t now = clock_monotonic_us();
    bool    due = false;

    pthread_mutex_lock(&cloud->lock);
    for (size_t i = 0; i < cloud->job_count && !due; i++) {
        if (cloud->jobs[i].at_us > now) continue;
        due  = true;
        *job = cloud->jobs[i];
        memmove(&cloud->jobs[i], &cloud->jobs[i + 1], (--cloud->job_count - i) * sizeof *job);
    }
    pthread_mutex_unlock(&cloud->lock);
    return due;
}

void cloud_connect(struct cloud *cloud, enum thing_kind kind, const char *id, const char *name,
                   const char *address, uint16_t port)
{
    struct job job = { .what = JOB_CONNECT, .port = port };

    thing_make(&job.fresh, kind, id, name);
    snprintf(job.address, sizeof job.address, "%s", address);
    if (!cloud_push(cloud, &job)) demo_differs(cloud->demo, "the vendor's cloud is too busy");
}

void cloud_live(struct cloud *cloud, const char *prefix)
{
    pthread_mutex_lock(&cloud->lock);
    cloud->living = true;
    snprintf(cloud->prefix, sizeof cloud->prefix, "%s", prefix);
    pthread_mutex_unlock(&cloud->lock);
}

struct thing *cloud_thing(struct cloud *cloud, struct slice id)
{
    for (size_t i = 0; i < cloud->thing_count; i++)
        if (slice_equal(slice_text(cloud->things[i].id), id)) return &cloud->things[i];
    return NULL;
}

/* -- the thread ------------------------------------------------------------------------------ */

static void connect_thing(struct cloud *cloud, const struct job *job)
{
    if (cloud->thing_count == CLOUD_THINGS_MAX) return; /* enough devices for a demo */
    struct thing *thing = &cloud->things[cloud->thing_count++];

    *thing = job->fresh;
    cloud_tell_detected(cloud, thing, job->address, job->port);
}

static void cloud_obey(struct cloud *cloud, const struct job *job)
{
    struct thing *thing = &cloud->things[job->thing];
    const char   *why   = thing_obey(thing, slice_text(job->operation), slice_text(job->name),
                                     node_at(job->event.root, "data.input"));
    struct buffer now   = { 0 };

    thing_describe(thing, &now);
    demo_say(cloud->demo->vendor, "%s: %.*s", thing->name, (int)now.size, now.data);
    buffer_free(&now);
    cloud_tell_outcome(cloud, thing, job->command, why);
}

static void cloud_run_job(struct cloud *cloud, struct job *job)
{
    switch (job->what) {
    /* clang-format off */
    case JOB_CONNECT: connect_thing(cloud, job); break;
    case JOB_REPORT:  cloud_tell_state(cloud, &cloud->things[job->thing], true); break;
    case JOB_OBEY:    cloud_obey(cloud, job); break;
        /* clang-format on */
    }
    tree_close(&job->event);
}

static void cloud_drift(struct cloud *cloud)
{
    uint32_t randomness;

    crypto_random(&randomness, sizeof randomness);
    for (size_t i = 0; i < cloud->thing_count; i++) {
        struct thing *thing = &cloud->things[i];
        if (thing->kind != THING_THERMOSTAT || !*thing->grant) continue;
        thing_drift(thing, randomness);
        cloud_tell_state(cloud, thing, false);
    }
}

/* One that waits for its answer is enough. */
static bool somebody_waits(const struct cloud *cloud)
{
    for (size_t i = 0; i < cloud->thing_count; i++)
        if (!*cloud->things[i].grant && !cloud->things[i].refused) return true;
    return false;
}

static void cloud_visit(struct cloud *cloud)
{
    char id[48], name[64], address[64];

    if (somebody_waits(cloud)) return;
    unsigned number = ++cloud->visitors;
    snprintf(id, sizeof id, "acme-lamp-%s-%u", cloud->demo->run, 10 + number);
    snprintf(name, sizeof name, "Bedside lamp %u", number);
    snprintf(address, sizeof address, "%s%x", cloud->prefix, 0x100 + number);
    cloud_connect(cloud, THING_LAMP, id, name, address, 0);
}

static void cloud_live_on(struct cloud *cloud)
{
    int64_t now = clock_monotonic_us();

    pthread_mutex_lock(&cloud->lock);
    bool living = cloud->living;
    pthread_mutex_unlock(&cloud->lock);
    if (!living) return;
    if (!cloud->visit_at_us) cloud->visit_at_us = now + CLOUD_DRIFT_MS * MILLISECOND; /* soon */
    if (now >= cloud->drift_at_us) {
        cloud_drift(cloud);
        cloud->drift_at_us = now + CLOUD_DRIFT_MS * MILLISECOND;
    }
    if (now >= cloud->visit_at_us) {
        cloud_visit(cloud);
        cloud->visit_at_us = now + CLOUD_VISITOR_MS * MILLISECOND;
    }
}

static void cloud_step(void *context)
{
    struct cloud *cloud = context;
    struct job    job;
    bool          due = cloud_pop(cloud, &job);

    if (due) cloud_run_job(cloud, &job);
    cloud_live_on(cloud);
    if (cloud->demo->pull && !due) cloud_fetch(cloud);
    if (!server_stopping(cloud->server)) server_timer_set(cloud->timer, due ? 0 : STEP_MS);
}

static void *cloud_run(void *context)
{
    struct cloud *cloud = context;

    cloud->timer = server_timer_open(cloud->server, cloud_step, cloud);
    server_timer_set(cloud->timer, 0);
    server_run(cloud->server);
    server_timer_close(cloud->timer);
    return NULL;
}

struct status cloud_start(struct cloud *cloud, const char *vendor_id, struct slice secret,
                          const char *api_key)
{
    cloud->vendor_id     = arena_print(&cloud->arena, "%s", vendor_id).data;
    cloud->caller.bearer = cloud->demo->pull ? arena_print(&cloud->arena, "%s", api_key).data
                                             : NULL;
    if (!secret_parse(secret, &cloud->secret))
        return failed(STATUS_CORRUPT, "the signing secret is not as Standard Webhooks has it");
    cloud->started = pthread_create(&cloud->thread, NULL, cloud_run, cloud) == 0;
    return cloud->started ? OK : failed(STATUS_LIMIT, "no thread for the vendor's cloud");
}

void cloud_stop(struct cloud *cloud)
{
    if (!cloud->started) return;
    server_stop(cloud->server);
    pthread_join(cloud->thread, NULL);
    cloud->started = false;
}

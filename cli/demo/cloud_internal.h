/* cloud_internal.h -- the inside of the vendor's cloud, for its files:
 * cloud.c (thread and wishes), cloud_hear.c (webhooks that come), cloud_fetch.c (the same,
 * fetched), cloud_tell.c (webhooks that go).
 *
 * THREADS   The cloud's, but for the queue of jobs and the flags.
 */
#ifndef PIOT_CLI_DEMO_CLOUD_INTERNAL_H
#define PIOT_CLI_DEMO_CLOUD_INTERNAL_H

#include <pthread.h>

#include "api/http/server.h"
#include "cli/demo/cloud.h"
#include "core/wire/webhook_signature.h"

/* Something to be done on the cloud's thread, not before `at_us`. */
struct job {
    enum { JOB_CONNECT, JOB_REPORT, JOB_OBEY } what;
    int64_t      at_us; /* monotonic */
    size_t       thing; /* its index; of JOB_CONNECT: none yet */
    struct thing fresh; /* of JOB_CONNECT */
    char         address[64];
    uint16_t     port;
    char         command[ID_TEXT_MAX]; /* of JOB_OBEY, as the rest */
    char         operation[24], name[64];
    struct tree  event; /* holds the input; the job's to close */
};

struct cloud {
    struct demo         *demo;
    struct server       *server; /* where webhooks come in; its loop is the cloud's thread */
    struct server_timer *timer;
    struct caller        caller;
    struct arena         arena; /* of what lasts: its id */
    const char          *vendor_id;
    struct secret        secret; /* of its webhooks, both ways */
    pthread_t            thread;
    bool                 started;
    atomic_bool          tried;

    pthread_mutex_t lock; /* of what follows */
    struct job      jobs[CLOUD_JOBS_MAX];
    size_t          job_count;
    bool            living;
    char            prefix[48];

    struct thing things[CLOUD_THINGS_MAX]; /* the cloud's thread's alone, as the rest */
    size_t       thing_count;
    uint64_t     sent;     /* messages so far: part of their ids */
    unsigned     visitors; /* devices that came by themselves */
    int64_t      drift_at_us, visit_at_us;
    char         last_commands[16][ID_TEXT_MAX]; /* a webhook may come twice */
    size_t       command_count;
};

/* False: the queue is full, and the job forgotten. */
bool          cloud_push(struct cloud *cloud, const struct job *job);
struct thing *cloud_thing(struct cloud *cloud, struct slice id); /* NULL: none of ours */

/* A request to the endpoint: answers it. */
void cloud_hear(void *context, struct request *request);
/* An event that was fetched: hears it, and may keep it. */
void cloud_take(struct cloud *cloud, struct tree *event);

enum { CLOUD_FETCH_WAIT_S = 1 }; /* its devices wait as long */
/* Fetches a page of what piotd has for it, and acknowledges it. */
void cloud_fetch(struct cloud *cloud);

/* What is told; each waits for piotd's answer. */
bool cloud_tell_detected(struct cloud *cloud, struct thing *thing, const char *address,
                         uint16_t port);
bool cloud_tell_state(struct cloud *cloud, const struct thing *thing, bool first);
bool cloud_tell_acknowledged(struct cloud *cloud, struct slice grant);
bool cloud_tell_outcome(struct cloud *cloud, const struct thing *thing, const char *command,
                        const char *why_not);

#endif

/* service_internal.h -- what the service is made of; for this room alone. */
#ifndef PIOT_API_SERVICE_SERVICE_INTERNAL_H
#define PIOT_API_SERVICE_SERVICE_INTERNAL_H

#include "api/call/loop.h"
#include "api/call/pipeline.h"
#include "api/ground/chore.h"
#include "api/service/service.h"

struct health;

struct service {
    struct settings   *settings; /* main()'s */
    struct ground      ground;
    struct pipeline    pipeline;
    struct router     *router;
    struct name_secret name_key; /* ground.names, or not in use */
    struct loop       *loops;
    size_t             loop_count;
    uint16_t           port;
    struct health     *health;   /* /metrics on a port of its own */
    struct slice       anchored; /* the anchor's note at the start, in the settings' arena */
    void (*stop)(void *context, struct status why);
    void *stop_context;
};

/* -- the two tables, each in a file of its name: what makes a piotd of these rooms --------- */

const struct route            *service_routes(size_t *count);
const struct chore_row *const *service_chores(size_t *count);

#endif

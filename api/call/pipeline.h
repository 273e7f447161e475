/* pipeline.h -- what the loops share, all of one service.
 *
 * THREADS   Filled in by api/service before the loops start; read only from then on.
 * MEMORY    The service's; outlives the loops.
 */
#ifndef PIOT_API_CALL_PIPELINE_H
#define PIOT_API_CALL_PIPELINE_H

#include "api/ground/ground.h"

struct router;
struct limits;
struct live;
struct tickets;
struct ssl_ctx_st;

struct pipeline {
    struct ground       *ground;
    const struct router *router;
    struct limits       *limits; /* of all loops together: tries to sign in, vendors' events */
    struct live         *live;   /* who wants to know of commits */
    struct ssl_ctx_st   *tls;    /* NULL: plain HTTP */
    uint8_t              position_key[AES_KEY_SIZE]; /* seals what vendors see of positions */
    uint8_t              request_key[AES_KEY_SIZE];  /* of hashes that requests are known by */
    uint8_t              device_key[AES_KEY_SIZE];   /* seals by what devices are known again */
    uint8_t              ticket_key[AES_KEY_SIZE];   /* seals tickets */
    struct tickets      *tickets;                    /* used so far: api/call/ticket.h */
};

#endif

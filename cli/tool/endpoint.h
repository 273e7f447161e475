/* endpoint.h -- a small HTTP/1.1 server, for the demo's vendor and for a witness: one
 * request a connection, one after the other, bodies with a Content-Length.
 *
 * THREADS   One thread opens, steps and closes it; its handler runs in there.
 * MEMORY    A request and what the handler answers live until it returns.
 * ERRORS    STATUS_INVALID  no address and port
 *           STATUS_IO       no socket there
 *           What a client does wrong is answered 4xx and forgotten.
 */
#ifndef PIOT_CLI_TOOL_ENDPOINT_H
#define PIOT_CLI_TOOL_ENDPOINT_H

#include "core/base/buffer.h"

enum {
    ENDPOINT_CONNECTIONS_MAX = 64,         /* more wait in the backlog */
    ENDPOINT_REQUEST_MAX     = 256 * 1024, /* bytes of a head, and of a body */
    ENDPOINT_LIMIT_MS        = 10000,      /* for one request, from accept to its end */
};

struct endpoint_request {
    struct slice method, target, head, body;
};
/* A header's value without blanks around; nothing if it is not there. */
struct slice endpoint_header(const struct endpoint_request *request, const char *name);

struct endpoint_answer {
    unsigned     status; /* 204 unless the handler says else */
    const char  *type;   /* of the body; NULL: application/json */
    struct slice body;   /* nothing: none */
};
typedef void endpoint_handler(void *context, const struct endpoint_request *request,
                              struct endpoint_answer *answer);

struct endpoint;
/* `listen`: "127.0.0.1:8090", "[::1]:8090"; port 0: any free one. */
must_use struct status endpoint_open(struct endpoint **endpoint, const char *listen,
                                     endpoint_handler *handler, void *context);
uint16_t               endpoint_port(const struct endpoint *endpoint);
/* Serves what comes for at most `limit_ms`, or until a signal. */
void endpoint_step(struct endpoint *endpoint, int limit_ms);
void endpoint_close(struct endpoint *endpoint);

#endif

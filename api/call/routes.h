/* routes.h -- the whole HTTP surface: routes.def as a table, and finding in it.
 *
 * THREADS   routes_start() once before threads; then anybody.
 */
#ifndef PIOT_API_CALL_ROUTES_H
#define PIOT_API_CALL_ROUTES_H

#include "api/call/auth.h"
#include "api/call/call.h"
#include "api/http/http.h"
#include "core/facts/intent.h"

/* Runs on the loop thread, so it may not block: it answers from a view, or hands
 * the call to the ledger or the worker. */
typedef void handler(struct call *call);

enum {
    NO_BODY            = 0,
    JSON_BODY          = 256 * 1024,  /* the wire contract's limit */
    BULK_BODY          = 1024 * 1024, /* … for ingest */
    ROUTE_SEGMENTS_MAX = 8,
};

struct route {
    enum http_method method;
    const char      *path;  /* "/vendor/v1/{vendorId}/events"; a last {name…} takes the
                                 rest of a path, with its slashes */
    unsigned         roles; /* bits of enum role; ANYONE */
    size_t           body_max;
    handler         *handle;
    enum intent_type intent;  /* what the body is read into; INTENT_NONE: see the handler */
    int              success; /* status */
    const char      *queries; /* names, blank between; every GET takes "after" too, and
                                 waits for it unless it stands here, and means its own */
    const char      *meaning;
};

/* All of them, in the table's order; NULL: no more. */
const struct route *route_at(size_t index);

enum route_found { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };
/* HEAD is GET. `parameters` are the raw segments of the {name}s, as many as the path
 * has. With ROUTE_NO_METHOD, `route` is one of that path. */
enum route_found route_find(enum http_method method, struct slice path, const struct route **route,
                            struct slice parameters[CALL_PARAMETERS_MAX]);
/* "GET, HEAD, POST, OPTIONS": what the path of `route` knows, in the arena. */
struct slice route_allow(struct arena *arena, const struct route *route);
/* The index of {name} in the route's path; -1: none. */
int  route_parameter(const struct route *route, const char *name);
bool route_knows_query(const struct route *route, struct slice name);
/* Does ?after= mean "wait until that is folded"? Of a GET, unless its row has an
 * "after" of its own: there it is a place to go on from. */
bool route_waits(const struct route *route);
void routes_start(void);

#define ROUTE(method, path, roles, body, handle, ...) handler handle;
#include "api/service/routes.def"
#undef ROUTE

#endif

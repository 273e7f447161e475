/* router.h -- which row of the table of routes a request is for.
 *
 * Each room of handlers declares its routes in a file of its own, api/app/routes.def and so on:
 *
 *     ROUTE(method, path, right, body, handler, intent, success, queries, meaning)
 *
 * right: what a caller needs (core/facts/caller.h; with SIGNED a webhook signature will do
 * instead of a token, and with SUSPENDED_TOO a vendor writes even while it is suspended); whose
 * things it may be is up to the handler and the rules. body: its
 * limit in bytes. intent: what the body is read into. queries: the names it knows, with a *
 * behind those that may stand there several times; every GET knows "after" too, as what to wait
 * for; one that names it takes it as where to go on. A GET answers HEAD as well. What
 * `not_offered` handles is part of the contract and answers 501 NOT_IMPLEMENTED.
 *
 * The service puts them together and hands the rows to the loops; the pipeline knows no
 * handler by name.
 *
 * THREADS   router_open() and router_close() while nobody uses it; all else: any.
 * MEMORY    The rows are the caller's and outlive the router.
 */
#ifndef PIOT_API_CALL_ROUTER_H
#define PIOT_API_CALL_ROUTER_H

#include "api/call/auth.h"
#include "api/call/call.h"
#include "api/http/http.h"
#include "core/facts/intent.h"

/* Runs on the loop thread, so it may not block: it answers from a view, or hands
 * the call to the ledger or the worker. */
typedef void handler(struct call *call);

/* Of a row: a webhook signature will do instead of a token; a suspended vendor may do it too. */
enum { SIGNED = 1 << 30, SUSPENDED_TOO = 1 << 29 };

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
    enum right       right; /* what it takes; RIGHT_NONE: nothing has to be proven */
    size_t           body_max;
    handler         *handle;
    enum intent_type intent;        /* what the body is read into; INTENT_NONE: see the handler */
    int              success;       /* status */
    bool             may_sign;      /* a webhook signature will do instead of a token */
    bool             suspended_too; /* it is no read, and a suspended vendor may do it too */
    const char      *queries;       /* names, blank between, a * behind those that repeat; every
                                  GET takes "after" too, and waits for it unless it stands
                                  here, and means its own */
    const char      *meaning;
};

struct router;
struct router *router_open(const struct route *rows, size_t count);
void           router_close(struct router *router); /* NULL is fine */

enum route_found { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };
/* HEAD is GET; a word of the table goes before a parameter. `parameters` are the raw segments
 * of the {name}s, as many as the path has. With ROUTE_NO_METHOD, `route` is one of that path. */
enum route_found router_find(const struct router *router, enum http_method method,
                             struct slice path, const struct route **route,
                             struct slice parameters[CALL_PARAMETERS_MAX]);
/* "GET, HEAD, POST, OPTIONS": what the path of `route` knows, in the arena. */
struct slice router_allow(const struct router *router, struct arena *arena,
                          const struct route *route);
/* The index of {name} in the route's path; -1: none. */
int  route_parameter(const struct route *route, const char *name);
bool route_knows_query(const struct route *route, struct slice name);
bool route_query_repeats(const struct route *route, struct slice name);
/* Does ?after= mean "wait until that is folded"? Of a GET, unless its row has an
 * "after" of its own: there it is a place to go on from. */
bool route_waits(const struct route *route);
/* The handler of what the contract has and this version has not: 501. */
handler not_offered;

#endif

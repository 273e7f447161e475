#include "api/call/router.h"

#include <stdlib.h>
#include <string.h>

#include "api/ground/ground.h"

/* -- the table as a tree of segments --------------------------------------------------
 * Vendors report thousands of events a second: comparing one path with ninety
 * would cost more than reading the request. */

enum { METHODS = HTTP_OPTIONS + 1 };

struct place {
    struct slice        segment; /* "{…}": takes any */
    struct place       *child, *sibling;
    const struct route *routes[METHODS];
};

struct router {
    const struct route *rows;
    size_t              count;
    struct place        root;
};

static bool is_parameter(struct slice segment) { return segment.size && segment.data[0] == '{'; }

static const char REST[] = "…}"; /* how a parameter ends that takes the rest of a path */

static bool takes_rest(struct slice segment)
{
    size_t end = sizeof REST - 1;

    return is_parameter(segment) && segment.size > end &&
           memcmp(segment.data + segment.size - end, REST, end) == 0;
}

/* The segment after the slash that `rest` begins with. */
static bool next_segment(struct slice *rest, struct slice *segment)
{
    if (!rest->size || rest->data[0] != '/') return false;
    const char *start = rest->data + 1;
    const char *end   = memchr(start, '/', rest->size - 1);
    size_t      size  = end ? (size_t)(end - start) : rest->size - 1;

    *segment = (struct slice){ start, size };
    *rest    = (struct slice){ start + size, rest->size - 1 - size };
    return true;
}

static struct place *place_below(struct place *above, struct slice segment)
{
    struct place **at = &above->child;

    for (; *at; at = &(*at)->sibling) {
        if (slice_equal((*at)->segment, segment)) return *at;
        ensure(!is_parameter((*at)->segment) || !is_parameter(segment)); /* of two names */
    }
    *at = calloc(1, sizeof **at);
    ensure(*at != NULL);
    (*at)->segment = segment;
    return *at;
}

static void place_free(struct place *place)
{
    while (place) {
        struct place *next = place->sibling;
        place_free(place->child);
        free(place);
        place = next;
    }
}

struct router *router_open(const struct route *rows, size_t count)
{
    struct router *router = calloc(1, sizeof *router);

    ensure(router != NULL);
    *router = (struct router){ .rows = rows, .count = count };
    for (size_t i = 0; i < count; i++) {
        struct place *at   = &router->root;
        struct slice  rest = slice_text(rows[i].path), segment;

        while (next_segment(&rest, &segment)) at = place_below(at, segment);
        ensure(!rest.size && !at->routes[rows[i].method]);
        ensure(!takes_rest(at->segment) || !at->child);
        at->routes[rows[i].method] = &rows[i];
    }
    return router;
}

void router_close(struct router *router)
{
    if (!router) return;
    place_free(router->root.child);
    free(router);
}

/* A segment of the table's own goes before a {name}; finding never turns back from it, so no
 * {name} there may be worth as much as one of them: no id is. */
static const struct place *place_for(const struct place *above, struct slice segment)
{
    const struct place *any = NULL;

    for (const struct place *at = above->child; at; at = at->sibling) {
        if (is_parameter(at->segment)) any = at;
        else if (slice_equal(at->segment, segment)) return at;
    }
    return segment.size ? any : NULL;
}

enum route_found router_find(const struct router *router, enum http_method method,
                             struct slice path, const struct route **route,
                             struct slice parameters[CALL_PARAMETERS_MAX])
{
    const struct place *at    = &router->root;
    size_t              count = 0;
    struct slice        segment;

    while (next_segment(&path, &segment)) {
        at = place_for(at, segment);
        if (!at) return ROUTE_NO_PATH;
        if (!is_parameter(at->segment)) continue;
        ensure(count < CALL_PARAMETERS_MAX);
        if (takes_rest(at->segment)) segment.size += path.size, path.size = 0;
        parameters[count++] = segment;
    }
    if (path.size) return ROUTE_NO_PATH;
    *route = at->routes[method];
    if (*route) return ROUTE_FOUND;
    for (size_t i = 0; i < METHODS && !*route; i++) *route = at->routes[i];
    return *route ? ROUTE_NO_METHOD : ROUTE_NO_PATH;
}

/* -- asking the table --------------------------------------------------------------------- */

struct slice router_allow(const struct router *router, struct arena *arena,
                          const struct route *route)
{
    static const char *const names[METHODS] = {
        [HTTP_GET] = "GET, HEAD, ", [HTTP_POST] = "POST, ",     [HTTP_PUT] = "PUT, ",
        [HTTP_PATCH] = "PATCH, ",   [HTTP_DELETE] = "DELETE, ",
    };
    struct slice allow = SLICE("");

    for (size_t method = 0; method < METHODS; method++)
        for (size_t i = 0; i < router->count; i++)
            if ((size_t)router->rows[i].method == method &&
                !strcmp(router->rows[i].path, route->path))
                allow = arena_print(arena, "%.*s%s", (int)allow.size, allow.data, names[method]);
    return arena_print(arena, "%.*sOPTIONS", (int)allow.size, allow.data);
}

int route_parameter(const struct route *route, const char *name)
{
    struct slice rest  = slice_text(route->path), segment;
    int          index = 0;

    while (next_segment(&rest, &segment)) {
        if (!is_parameter(segment)) continue;
        size_t       mark = takes_rest(segment) ? sizeof REST - 1 : 1;
        struct slice bare = { segment.data + 1, segment.size - 1 - mark };
        if (slice_equal(bare, slice_text(name))) return index;
        index++;
    }
    return -1;
}

static bool row_has_query(const struct route *route, struct slice name)
{
    const char *at = route->queries;

    while (*at) {
        size_t size = strcspn(at, " ");
        if (slice_equal(name, (struct slice){ at, size })) return true;
        at += size + strspn(at + size, " ");
    }
    return false;
}

bool route_waits(const struct route *route)
{
    return route->method == HTTP_GET && !row_has_query(route, SLICE("after"));
}

bool route_knows_query(const struct route *route, struct slice name)
{
    if (!name.size) return false;
    if (route->method == HTTP_GET && slice_equal(name, SLICE("after"))) return true;
    return row_has_query(route, name);
}

void not_offered(struct call *call)
{
    call_fail(call, PROBLEM_not_implemented,
              "This part of the interface is not offered by version %s.", PIOTD_VERSION);
}

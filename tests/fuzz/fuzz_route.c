/* Can any path find a route that it is not of?
 *
 * The first byte is the method. With what was found for its {names} put back, the row's path
 * has to be the one that was asked for.
 */
#include "api/call/router.h"
#include "api/service/service_internal.h"
#include "core/base/buffer.h"
#include "tests/world/input.h"

/* The path of `route`, with the parameters in place of their names. */
static void fill(const struct route *route, const struct slice *parameters, struct buffer *path)
{
    for (const char *at = route->path; *at;) {
        if (*at == '{') {
            buffer_add(path, *parameters++);
            at = strchr(at, '}') + 1;
        } else buffer_add_byte(path, *at++);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct router *router;
    struct slice          path   = input_of(data, size), parameters[CALL_PARAMETERS_MAX];
    uint8_t               method = input_byte(&path) % (HTTP_DELETE + 1);
    struct buffer         filled = { 0 };
    const struct route   *route  = NULL;

    if (!router) {
        size_t              count;
        const struct route *rows = service_routes(&count);
        router                   = router_open(rows, count);
    }
    enum route_found found = router_find(router, (enum http_method)method, path, &route,
                                         parameters);
    if (found == ROUTE_FOUND) {
        fill(route, parameters, &filled);
        ensure(route->method == (enum http_method)method);
        ensure(slice_equal(buffer_slice(&filled), path));
        buffer_free(&filled);
    }
    ensure((found == ROUTE_NO_PATH) == (route == NULL));
    return 0;
}

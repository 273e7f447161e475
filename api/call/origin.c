#include "api/call/origin.h"

static bool is_named(const char *public_url, struct url *url)
{
    return *public_url && !url_read(slice_text(public_url), url) && !url_is_loopback(url);
}

bool origin_own(const struct call *call, struct url *own)
{
    const char  *scheme = call->loop->pipeline->tls ? "https" : "http";
    struct slice host   = call->request->head->host;

    if (is_named(call->ground->settings->public_url, own)) return true;
    return host.size &&
           !url_read(arena_print(call->arena, "%s://%.*s", scheme, (int)host.size, host.data), own);
}

static bool origin_is_ours(const struct call *call)
{
    struct slice said = http_header(call->request->head, "Origin");
    struct url   own, origin;

    return said.size && !url_read(said, &origin) && !origin.path.size && origin_own(call, &own) &&
           url_is_same_origin(&origin, &own);
}

bool origin_is_cross_site(const struct call *call)
{
    return slice_equal(http_header(call->request->head, "Sec-Fetch-Site"), SLICE("cross-site"));
}

bool origin_check(struct call *call)
{
    if (origin_is_ours(call) && !origin_is_cross_site(call)) return true;
    call_fail(call, PROBLEM_permission_denied,
              "With a cookie, only pages of this service itself may do this: the header Origin has "
              "to name it, as the setting public_url does.");
    return false;
}

/* -- of others ------------------------------------------------------------------------------ */

#define APP_PATHS      SLICE("/app/v1/")
#define ORIGIN_EXPOSES SLICE("X-Log-Position, ETag, Link, Location, Retry-After")
#define ORIGIN_TAKES                                                                \
    SLICE("Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, " \
          "Last-Event-ID, traceparent, x-correlator")
#define ORIGIN_KEEPS SLICE("600") /* seconds: what is asked for seldom changes */

/* The Origin of a page that may call us from elsewhere; nothing: it may not, or is none. */
static struct slice origin_listed(const struct http_head *head, const struct ground *ground)
{
    struct slice rest = slice_text(ground->settings->app_origins), item;
    struct slice said = http_header(head, "Origin");
    struct url   origin, listed;

    if (!said.size || url_read(said, &origin) || origin.path.size) return (struct slice){ 0 };
    while ((item = url_next(&rest)).data)
        if (!url_read(item, &listed) && url_is_same_origin(&origin, &listed)) return said;
    return (struct slice){ 0 };
}

void origin_add_headers(struct request *request, const struct ground *ground)
{
    const struct http_head *head = request->head;
    struct slice            said;

    if (!head || !*ground->settings->app_origins || !slice_starts(head->path, APP_PATHS)) return;
    request_header(request, "Vary", SLICE("Origin"));
    said = origin_listed(head, ground);
    if (!said.size) return;
    request_header(request, "Access-Control-Allow-Origin", said);
    request_header(request, "Access-Control-Expose-Headers", ORIGIN_EXPOSES);
}

void origin_add_preflight(struct call *call, struct slice allow)
{
    const struct http_head *head = call->request->head;

    if (!slice_starts(head->path, APP_PATHS) || !origin_listed(head, call->ground).size ||
        !http_header(head, "Access-Control-Request-Method").size)
        return;
    request_header(call->request, "Access-Control-Allow-Methods", allow);
    request_header(call->request, "Access-Control-Allow-Headers", ORIGIN_TAKES);
    request_header(call->request, "Access-Control-Max-Age", ORIGIN_KEEPS);
}

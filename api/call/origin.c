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

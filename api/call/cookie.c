#include "api/call/cookie.h"

#include <string.h>

#include "api/call/origin.h"
#include "api/call/router.h"

#define HOST_PREFIX "__Host-"

static const struct cookie {
    const char *name, *path; /* without HOST_PREFIX; it is good below this path */
    unsigned    callers;     /* 1 << kind, of all whose tokens it may hold */
} cookies[] = {
    { "piot", "/app/v1/", 1U << CALLER_APP },
    { "piot-operator", "/operator/", 1U << CALLER_OPERATOR | 1U << CALLER_READER },
};

static const struct cookie *cookie_due(const struct call *call)
{
    for (size_t i = 0; i < COUNT(cookies); i++)
        if (slice_starts(call->request->head->path, slice_text(cookies[i].path)))
            return &cookies[i];
    return NULL;
}

/* -- where we are ------------------------------------------------------------------------ */

enum cookie_kind { COOKIE_NONE, COOKIE_LOOPBACK, COOKIE_SECURE };

static enum cookie_kind cookie_kind(const struct call *call)
{
    struct url own;

    if (!origin_own(call, &own)) return COOKIE_NONE;
    if (own.tls) return COOKIE_SECURE;
    return url_is_loopback(&own) ? COOKIE_LOOPBACK : COOKIE_NONE;
}

static struct slice cookie_name(const struct call *call, const struct cookie *cookie)
{
    bool secure = cookie_kind(call) == COOKIE_SECURE;

    return arena_print(call->arena, "%s%s", secure ? HOST_PREFIX : "", cookie->name);
}

/* -- what comes -------------------------------------------------------------------------- */

static struct slice cookie_trim(struct slice text)
{
    while (text.size && text.data[0] == ' ') text.data++, text.size--;
    while (text.size && text.data[text.size - 1] == ' ') text.size--;
    return text;
}

/* The first "name=value" before a ";", which `rest` is left behind. */
static struct slice cookie_pair(struct slice *rest)
{
    const char  *end  = memchr(rest->data, ';', rest->size);
    size_t       size = end ? (size_t)(end - rest->data) : rest->size;
    struct slice pair = { rest->data, size };

    size += end ? 1 : 0;
    *rest = (struct slice){ rest->data + size, rest->size - size };
    return cookie_trim(pair);
}

bool cookie_find(const struct call *call, struct slice *token)
{
    const struct cookie *cookie = cookie_due(call);
    struct slice         rest   = http_header(call->request->head, "Cookie"), name;
    size_t               found  = 0;

    if (!cookie || !rest.size || cookie_kind(call) == COOKIE_NONE) return false;
    name = cookie_name(call, cookie);
    while (rest.size) {
        struct slice pair = cookie_pair(&rest);
        if (!slice_starts(pair, name) || pair.size == name.size || pair.data[name.size] != '=')
            continue;
        *token = (struct slice){ pair.data + name.size + 1, pair.size - name.size - 1 };
        found++;
    }
    return found == 1 && token->size;
}

bool cookie_takes(const struct call *call, enum caller_kind kind)
{
    const struct cookie *cookie = cookie_due(call);

    return cookie && (cookie->callers & 1U << kind);
}

bool cookie_check(struct call *call)
{
    if (call->route->method == HTTP_GET && !origin_is_cross_site(call)) return true;
    return origin_check(call);
}

/* -- what goes --------------------------------------------------------------------------- */

bool cookie_may_be_set(struct call *call)
{
    ensure(cookie_due(call) != NULL);
    if (cookie_kind(call) != COOKIE_NONE) return origin_check(call);
    call_fail(call, PROBLEM_invalid_argument,
              "A cookie is only for https, or for http to this machine itself: a proxy that "
              "ends TLS needs the setting public_url.");
    return false;
}

static struct slice cookie_print(const struct call *call, struct slice token, long long life_s)
{
    const struct cookie *cookie = cookie_due(call);
    enum cookie_kind     kind   = cookie_kind(call);

    if (!cookie || kind == COOKIE_NONE) return (struct slice){ 0 };
    struct slice name = cookie_name(call, cookie);
    return arena_print(call->arena, "%.*s=%.*s; Path=/; %sHttpOnly; SameSite=Strict; Max-Age=%lld",
                       (int)name.size, name.data, (int)token.size, token.data,
                       kind == COOKIE_SECURE ? "Secure; " : "", life_s);
}

struct slice cookie_text(const struct call *call, struct slice token, int64_t life_us)
{
    return cookie_print(call, token, (long long)(life_us / SECOND));
}

struct slice cookie_end_text(const struct call *call) { return cookie_print(call, SLICE(""), 0); }

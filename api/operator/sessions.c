/* sessions.c -- the operator's page: a browser has the token it was given in a cookie.
 *
 * Nothing becomes true by it, so there is no event: the cookie holds the very token that proved
 * who calls, and is good for as long as that is, and for a day's work at most. */
#include "api/call/cookie.h"
#include "api/operator/routes.h"

#define OPERATOR_COOKIE_LIFE (12 * HOUR) /* a screen that is left on is nobody's by tomorrow */

void operator_post_session(struct call *call)
{
    static const char *const none[] = { NULL };
    const struct node       *body   = call_body(call);
    int64_t                  life   = OPERATOR_COOKIE_LIFE;
    struct bad_field         bad;
    struct slice             token;

    if (!body) return;
    if (!json_only(body, none, &bad)) {
        call_fail_field(call, &bad);
        return;
    }
    if (!cookie_may_be_set(call)) return;
    int64_t until = call->credentials.expires_at;
    if (until && until - call->now_us < life) life = until - call->now_us;
    ensure(auth_find_token(call, &token)); /* it has just been proven */
    request_header(call->request, "Set-Cookie", cookie_text(call, token, life));
    call_answer_empty(call);
}

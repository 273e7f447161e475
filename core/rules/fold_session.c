/* fold_session.c -- the registry's part of who is signed in to an account, and of the browsers
 * that are told when something waits. */
#include "core/base/crypto.h"
#include "core/rules/folding.h"

void registry_session_opened(struct folding *on, const struct session_opened *fields)
{
    struct account_record account;

    PROMISED(on, registry_get_account(on->reader, on->stream, NO_ID, on->arena, &account) &&
                     account.status == ACCOUNT_active);
    registry_put_session(on->batch, on->stream, fields->token,
                         &(struct session_record){ .none_ = { 0 } });
}

static void push_end_if_of(struct folding *on, struct id subscription, struct id session)
{
    struct push_record push;

    if (PROMISED(on, registry_get_push(on->reader, on->stream, subscription, on->arena, &push)) &&
        id_equal(push.session, session))
        registry_erase_push(on->batch, on->stream, subscription);
}

/* Its push subscriptions end with it: whoever signs out wants to be told nothing more there. */
static void session_end(struct folding *on, struct id session)
{
    registry_erase_session(on->batch, on->stream, session);
    EACH(on, push, on->stream, each, push_end_if_of(on, each, session));
}

void registry_session_closed(struct folding *on, const struct session_closed *fields)
{
    struct session_record session;

    PROMISED(on, registry_get_session(on->reader, on->stream, fields->token, on->arena, &session));
    session_end(on, fields->token);
}

void registry_drop_sessions(struct folding *on)
{
    DROP_ALL(on, session, on->stream);
    DROP_ALL(on, push, on->stream);
}

static void end_unless(struct folding *on, struct id session, struct id stays)
{
    if (!id_equal(session, stays)) session_end(on, session);
}

void registry_password_changed(struct folding *on, const struct password_changed *fields)
{
    struct session_record session;

    PROMISED(on, registry_get_session(on->reader, on->stream, fields->token, on->arena, &session));
    EACH(on, session, on->stream, each, end_unless(on, each, fields->token));
}

void registry_push_subscribed(struct folding *on, const struct push_subscribed *fields)
{
    struct session_record session;
    struct hash           endpoint = crypto_sha256(fields->endpoint);

    PROMISED(on, registry_get_session(on->reader, on->stream, fields->token, on->arena, &session));
    registry_put_push(on->batch, on->stream, fields->subscription,
                      &(struct push_record){ .session  = fields->token,
                                             .endpoint = SLICE_OF(endpoint.bytes) });
}

void registry_push_unsubscribed(struct folding *on, const struct push_unsubscribed *fields)
{
    struct push_record push;

    PROMISED(on, registry_get_push(on->reader, on->stream, fields->subscription, on->arena, &push));
    registry_erase_push(on->batch, on->stream, fields->subscription);
}

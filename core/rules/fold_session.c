/* fold_session.c -- the registry's part of who is signed in to an account. */
#include "core/rules/folding.h"

void registry_session_opened(struct folding *on, const struct session_opened *fields)
{
    struct account_record account;

    PROMISED(on, registry_get_account(on->reader, on->stream, NO_ID, on->arena, &account) &&
                     account.status == ACCOUNT_active);
    registry_put_session(on->batch, on->stream, fields->token,
                         &(struct session_record){ .none_ = { 0 } });
}

void registry_session_closed(struct folding *on, const struct session_closed *fields)
{
    struct session_record session;

    PROMISED(on, registry_get_session(on->reader, on->stream, fields->token, on->arena, &session));
    registry_erase_session(on->batch, on->stream, fields->token);
}

void registry_drop_sessions(struct folding *on) { DROP_ALL(on, session, on->stream); }

static void end_unless(struct folding *on, struct id session, struct id stays)
{
    if (!id_equal(session, stays)) registry_erase_session(on->batch, on->stream, session);
}

void registry_password_changed(struct folding *on, const struct password_changed *fields)
{
    struct session_record session;

    PROMISED(on, registry_get_session(on->reader, on->stream, fields->token, on->arena, &session));
    EACH(on, session, on->stream, each, end_unless(on, each, fields->token));
}

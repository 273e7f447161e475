/* tokens.c -- who bears a token: operators, auditors, vendors' keys, sessions, and
 * the codes that activate accounts; and the push subscriptions of sessions.
 *
 * A token is found by its hash, which is all the log has of it. That it is too
 * old by now is for the reader to see: no event says so. The operator's list has
 * the tokens the operator handed out by hand; keys and sessions are not in it.
 */
#include "core/facts/caller.h"
#include "projections/projection.h"

static void bear(struct batch *batch, struct slice hash, const struct token_row *row)
{
    PROMISED(batch, hash.size > 0);
    if (id_kind(row->principal) == ID_account)
        view_put_account_token(batch, row->principal, name_token(hash),
                               &(struct account_token_row){ { 0 } });
    view_put_token(batch, name_token(hash), NO_ID, row);
    if (id_given(row->token))
        view_put_token_by_id(batch, row->token, NO_ID, &(struct token_by_id_row){ .hash = hash });
}

static void end(struct batch *batch, struct id token, struct slice hash)
{
    view_erase_token(batch, name_token(hash), NO_ID);
    view_erase_token_by_id(batch, token, NO_ID);
}

static void issued(struct batch *batch, const struct event *event)
{
    const struct token_issued *it     = &event->token_issued;
    bool                       audits = slice_equal(it->role, SLICE("auditor"));

    PROMISED(batch, caller_is_issued(caller_kind_named(it->role)));
    PROMISED(batch, audits || !it->personal);
    PROMISED(batch, id_kind(it->token) == ID_token); /* else nobody could revoke it */
    bear(batch, it->hash,
         &(struct token_row){ .token      = it->token,
                              .role       = it->role,
                              .name       = it->name,
                              .expires_at = it->expires_at,
                              .personal   = it->personal });
    view_put_listed_token(batch, name_system(), it->token, &(struct listed_token_row){ { 0 } });
}

static void revoked(struct batch *batch, const struct event *event)
{
    end(batch, event->token_revoked.token, event->token_revoked.hash);
    view_erase_listed_token(batch, name_system(), event->token_revoked.token);
}

static void api_key_issued(struct batch *batch, const struct event *event)
{
    PROMISED(batch, id_kind(event->stream) == ID_vendor);
    bear(batch, event->api_key_issued.hash,
         &(struct token_row){ .token     = event->api_key_issued.token,
                              .role      = SLICE("vendor"),
                              .principal = event->stream });
}

static void api_key_ended(struct batch *batch, const struct event *event)
{
    end(batch, event->api_key_ended.token, event->api_key_ended.hash);
}

static void session_opened(struct batch *batch, const struct event *event)
{
    const struct session_opened *it = &event->session_opened;

    PROMISED(batch, id_kind(it->token) == ID_token);
    PROMISED(batch, it->expires_at > 0); /* no session is forever */
    bear(batch, it->hash,
         &(struct token_row){ .token      = it->token,
                              .role       = SLICE("app"),
                              .principal  = event->stream,
                              .expires_at = it->expires_at });
    view_put_account_session(batch, event->stream, it->token,
                             &(struct account_session_row){ .opened_at  = event->recorded_at,
                                                            .expires_at = it->expires_at });
}

/* A code that lets a subscriber choose a password. */
static void code_issued(struct batch *batch, struct id account, struct slice hash,
                        int64_t expires_at)
{
    PROMISED(batch, id_kind(account) == ID_account);
    bear(batch, hash,
         &(struct token_row){
             .role = SLICE("activation"), .principal = account, .expires_at = expires_at });
}

static void push_end_if_of(struct batch *batch, struct arena *scratch, struct id account,
                           struct id subscription, struct id session)
{
    struct push_subscription_row row;

    bool listed_is_there = view_get_push_subscription(batch_reader(batch), account, subscription,
                                                      scratch, &row);
    if (AS_WRITTEN(batch, listed_is_there) && id_equal(row.session, session))
        view_erase_push_subscription(batch, account, subscription);
}

/* Its push subscriptions end with it. */
static void session_end(struct batch *batch, struct arena *scratch, struct id account,
                        struct id session)
{
    view_erase_account_session(batch, account, session);
    EACH_LISTED(batch, push_subscription, account, each,
                push_end_if_of(batch, scratch, account, each, session));
}

static void push_subscribed(struct batch *batch, const struct event *event)
{
    const struct push_subscribed *it = &event->push_subscribed;

    PROMISED(batch, id_kind(it->subscription) == ID_push);
    view_put_push_subscription(batch, event->stream, it->subscription,
                               &(struct push_subscription_row){ .session    = it->token,
                                                                .expires_at = it->expires_at,
                                                                .endpoint   = it->endpoint,
                                                                .p256dh     = it->p256dh,
                                                                .auth       = it->auth });
}

static void session_closed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct session_closed *it = &event->session_closed;

    end(batch, it->token, it->hash);
    session_end(batch, scratch, event->stream, it->token);
    view_erase_account_token(batch, event->stream, name_token(it->hash));
}

/* Which of an account's tokens. */
enum { SESSIONS = 1, CODES = 2 };

static void shut_out(struct batch *batch, struct arena *scratch, struct id account, struct id name,
                     unsigned which)
{
    struct token_row row;

    bool listed_is_there = view_get_token(batch_reader(batch), name, NO_ID, scratch, &row);
    if (!AS_WRITTEN(batch, listed_is_there)) return;
    if (!((id_given(row.token) ? SESSIONS : CODES) & which)) return;
    AS_WRITTEN(batch, id_equal(row.principal, account));
    AS_WRITTEN(batch, !row.personal); /* auditors' alone may be */
    if (id_given(row.token)) {
        view_erase_token_by_id(batch, row.token, NO_ID);
        session_end(batch, scratch, account, row.token);
    }
    view_erase_token(batch, name, NO_ID);
    view_erase_account_token(batch, account, name);
}

/* Nobody is let in any more by what of the account's is `which`. */
static void shut_all_out(struct batch *batch, struct arena *scratch, struct id account,
                         unsigned which)
{
    EACH_LISTED(batch, account_token, account, name,
                shut_out(batch, scratch, account, name, which));
}

static void end_unless(struct batch *batch, struct arena *scratch, struct id account,
                       struct id session, struct id stays)
{
    struct token_by_id_row by_id;

    if (id_equal(session, stays)) return;
    bool session_has_a_hash = view_get_token_by_id(batch_reader(batch), session, NO_ID, scratch,
                                                   &by_id);
    if (AS_WRITTEN(batch, session_has_a_hash))
        shut_out(batch, scratch, account, name_token(by_id.hash), SESSIONS);
}

static void password_changed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    EACH_LISTED(batch, account_session, event->stream, session,
                end_unless(batch, scratch, event->stream, session, event->password_changed.token));
}

static void of_account(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct account_opened         *opened = &event->account_opened;
    const struct activation_code_issued *issued = &event->activation_code_issued;
    struct id                            owner  = event->stream;

    switch (event->type) {
    case EVENT_account_opened:
        code_issued(batch, owner, opened->activation_hash, opened->activation_expires_at);
        break;
    case EVENT_activation_code_issued:
        shut_all_out(batch, scratch, owner, CODES);
        code_issued(batch, owner, issued->activation_hash, issued->activation_expires_at);
        break;
    case EVENT_password_changed: password_changed(batch, scratch, event); break;
    case EVENT_sessions_ended: shut_all_out(batch, scratch, owner, SESSIONS); break;
    case EVENT_account_activated: /* also a way back: who knew the old password is out */
    case EVENT_account_erasure_requested:
        shut_all_out(batch, scratch, owner, SESSIONS | CODES);
        break;
    default: break; /* not about tokens */
    }
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    switch (event->type) {
    /* clang-format off */
    case EVENT_token_issued:   issued(batch, event); break;
    case EVENT_token_revoked:  revoked(batch, event); break;
    case EVENT_api_key_issued: api_key_issued(batch, event); break;
    case EVENT_api_key_ended:  api_key_ended(batch, event); break;
    case EVENT_session_opened: session_opened(batch, event); break;
    case EVENT_session_closed: session_closed(batch, scratch, event); break;
    case EVENT_push_subscribed: push_subscribed(batch, event); break;
    case EVENT_push_unsubscribed:
        view_erase_push_subscription(batch, event->stream, event->push_unsubscribed.subscription);
        break;
    default:                   of_account(batch, scratch, event); break;
        /* clang-format on */
    }
}

const struct fold fold_tokens = {
    .name         = "tokens",
    .families     = { FAMILY_tokens },
    .family_count = 1,
    .apply        = apply,
};

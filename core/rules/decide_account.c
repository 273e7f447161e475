/* decide_account.c -- a login is claimed, the account opened, activated, signed in to, and its
 * person says how they want to be spoken to. Its password is changed, and sessions end. */
#include "core/rules/notice.h"
#include "core/rules/ruling.h"

/* The login's stream decides, so two accounts never race for one login. */
enum refusal decide_claim_login(struct ruling *on, const struct claim_login *intent)
{
    struct login_record login;

    if (known_login(on, on->intent->stream, NO_ID, &login)) return REFUSED_login_taken;
    ensure(id_kind(intent->account) == ID_account && on->policy->activation_life > 0);
    *happened(on, login_claimed) = (struct login_claimed){
        .account               = intent->account,
        .activation_hash       = intent->activation_hash,
        .activation_expires_at = intent->change ? 0 : on->now_us + on->policy->activation_life,
        .change                = intent->change,
        .login                 = intent->login,
        .display_name          = intent->display_name,
        .phone_number          = intent->phone_number
    };
    return ACCEPTED;
}

enum refusal decide_open_account(struct ruling *on, const struct open_account *intent)
{
    struct account_record account;

    if (known_account(on, on->intent->stream, NO_ID, &account)) return ACCEPTED;
    ensure(id_kind(intent->login_id) == ID_login);
    *happened(on, account_opened) = (struct account_opened){
        .login_id              = intent->login_id,
        .activation_hash       = intent->activation_hash,
        .activation_expires_at = intent->activation_expires_at,
        .login                 = intent->login,
        .display_name          = intent->display_name,
        .phone_number          = intent->phone_number
    };
    return ACCEPTED;
}

enum refusal decide_activate_account(struct ruling *on, const struct activate_account *intent)
{
    struct account_record account;

    if (!known_account(on, on->intent->stream, NO_ID, &account) || !account.activation_hash.size ||
        !slice_equal(account.activation_hash, intent->activation_hash) ||
        account.activation_expires_at <= on->now_us)
        return REFUSED_activation_invalid;
    AS_WRITTEN(on, account_state_may_become(account.status, ACCOUNT_active));
    *happened(on, account_activated) = (struct account_activated){
        .activation_hash = intent->activation_hash, .password = intent->password
    };
    return ACCEPTED;
}

enum refusal decide_open_session(struct ruling *on, const struct open_session *intent)
{
    struct account_record account;

    if (!known_account(on, on->intent->stream, NO_ID, &account)) return REFUSED_account_unknown;
    if (account.status != ACCOUNT_active) return REFUSED_account_not_active;
    ensure(id_kind(intent->token) == ID_token && intent->expires_at > 0);
    *happened(on, session_opened) = (struct session_opened){ .token      = intent->token,
                                                             .hash       = intent->hash,
                                                             .expires_at = intent->expires_at };
    return ACCEPTED;
}

enum refusal decide_change_password(struct ruling *on, const struct change_password *intent)
{
    struct account_record account;
    struct session_record session;

    if (!known_account(on, on->intent->stream, NO_ID, &account)) return REFUSED_account_unknown;
    if (account.status != ACCOUNT_active) return REFUSED_account_not_active;
    if (!known_session(on, on->intent->stream, intent->token, &session))
        return REFUSED_token_revoked;
    ensure(intent->password.size > 0);
    *happened(on, password_changed) = (struct password_changed){ .token    = intent->token,
                                                                 .password = intent->password };
    return ACCEPTED;
}

enum refusal decide_close_session(struct ruling *on, const struct close_session *intent)
{
    struct session_record session;

    if (!known_session(on, on->intent->stream, intent->token, &session)) return ACCEPTED;
    AS_WRITTEN(on, id_kind(intent->token) == ID_token);
    *happened(on, session_closed) = (struct session_closed){ .token = intent->token,
                                                             .hash  = intent->hash };
    return ACCEPTED;
}

/* What was said now; nothing was: what held before. */
static struct slice said_or(struct slice said, struct slice before)
{
    return said.data ? said : before;
}

enum refusal decide_change_account(struct ruling *on, const struct change_account *intent)
{
    struct account_record account;
    struct slice          language = notice_language(intent->language);

    if (!rules_account_lives(on, &account)) return REFUSED_account_unknown;
    if (intent->language.size && !language.size) return REFUSED_language_unknown;
    ensure(!intent->quiet_from.size == !intent->quiet_to.size);
    struct account_changed now = {
        .display_name = said_or(intent->display_name, account.display_name),
        .language     = said_or(language.size ? language : intent->language, account.language),
        .time_zone    = said_or(intent->time_zone, account.time_zone),
        .quiet_from   = said_or(intent->quiet_from, account.quiet_from),
        .quiet_to     = said_or(intent->quiet_to, account.quiet_to),
    };
    if (slice_equal(now.display_name, account.display_name) &&
        slice_equal(now.language, account.language) &&
        slice_equal(now.time_zone, account.time_zone) &&
        slice_equal(now.quiet_from, account.quiet_from) &&
        slice_equal(now.quiet_to, account.quiet_to))
        return ACCEPTED;
    *happened(on, account_changed) = now;
    return ACCEPTED;
}

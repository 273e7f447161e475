/* decide_account.c -- a login is claimed, the account opened, activated, signed in to. */
#include "core/rules/ruling.h"

/* The login's stream decides, so two accounts never race for one login. */
enum refusal decide_claim_login(struct ruling *on, const struct claim_login *ask)
{
    struct login_record login;

    if (known_login(on, on->intent->stream, NO_ID, &login)) return REFUSED_login_taken;
    ensure(id_kind(ask->account) == ID_account);
    *happened(on, login_claimed) = (struct login_claimed){
        .account               = ask->account,
        .activation_hash       = ask->activation_hash,
        .activation_expires_at = on->now_us + on->policy->activation_life,
        .login                 = ask->login,
        .display_name          = ask->display_name,
        .phone_number          = ask->phone_number
    };
    return ACCEPTED;
}

enum refusal decide_open_account(struct ruling *on, const struct open_account *ask)
{
    struct account_record account;

    if (known_account(on, on->intent->stream, NO_ID, &account)) return ACCEPTED;
    *happened(on, account_opened) = (struct account_opened){
        .login_id              = ask->login_id,
        .activation_hash       = ask->activation_hash,
        .activation_expires_at = ask->activation_expires_at,
        .login                 = ask->login,
        .display_name          = ask->display_name,
        .phone_number          = ask->phone_number
    };
    return ACCEPTED;
}

enum refusal decide_activate_account(struct ruling *on, const struct activate_account *ask)
{
    struct account_record account;

    if (!known_account(on, on->intent->stream, NO_ID, &account) || !account.activation_hash.size ||
        !slice_equal(account.activation_hash, ask->activation_hash) ||
        account.activation_expires_at <= on->now_us)
        return REFUSED_activation_invalid;
    *happened(on, account_activated) = (struct account_activated){
        .activation_hash = ask->activation_hash, .password = ask->password
    };
    return ACCEPTED;
}

enum refusal decide_open_session(struct ruling *on, const struct open_session *ask)
{
    struct account_record account;

    if (!known_account(on, on->intent->stream, NO_ID, &account)) return REFUSED_account_unknown;
    if (account.status != ACCOUNT_active) return REFUSED_account_not_active;
    ensure(id_kind(ask->token) == ID_token && ask->expires_at > on->now_us);
    *happened(on, session_opened) = (struct session_opened){ .token      = ask->token,
                                                             .hash       = ask->hash,
                                                             .expires_at = ask->expires_at };
    return ACCEPTED;
}

enum refusal decide_close_session(struct ruling *on, const struct close_session *ask)
{
    struct session_record session;

    if (!known_session(on, on->intent->stream, ask->token, &session)) return ACCEPTED;
    *happened(on, session_closed) = (struct session_closed){ .token = ask->token,
                                                             .hash  = ask->hash };
    return ACCEPTED;
}

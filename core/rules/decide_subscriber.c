/* decide_subscriber.c -- what an operator does for a person: a way back in, sessions that
 * end, another login, name or number.
 *
 * Another login is claimed in the login's own stream, as at the opening, so two accounts never
 * race for it; then the account takes it, and the one before is released:
 *
 *     login-claimed        of the new one: nobody else gets it
 *     subscriber-changed   the account bears it
 *     login-released       of the old one: it may be claimed again
 */
#include "core/rules/ruling.h"

static enum refusal look_up(struct ruling *on, struct account_record *account)
{
    if (!known_account(on, on->intent->stream, NO_ID, account)) return REFUSED_account_unknown;
    return rules_account_lives(on, account) ? ACCEPTED : REFUSED_account_erased;
}

enum refusal decide_issue_activation_code(struct ruling                      *on,
                                          const struct issue_activation_code *intent)
{
    struct account_record account;
    enum refusal          no = look_up(on, &account);

    if (no) return no;
    ensure(intent->activation_hash.size && on->policy->activation_life > 0);
    *happened(on, activation_code_issued) = (struct activation_code_issued){
        .activation_hash       = intent->activation_hash,
        .activation_expires_at = on->now_us + on->policy->activation_life
    };
    return ACCEPTED;
}

enum refusal decide_end_sessions(struct ruling *on, const struct end_sessions *intent)
{
    struct account_record account;
    struct id             session;
    enum refusal          no = look_up(on, &account);

    (void)intent;
    if (no) return no;
    if (registry_list_session(on->registry, on->intent->stream, NO_ID, &session, 1))
        *happened(on, sessions_ended) = (struct sessions_ended){ .none_ = { 0 } };
    return ACCEPTED;
}

enum refusal decide_unlock_sign_in(struct ruling *on, const struct unlock_sign_in *intent)
{
    struct account_record account;
    enum refusal          no = look_up(on, &account);

    (void)intent;
    if (no) return no;
    *happened(on, sign_in_unlocked) = (struct sign_in_unlocked){ .login = account.login };
    return ACCEPTED;
}

/* A login that is another than before has to be claimed first: see above. */
enum refusal decide_change_subscriber(struct ruling *on, const struct change_subscriber *intent)
{
    struct account_record account;
    enum refusal          no = look_up(on, &account);

    if (no) return no;
    if (id_given(intent->login_id) && !id_equal(intent->login_id, account.login))
        return REFUSED_login_taken;
    if (intent->login.size || intent->display_name.size || intent->phone_number.size)
        *happened(on, subscriber_changed) = (struct subscriber_changed){
            .login        = intent->login,
            .display_name = intent->display_name,
            .phone_number = intent->phone_number
        };
    return ACCEPTED;
}

enum refusal decide_take_login(struct ruling *on, const struct take_login *intent)
{
    struct account_record account;

    ensure(id_kind(intent->login_id) == ID_login);
    if (look_up(on, &account)) {
        *happened(on, login_refused) = (struct login_refused){ .login = intent->login_id };
        return ACCEPTED;
    }
    if (id_equal(account.login, intent->login_id)) return ACCEPTED;
    *happened(on, subscriber_changed) = (struct subscriber_changed){
        .login_id     = intent->login_id,
        .login_before = account.login,
        .login        = intent->login,
        .display_name = intent->display_name,
        .phone_number = intent->phone_number
    };
    return ACCEPTED;
}

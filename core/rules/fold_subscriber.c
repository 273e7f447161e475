/* fold_subscriber.c -- the registry's part of what an operator does for a person: a way back
 * in, sessions that end, another login. */
#include "core/rules/folding.h"

void registry_activation_code_issued(struct folding                      *on,
                                     const struct activation_code_issued *fields)
{
    CHANGE(on, account, it, on->stream, NO_ID,
           PROMISED(on, account_state_may_become(it.status, ACCOUNT_active));
           it.activation_hash       = fields->activation_hash,
           it.activation_expires_at = fields->activation_expires_at);
}

void registry_sessions_ended(struct folding *on, const struct sessions_ended *fields)
{
    (void)fields;
    registry_drop_sessions(on);
}

MEANS_NOTHING(sign_in_unlocked, "guesses are counted where people sign in")

void registry_subscriber_changed(struct folding *on, const struct subscriber_changed *fields)
{
    if (!id_given(fields->login_id)) return;
    CHANGE(on, account, it, on->stream, NO_ID,
           PROMISED(on, id_equal(it.login, fields->login_before));
           it.login = fields->login_id);
}

MEANS_NOTHING(login_refused, "the login hears of it")

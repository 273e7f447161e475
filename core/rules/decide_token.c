/* decide_token.c -- the operator's and auditors' bearer tokens, what was looked at with them,
 * and the note of leases. */
#include "core/rules/ruling.h"

enum refusal decide_issue_token(struct ruling *on, const struct issue_token *ask)
{
    if (!is(ask->role, "operator") && !is(ask->role, "auditor")) return REFUSED_role_unknown;
    if (ask->personal && !is(ask->role, "auditor")) return REFUSED_personal_is_for_auditors;
    if (ask->expires_at && ask->expires_at <= on->now_us) return REFUSED_already_expired;

    ensure(id_kind(ask->token) == ID_token);
    *happened(on, token_issued) = (struct token_issued){ .token      = ask->token,
                                                         .role       = ask->role,
                                                         .name       = ask->name,
                                                         .hash       = ask->hash,
                                                         .expires_at = ask->expires_at,
                                                         .personal   = ask->personal };
    return ACCEPTED;
}

enum refusal decide_revoke_token(struct ruling *on, const struct revoke_token *ask)
{
    struct token_record token;

    if (!known_token(on, ask->token, NO_ID, &token)) return REFUSED_not_found;
    /* Else the last one could end itself, and nobody could ever issue another. */
    if (id_equal(on->intent->actor.id, ask->token)) return REFUSED_token_is_own;

    *happened(on, token_revoked) = (struct token_revoked){ .token = ask->token,
                                                           .hash  = token.hash };
    return ACCEPTED;
}

/* Whoever was let in a moment ago may have lost the token since: this is the last
 * look at it before anything is shown. */
enum refusal decide_note_audit_read(struct ruling *on, const struct note_audit_read *ask)
{
    struct token_record token;

    if (!known_token(on, ask->token, NO_ID, &token)) return REFUSED_token_revoked;

    ensure(ask->call.size > 0);
    *happened(on, audit_read) = (struct audit_read){
        .token = ask->token, .call = ask->call, .subject = ask->subject, .personal = ask->personal
    };
    return ACCEPTED;
}

enum refusal decide_record_leases(struct ruling *on, const struct record_leases *ask)
{
    *happened(on, leases_recorded) = (struct leases_recorded){ .leases = ask->leases };
    return ACCEPTED;
}

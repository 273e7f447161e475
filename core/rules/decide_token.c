/* decide_token.c -- the bearer tokens that the operator hands out, what was looked at with them,
 * and the note of leases. */
#include "core/facts/caller.h"
#include "core/rules/ruling.h"

enum refusal decide_issue_token(struct ruling *on, const struct issue_token *intent)
{
    if (!caller_is_issued(caller_kind_named(intent->role))) return REFUSED_role_unknown;
    if (intent->personal && !is(intent->role, "auditor")) return REFUSED_personal_is_for_auditors;
    if (intent->expires_at && intent->expires_at <= on->now_us) return REFUSED_already_expired;

    ensure(id_kind(intent->token) == ID_token);
    *happened(on, token_issued) = (struct token_issued){ .token      = intent->token,
                                                         .role       = intent->role,
                                                         .name       = intent->name,
                                                         .hash       = intent->hash,
                                                         .expires_at = intent->expires_at,
                                                         .personal   = intent->personal };
    return ACCEPTED;
}

enum refusal decide_revoke_token(struct ruling *on, const struct revoke_token *intent)
{
    struct token_record token;

    if (!known_token(on, intent->token, NO_ID, &token)) return REFUSED_not_found;
    AS_WRITTEN(on, id_kind(intent->token) == ID_token && token.hash.size > 0);
    /* Else the last one could end itself, and nobody could ever issue another. */
    if (id_equal(on->intent->actor.id, intent->token)) return REFUSED_token_is_own;

    *happened(on, token_revoked) = (struct token_revoked){ .token = intent->token,
                                                           .hash  = token.hash };
    return ACCEPTED;
}

/* Whoever was let in a moment ago may have lost the token since: this is the last
 * look at it before anything is shown. */
enum refusal decide_note_audit_read(struct ruling *on, const struct note_audit_read *intent)
{
    struct token_record token;

    if (!known_token(on, intent->token, NO_ID, &token)) return REFUSED_token_revoked;

    ensure(intent->call.size > 0);
    AS_WRITTEN(on, token.hash.size > 0);
    *happened(on, audit_read) = (struct audit_read){ .token    = intent->token,
                                                     .call     = intent->call,
                                                     .subject  = intent->subject,
                                                     .personal = intent->personal };
    return ACCEPTED;
}

enum refusal decide_record_leases(struct ruling *on, const struct record_leases *intent)
{
    *happened(on, leases_recorded) = (struct leases_recorded){ .leases = intent->leases };
    return ACCEPTED;
}

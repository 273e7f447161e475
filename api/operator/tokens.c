/* tokens.c -- the operator hands out tokens of all roles, and ends them. */
#include "api/operator/operator.h"

static bool token_show(struct json *json, struct reader *reader, struct arena *arena, struct id id,
                       const struct shown_once *once)
{
    struct token_by_id_row by_id;
    struct token_row       row;

    if (!view_get_token_by_id(reader, id, NO_ID, arena, &by_id) ||
        !view_get_token(reader, name_token(by_id.hash), NO_ID, arena, &row))
        return false;
    json_object(json);
    json_put_id(json, "tokenId", id);
    json_put_text(json, "role", row.role);
    json_put_text(json, "name", row.name);
    json_may_instant(json, "expiresAt", row.expires_at);
    if (slice_equal(row.role, SLICE("auditor"))) json_put_flag(json, "personal", row.personal);
    operator_show_end(json, once);
    return true;
}

void operator_post_token(struct call *call)
{
    struct submission *submission = submit_body(call, name_system(), NULL);

    if (!submission) return;
    struct issue_token *intent = &submission_intent(submission)->issue_token;
    enum caller_kind    kind   = caller_kind_named(intent->role);
    /* One of a role that there is not, or not for this, is refused: its letter says nothing. */
    struct fresh_token fresh = auth_new_token(call->arena,
                                              kind == CALLER_NOBODY ? CALLER_OPERATOR : kind);
    intent->token            = call_new_id(call, ID_token);
    intent->hash             = fresh.hash;
    operator_submit(submission, &(struct answer_plan){
                                    .show = token_show,
                                    .id   = intent->token,
                                    .once = { { "token", fresh.text } },
                                });
}

void operator_list_tokens(struct call *call)
{
    operator_answer_list(call, view_list_listed_token, token_show);
}

void operator_delete_token(struct call *call)
{
    struct submission *submission;
    struct id          token;

    if (!call_parameter_id(call, "tokenId", ID_token, &token)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_revoke_token, name_system())->revoke_token.token = token;
    operator_submit(submission, &(struct answer_plan){ .show = token_show, .id = token });
}

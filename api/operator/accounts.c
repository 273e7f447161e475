/* accounts.c -- the operator opens accounts, holds them, has them erased. */
#include "api/operator/operator.h"

#include <string.h>

static bool account_show(struct json *json, struct reader *reader, struct arena *arena,
                         struct id id, const struct shown_once *once)
{
    struct account_row row;

    if (!view_get_account(reader, id, NO_ID, arena, &row)) return false;
    json_object(json);
    show_account_members(json, id, &row);
    operator_show_end(json, once);
    return true;
}

static bool is_phone_number(struct slice text)
{
    if (text.size < 3 || text.data[0] != '+' || text.data[1] == '0') return false;
    for (size_t i = 1; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    return true;
}

void operator_post_account(struct call *call)
{
    /* The stream is the login's own, which the body has to tell first. */
    struct submission *submission = submit_body(call, name_system(), NULL);
    struct fresh_token code;
    struct id          account;
    char               text[ID_TEXT_MAX];

    if (!submission) return;
    struct claim_login *intent = &submission_intent(submission)->claim_login;
    if (intent->phone_number.size && !is_phone_number(intent->phone_number)) {
        call_fail(call, PROBLEM_invalid_argument,
                  "phoneNumber has to be in E.164: + and 2 to 15 digits.");
        return;
    }
    account                               = call_new_id(call, ID_account);
    code                                  = auth_new_code(call->arena);
    submission_intent(submission)->stream = name_login(call->ground->names, intent->login);
    intent->account                       = account;
    intent->activation_hash               = code.hash;
    id_text(account, text);
    operator_submit(submission,
                    &(struct answer_plan){
                        .show = account_show,
                        .id   = account,
                        .path = arena_print(call->arena, "/operator/v1/accounts/%s", text),
                        .once = { { "activationCode", code.text } },
                    });
}

void operator_list_accounts(struct call *call)
{
    operator_answer_list(call, view_list_listed_account, account_show);
}

void operator_get_account(struct call *call)
{
    struct id account;

    if (call_parameter_id(call, "accountId", ID_account, &account))
        operator_answer(call, account_show, account, REFUSED_account_unknown);
}

void operator_delete_account(struct call *call)
{
    struct submission *submission;
    struct id          account;

    if (!call_parameter_id(call, "accountId", ID_account, &account)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_erase_account, account);
    submission->request.from_reserve = true;
    operator_submit(submission, &(struct answer_plan){ .show = account_show, .id = account });
}

/* Hold, release: the route says which. */
void operator_post_account_step(struct call *call)
{
    struct submission *submission;
    struct id          account;

    if (!call_parameter_id(call, "accountId", ID_account, &account)) return;
    submission = submit_body(call, account, NULL);
    if (submission)
        operator_submit(submission, &(struct answer_plan){ .show = account_show, .id = account });
}

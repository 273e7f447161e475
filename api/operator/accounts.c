/* accounts.c -- the operator opens accounts, changes and holds them, lets people in again,
 * has them erased. Finding them: find.c. */
#include "api/operator/operator.h"

#include <string.h>

bool operator_show_account(struct json *json, struct reader *reader, struct arena *arena,
                           struct id id, const struct shown_once *once)
{
    struct account_row row;

    if (!view_get_account(reader, id, NO_ID, arena, &row)) return false;
    json_object(json);
    show_account_members(json, id, &row);
    operator_show_end(json, once);
    return true;
}

bool operator_is_phone(struct slice text)
{
    if (text.size < 3 || text.data[0] != '+' || text.data[1] == '0') return false;
    for (size_t i = 1; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    return true;
}

static bool phone_is_fine(struct call *call, struct slice phone)
{
    if (!phone.size || operator_is_phone(phone)) return true;
    call_fail(call, PROBLEM_invalid_argument,
              "phoneNumber has to be in E.164: + and 2 to 15 digits.");
    return false;
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
    if (!phone_is_fine(call, intent->phone_number)) return;
    account                               = call_new_id(call, ID_account);
    code                                  = auth_new_code(call->arena);
    submission_intent(submission)->stream = name_login(call->ground->names, intent->login);
    intent->account                       = account;
    intent->activation_hash               = code.hash;
    id_text(account, text);
    operator_submit(submission,
                    &(struct answer_plan){
                        .show = operator_show_account,
                        .id   = account,
                        .path = arena_print(call->arena, "/operator/v1/accounts/%s", text),
                        .once = { { "activationCode", code.text } },
                    });
}

void operator_list_accounts(struct call *call)
{
    operator_look_list(call, view_list_listed_account, operator_show_account);
}

void operator_get_account(struct call *call)
{
    struct account_row row;
    struct id          account;

    if (!call_parameter_id(call, "accountId", ID_account, &account)) return;
    bool known = view_get_account(call_reader(call), account, NO_ID, call->arena, &row);
    operator_look(call, operator_show_account, account, known ? account : NO_ID,
                  REFUSED_account_unknown);
}

/* Another login than the account bears is claimed where all race for it, in its own stream. */
static void claim_instead(struct call *call, struct intent *intent, struct id account)
{
    const struct change_subscriber wish  = intent->change_subscriber;
    struct id                      login = name_login(call->ground->names, wish.login);
    struct login_row               row;

    intent->change_subscriber.login_id = login;
    if (view_get_login(call_reader(call), login, NO_ID, call->arena, &row) &&
        id_equal(row.account, account))
        return; /* only its spelling is another */
    intent->type        = INTENT_claim_login;
    intent->stream      = login;
    intent->claim_login = (struct claim_login){ .account      = account,
                                                .change       = true,
                                                .login        = wish.login,
                                                .display_name = wish.display_name,
                                                .phone_number = wish.phone_number };
}

/* The login's stream takes any account's word; whether that is there is known here. */
static enum refusal account_check(struct submission *submission, struct reader *reader)
{
    const struct answer_plan *plan = submission->context;
    struct account_row        account;

    if (!view_get_account(reader, plan->id, NO_ID, submission->call->arena, &account))
        return REFUSED_account_unknown;
    return account_state_may_become(account.status, ACCOUNT_erasing) ? ACCEPTED
                                                                     : REFUSED_account_erased;
}

void operator_patch_account(struct call *call)
{
    struct submission *submission;
    struct id          account;

    if (!call_parameter_id(call, "accountId", ID_account, &account)) return;
    submission = submit_body(call, account, NULL);
    if (!submission) return;
    struct intent *intent = submission_intent(submission);
    if (!phone_is_fine(call, intent->change_subscriber.phone_number)) return;
    if (intent->change_subscriber.login.size) claim_instead(call, intent, account);
    submission->check = account_check;
    operator_submit(submission,
                    &(struct answer_plan){ .show = operator_show_account, .id = account });
}

void operator_post_activation(struct call *call)
{
    struct submission *submission;
    struct id          account;

    if (!call_parameter_id(call, "accountId", ID_account, &account)) return;
    submission = submit_body(call, account, NULL);
    if (!submission) return;
    struct fresh_token code = auth_new_code(call->arena);
    submission_intent(submission)->issue_activation_code.activation_hash = code.hash;
    operator_submit(submission, &(struct answer_plan){
                                    .show = operator_show_account,
                                    .id   = account,
                                    .once = { { "activationCode", code.text } },
                                });
}

void operator_delete_account(struct call *call)
{
    struct submission *submission;
    struct id          account;

    if (!call_parameter_id(call, "accountId", ID_account, &account)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_erase_account, account);
    submission->request.from_reserve = true;
    operator_submit(submission,
                    &(struct answer_plan){ .show = operator_show_account, .id = account });
}

/* Hold, release, unlock, end sessions: the route says which. */
void operator_post_account_step(struct call *call)
{
    struct submission *submission;
    struct id          account;

    if (!call_parameter_id(call, "accountId", ID_account, &account)) return;
    submission = submit_body(call, account, NULL);
    if (submission)
        operator_submit(submission,
                        &(struct answer_plan){ .show = operator_show_account, .id = account });
}

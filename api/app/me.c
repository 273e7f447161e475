/* me.c -- who the caller is, and an end to that. */
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/call/show.h"
#include "api/call/submit.h"

void app_get_me(struct call *call)
{
    struct id          account = call_account(call);
    struct account_row row;
    struct buffer      body = { 0 };
    struct json        json = json_to(&body);

    if (!view_get_account(call_reader(call), account, NO_ID, call->arena, &row)) {
        call_refuse(call, REFUSED_account_unknown);
        return;
    }
    show_account(&json, account, &row);
    resource_answer_body(call, &body);
}

static void write_account(struct submission *submission, struct reader *reader, struct reply *reply)
{
    struct id          account = call_account(submission->call);
    struct json        json    = json_to(&reply->body);
    struct account_row row;

    if (view_get_account(reader, account, NO_ID, submission->call->arena, &row))
        show_account(&json, account, &row);
}

/* The token that asked is dead when this is answered. */
void app_delete_me(struct call *call)
{
    struct submission *submission = submit_new(call, 1);

    submit_intent(submission, 0, INTENT_erase_account, call_account(call));
    submission->write                = write_account;
    submission->request.from_reserve = true;
    submit_send(submission);
}

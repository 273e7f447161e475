/* me.c -- who the caller is. */
#include "api/app/resource.h"
#include "api/routes.h"
#include "api/show.h"

void app_get_me(struct call *call)
{
    struct id          account = call->caller.principal;
    struct account_row row;
    struct buffer      body = { 0 };
    struct json        json = json_to(&body);

    if (!view_get_account(call_reader(call), account, (struct id){ { 0 } }, call->arena, &row)) {
        call_refuse(call, REFUSED_account_unknown);
        return;
    }
    show_account(&json, account, &row);
    resource_answer_body(call, &body);
}

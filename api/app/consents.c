/* consents.c -- everything a subscriber was asked, and what became of it. */
#include "api/app/resource.h"
#include "api/app/routes.h"

static bool consent_has_status(const struct list *list, const void *row)
{
    const enum consent_state *status  = list->context;
    const struct consent_row *consent = row;

    return consent->status == *status;
}

void app_list_consents(struct call *call)
{
    struct slice       asked  = call_query(call, "status");
    enum consent_state status = consent_state_of(asked); /* of no list: no consent has it */

    list_answer(call, &(struct list){ .resource = &resource_consent,
                                      .ids      = view_list_account_consent,
                                      .first    = call_account(call),
                                      .pick     = asked.data ? consent_has_status : NULL,
                                      .context  = &status });
}

void app_get_consent(struct call *call) { resource_answer(call, &resource_consent); }

void app_post_withdraw(struct call *call)
{
    struct id          consent;
    struct submission *submission = resource_body(call, &resource_consent, NULL, &consent);

    if (!submission) return;
    submission_intent(submission)->withdraw_consent = (struct withdraw_consent){
        .consent = consent, .reason = SLICE("withdrawn")
    };
    submit_send(submission);
}

void app_post_renew(struct call *call)
{
    struct id          consent;
    struct submission *submission = resource_body(call, &resource_consent, NULL, &consent);

    if (!submission) return;
    submission_intent(submission)->renew_consent.consent = consent;
    submit_send(submission);
}

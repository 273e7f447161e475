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

void app_patch_consent(struct call *call)
{
    struct id          consent;
    struct submission *submission = resource_body(call, &resource_consent, NULL, &consent);

    if (!submission) return;
    submission_intent(submission)->change_consent.consent = consent;
    submit_send(submission);
}

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

/* -- undoing --------------------------------------------------------------------------- */

/* What the answer has become, and under which id it is asked again, if another. */
static void undo_write(struct submission *submission, struct reader *reader, struct reply *reply)
{
    struct id           consent = submission_intent(submission)->undo_answer.consent;
    const struct event *again   = outcome_event(submission_outcome(submission),
                                                EVENT_consent_requested);
    struct json         json    = json_to(&reply->body);
    struct consent_row  row;

    if (!own_consent(submission->call, reader, submission->call->arena, consent, &row)) return;
    json_object(&json);
    json_put_id(&json, "consentId", consent);
    json_put_text(&json, "status", consent_state_text(row.status));
    if (again) json_put_id(&json, "reopenedAs", again->consent_requested.consent);
    json_object_end(&json);
}

void app_post_undo(struct call *call)
{
    struct id          consent;
    struct submission *submission = resource_body(call, &resource_consent, NULL, &consent);

    if (!submission) return;
    submission_intent(submission)->undo_answer.consent = consent;
    submission->write                                  = undo_write;
    submit_send(submission);
}

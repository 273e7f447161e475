/* inbox.c -- questions that wait for their answer.
 *
 * That a question reached the app is a fact of its own, which is told once: when it
 * was first read, in the list or by itself. Nobody waits for that to be noted. */
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/places/resolve.h"

/* HEAD shows nobody anything. If the ledger has no room, the next read tells it. */
void inbox_note_shown(struct call *call, struct id consent, const void *row)
{
    const struct consent_row *shown = row;
    struct intent             note  = { .type   = INTENT_note_notified,
                                        .stream = call_account(call),
                                        .actor  = caller_actor(&call->credentials.caller) };

    if (call->request->head->head_only || shown->status != CONSENT_requested) return;
    note.note_notified.consent = consent;
    if (!submit_quietly(call->ground, &note)) return;
}

void app_list_inbox(struct call *call)
{
    list_answer(call, &(struct list){ .resource = &resource_question,
                                      .ids      = view_list_inbox,
                                      .first    = call_account(call),
                                      .shown    = inbox_note_shown });
}

void app_get_inbox(struct call *call)
{
    struct consent_row row;
    struct id          consent;

    if (!call_parameter_id(call, "consentId", ID_consent, &consent)) return;
    if (own_question(call, call_reader(call), call->arena, consent, &row))
        inbox_note_shown(call, consent, &row);
    resource_answer_id(call, &resource_question, consent);
}

static struct id inbox_network_here(struct call *call)
{
    return resolve_here(call_reader(call), call->ground->vault, call->arena, call->request->peer,
                        call->now_us);
}

/* A printed code would stand in for being on the same network; no device has one that
 * this service knows of, so none can be right. */
void app_post_decision(struct call *call)
{
    static const char *const others[] = { "code", NULL };
    struct id                consent;
    struct submission       *submission = resource_body(call, &resource_question, others, &consent);

    if (!submission) return;
    struct decide_consent *decision = &submission_intent(submission)->decide_consent;
    if (node_member(call_body(call), "code")) {
        call_fail(call, PROBLEM_not_implemented,
                  "Printed codes are not taken: answer from the network the device is in.");
        return;
    }
    decision->consent = consent;
    decision->here    = inbox_network_here(call);
    resource_becomes(submission, &resource_consent);
    submit_send(submission);
}

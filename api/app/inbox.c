/* inbox.c -- questions that wait for their answer, and the answers.
 *
 * That a question reached the app is a fact of its own, which is told once: when it
 * was first read, in the list or by itself. Nobody waits for that to be noted. */
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/places/resolve.h"
#include "core/wire/json_tree.h"

enum { DECISIONS_MAX = 50 }; /* in one request: a whole inbox, and a turn's share */

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
static bool inbox_takes_code(struct call *call, const struct node *decision)
{
    if (!node_member(decision, "code")) return true;
    call_fail(call, PROBLEM_not_implemented,
              "Printed codes are not taken: answer from the network the device is in.");
    return false;
}

void app_post_decision(struct call *call)
{
    static const char *const others[] = { "code", NULL };
    struct id                consent;
    struct submission       *submission = resource_body(call, &resource_question, others, &consent);

    if (!submission || !inbox_takes_code(call, call_body(call))) return;
    struct decide_consent *decision = &submission_intent(submission)->decide_consent;
    decision->consent               = consent;
    decision->here                  = inbox_network_here(call);
    resource_becomes(submission, &resource_consent);
    submit_send(submission);
}

/* -- several at once -------------------------------------------------------------------- */

static bool decision_read(struct call *call, const struct node *node, struct intent *intent,
                          struct bad_field *bad)
{
    static const char *const others[] = { "code", "consentId", NULL };
    struct slice             consent  = { 0 };

    if (!json_read_intent(intent_shape(INTENT_decide_consent), node, others, call->arena,
                          &intent->decide_consent, bad) ||
        !json_read_text(node, "consentId", ID_TEXT_MAX, REQUIRED, &consent, bad))
        return false;
    return (id_parse(consent, &intent->decide_consent.consent) &&
            id_kind(intent->decide_consent.consent) == ID_consent) ||
           bad_field_say(bad, "consentId", "has to be the id of a question");
}

/* NULL: an error has been answered. */
static const struct node *decisions_body(struct call *call)
{
    struct bad_field   bad;
    const struct node *list;

    if (!call_takes_json(call)) return NULL;
    list = node_parse(call->arena, call->request->body, &bad);
    if (list &&
        (node_kind(list) != NODE_ARRAY || !node_count(list) || node_count(list) > DECISIONS_MAX)) {
        bad_field_say(&bad, "", "has to be a list of 1 to %d decisions", DECISIONS_MAX);
        list = NULL;
    }
    if (!list) call_fail_field(call, &bad);
    return list;
}

static void decisions_write(struct submission *submission, struct reader *reader,
                            struct reply *reply)
{
    struct call   *call    = submission->call;
    struct json    json    = json_to(&reply->body);
    struct showing showing = { .reader = reader, .arena = call->arena };

    json_object(&json);
    json_name(&json, "results");
    json_array(&json);
    for (size_t i = 0; i < submission->request.count; i++) {
        const struct ledger_item *item    = &submission->request.items[i];
        struct id                 consent = item->intent.decide_consent.consent;
        enum refusal              no      = item->outcome.refusal;
        struct consent_row        row;

        json_object(&json);
        json_put_id(&json, "consentId", consent);
        json_put_text(&json, "status", no ? SLICE("refused") : SLICE("decided"));
        if (no) {
            json_put_text(&json, "code", problem_code(call->arena, refusal_shape(no)->name));
        } else if (own_consent(call, reader, call->arena, consent, &row)) {
            json_name(&json, "consent");
            show_consent(&json, &showing, consent, &row);
        }
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
}

/* What the rules refuse touches no other; but a decision that cannot be read may mean more
 * than it says, so then none is taken. */
void app_post_decisions(struct call *call)
{
    const struct node *list = decisions_body(call);
    struct submission *submission;
    struct bad_field   bad;
    struct id          here;

    if (!list) return;
    here       = inbox_network_here(call);
    submission = submit_new(call, node_count(list));
    for (size_t i = 0; i < node_count(list); i++) {
        struct intent *intent = submit_intent(submission, i, INTENT_decide_consent,
                                              call_account(call));

        if (!decision_read(call, node_item(list, i), intent, &bad)) {
            struct slice why = bad_field_sentence(call->arena, &bad, "It");
            call_fail(call, PROBLEM_invalid_argument, "In decision %zu: %.*s None was taken.",
                      i + 1, (int)why.size, why.data);
            return;
        }
        if (!inbox_takes_code(call, node_item(list, i))) return;
        intent->decide_consent.here = here;
    }
    submission->itemized = true;
    submission->write    = decisions_write;
    submit_send(submission);
}

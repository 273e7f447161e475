/* response.c -- a 2xx with something to say: a command's outcome, or that a
 * withdrawal is known. It saves the vendor a call of its own, and means the same. */
#include "api/courier/courier_internal.h"
#include "core/base/report.h"
#include "core/wire/json_tree.h"

enum { STATUS_WORD_MAX = 16, OUTPUT_MAX = 16384, CODE_MAX = 64, MESSAGE_MAX = 256 };
_Static_assert(OUTPUT_MAX + CODE_MAX + MESSAGE_MAX < (int)ANSWER_SIZE_MAX,
               "an outcome fits into the answer that we read");
_Static_assert(sizeof "acknowledged" - 1 <= STATUS_WORD_MAX, "the longest word is not too long");

static bool response_read_error(const struct node *error, struct record_outcome *outcome,
                                struct bad_field *bad)
{
    if (!error || node_kind(error) == NODE_NULL) return true;
    if (node_kind(error) != NODE_OBJECT) return bad_field_say(bad, "error", "has to be an object");
    return json_read_text(error, "code", CODE_MAX, OPTIONAL, &outcome->error_code, bad) &&
           json_read_text(error, "message", MESSAGE_MAX, OPTIONAL, &outcome->error_message, bad);
}

static bool response_read_output(struct attempt *attempt, const struct node *output,
                                 struct record_outcome *outcome, struct bad_field *bad)
{
    if (!output) return true;
    outcome->output = node_canonical(&attempt->arena, output);
    return outcome->output.size <= OUTPUT_MAX ||
           bad_field_say(bad, "output", "has to be JSON of at most %d bytes", OUTPUT_MAX);
}

static bool response_is_outcome(enum command_state status)
{
    return status == COMMAND_accepted || status == COMMAND_delivered ||
           status == COMMAND_succeeded || status == COMMAND_failed;
}

static bool response_read_outcome(struct attempt *attempt, const struct node *body,
                                  struct slice status, struct intent *intent, struct bad_field *bad)
{
    struct record_outcome *outcome = &intent->record_outcome;

    ensure(id_given(attempt->webhook.command));
    intent->type        = INTENT_record_outcome;
    outcome->vendor     = attempt->queue->vendor;
    outcome->command_id = attempt->webhook.command;
    outcome->status     = command_state_of(status);
    if (!response_is_outcome(outcome->status))
        return bad_field_say(bad, "status", "has to be accepted, delivered, succeeded or failed");
    ensure(intent->actor.kind == ACTOR_VENDOR); /* the outcome is the vendor's word */
    return response_read_error(node_member(body, "error"), outcome, bad) &&
           response_read_output(attempt, node_member(body, "output"), outcome, bad);
}

static bool response_read_acknowledgement(struct attempt *attempt, struct slice status,
                                          struct intent *intent, struct bad_field *bad)
{
    ensure(id_given(attempt->webhook.grant));
    intent->type                            = INTENT_acknowledge_withdrawal;
    intent->acknowledge_withdrawal.vendor   = attempt->queue->vendor;
    intent->acknowledge_withdrawal.grant_id = attempt->webhook.grant;
    return slice_equal(status, SLICE("acknowledged")) ||
           bad_field_say(bad, "status", "has to be acknowledged");
}

static bool response_read_body(struct attempt *attempt, struct intent *intent, bool *says,
                               struct bad_field *bad)
{
    struct slice       text   = arena_copy(&attempt->arena, buffer_slice(&attempt->posting.answer));
    const struct node *body   = node_parse(&attempt->arena, text, bad);
    struct slice       status = { NULL, 0 };

    *says = true;
    if (!body) return false;
    if (node_kind(body) != NODE_OBJECT) return bad_field_say(bad, "", "has to be an object");
    if (!json_read_text(body, "status", STATUS_WORD_MAX, OPTIONAL, &status, bad)) return false;
    *says = status.size > 0;
    if (!*says) return true;
    return id_given(attempt->webhook.grant)
               ? response_read_acknowledgement(attempt, status, intent, bad)
               : response_read_outcome(attempt, body, status, intent, bad);
}

bool response_read(struct attempt *attempt, struct intent *intent)
{
    struct bad_field bad = { .name = "" };
    bool             says;
    char             text[ID_TEXT_MAX];

    ensure(attempt->posting.status / 100 == 2 && attempt->number > 0);
    ensure(!id_given(attempt->webhook.command) || !id_given(attempt->webhook.grant));
    if (!id_given(attempt->webhook.command) && !id_given(attempt->webhook.grant)) return false;
    if (!attempt->posting.json || !attempt->posting.answer.size) return false;
    *intent = (struct intent){ .stream    = attempt->row.stream,
                               .actor     = { ACTOR_VENDOR, attempt->queue->vendor },
                               .causation = attempt->event.id };
    if (response_read_body(attempt, intent, &says, &bad)) {
        ensure(says == (intent->type != INTENT_NONE));
        return says;
    }
    id_text(attempt->delivery, text);
    report(REPORT_NOTICE, "courier", "the answer to %s says nothing we understand: %s%s%s", text,
           bad.name, *bad.name ? " " : "it ", bad.why);
    return false;
}

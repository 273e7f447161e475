/* response.c -- a 2xx with something to say: a command's outcome, or that a
 * withdrawal is known. It saves the vendor a call of its own, and means the same. */
#include "api/courier/courier_internal.h"
#include "core/base/report.h"
#include "core/wire/json_tree.h"

enum { STATUS_WORD_MAX = 16, OUTPUT_MAX = 16384, CODE_MAX = 64, MESSAGE_MAX = 256 };

static bool read_error(const struct node *error, struct record_outcome *outcome,
                       struct bad_field *bad)
{
    if (!error || node_kind(error) == NODE_NULL) return true;
    if (node_kind(error) != NODE_OBJECT) return bad_field_say(bad, "error", "has to be an object");
    return json_read_text(error, "code", CODE_MAX, OPTIONAL, &outcome->error_code, bad) &&
           json_read_text(error, "message", MESSAGE_MAX, OPTIONAL, &outcome->error_message, bad);
}

static bool read_output(struct letter *letter, const struct node *output,
                        struct record_outcome *outcome, struct bad_field *bad)
{
    if (!output) return true;
    outcome->output = node_canonical(&letter->arena, output);
    return outcome->output.size <= OUTPUT_MAX ||
           bad_field_say(bad, "output", "has to be JSON of at most %d bytes", OUTPUT_MAX);
}

static bool is_outcome(enum command_state status)
{
    return status == COMMAND_accepted || status == COMMAND_delivered ||
           status == COMMAND_succeeded || status == COMMAND_failed;
}

static bool read_outcome(struct letter *letter, const struct node *body, struct slice status,
                         struct intent *intent, struct bad_field *bad)
{
    struct record_outcome *outcome = &intent->record_outcome;

    intent->type        = INTENT_record_outcome;
    outcome->vendor     = letter->line->vendor;
    outcome->command_id = letter->webhook.command;
    outcome->status     = command_state_of(status);
    if (!is_outcome(outcome->status))
        return bad_field_say(bad, "status", "has to be accepted, delivered, succeeded or failed");
    return read_error(node_member(body, "error"), outcome, bad) &&
           read_output(letter, node_member(body, "output"), outcome, bad);
}

static bool read_acknowledgement(struct letter *letter, struct slice status, struct intent *intent,
                                 struct bad_field *bad)
{
    intent->type                            = INTENT_acknowledge_withdrawal;
    intent->acknowledge_withdrawal.vendor   = letter->line->vendor;
    intent->acknowledge_withdrawal.grant_id = letter->webhook.grant;
    return slice_equal(status, SLICE("acknowledged")) ||
           bad_field_say(bad, "status", "has to be acknowledged");
}

static bool read_body(struct letter *letter, struct intent *intent, bool *says,
                      struct bad_field *bad)
{
    struct slice       text   = arena_copy(&letter->arena, buffer_slice(&letter->posting.answer));
    const struct node *body   = node_parse(&letter->arena, text, bad);
    struct slice       status = { NULL, 0 };

    *says = true;
    if (!body) return false;
    if (node_kind(body) != NODE_OBJECT) return bad_field_say(bad, "", "has to be an object");
    if (!json_read_text(body, "status", STATUS_WORD_MAX, OPTIONAL, &status, bad)) return false;
    *says = status.size > 0;
    if (!*says) return true;
    return id_given(letter->webhook.grant) ? read_acknowledgement(letter, status, intent, bad)
                                           : read_outcome(letter, body, status, intent, bad);
}

bool answer_read(struct letter *letter, struct intent *intent)
{
    struct bad_field bad = { .name = "" };
    bool             says;
    char             text[ID_TEXT_MAX];

    if (!id_given(letter->webhook.command) && !id_given(letter->webhook.grant)) return false;
    if (!letter->posting.json || !letter->posting.answer.size) return false;
    *intent = (struct intent){ .stream    = letter->row.stream,
                               .actor     = { ACTOR_VENDOR, letter->line->vendor },
                               .causation = letter->event.id };
    if (read_body(letter, intent, &says, &bad)) return says;
    id_text(letter->delivery, text);
    report(REPORT_NOTICE, "courier", "the answer to %s says nothing we understand: %s%s%s", text,
           bad.name, *bad.name ? " " : "it ", bad.why);
    return false;
}

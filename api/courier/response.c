/* response.c -- a 2xx with something to say: a command's outcome, or that a
 * withdrawal is known. It saves the vendor a call of its own, and means the same.
 *
 * What counts is the status. Each member is read by itself, so that nothing that stands
 * beside the status, or was cut off behind it, makes it unheard: an output that cannot be kept
 * is left out, and what is said of an error is cleaned and cut.
 */
#include <string.h>

#include "api/courier/courier_internal.h"
#include "core/base/report.h"
#include "core/base/text.h"
#include "core/wire/json_parts.h"
#include "core/wire/json_tree.h"

enum { STATUS_WORD_MAX = 16, OUTPUT_MAX = 16384, CODE_MAX = 64, MESSAGE_MAX = 256 };
_Static_assert(OUTPUT_MAX + CODE_MAX + MESSAGE_MAX < (int)ANSWER_SIZE_MAX,
               "an outcome fits into the answer that we read");
_Static_assert(sizeof "acknowledged" - 1 <= STATUS_WORD_MAX, "the longest word is not too long");

static void response_report(const struct attempt *attempt, const char *what,
                            const struct bad_field *bad)
{
    char text[ID_TEXT_MAX];

    id_text(attempt->delivery, text);
    report(REPORT_NOTICE, "courier", "the answer to %s %s: %s%s%s", text, what, bad->name,
           *bad->name ? " " : "it ", bad->why);
}

/* On one line, and no longer than it may be; whole characters. */
static struct slice response_shorten(struct arena *arena, struct slice rest, size_t max)
{
    char    *text = arena_take(arena, max);
    size_t   size = 0, one;
    uint32_t code;

    while ((one = text_character(rest, &code)) > 0) {
        bool control = text_is_control(code);
        if (size + (control ? 1 : one) > max) break;
        memcpy(text + size, control ? " " : rest.data, control ? 1 : one);
        size += control ? 1 : one;
        rest = (struct slice){ rest.data + one, rest.size - one };
    }
    return (struct slice){ text, size };
}

/* A text, or as a text what is none; nothing for what cannot be read. */
static struct slice response_text(struct attempt *attempt, struct slice value, size_t max)
{
    struct bad_field   bad;
    const struct node *node = node_parse_forgiving(&attempt->arena, value, &bad);

    if (!node || node_kind(node) == NODE_NULL) return (struct slice){ NULL, 0 };
    return response_shorten(&attempt->arena,
                            node_kind(node) == NODE_TEXT ? node_text(node)
                                                         : node_canonical(&attempt->arena, node),
                            max);
}

static void response_read_error(struct attempt *attempt, struct slice error,
                                struct record_outcome *outcome)
{
    bool         object  = error.size && *error.data == '{';
    struct slice message = object ? json_part(error, "message") : error;

    outcome->error_code    = response_text(attempt, json_part(error, "code"), CODE_MAX);
    outcome->error_message = response_text(attempt, message, MESSAGE_MAX);
}

static void response_read_output(struct attempt *attempt, struct slice value,
                                 struct record_outcome *outcome)
{
    struct bad_field   bad = { .name = "" };
    const struct node *output;

    if (!value.data) return;
    output = node_parse(&attempt->arena, value, &bad);
    if (output) outcome->output = node_canonical(&attempt->arena, output);
    if (outcome->output.size > OUTPUT_MAX) {
        outcome->output = (struct slice){ NULL, 0 };
        bad_field_say(&bad, "", "has to be JSON of at most %d bytes", OUTPUT_MAX);
    }
    if (!outcome->output.size) response_report(attempt, "counts without its output", &bad);
}

static bool response_is_outcome(enum command_state status)
{
    return status == COMMAND_accepted || status == COMMAND_delivered ||
           status == COMMAND_succeeded || status == COMMAND_failed;
}

static bool response_read_outcome(struct attempt *attempt, struct slice body, struct slice status,
                                  struct intent *intent, struct bad_field *bad)
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
    response_read_error(attempt, json_part(body, "error"), outcome);
    response_read_output(attempt, json_part(body, "output"), outcome);
    return true;
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

/* Nothing: it says none. */
static bool response_read_status(struct attempt *attempt, struct slice body, struct slice *status,
                                 struct bad_field *bad)
{
    struct slice       value = json_part(body, "status");
    const struct node *node;

    if (!value.data) return true;
    node = node_parse(&attempt->arena, value, bad);
    if (node && node_kind(node) == NODE_NULL) return true;
    *status = node_text(node);
    return (status->size > 0 && status->size <= STATUS_WORD_MAX) ||
           bad_field_say(bad, "status", "has to be a text of at most %d bytes", STATUS_WORD_MAX);
}

static bool response_read_body(struct attempt *attempt, struct intent *intent, bool *says,
                               struct bad_field *bad)
{
    struct slice body   = buffer_slice(&attempt->posting.answer);
    struct slice status = { NULL, 0 };

    *says = true;
    if (!response_read_status(attempt, body, &status, bad)) return false;
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
    response_report(attempt, "says nothing we understand", &bad);
    return false;
}

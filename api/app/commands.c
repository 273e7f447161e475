/* commands.c -- telling devices to do something, and what became of it.
 *
 * GET with ?wait= is a long poll: the call is parked until the command has come to an
 * end, the time is over, or the service stops; it is answered with the command as it
 * is then. */
#include "api/app/command.h"
#include "api/app/routes.h"
#include "api/call/parked.h"
#include "api/call/query.h"
#include "api/things/schema.h"
#include "core/base/text.h"

enum {
    WAIT_MAX      = 30,    /* seconds; proxies cut off after more */
    INPUT_MAX     = 16384, /* bytes, as in intents.def, for what came in as a bare value */
    VALID_FOR_MAX = 86400, /* seconds, whatever the settings say */
};

/* -- asking --------------------------------------------------------------------------------- */

static bool wish_is_write(const struct wish *wish)
{
    return slice_equal(wish->operation, SLICE("writeProperty"));
}

/* An unknown operation is left to the rules, which have a refusal of their own. */
static bool wish_fits_model(struct call *call, const struct wish *wish,
                            const struct device_row *row, struct bad_field *bad)
{
    const struct definition *definition = schema_find(call_reader(call), row->vendor, row->model);

    if (!definition) return bad_field_say(bad, "name", "has to be one of the thing model's");
    if (!wish_is_write(wish))
        return !slice_equal(wish->operation, SLICE("invokeAction")) ||
               schema_check_action(definition, wish->name, wish->input, call->arena, bad);
    if (!wish->input) return bad_field_say(bad, "input", "has to be the value to write");
    return schema_check_property(definition, wish->name, wish->input, SCHEMA_WRITTEN, call->arena,
                                 bad);
}

/* The input as it is kept; equal values have equal bytes. */
static bool read_input(struct call *call, const struct wish *wish, struct slice *input,
                       struct bad_field *bad)
{
    *input = (struct slice){ NULL, 0 };
    if (wish->input) *input = node_canonical(call->arena, wish->input);
    return input->size <= INPUT_MAX ||
           bad_field_say(bad, "input", "has to be at most %d bytes of JSON", INPUT_MAX);
}

void command_request(struct call *call, const struct wish *wish)
{
    struct submission *submission;
    struct device_row  row;
    struct bad_field   bad;
    struct slice       input;
    struct id          command;

    if (!own_device(call, call_reader(call), call->arena, wish->device, &row)) {
        resource_unknown(call, &resource_device);
        return;
    }
    if (!read_input(call, wish, &input, &bad) || !wish_fits_model(call, wish, &row, &bad)) {
        call_fail_field(call, &bad);
        return;
    }
    command    = call_new_id(call, ID_command);
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_request_command, call_account(call))->request_command =
        (struct request_command){
            .operation = wish->operation,
            .name      = wish->name,
            .input     = input,
            .valid_for = wish->valid_for,
            .device    = wish->device,
            .command   = command,
        };
    resource_submit(submission, &resource_command, command);
    submission->changed = NULL; /* there is none yet to hold If-Match against */
    submit_send(submission);
}

/* No time given is the usual time; none at all is none to carry it out in. */
static bool is_valid_for(const struct node *body, uint64_t seconds)
{
    const struct node *given = node_member(body, "validFor");

    return seconds <= VALID_FOR_MAX && (seconds || !given || node_kind(given) == NODE_NULL);
}

void app_post_command(struct call *call)
{
    struct id              device;
    const struct node     *body;
    struct bad_field       bad;
    struct request_command intent = { .valid_for = 0 };
    const struct shape    *shape  = intent_shape(INTENT_request_command);

    if (!call_parameter_id(call, "deviceId", ID_device, &device)) return;
    body = call_body(call);
    if (!body) return;
    if (!json_read_intent(shape, body, NULL, call->arena, &intent, &bad)) {
        call_fail_field(call, &bad);
        return;
    }
    if (!is_valid_for(body, intent.valid_for)) {
        call_refuse(call, REFUSED_valid_for_out_of_range);
        return;
    }
    command_request(call, &(struct wish){ .device    = device,
                                          .operation = intent.operation,
                                          .name      = intent.name,
                                          .input     = node_member(body, "input"),
                                          .valid_for = intent.valid_for });
}

void app_delete_command(struct call *call)
{
    struct id          command;
    struct submission *submission;

    if (!call_parameter_id(call, "commandId", ID_command, &command)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_cancel_command, call_account(call))
        ->cancel_command.command = command;
    resource_submit(submission, &resource_command, command);
    submit_send(submission);
}

/* -- reading -------------------------------------------------------------------------------- */

/* The newest first. A device that was taken out keeps the list of what it was told. */
void app_list_commands(struct call *call)
{
    struct id         device;
    struct device_row row;

    if (!call_parameter_id(call, "deviceId", ID_device, &device)) return;
    if (!view_get_device(call_reader(call), device, NO_ID, call->arena, &row) ||
        !call_may(call, row.account)) {
        resource_unknown(call, &resource_device);
        return;
    }
    list_answer(call, &(struct list){ .resource = &resource_command,
                                      .ids      = view_fall_device_command,
                                      .first    = device });
}

struct command_wait {
    struct parked parked; /* first */
    struct id     command;
};

static bool own_command_has_ended(struct call *call, struct arena *arena, struct id command)
{
    struct command_row row;

    return !own_command(call, call_reader(call), arena, command, &row) || row.concluded_at;
}

static bool command_wait_is_over(struct parked *parked, struct arena *scratch)
{
    return own_command_has_ended(parked->as.call, scratch,
                                 ((struct command_wait *)parked)->command);
}

static void command_wait_answer(struct parked *parked)
{
    resource_answer_id(parked->as.call, &resource_command,
                       ((struct command_wait *)parked)->command);
}

static void command_wait_park(struct call *call, struct id command, uint64_t seconds)
{
    struct command_wait *waiting = arena_new(call->arena, struct command_wait);

    waiting->command = command;
    parked_begin(&waiting->parked, &(struct parking){ .call    = call,
                                                      .whom    = call_account(call),
                                                      .most_us = (int64_t)seconds * SECOND,
                                                      .is_over = command_wait_is_over,
                                                      .answer  = command_wait_answer });
}

void app_get_command(struct call *call)
{
    struct id    command;
    struct slice text    = call_query(call, "wait");
    uint64_t     seconds = 0;

    if (text.data && (!text_u64(text, &seconds) || seconds > WAIT_MAX)) {
        call_fail(call, PROBLEM_out_of_range, "Query wait has to be from 0 to %d seconds.",
                  WAIT_MAX);
        return;
    }
    if (!call_parameter_id(call, "commandId", ID_command, &command)) return;
    if (seconds && !own_command_has_ended(call, call->arena, command))
        command_wait_park(call, command, seconds);
    else resource_answer_id(call, &resource_command, command);
}

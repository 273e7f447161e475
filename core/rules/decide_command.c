/* decide_command.c -- what a subscriber tells a device, and what becomes of it.
 *
 *     queued -> sent -> accepted -> delivered -> succeeded | failed
 *     queued -> expired | cancelled | superseded
 *     sent, accepted, delivered -> timed-out, which never means "did not happen";
 *     an outcome that comes later is recorded beside it
 */
#include "core/rules/ruling.h"

enum { COMMANDS_OPEN_MAX = EVENT_BATCH_MAX - 8 }; /* an end of a grant cancels them all */
_Static_assert(COMMANDS_OPEN_MAX + 2 <= EVENT_BATCH_MAX, "… beside the grant and its device");

/* How far a command has come; 0: concluded. */
static unsigned stage(enum command_state status)
{
    switch (status) {
    case COMMAND_queued: return 1;
    case COMMAND_sent: return 2;
    case COMMAND_accepted: return 3;
    case COMMAND_delivered: return 4;
    case COMMAND_none:
    case COMMAND_succeeded:
    case COMMAND_failed:
    case COMMAND_expired:
    case COMMAND_cancelled:
    case COMMAND_superseded:
    case COMMAND_timed_out: return 0;
    }
    impossible("a command in a state of no list");
}

static void cancel(struct ruling *on, struct id id, const struct command_record *command,
                   struct slice reason)
{
    ensure(command_state_may_become(command->status, COMMAND_cancelled));
    *happened(on, command_cancelled) = (struct command_cancelled){
        .command = id, .device = command->device, .vendor = command->vendor, .reason = reason
    };
}

static size_t open_commands(struct ruling *on, struct id device,
                            struct id commands[COMMANDS_OPEN_MAX])
{
    return registry_list_open_command(on->registry, device, NO_ID, commands, COMMANDS_OPEN_MAX);
}

void rules_cancel_queued(struct ruling *on, struct id device, struct slice reason)
{
    struct id commands[COMMANDS_OPEN_MAX];
    size_t    count = open_commands(on, device, commands);

    for (size_t i = 0; i < count; i++) {
        struct command_record command;
        if (!known_command(on, on->intent->stream, commands[i], &command)) {
            rules_contradicted(on, "an open command is not known");
            return;
        }
        if (command.status == COMMAND_queued) cancel(on, commands[i], &command, reason);
    }
}

bool rules_await_no_more(struct ruling *on, struct id device)
{
    struct id commands[COMMANDS_OPEN_MAX];
    size_t    count = open_commands(on, device, commands);

    for (size_t i = 0; i < count; i++)
        *happened(on, command_timed_out) = (struct command_timed_out){ .command = commands[i],
                                                                       .device  = device };
    return count > 0;
}

/* A newer value for a property makes an older one that was not sent pointless. */
static void supersede(struct ruling *on, const struct request_command *ask,
                      const struct id *commands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct command_record older;
        if (!known_command(on, on->intent->stream, commands[i], &older)) {
            rules_contradicted(on, "an open command is not known");
            return;
        }
        if (older.status == COMMAND_queued && is(older.operation, "writeProperty") &&
            slice_equal(older.name, ask->name))
            *happened(on, command_superseded) = (struct command_superseded){ .command = commands[i],
                                                                             .device = older.device,
                                                                             .by = ask->command };
    }
}

static enum refusal controllable(struct ruling *on, const struct request_command *ask,
                                 struct device_record *device)
{
    if (!known_device(on, on->intent->stream, ask->device, device)) return REFUSED_device_unknown;
    if (device->status == DEVICE_removed) return REFUSED_device_removed;
    if (device->status == DEVICE_suspended) return REFUSED_device_suspended;
    if (!rules_vendor_works(on, device->vendor)) return REFUSED_vendor_unavailable;
    if (!texts_have(device->capabilities, ask->name)) return REFUSED_capability_not_granted;
    return ACCEPTED;
}

enum refusal decide_request_command(struct ruling *on, const struct request_command *ask)
{
    struct device_record device;
    struct id            commands[COMMANDS_OPEN_MAX];
    bool                 writes = is(ask->operation, "writeProperty");

    if (!writes && !is(ask->operation, "invokeAction")) return REFUSED_operation_unknown;
    if (ask->valid_for > (uint64_t)(on->policy->command_life_max / SECOND))
        return REFUSED_valid_for_out_of_range;
    int64_t life    = ask->valid_for ? (int64_t)ask->valid_for * SECOND : on->policy->command_life;
    enum refusal no = controllable(on, ask, &device);
    if (no) return no;
    size_t count = open_commands(on, ask->device, commands);
    if (count >= on->policy->commands_open_max || count >= COMMANDS_OPEN_MAX)
        return REFUSED_command_limit_reached;
    ensure(id_kind(ask->command) == ID_command && life > 0);

    if (writes) supersede(on, ask, commands, count);
    *happened(on, command_requested) = (struct command_requested){
        .command          = ask->command,
        .device           = ask->device,
        .vendor           = device.vendor,
        .consent          = device.consent,
        .operation        = ask->operation,
        .name             = ask->name,
        .valid_until      = on->now_us + life,
        .input            = ask->input,
        .vendor_device_id = device.vendor_device_id
    };
    return ACCEPTED;
}

enum refusal decide_cancel_command(struct ruling *on, const struct cancel_command *ask)
{
    struct command_record command;

    if (!known_command(on, on->intent->stream, ask->command, &command))
        return REFUSED_command_unknown;
    if (command.status == COMMAND_cancelled) return ACCEPTED;
    if (command.status != COMMAND_queued) return REFUSED_command_already_sent;
    cancel(on, ask->command, &command, SLICE("taken-back"));
    return ACCEPTED;
}

enum refusal decide_time_out_command(struct ruling *on, const struct time_out_command *ask)
{
    struct command_record command;

    if (!known_command(on, on->intent->stream, ask->command, &command))
        return REFUSED_command_unknown;
    if (command.status == COMMAND_queued)
        *happened(on, command_expired) = (struct command_expired){ .command = ask->command,
                                                                   .device  = command.device };
    else if (stage(command.status))
        *happened(on, command_timed_out) = (struct command_timed_out){ .command = ask->command,
                                                                       .device  = command.device };
    return ACCEPTED;
}

/* -- the vendor's word on it --------------------------------------------------------- */

/* Does the vendor say that the command is over? */
static bool is_end(enum command_state said)
{
    return said == COMMAND_succeeded || said == COMMAND_failed;
}

static void conclude(struct ruling *on, const struct record_outcome *ask,
                     const struct command_record *command)
{
    ensure(command_state_may_become(command->status, ask->status));
    if (ask->status == COMMAND_succeeded)
        *happened(on, command_succeeded) = (struct command_succeeded){ .command = ask->command_id,
                                                                       .device  = command->device,
                                                                       .output  = ask->output };
    else /* clang-format off */
        *happened(on, command_failed) = (struct command_failed){
            .command       = ask->command_id,
            .device        = command->device,
            .error_code    = ask->error_code,
            .error_message = ask->error_message };
         /* clang-format on */
}

static void record_late(struct ruling *on, const struct record_outcome *ask,
                        const struct command_record *command)
{
    ensure(!stage(command->status));
    if (ask->status == command->status) return;                  /* told again */
    if (is_end(command->status) && !is_end(ask->status)) return; /* an older word, overtaken */
    *happened(on, command_outcome_recorded) = (struct command_outcome_recorded){
        .command       = ask->command_id,
        .device        = command->device,
        .status        = command_state_text(ask->status),
        .error_code    = ask->error_code,
        .output        = ask->output,
        .error_message = ask->error_message
    };
}

enum refusal decide_record_outcome(struct ruling *on, const struct record_outcome *ask)
{
    struct command_record command;

    if (!is_end(ask->status) && ask->status != COMMAND_accepted && ask->status != COMMAND_delivered)
        return REFUSED_outcome_unknown;
    if (!known_command(on, on->intent->stream, ask->command_id, &command) ||
        !id_equal(command.vendor, ask->vendor))
        return REFUSED_command_unknown;

    unsigned at = stage(command.status);
    if (!at) record_late(on, ask, &command);
    else if (is_end(ask->status)) conclude(on, ask, &command);
    else if (stage(ask->status) <= at) return ACCEPTED; /* an older word, overtaken */
    else if (ask->status == COMMAND_accepted)
        *happened(on, command_accepted) = (struct command_accepted){ .command = ask->command_id,
                                                                     .device  = command.device };
    else
        *happened(on, command_delivered) = (struct command_delivered){ .command = ask->command_id,
                                                                       .device  = command.device };
    return ACCEPTED;
}

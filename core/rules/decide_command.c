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

void rules_cancel(struct ruling *on, struct id id, const struct command_record *command,
                  struct slice reason)
{
    struct device_record device;

    ensure(command_state_may_become(command->status, COMMAND_cancelled));
    known_device(on, on->intent->stream, command->device, &device);
    /* clang-format off */
    *happened(on, command_cancelled) = (struct command_cancelled){
        .command          = id,
        .device           = command->device,
        .vendor           = command->vendor,
        .reason           = reason,
        .vendor_device_id = device.vendor_device_id };
    /* clang-format on */
}

static size_t open_commands(struct ruling *on, struct id device,
                            struct id commands[COMMANDS_OPEN_MAX])
{
    size_t count = registry_list_open_command(on->registry, device, NO_ID, commands,
                                              COMMANDS_OPEN_MAX);

    ensure(count <= COMMANDS_OPEN_MAX);
    return count;
}

void rules_cancel_queued(struct ruling *on, struct id device, struct texts kept,
                         struct slice reason)
{
    struct id commands[COMMANDS_OPEN_MAX];
    size_t    count = open_commands(on, device, commands);

    for (size_t i = 0; i < count; i++) {
        struct command_record command;
        if (!known_command(on, on->intent->stream, commands[i], &command)) {
            rules_contradicted(on, "an open command is not known");
            return;
        }
        AS_WRITTEN(on, stage(command.status) && id_equal(command.device, device));
        if (command.status == COMMAND_queued && !texts_have(kept, command.name))
            rules_cancel(on, commands[i], &command, reason);
    }
}

bool rules_await_no_more(struct ruling *on, struct id device)
{
    struct id commands[COMMANDS_OPEN_MAX];
    size_t    count = open_commands(on, device, commands);

    ensure(on->out->count == 0); /* it is a step of its own, so all have room */
    for (size_t i = 0; i < count; i++)
        *happened(on, command_timed_out) = (struct command_timed_out){ .command = commands[i],
                                                                       .device  = device };
    return count > 0;
}

/* A newer value for a property makes an older one that was not sent pointless. */
static void supersede(struct ruling *on, const struct request_command *intent,
                      const struct id *commands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct command_record older;
        if (!known_command(on, on->intent->stream, commands[i], &older)) {
            rules_contradicted(on, "an open command is not known");
            return;
        }
        AS_WRITTEN(on, stage(older.status) && id_equal(older.device, intent->device));
        if (older.status == COMMAND_queued && is(older.operation, "writeProperty") &&
            slice_equal(older.name, intent->name))
            *happened(on, command_superseded) = (struct command_superseded){
                .command = commands[i], .device = older.device, .by = intent->command
            };
    }
}

static enum refusal controllable(struct ruling *on, const struct request_command *intent,
                                 struct device_record *device)
{
    if (!known_device(on, on->intent->stream, intent->device, device))
        return REFUSED_device_unknown;
    if (device->status == DEVICE_removed) return REFUSED_device_removed;
    if (device->status == DEVICE_suspended) return REFUSED_device_suspended;
    AS_WRITTEN(on, device->status == DEVICE_active && id_given(device->consent));
    if (!rules_vendor_works(on, device->vendor)) return REFUSED_vendor_unavailable;
    if (!texts_have(device->capabilities, intent->name)) return REFUSED_capability_not_granted;
    return ACCEPTED;
}

enum refusal decide_request_command(struct ruling *on, const struct request_command *intent)
{
    struct device_record device;
    struct id            commands[COMMANDS_OPEN_MAX];
    bool                 writes = is(intent->operation, "writeProperty");

    if (!writes && !is(intent->operation, "invokeAction")) return REFUSED_operation_unknown;
    if (intent->valid_for > (uint64_t)(on->policy->command_life_max / SECOND))
        return REFUSED_valid_for_out_of_range;
    int64_t      life = intent->valid_for ? (int64_t)intent->valid_for * SECOND
                                          : on->policy->command_life;
    enum refusal no   = controllable(on, intent, &device);
    if (no) return no;
    size_t count = open_commands(on, intent->device, commands);
    if (count >= on->policy->commands_open_max || count >= COMMANDS_OPEN_MAX)
        return REFUSED_command_limit_reached;
    ensure(id_kind(intent->command) == ID_command && life > 0);

    if (writes) supersede(on, intent, commands, count);
    *happened(on, command_requested) = (struct command_requested){
        .command          = intent->command,
        .device           = intent->device,
        .vendor           = device.vendor,
        .consent          = device.consent,
        .operation        = intent->operation,
        .name             = intent->name,
        .valid_until      = on->now_us + life,
        .input            = intent->input,
        .vendor_device_id = device.vendor_device_id
    };
    return ACCEPTED;
}

enum refusal decide_cancel_command(struct ruling *on, const struct cancel_command *intent)
{
    struct command_record command;

    if (!known_command(on, on->intent->stream, intent->command, &command))
        return REFUSED_command_unknown;
    if (command.status == COMMAND_cancelled) return ACCEPTED;
    if (command.status != COMMAND_queued) return REFUSED_command_already_sent;
    rules_cancel(on, intent->command, &command, SLICE("taken-back"));
    return ACCEPTED;
}

enum refusal decide_time_out_command(struct ruling *on, const struct time_out_command *intent)
{
    struct command_record command;

    if (!known_command(on, on->intent->stream, intent->command, &command))
        return REFUSED_command_unknown;
    AS_WRITTEN(on, id_kind(command.device) == ID_device);
    if (command.status == COMMAND_queued)
        *happened(on, command_expired) = (struct command_expired){ .command = intent->command,
                                                                   .device  = command.device };
    else if (stage(command.status))
        *happened(on, command_timed_out) = (struct command_timed_out){ .command = intent->command,
                                                                       .device  = command.device };
    return ACCEPTED;
}

/* -- the vendor's word on it --------------------------------------------------------- */

/* Does the vendor say that the command is over? */
static bool is_end(enum command_state said)
{
    return said == COMMAND_succeeded || said == COMMAND_failed;
}

static void conclude(struct ruling *on, const struct record_outcome *intent,
                     const struct command_record *command)
{
    ensure(command_state_may_become(command->status, intent->status));
    if (intent->status == COMMAND_succeeded)
        *happened(on, command_succeeded) = (struct command_succeeded){
            .command = intent->command_id, .device = command->device, .output = intent->output
        };
    else /* clang-format off */
        *happened(on, command_failed) = (struct command_failed){
            .command       = intent->command_id,
            .device        = command->device,
            .error_code    = intent->error_code,
            .error_message = intent->error_message };
         /* clang-format on */
}

static void record_late(struct ruling *on, const struct record_outcome *intent,
                        const struct command_record *command)
{
    ensure(!stage(command->status));
    if (intent->status == command->status) return;                  /* told again */
    if (is_end(command->status) && !is_end(intent->status)) return; /* an older word, overtaken */
    *happened(on, command_outcome_recorded) = (struct command_outcome_recorded){
        .command       = intent->command_id,
        .device        = command->device,
        .status        = command_state_text(intent->status),
        .error_code    = intent->error_code,
        .output        = intent->output,
        .error_message = intent->error_message
    };
}

/* When the grant has ended, or covers this no longer, that a command ended is all its vendor
 * may still say: what came of it is data of the device. */
static struct record_outcome outcome_permitted(struct ruling               *on,
                                               const struct record_outcome *intent,
                                               const struct command_record *command)
{
    struct record_outcome kept = *intent;
    struct device_record  device;

    if (known_device(on, on->intent->stream, command->device, &device) &&
        device.status == DEVICE_active && texts_have(device.capabilities, command->name))
        return kept;
    kept.output = kept.error_message = (struct slice){ 0 };
    return kept;
}

enum refusal decide_record_outcome(struct ruling *on, const struct record_outcome *intent)
{
    struct command_record command;

    if (!is_end(intent->status) && intent->status != COMMAND_accepted &&
        intent->status != COMMAND_delivered)
        return REFUSED_outcome_unknown;
    if (!known_command(on, on->intent->stream, intent->command_id, &command) ||
        !id_equal(command.vendor, intent->vendor))
        return REFUSED_command_unknown;

    struct record_outcome kept = outcome_permitted(on, intent, &command);
    unsigned              at   = stage(command.status);
    if (!at) record_late(on, &kept, &command);
    else if (is_end(intent->status)) conclude(on, &kept, &command);
    else if (stage(intent->status) <= at) return ACCEPTED; /* an older word, overtaken */
    else if (intent->status == COMMAND_accepted)
        *happened(on, command_accepted) = (struct command_accepted){ .command = intent->command_id,
                                                                     .device  = command.device };
    else
        *happened(on,
                  command_delivered) = (struct command_delivered){ .command = intent->command_id,
                                                                   .device  = command.device };
    ensure(on->out->count <= 1); /* one word, one step */
    return ACCEPTED;
}

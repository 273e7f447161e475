/* commands.c -- what became of every command, and whether the device's own reports
 * agree.
 *
 * `effective` is the device's word, `status` the vendor's. A command that writes a
 * property is held against the reports of it that were observed since it was requested; the
 * one observed last has the word, as it has in the device's view: the wanted value makes the
 * command effective; another one makes it not so if it was observed after the vendor said it
 * was done, and else leaves it unknown. That ends once a newer command writes the property,
 * or once it is known that the device was not told or did not do it; a command whose time
 * is over may still have its effect.
 *
 * Each state report costs one look for such commands.
 */
#include "core/base/clock.h"
#include "projections/projection.h"
#include "projections/state.h"

static void await(struct batch *batch, struct arena *scratch, const struct command_requested *it)
{
    struct awaited_row awaited;

    view_get_awaited(batch_reader(batch), it->device, NO_ID, scratch, &awaited);
    AS_WRITTEN(batch, values_rise(awaited.commands));
    awaited.commands = commands_with(scratch, awaited.commands, it->name, it->command);
    view_put_awaited(batch, it->device, NO_ID, &awaited);
}

static void await_no_more(struct batch *batch, struct arena *scratch, struct id device,
                          struct id command)
{
    struct awaited_row awaited;

    if (!view_get_awaited(batch_reader(batch), device, NO_ID, scratch, &awaited)) return;
    AS_WRITTEN(batch, awaited.commands.count > 0);
    AS_WRITTEN(batch, values_rise(awaited.commands));
    struct slice property = commands_property_of(awaited.commands, command);
    if (!property.data) return; /* a newer one waits in its place */
    awaited.commands = values_without(scratch, awaited.commands, property);
    if (awaited.commands.count) view_put_awaited(batch, device, NO_ID, &awaited);
    else view_erase_awaited(batch, device, NO_ID);
}

static void requested(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct command_requested *it     = &event->command_requested;
    bool                            writes = slice_equal(it->operation, SLICE("writeProperty"));
    struct command_row              row    = {
                        .account      = event->stream,
                        .device       = it->device,
                        .vendor       = it->vendor,
                        .operation    = it->operation,
                        .name         = it->name,
                        .input        = it->input,
                        .status       = COMMAND_queued,
                        .effective    = EFFECT_unknown,
                        .requested_at = event->recorded_at,
                        .valid_until  = it->valid_until,
                        .changed      = event->position,
    };

    PROMISED(batch, id_kind(it->command) == ID_command);
    PROMISED(batch, id_kind(it->device) == ID_device && id_kind(it->vendor) == ID_vendor);
    PROMISED(batch, it->valid_until > 0);
    PROMISED(batch, writes || slice_equal(it->operation, SLICE("invokeAction")));
    view_put_command(batch, it->command, NO_ID, &row);
    view_put_device_command(batch, it->device, it->command, &(struct device_command_row){ { 0 } });
    view_put_commanded_device(batch, event->stream, it->device,
                              &(struct commanded_device_row){ { 0 } });
    if (writes && it->input.size) await(batch, scratch, it);
}

/* -- what the vendor says ---------------------------------------------------- */

static enum command_state state_after(enum event_type type)
{
    switch (type) {
    /* clang-format off */
    case EVENT_command_sent:       return COMMAND_sent;
    case EVENT_command_accepted:   return COMMAND_accepted;
    case EVENT_command_delivered:  return COMMAND_delivered;
    case EVENT_command_succeeded:  return COMMAND_succeeded;
    case EVENT_command_failed:     return COMMAND_failed;
    case EVENT_command_expired:    return COMMAND_expired;
    case EVENT_command_cancelled:  return COMMAND_cancelled;
    case EVENT_command_superseded: return COMMAND_superseded;
    case EVENT_command_timed_out:  return COMMAND_timed_out;
    default: impossible("apply() passes no other on");
        /* clang-format on */
    }
}

static bool find(struct batch *batch, struct arena *scratch, const struct event *event,
                 struct id command, struct command_row *row)
{
    bool found = view_get_command(batch_reader(batch), command, NO_ID, scratch, row) &&
                 AS_WRITTEN(batch, row->status != COMMAND_none) &&
                 AS_WRITTEN(batch, row->effective != EFFECT_none) &&
                 PROMISED(batch, id_equal(row->account, event->stream)) &&
                 PROMISED(batch, id_equal(row->device, event_field_id(event, "device"))) &&
                 AS_WRITTEN(batch, row->requested_at > 0) &&
                 PROMISED(batch, row->requested_at < event->recorded_at) &&
                 PROMISED(batch, row->changed > 0 && row->changed < event->position) &&
                 AS_WRITTEN(batch, !row->late_status || row->concluded_at > 0);

    row->changed = event->position;
    return found;
}

static void went_on(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id          command = event_field_id(event, "command");
    struct command_row row;

    if (!find(batch, scratch, event, command, &row)) return;
    PROMISED(batch, command_state_may_become(row.status, state_after(event->type)));
    PROMISED(batch, !row.concluded_at);
    row.status = state_after(event->type);
    view_put_command(batch, command, NO_ID, &row);
}

static void concluded(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id          command = event_field_id(event, "command");
    struct command_row row;

    if (!find(batch, scratch, event, command, &row)) return;
    PROMISED(batch, command_state_may_become(row.status, state_after(event->type)));
    PROMISED(batch, !row.concluded_at || event->type == EVENT_command_cancelled); /* told again */
    row.status       = state_after(event->type);
    row.concluded_at = event->recorded_at;
    if (event->type == EVENT_command_succeeded) row.output = event->command_succeeded.output;
    if (event->type == EVENT_command_failed) {
        row.error_code    = event->command_failed.error_code;
        row.error_message = event->command_failed.error_message;
    }
    view_put_command(batch, command, NO_ID, &row);
    if (event->type != EVENT_command_succeeded && event->type != EVENT_command_timed_out)
        await_no_more(batch, scratch, row.device, command);
}

/* The status stays what it ended as; the late word stands beside it, and adds to
 * what is known only what it tells. */
static void outcome_recorded(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct command_outcome_recorded *it = &event->command_outcome_recorded;
    struct command_row                     row;

    if (!find(batch, scratch, event, it->command, &row)) return;
    PROMISED(batch, row.concluded_at > 0);
    row.late_status = command_state_of(it->status);
    PROMISED(batch, row.late_status != COMMAND_none);
    if (it->output.size) row.output = it->output;
    if (it->error_code.size) row.error_code = it->error_code;
    if (it->error_message.size) row.error_message = it->error_message;
    view_put_command(batch, it->command, NO_ID, &row);
}

/* -- what the device says ---------------------------------------------------- */

/* What counts of a report is kept for as long as a command's word is by it (needs.c). */
static void tells_of_one_more(struct batch *batch, struct arena *scratch, struct id device,
                              struct id report)
{
    struct telling_report_row row;

    view_get_telling_report(batch_reader(batch), device, report, scratch, &row);
    row.commands++;
    view_put_telling_report(batch, device, report, &row);
}

static void tells_of_one_less(struct batch *batch, struct arena *scratch, struct id device,
                              struct id report)
{
    struct telling_report_row row;

    if (!view_get_telling_report(batch_reader(batch), device, report, scratch, &row)) return;
    if (row.commands > 1) {
        row.commands--;
        view_put_telling_report(batch, device, report, &row);
    } else {
        view_erase_telling_report(batch, device, report);
    }
}

/* Was it observed since the command was requested, and is it not older than what was reported
 * already? To the millisecond, as devices.c compares them; an instant in whole seconds stands
 * for all of that second, as many reporters count no finer. */
static bool counts(const struct command_row *row, int64_t observed_us)
{
    int64_t unit = observed_us % SECOND ? MILLISECOND : SECOND;

    return observed_us / unit >= row->requested_at / unit &&
           observed_us / MILLISECOND >= row->told_at / MILLISECOND;
}

static enum effect command_effect(const struct command_row *row, int64_t observed_us,
                                  struct slice reported)
{
    bool done = row->status == COMMAND_succeeded && observed_us > row->concluded_at;

    if (slice_equal(reported, row->input)) return EFFECT_true;
    return done ? EFFECT_false : EFFECT_unknown;
}

static void compare(struct batch *batch, struct arena *scratch, const struct event *event,
                    struct id command, struct slice reported)
{
    int64_t            observed_us = state_observed_at(event);
    struct command_row row;

    bool awaited_is_there = find(batch, scratch, event, command, &row);
    if (!AS_WRITTEN(batch, awaited_is_there)) return;
    AS_WRITTEN(batch, slice_equal(row.operation, SLICE("writeProperty")) && row.input.size > 0);
    AS_WRITTEN(batch, id_given(row.told_by) == (row.told_at > 0));
    if (!counts(&row, observed_us)) return;
    if (id_given(row.told_by)) tells_of_one_less(batch, scratch, row.device, row.told_by);
    tells_of_one_more(batch, scratch, row.device, event->id);
    row.effective = command_effect(&row, observed_us, reported);
    row.told_at   = observed_us;
    row.told_by   = event->id;
    view_put_command(batch, command, NO_ID, &row);
}

static void state_reported(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct device_state_reported *it = &event->device_state_reported;
    struct awaited_row                  awaited;
    struct id                           command;

    if (!view_get_awaited(batch_reader(batch), it->device, NO_ID, scratch, &awaited)) return;
    AS_WRITTEN(batch, awaited.commands.count > 0);
    AS_WRITTEN(batch, values_rise(awaited.commands));
    for (size_t i = 0; i < it->properties.count; i++) {
        const struct value *reported = &it->properties.items[i];
        if (commands_get(awaited.commands, reported->name, &command))
            compare(batch, scratch, event, command, reported->json);
    }
}

/* -- forgetting who said so ----------------------------------------------------- */

static void forget(struct batch *batch, struct id account, struct id device)
{
    EACH_LISTED(batch, device_command, device, command, view_erase_command(batch, command, NO_ID);
                view_erase_device_command(batch, device, command));
    EACH_LISTED(batch, telling_report, device, report,
                view_erase_telling_report(batch, device, report));
    view_erase_awaited(batch, device, NO_ID);
    view_erase_commanded_device(batch, account, device);
}

static void forget_all(struct batch *batch, struct id account)
{
    EACH_LISTED(batch, commanded_device, account, device, forget(batch, account, device));
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    switch (event->type) {
    case EVENT_device_state_reported: state_reported(batch, scratch, event); break;
    case EVENT_command_requested: requested(batch, scratch, event); break;
    case EVENT_command_sent:
    case EVENT_command_accepted:
    case EVENT_command_delivered: went_on(batch, scratch, event); break;
    case EVENT_command_succeeded:
    case EVENT_command_failed:
    case EVENT_command_expired:
    case EVENT_command_cancelled:
    case EVENT_command_superseded:
    case EVENT_command_timed_out: concluded(batch, scratch, event); break;
    case EVENT_command_outcome_recorded: outcome_recorded(batch, scratch, event); break;
    case EVENT_device_removed: /* nothing will be reported of it */
        view_erase_awaited(batch, event->device_removed.device, NO_ID);
        break;
    case EVENT_account_erased: forget_all(batch, event->stream); break;
    default: break; /* not about commands */
    }
}

const struct fold fold_commands = {
    .name         = "commands",
    .families     = { FAMILY_commands },
    .family_count = 1,
    .apply        = apply,
};

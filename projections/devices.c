/* devices.c -- devices: where they are, what they last said, what was asked of them.
 *
 * A device that was removed keeps its row, so that its name still says something
 * in old consents and commands; what it reported is gone, and it is in no list but that of
 * the removed, which tells what to forget with its holder.
 *
 * `reported`, `observed` and `received` have the same names in the same order. A
 * desired value stays until a newer one takes its place or its command comes to
 * nothing. State reports are by far the most frequent event: one row is read and
 * written for each, and the lists are merged in one pass.
 */
#include "projections/projection.h"
#include "projections/state.h"

#include "core/base/clock.h"

static const struct slice NOTHING;

static bool find(struct batch *batch, struct arena *scratch, const struct event *event,
                 struct id device, struct device_row *row)
{
    bool found = view_get_device(batch_reader(batch), device, NO_ID, scratch, row) &&
                 AS_WRITTEN(batch, row->status != DEVICE_none) &&
                 PROMISED(batch, id_equal(row->account, event->stream)) &&
                 PROMISED(batch, row->added_at > 0 && row->added_at < event->recorded_at) &&
                 PROMISED(batch, row->changed > 0 && row->changed < event->position) &&
                 AS_WRITTEN(batch, values_rise(row->reported)) &&
                 AS_WRITTEN(batch, values_are_of_same(row->observed, row->reported)) &&
                 AS_WRITTEN(batch, values_are_of_same(row->received, row->reported));

    row->changed = event->position;
    return found;
}

static void added(struct batch *batch, const struct event *event)
{
    const struct device_added *it  = &event->device_added;
    struct device_row          row = {
                 .account          = event->stream,
                 .network          = it->network,
                 .vendor           = it->vendor,
                 .consent          = it->consent,
                 .claim            = it->claim,
                 .model            = it->model,
                 .vendor_device_id = it->vendor_device_id,
                 .name             = it->name,
                 .status           = DEVICE_active,
                 .added_at         = event->recorded_at,
                 .changed          = event->position,
    };

    PROMISED(batch, id_kind(it->device) == ID_device);
    PROMISED(batch, id_kind(it->network) == ID_network && id_kind(it->claim) == ID_claim);
    PROMISED(batch, id_kind(it->consent) == ID_consent && id_kind(it->vendor) == ID_vendor);
    view_put_device(batch, it->device, NO_ID, &row);
    view_put_network_device(batch, it->network, it->device, &(struct network_device_row){ { 0 } });
    view_put_account_device(batch, event->stream, it->device,
                            &(struct account_device_row){ { 0 } });
    view_put_claim(batch, it->claim, NO_ID,
                   &(struct claim_row){ .account = event->stream, .device = it->device });
}

/* Wherever it went, a proposal made before is out of date. */
static void moved(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct device_moved *it = &event->device_moved;
    struct device_row          row;

    if (!find(batch, scratch, event, it->device, &row)) return;
    PROMISED(batch, row.status != DEVICE_removed);
    PROMISED(batch, id_equal(row.network, it->previous));
    PROMISED(batch, !id_equal(row.network, it->network));
    view_erase_network_device(batch, row.network, it->device);
    view_put_network_device(batch, it->network, it->device, &(struct network_device_row){ { 0 } });
    row.network  = it->network;
    row.proposed = NO_ID;
    view_put_device(batch, it->device, NO_ID, &row);
}

static void removed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id         device = event->device_removed.device;
    struct device_row row;

    if (!find(batch, scratch, event, device, &row)) return;
    PROMISED(batch, device_state_may_become(row.status, DEVICE_removed));
    PROMISED(batch, id_equal(row.network, event->device_removed.network));
    view_erase_network_device(batch, row.network, device);
    view_erase_account_device(batch, row.account, device);
    view_put_removed_device(batch, row.account, device, &(struct removed_device_row){ { 0 } });
    view_erase_desired_by(batch, device, NO_ID);
    row.status   = DEVICE_removed;
    row.reported = row.observed = row.received = row.desired = (struct values){ NULL, 0 };
    row.online                                               = false;
    row.online_cause                                         = NOTHING;
    row.online_at                                            = 0;
    row.proposed                                             = NO_ID;
    row.disputed                                             = false;
    view_put_device(batch, device, NO_ID, &row);
}

/* -- forgetting its holder ---------------------------------------------------- */

static void forget(struct batch *batch, struct arena *scratch, struct id account, struct id device)
{
    struct reader    *reader = batch_reader(batch);
    struct device_row row;
    struct claim_row  claim;

    view_erase_account_device(batch, account, device);
    view_erase_removed_device(batch, account, device);
    bool listed_is_there = view_get_device(reader, device, NO_ID, scratch, &row);
    if (!AS_WRITTEN(batch, listed_is_there)) return;
    AS_WRITTEN(batch, id_equal(row.account, account));
    PROMISED(batch, row.status == DEVICE_removed); /* its grant ended before its holder went */
    view_erase_device(batch, device, NO_ID);
    view_erase_network_device(batch, row.network, device);
    view_erase_desired_by(batch, device, NO_ID);
    if (view_get_claim(reader, row.claim, NO_ID, scratch, &claim) &&
        id_equal(claim.account, account))
        view_erase_claim(batch, row.claim, NO_ID);
}

static void forget_all(struct batch *batch, struct arena *scratch, struct id account)
{
    EACH_LISTED(batch, account_device, account, device, forget(batch, scratch, account, device));
    EACH_LISTED(batch, removed_device, account, device, forget(batch, scratch, account, device));
}

/* The events that change nothing but one field of the row. */
static void changed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id         device = event_field_id(event, "device");
    struct device_row row;

    if (!find(batch, scratch, event, device, &row)) return;
    enum device_state before = row.status;
    PROMISED(batch, before != DEVICE_removed);
    switch (event->type) {
    /* clang-format off */
    case EVENT_device_renamed:        row.name = event->device_renamed.name; break;
    case EVENT_device_placed:         row.room = event->device_placed.room; break;
    case EVENT_device_suspended:      row.status = DEVICE_suspended; break;
    case EVENT_device_resumed:        row.status = DEVICE_active; break;
    case EVENT_device_move_proposed:  row.proposed = event->device_move_proposed.network; break;
    case EVENT_device_claim_disputed: row.disputed = true; break;
    default: impossible("apply() passes no other on");
        /* clang-format on */
    }
    PROMISED(batch, row.status == before || device_state_may_become(before, row.status));
    view_put_device(batch, device, NO_ID, &row);
}

/* -- what a device says ------------------------------------------------------ */

/* < 0: held[at] comes first by name, > 0: reported[with] does; an ended list is last. */
static int devices_order(struct values held, size_t at, struct values reported, size_t with)
{
    if (at == held.count) return 1;
    if (with == reported.count) return -1;
    return slice_compare(held.items[at].name, reported.items[with].name);
}

/* Puts the reported values among the held ones, but for those that are older. */
static void devices_merge(struct device_row *row, struct arena *scratch, struct values reported,
                          struct slice observed, struct slice received)
{
    size_t        held_count = row->reported.count, max = held_count + reported.count, count = 0;
    struct value *values = arena_array(scratch, struct value, 3 * max);
    struct value *seen = values + max, *heard = seen + max;

    for (size_t held = 0, fresh = 0; held < held_count || fresh < reported.count; count++) {
        int  order = devices_order(row->reported, held, reported, fresh);
        bool news  = order > 0 ||
                    (order == 0 && slice_compare(row->observed.items[held].json, observed) <= 0);

        if (news) {
            struct slice name = reported.items[fresh].name;
            values[count]     = reported.items[fresh];
            seen[count]       = (struct value){ name, observed };
            heard[count]      = (struct value){ name, received };
        } else {
            values[count] = row->reported.items[held];
            seen[count]   = row->observed.items[held];
            heard[count]  = row->received.items[held];
        }
        held += order <= 0;
        fresh += order >= 0;
    }
    ensure(count <= max && count >= held_count && count >= reported.count);
    row->reported = (struct values){ values, count };
    row->observed = (struct values){ seen, count };
    row->received = (struct values){ heard, count };
}

static void state_reported(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct device_state_reported *it = &event->device_state_reported;
    struct device_row                   row;

    if (!find(batch, scratch, event, it->device, &row)) return;
    PROMISED(batch, row.status == DEVICE_active);
    PROMISED(batch, id_equal(row.vendor, it->vendor));
    PROMISED(batch, values_rise(it->properties)); /* else the merged list would not */
    devices_merge(&row, scratch, it->properties, state_instant(scratch, state_observed_at(event)),
                  state_instant(scratch, event->recorded_at));
    view_put_device(batch, it->device, NO_ID, &row);
}

static void connectivity_changed(struct batch *batch, struct arena *scratch,
                                 const struct event *event)
{
    const struct device_connectivity_changed *it = &event->device_connectivity_changed;
    int64_t                                   at = state_observed_at(event);
    struct device_row                         row;

    if (!find(batch, scratch, event, it->device, &row)) return;
    PROMISED(batch, row.status == DEVICE_active);
    PROMISED(batch, id_equal(row.vendor, it->vendor));
    AS_WRITTEN(batch, row.online_at || (!row.online && !row.online_cause.size));
    if (at >= row.online_at) { /* else it is older than what is known */
        row.online       = it->online;
        row.online_cause = it->cause;
        row.online_at    = at;
    }
    view_put_device(batch, it->device, NO_ID, &row);
}

/* Those of what is granted still. */
static struct values devices_kept(struct arena *scratch, struct values values, struct texts granted)
{
    struct values kept = values;

    for (size_t i = 0; i < values.count; i++)
        if (!texts_have(granted, values.items[i].name))
            kept = values_without(scratch, kept, values.items[i].name);
    return kept;
}

/* What it said of a property that its vendor may report no longer is shown no longer. */
static void consent_changed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct consent_changed *it = &event->consent_changed;
    struct desired_by_row         by;
    struct device_row             row;

    if (!find(batch, scratch, event, it->device, &row)) return;
    PROMISED(batch, id_equal(row.consent, it->consent));
    row.reported = devices_kept(scratch, row.reported, it->capabilities);
    row.observed = devices_kept(scratch, row.observed, it->capabilities);
    row.received = devices_kept(scratch, row.received, it->capabilities);
    row.desired  = devices_kept(scratch, row.desired, it->capabilities);
    view_put_device(batch, it->device, NO_ID, &row);
    if (!view_get_desired_by(batch_reader(batch), it->device, NO_ID, scratch, &by)) return;
    by.commands = devices_kept(scratch, by.commands, it->capabilities);
    if (by.commands.count) view_put_desired_by(batch, it->device, NO_ID, &by);
    else view_erase_desired_by(batch, it->device, NO_ID);
}

/* -- what is asked of it ------------------------------------------------------ */

static void command_requested(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct command_requested *it = &event->command_requested;
    struct desired_by_row           by;
    struct device_row               row;

    if (!slice_equal(it->operation, SLICE("writeProperty"))) return;
    if (!it->input.size) return; /* it is forgotten */
    if (!find(batch, scratch, event, it->device, &row)) return;
    view_get_desired_by(batch_reader(batch), it->device, NO_ID, scratch, &by);
    PROMISED(batch, row.status == DEVICE_active);
    AS_WRITTEN(batch, values_rise(row.desired));
    AS_WRITTEN(batch, values_are_of_same(by.commands, row.desired));
    row.desired = values_with(scratch, row.desired, it->name, it->input);
    view_put_device(batch, it->device, NO_ID, &row);

    by.commands = commands_with(scratch, by.commands, it->name, it->command);
    view_put_desired_by(batch, it->device, NO_ID, &by);
}

/* The command came to nothing: what it wanted is wanted no longer, unless a newer
 * one wants something of the same property. */
static void command_ended(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id             device = event_field_id(event, "device");
    struct desired_by_row by;
    struct device_row     row;

    if (!view_get_desired_by(batch_reader(batch), device, NO_ID, scratch, &by)) return;
    struct slice property = commands_property_of(by.commands, event_field_id(event, "command"));
    if (!property.data || !find(batch, scratch, event, device, &row)) return;
    AS_WRITTEN(batch, values_rise(row.desired));
    AS_WRITTEN(batch, values_are_of_same(by.commands, row.desired));

    row.desired = values_without(scratch, row.desired, property);
    view_put_device(batch, device, NO_ID, &row);
    by.commands = values_without(scratch, by.commands, property);
    if (by.commands.count) view_put_desired_by(batch, device, NO_ID, &by);
    else view_erase_desired_by(batch, device, NO_ID);
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    switch (event->type) {
    /* clang-format off */
    case EVENT_device_state_reported: state_reported(batch, scratch, event); break;
    case EVENT_device_connectivity_changed: connectivity_changed(batch, scratch, event); break;
    case EVENT_device_added:   added(batch, event); break;
    case EVENT_device_moved:   moved(batch, scratch, event); break;
    case EVENT_device_removed: removed(batch, scratch, event); break;
    case EVENT_device_renamed:
    case EVENT_device_placed:
    case EVENT_device_suspended:
    case EVENT_device_resumed:
    case EVENT_device_move_proposed:
    case EVENT_device_claim_disputed: changed(batch, scratch, event); break;
    case EVENT_consent_changed: consent_changed(batch, scratch, event); break;
    case EVENT_command_requested: command_requested(batch, scratch, event); break;
    case EVENT_command_failed:
    case EVENT_command_expired:
    case EVENT_command_cancelled:
    case EVENT_command_superseded:
    case EVENT_command_timed_out: command_ended(batch, scratch, event); break;
    case EVENT_account_erased: forget_all(batch, scratch, event->stream); break;
    default: break; /* not about a device's state */
        /* clang-format on */
    }
}

const struct fold fold_devices = {
    .name         = "devices",
    .families     = { FAMILY_devices },
    .family_count = 1,
    .apply        = apply,
};

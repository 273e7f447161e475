/* decide_device.c -- what its owner arranges, and what its vendor reports of it.
 *
 * A device is in one network at a time, and nothing passes without a live grant. */
#include "core/rules/ruling.h"

/* -- its owner -------------------------------------------------------------------- */

static enum refusal mine(struct ruling *on, struct id id, struct device_record *device)
{
    if (!known_device(on, on->intent->stream, id, device)) return REFUSED_device_unknown;
    return device->status == DEVICE_removed ? REFUSED_device_removed : ACCEPTED;
}

enum refusal decide_change_device(struct ruling *on, const struct change_device *ask)
{
    struct device_record  device;
    struct network_record network;
    enum refusal          no = mine(on, ask->device, &device);

    if (no) return no;
    bool moves = id_given(ask->network_id) && !id_equal(ask->network_id, device.network);
    if (moves && !known_network(on, on->intent->stream, ask->network_id, &network))
        return REFUSED_network_unknown;

    if (ask->name.size && !slice_equal(ask->name, device.name))
        *happened(on, device_renamed) = (struct device_renamed){ .device = ask->device,
                                                                 .name   = ask->name };
    if (moves)
        *happened(on, device_moved) = (struct device_moved){ .device   = ask->device,
                                                             .network  = ask->network_id,
                                                             .previous = device.network };
    if (ask->room.data && !slice_equal(ask->room, device.room))
        *happened(on, device_placed) = (struct device_placed){ .device = ask->device,
                                                               .room   = ask->room };
    return ACCEPTED;
}

enum refusal decide_remove_device(struct ruling *on, const struct remove_device *ask)
{
    struct device_record device;

    if (!known_device(on, on->intent->stream, ask->device, &device)) return REFUSED_device_unknown;
    if (device.status == DEVICE_removed) return ACCEPTED;
    return rules_end_grant_of(on, &device, END_WITHDRAWN, SLICE("device-removed"));
}

enum refusal decide_note_seen(struct ruling *on, const struct note_seen *ask)
{
    struct device_record device;

    if (mine(on, ask->device, &device)) return ACCEPTED;
    struct id network = rules_network_of(on, ask->gateway);
    if (!id_given(network) || id_equal(network, device.network) ||
        id_equal(network, device.proposed))
        return ACCEPTED;
    *happened(on, device_move_proposed) = (struct device_move_proposed){ .device  = ask->device,
                                                                         .network = network };
    return ACCEPTED;
}

enum refusal decide_note_dispute(struct ruling *on, const struct note_dispute *ask)
{
    struct device_record device;

    if (mine(on, ask->device, &device)) return ACCEPTED;
    *happened(on, device_claim_disputed) = (struct device_claim_disputed){ .device = ask->device };
    return ACCEPTED;
}

/* -- its vendor --------------------------------------------------------------------- */

/* May the vendor report about this device now? */
static enum refusal reportable(struct ruling *on, struct id id, struct id vendor,
                               struct device_record *device)
{
    if (!rules_vendor_works(on, vendor)) return REFUSED_vendor_not_approved;
    if (!id_given(id) || !known_device(on, on->intent->stream, id, device) ||
        !id_equal(device->vendor, vendor))
        return REFUSED_consent_required;
    switch (device->status) {
    case DEVICE_none:
    case DEVICE_active: return ACCEPTED;
    case DEVICE_suspended: return REFUSED_consent_expired;
    case DEVICE_removed: return REFUSED_consent_withdrawn;
    }
    impossible("a device in a state of no list");
}

enum refusal decide_report_state(struct ruling *on, const struct report_state *ask)
{
    struct device_record device;
    enum refusal         no = reportable(on, ask->device, ask->vendor, &device);

    if (no) return no;
    for (size_t i = 0; i < ask->properties.count; i++)
        if (!texts_have(device.capabilities, ask->properties.items[i].name))
            return REFUSED_capability_not_granted;
    ensure(device.status == DEVICE_active && ask->properties.count > 0);
    *happened(on, device_state_reported) = (struct device_state_reported){
        .device = ask->device, .vendor = ask->vendor, .properties = ask->properties
    };
    return ACCEPTED;
}

enum refusal decide_report_connectivity(struct ruling *on, const struct report_connectivity *ask)
{
    struct device_record device;
    enum refusal         no = reportable(on, ask->device, ask->vendor, &device);

    if (no) return no;
    ensure(device.status == DEVICE_active);
    *happened(on, device_connectivity_changed) = (struct device_connectivity_changed){
        .device = ask->device, .vendor = ask->vendor, .online = ask->online, .cause = ask->cause
    };
    return ACCEPTED;
}

enum refusal decide_raise_device_event(struct ruling *on, const struct raise_device_event *ask)
{
    struct device_record device;
    enum refusal         no = reportable(on, ask->device, ask->vendor, &device);

    if (no) return no;
    if (!texts_have(device.capabilities, ask->name)) return REFUSED_capability_not_granted;
    ensure(device.status == DEVICE_active);
    *happened(on, device_event_raised) = (struct device_event_raised){
        .device = ask->device, .vendor = ask->vendor, .name = ask->name, .data = ask->data
    };
    return ACCEPTED;
}

enum refusal decide_remove_vendor_device(struct ruling *on, const struct remove_vendor_device *ask)
{
    struct device_record device;
    enum refusal         no = reportable(on, ask->device, ask->vendor, &device);

    if (no == REFUSED_consent_withdrawn) return ACCEPTED; /* it is out already */
    if (no && no != REFUSED_consent_expired) return no;
    return rules_end_grant_of(on, &device, END_REVOKED, SLICE("removed-by-vendor"));
}

/* decide_device.c -- what its owner arranges, and what its vendor reports of it.
 *
 * A device is in one network at a time, and nothing passes without a live grant. */
#include "core/rules/ruling.h"

/* -- its owner -------------------------------------------------------------------- */

static enum refusal mine(struct ruling *on, struct id id, struct device_record *device)
{
    if (!known_device(on, on->intent->stream, id, device)) return REFUSED_device_unknown;
    AS_WRITTEN(on, device->status != DEVICE_none);
    return device->status == DEVICE_removed ? REFUSED_device_removed : ACCEPTED;
}

/* Its vendor hears of it while the grant lives. What moves meanwhile is told by no webhook: nothing
 * about the device passes then. */
static void move(struct ruling *on, struct id id, const struct device_record *device,
                 struct id network)
{
    struct device_moved *moved = happened(on, device_moved);
    struct bond_record   bond;

    *moved = (struct device_moved){ .device = id, .network = network, .previous = device->network };
    if (device->status != DEVICE_active ||
        !AS_WRITTEN(on, known_bond(on, on->intent->stream, device->vendor, &bond) &&
                            id_given(bond.name)))
        return;
    moved->vendor           = device->vendor;
    moved->consent          = device->consent;
    moved->bond             = bond.name;
    moved->vendor_device_id = device->vendor_device_id;
}

enum refusal decide_change_device(struct ruling *on, const struct change_device *intent)
{
    struct device_record  device;
    struct network_record network;
    enum refusal          no = mine(on, intent->device, &device);

    if (no) return no;
    bool moves = id_given(intent->network_id) && !id_equal(intent->network_id, device.network);
    if (moves && !known_network(on, on->intent->stream, intent->network_id, &network))
        return REFUSED_network_unknown;
    if (moves)
        AS_WRITTEN(on, known_network(on, on->intent->stream, device.network, &network) &&
                           network.devices > 0);

    if (intent->name.size && !slice_equal(intent->name, device.name))
        *happened(on, device_renamed) = (struct device_renamed){ .device = intent->device,
                                                                 .name   = intent->name };
    if (moves) move(on, intent->device, &device, intent->network_id);
    if (intent->room.data && !slice_equal(intent->room, device.room))
        *happened(on, device_placed) = (struct device_placed){ .device = intent->device,
                                                               .room   = intent->room };
    return ACCEPTED;
}

enum refusal decide_remove_device(struct ruling *on, const struct remove_device *intent)
{
    struct device_record device;

    if (!known_device(on, on->intent->stream, intent->device, &device))
        return REFUSED_device_unknown;
    if (device.status == DEVICE_removed) return ACCEPTED;
    return rules_end_grant_of(on, &device, END_WITHDRAWN, SLICE("device-removed"));
}

enum refusal decide_note_seen(struct ruling *on, const struct note_seen *intent)
{
    struct device_record device;

    if (mine(on, intent->device, &device)) return ACCEPTED;
    ensure(id_kind(intent->gateway) == ID_gateway);
    struct id network = rules_network_of(on, intent->gateway);
    if (!id_given(network) || id_equal(network, device.network) ||
        id_equal(network, device.proposed))
        return ACCEPTED;
    *happened(on, device_move_proposed) = (struct device_move_proposed){ .device  = intent->device,
                                                                         .network = network };
    return ACCEPTED;
}

enum refusal decide_note_dispute(struct ruling *on, const struct note_dispute *intent)
{
    struct device_record device;

    if (mine(on, intent->device, &device)) return ACCEPTED;
    AS_WRITTEN(on, id_kind(device.claim) == ID_claim);
    *happened(on,
              device_claim_disputed) = (struct device_claim_disputed){ .device = intent->device };
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
    AS_WRITTEN(on, id_kind(device->consent) == ID_consent);
    switch (device->status) {
    case DEVICE_none:
    case DEVICE_active: return ACCEPTED;
    case DEVICE_suspended: return REFUSED_consent_expired;
    case DEVICE_removed: return REFUSED_consent_withdrawn;
    }
    impossible("a device in a state of no list");
}

/* What of a report may be known: the values of properties that were granted. */
static struct values rules_granted_values(struct ruling *on, const struct device_record *device,
                                          struct values reported)
{
    struct value *granted = arena_array(on->arena, struct value, reported.count);
    size_t        count   = 0;

    for (size_t i = 0; i < reported.count; i++)
        if (texts_have(device->capabilities, reported.items[i].name))
            granted[count++] = reported.items[i];
    return (struct values){ granted, count };
}

enum refusal decide_report_state(struct ruling *on, const struct report_state *intent)
{
    struct device_record device;
    enum refusal         no = reportable(on, intent->device, intent->vendor, &device);

    if (no) return no;
    ensure(intent->properties.count > 0);
    struct values granted = rules_granted_values(on, &device, intent->properties);
    if (!granted.count) return REFUSED_capability_not_granted;
    AS_WRITTEN(on, device.status == DEVICE_active);
    *happened(on, device_state_reported) = (struct device_state_reported){ .device = intent->device,
                                                                           .vendor = intent->vendor,
                                                                           .properties = granted };
    return ACCEPTED;
}

enum refusal decide_report_connectivity(struct ruling *on, const struct report_connectivity *intent)
{
    struct device_record device;
    enum refusal         no = reportable(on, intent->device, intent->vendor, &device);

    if (no) return no;
    AS_WRITTEN(on, device.status == DEVICE_active);
    *happened(on, device_connectivity_changed) = (struct device_connectivity_changed){
        .device = intent->device,
        .vendor = intent->vendor,
        .online = intent->online,
        .cause  = intent->cause
    };
    return ACCEPTED;
}

enum refusal decide_raise_device_event(struct ruling *on, const struct raise_device_event *intent)
{
    struct device_record device;
    enum refusal         no = reportable(on, intent->device, intent->vendor, &device);

    if (no) return no;
    if (!texts_have(device.capabilities, intent->name)) return REFUSED_capability_not_granted;
    AS_WRITTEN(on, device.status == DEVICE_active);
    *happened(on, device_event_raised) = (struct device_event_raised){ .device = intent->device,
                                                                       .vendor = intent->vendor,
                                                                       .name   = intent->name,
                                                                       .data   = intent->data };
    return ACCEPTED;
}

enum refusal decide_remove_vendor_device(struct ruling                     *on,
                                         const struct remove_vendor_device *intent)
{
    struct device_record device;
    enum refusal         no = reportable(on, intent->device, intent->vendor, &device);

    if (no == REFUSED_consent_withdrawn) return ACCEPTED; /* it is out already */
    if (no && no != REFUSED_consent_expired) return no;
    return rules_end_grant_of(on, &device, END_REVOKED, SLICE("removed-by-vendor"));
}

#include <string.h>

#include "api/things/schema.h"
#include "api/vendors/vendor_event.h"
#include "core/facts/names.h"
#include "projections/projection.h"

static void vendor_event_refuse(struct vendor_event *incoming, enum refusal refusal)
{
    incoming->refusal = refusal;
}

static void vendor_event_data_is_wrong(struct vendor_event *incoming)
{
    bad_field_inside(&incoming->bad, SLICE("data"));
    incoming->wrong = true;
}

/* -- a detection ---------------------------------------------------------------------- */

/* "lamp" means the newest version, "lamp:1.0.0" that one; whether there is such a model
 * is for the rules to say. */
static struct slice placing_model(const struct placing *on, struct slice name)
{
    struct newest_model_row newest;

    if (memchr(name.data, ':', name.size)) return name;
    return view_get_newest_model(on->reader, on->vendor, name_model(name), on->arena, &newest)
               ? newest.model
               : name;
}

static void place_detection(const struct placing *on, struct vendor_event *incoming)
{
    struct report_detection  *intent = &incoming->intent.report_detection;
    struct vendor_grants_row  grants;
    struct waiting_vendor_row waiting;

    view_get_vendor_grants(on->reader, on->vendor, NO_ID, on->arena, &grants);
    view_get_waiting_vendor(on->reader, name_system(), on->vendor, on->arena, &waiting);
    incoming->intent.stream      = name_claim(on->names, on->vendor, intent->vendor_device_id);
    incoming->intent.occurred_at = intent->observed_at;
    intent->vendor               = on->vendor;
    intent->model                = placing_model(on, intent->thing_model);
    intent->grants               = grants.live;
    intent->pending              = waiting.pending;
}

/* -- what is told of a device ----------------------------------------------------------- */

/* Whose it is, or was last; and its row, unless nothing is to be checked by it. */
static bool placing_find_device(const struct placing *on, struct vendor_event *incoming,
                                struct slice name, struct id *device)
{
    struct id        named = name_claim(on->names, on->vendor, name);
    struct claim_row claim;

    if (!view_get_claim(on->reader, named, NO_ID, on->arena, &claim)) {
        vendor_event_refuse(incoming, REFUSED_consent_required);
        return false;
    }
    incoming->intent.stream = claim.account;
    *device                 = claim.device;
    return true;
}

/* Later reports are held against this instant: one in the future would hide them all. */
static bool vendor_event_observed(const struct placing *on, struct vendor_event *incoming,
                                  int64_t at_us)
{
    incoming->intent.occurred_at = at_us;
    if (at_us <= on->now_us + on->policy->observation_ahead_max) return true;
    vendor_event_refuse(incoming, REFUSED_observation_in_future);
    return false;
}

/* What the device's model allows. NULL: there is nothing to check, or `told` says why
 * not; of a device that was removed the rules speak. */
static const struct definition *placing_definition(const struct placing *on,
                                                   struct vendor_event *incoming, struct id device)
{
    struct device_row        row;
    const struct definition *definition;

    if (!view_get_device(on->reader, device, NO_ID, on->arena, &row) ||
        row.status == DEVICE_removed)
        return NULL;
    definition = schema_find(on->reader, on->vendor, row.model);
    if (!definition) vendor_event_refuse(incoming, REFUSED_thing_model_unknown);
    return definition;
}

static void place_state(const struct placing *on, struct vendor_event *incoming)
{
    struct report_state     *intent     = &incoming->intent.report_state;
    const struct node       *properties = node_member(incoming->event.data, "properties");
    const struct definition *definition;

    intent->vendor = on->vendor;
    if (!placing_find_device(on, incoming, intent->vendor_device_id, &intent->device) ||
        !vendor_event_observed(on, incoming, intent->observed_at))
        return;
    definition = placing_definition(on, incoming, intent->device);
    if (!definition) return;
    for (struct node_walk walk = node_walk(properties); node_next(&walk);)
        if (!schema_check_property(definition, walk.name, walk.value, SCHEMA_REPORTED, on->arena,
                                   &incoming->bad)) {
            bad_field_inside(&incoming->bad, SLICE("properties"));
            vendor_event_data_is_wrong(incoming);
            return;
        }
}

static void place_connectivity(const struct placing *on, struct vendor_event *incoming)
{
    struct report_connectivity *intent = &incoming->intent.report_connectivity;

    intent->vendor = on->vendor;
    if (placing_find_device(on, incoming, intent->vendor_device_id, &intent->device))
        (void)vendor_event_observed(on, incoming, intent->observed_at);
}

static void place_device_event(const struct placing *on, struct vendor_event *incoming)
{
    struct raise_device_event *intent = &incoming->intent.raise_device_event;
    const struct node         *data   = node_member(incoming->event.data, "data");
    const struct definition   *definition;

    intent->vendor = on->vendor;
    if (!placing_find_device(on, incoming, intent->vendor_device_id, &intent->device) ||
        !vendor_event_observed(on, incoming, intent->observed_at))
        return;
    definition = placing_definition(on, incoming, intent->device);
    if (definition &&
        !schema_check_event(definition, intent->name, data, on->arena, &incoming->bad))
        vendor_event_data_is_wrong(incoming);
}

static void place_removal(const struct placing *on, struct vendor_event *incoming)
{
    struct remove_vendor_device *intent = &incoming->intent.remove_vendor_device;

    intent->vendor = on->vendor;
    (void)placing_find_device(on, incoming, intent->vendor_device_id, &intent->device);
}

/* -- what is told of a command or a grant ------------------------------------------------ */

static void place_outcome(const struct placing *on, struct vendor_event *incoming)
{
    struct record_outcome *intent = &incoming->intent.record_outcome;
    struct command_row     row;

    intent->vendor = on->vendor;
    if (!view_get_command(on->reader, intent->command_id, NO_ID, on->arena, &row) ||
        !id_equal(row.vendor, on->vendor))
        vendor_event_refuse(incoming, REFUSED_command_unknown);
    else incoming->intent.stream = row.account;
}

static void place_acknowledgement(const struct placing *on, struct vendor_event *incoming)
{
    struct acknowledge_withdrawal *intent = &incoming->intent.acknowledge_withdrawal;
    struct consent_row             row;

    intent->vendor = on->vendor;
    if (!view_get_consent(on->reader, intent->grant_id, NO_ID, on->arena, &row) ||
        !id_equal(row.vendor, on->vendor))
        vendor_event_refuse(incoming, REFUSED_grant_unknown);
    else incoming->intent.stream = row.account;
}

void vendor_event_place(const struct placing *on, struct vendor_event *incoming)
{
    ensure(!incoming->wrong && !incoming->refusal);
    if (incoming->event.time <= on->now_us) incoming->intent.occurred_at = incoming->event.time;
    switch (incoming->intent.type) {
    /* clang-format off */
    case INTENT_report_detection:       place_detection(on, incoming); return;
    case INTENT_report_state:           place_state(on, incoming); return;
    case INTENT_report_connectivity:    place_connectivity(on, incoming); return;
    case INTENT_raise_device_event:     place_device_event(on, incoming); return;
    case INTENT_record_outcome:         place_outcome(on, incoming); return;
    case INTENT_remove_vendor_device:   place_removal(on, incoming); return;
    case INTENT_acknowledge_withdrawal: place_acknowledgement(on, incoming); return;
    default: impossible("vendor_event_read() makes no other intents");
        /* clang-format on */
    }
}

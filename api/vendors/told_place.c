#include <string.h>

#include "api/things/schema.h"
#include "api/vendors/told.h"
#include "core/facts/names.h"
#include "projections/projection.h"

static void refuse(struct told *told, enum refusal refusal) { told->refusal = refusal; }

static void is_wrong(struct told *told, const char *above)
{
    told_inside(&told->bad, above);
    told->wrong = true;
}

/* -- a detection ---------------------------------------------------------------------- */

/* "lamp" means the newest version, "lamp:1.0.0" that one; whether there is such a model
 * is for the rules to say. */
static struct slice model_of(const struct placing *on, struct slice name)
{
    struct newest_model_row newest;

    if (memchr(name.data, ':', name.size)) return name;
    return view_get_newest_model(on->reader, on->vendor, name_model(name), on->arena, &newest)
               ? newest.model
               : name;
}

static void place_detection(const struct placing *on, struct told *told)
{
    struct report_detection *ask   = &told->intent.report_detection;
    struct resolution        found = resolve(on->reader, on->vault, on->arena, &told->seen);

    told->intent.stream      = name_claim(on->names, on->vendor, ask->vendor_device_id);
    told->intent.occurred_at = ask->observed_at;
    ask->vendor              = on->vendor;
    ask->model               = model_of(on, ask->thing_model);
    ask->method              = found.method;
    ask->confidence          = found.confidence;
    ask->address_hash        = arena_copy(on->arena, SLICE_OF(found.address_hash.bytes));
    ask->account             = found.account;
    ask->gateway             = found.gateway;
}

/* -- what is told of a device ----------------------------------------------------------- */

/* Whose it is, or was last; and its row, unless nothing is to be checked by it. */
static bool find_device(const struct placing *on, struct told *told, struct slice name,
                        struct id *device)
{
    struct id        named = name_claim(on->names, on->vendor, name);
    struct claim_row claim;

    if (!view_get_claim(on->reader, named, NO_ID, on->arena, &claim)) {
        refuse(told, REFUSED_consent_required);
        return false;
    }
    told->intent.stream = claim.account;
    *device             = claim.device;
    return true;
}

/* Later reports are held against this instant: one in the future would hide them all. */
static bool observed(const struct placing *on, struct told *told, int64_t at_us)
{
    told->intent.occurred_at = at_us;
    if (at_us <= on->now_us + on->policy->observation_ahead_max) return true;
    refuse(told, REFUSED_observation_in_future);
    return false;
}

/* What the device's model allows. NULL: there is nothing to check, or `told` says why
 * not; of a device that was removed the rules speak. */
static const struct definition *definition_of(const struct placing *on, struct told *told,
                                              struct id device)
{
    struct device_row        row;
    const struct definition *definition;

    if (!view_get_device(on->reader, device, NO_ID, on->arena, &row) ||
        row.status == DEVICE_removed)
        return NULL;
    definition = schema_find(on->reader, on->vendor, row.model);
    if (!definition) refuse(told, REFUSED_thing_model_unknown);
    return definition;
}

static void place_state(const struct placing *on, struct told *told)
{
    struct report_state     *ask        = &told->intent.report_state;
    const struct node       *properties = node_member(told->event.data, "properties");
    const struct definition *definition;

    ask->vendor = on->vendor;
    if (!find_device(on, told, ask->vendor_device_id, &ask->device) ||
        !observed(on, told, ask->observed_at))
        return;
    definition = definition_of(on, told, ask->device);
    if (!definition) return;
    for (struct node_walk walk = node_walk(properties); node_next(&walk);)
        if (!schema_check_property(definition, walk.name, walk.value, SCHEMA_REPORTED, on->arena,
                                   &told->bad)) {
            is_wrong(told, "data.properties");
            return;
        }
}

static void place_connectivity(const struct placing *on, struct told *told)
{
    struct report_connectivity *ask = &told->intent.report_connectivity;

    ask->vendor = on->vendor;
    if (find_device(on, told, ask->vendor_device_id, &ask->device))
        (void)observed(on, told, ask->observed_at);
}

static void place_device_event(const struct placing *on, struct told *told)
{
    struct raise_device_event *ask  = &told->intent.raise_device_event;
    const struct node         *data = node_member(told->event.data, "data");
    const struct definition   *definition;

    ask->vendor = on->vendor;
    if (!find_device(on, told, ask->vendor_device_id, &ask->device) ||
        !observed(on, told, ask->observed_at))
        return;
    definition = definition_of(on, told, ask->device);
    if (definition && !schema_check_event(definition, ask->name, data, on->arena, &told->bad))
        is_wrong(told, "data");
}

static void place_removal(const struct placing *on, struct told *told)
{
    struct remove_vendor_device *ask = &told->intent.remove_vendor_device;

    ask->vendor = on->vendor;
    (void)find_device(on, told, ask->vendor_device_id, &ask->device);
}

/* -- what is told of a command or a grant ------------------------------------------------ */

static void place_outcome(const struct placing *on, struct told *told)
{
    struct record_outcome *ask = &told->intent.record_outcome;
    struct command_row     row;

    ask->vendor = on->vendor;
    if (!view_get_command(on->reader, ask->command_id, NO_ID, on->arena, &row) ||
        !id_equal(row.vendor, on->vendor))
        refuse(told, REFUSED_command_unknown);
    else told->intent.stream = row.account;
}

static void place_acknowledgement(const struct placing *on, struct told *told)
{
    struct acknowledge_withdrawal *ask = &told->intent.acknowledge_withdrawal;
    struct consent_row             row;

    ask->vendor = on->vendor;
    if (!view_get_consent(on->reader, ask->grant_id, NO_ID, on->arena, &row) ||
        !id_equal(row.vendor, on->vendor))
        refuse(told, REFUSED_grant_unknown);
    else told->intent.stream = row.account;
}

void told_place(const struct placing *on, struct told *told)
{
    ensure(!told->wrong && !told->refusal);
    if (told->event.time <= on->now_us) told->intent.occurred_at = told->event.time;
    switch (told->intent.type) {
    /* clang-format off */
    case INTENT_report_detection:       place_detection(on, told); return;
    case INTENT_report_state:           place_state(on, told); return;
    case INTENT_report_connectivity:    place_connectivity(on, told); return;
    case INTENT_raise_device_event:     place_device_event(on, told); return;
    case INTENT_record_outcome:         place_outcome(on, told); return;
    case INTENT_remove_vendor_device:   place_removal(on, told); return;
    case INTENT_acknowledge_withdrawal: place_acknowledgement(on, told); return;
    default: impossible("told_read() makes no other intents");
        /* clang-format on */
    }
}

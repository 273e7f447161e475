/* decide_detection.c -- a vendor's report that its device connected, and the claim: who
 * the device is offered to, and who holds it.
 *
 * A report is one event, which says what was reported and is all that the vendor waits for.
 * Whose network its address leads to comes in a later turn, so that neither the answer nor
 * the time it takes tells the vendor anything before a person has said yes.
 *
 * The claim's stream offers a device to one account at a time, so two accounts
 * never race for it.
 *
 *     seen at …            and the claim is …        then
 *     nobody's             any                       it waits for the next report
 *     the holder's         held, same epoch          a move is proposed if elsewhere
 *     another account's    held, same epoch          the holder is told, once a rival
 *     anybody's            held, higher epoch        released, and offered there
 *     anybody's            offered, same epoch       the offer stands
 *     another account's    offered, higher epoch     retracted, and offered there
 *     an account's         free                      offered, unless it refused before
 *
 * A vendor that was suspended since it reported is not followed up.
 */
#include "core/rules/ruling.h"

static bool may_prompt(const struct resolve_detection *intent)
{
    switch (intent->confidence) {
    case CONFIDENCE_unset:
    case CONFIDENCE_none:
    case CONFIDENCE_ambiguous: return false;
    case CONFIDENCE_corroborated:
    case CONFIDENCE_exact: return id_given(intent->account);
    }
    impossible("a confidence of no list");
}

/* May it ask for one more? One that it has already is a report like any other. Nobody who is
 * asked says yes in vain: what counts is how many there are when it reports. */
static bool has_quota(struct ruling *on, const struct report_detection *intent)
{
    struct vendor_record vendor;
    struct claim_record  claim;

    known_vendor(on, intent->vendor, NO_ID, &vendor);
    if (vendor.deliveries_pending_max && intent->pending >= vendor.deliveries_pending_max)
        return false;
    if (!vendor.devices_max || intent->grants < vendor.devices_max) return true;
    return known_claim(on, on->intent->stream, NO_ID, &claim) && id_given(claim.holder);
}

static enum refusal well_founded(struct ruling *on, const struct report_detection *intent)
{
    struct thing_model_record model;

    ensure(on->policy->observation_age_max > 0 && on->policy->observation_ahead_max >= 0);
    if (!rules_vendor_works(on, intent->vendor)) return REFUSED_vendor_not_approved;
    if (intent->observed_at < on->now_us - on->policy->observation_age_max)
        return REFUSED_observation_too_old;
    if (intent->observed_at > on->now_us + on->policy->observation_ahead_max)
        return REFUSED_observation_in_future;
    if (!known_thing_model(on, intent->vendor, name_model(intent->model), &model))
        return REFUSED_thing_model_unknown;
    return has_quota(on, intent) ? ACCEPTED : REFUSED_quota_exceeded;
}

/* This and the next two say what comes of the report, as detection-resolved has it. */
static const char *offer(struct ruling *on, const struct resolve_detection *intent)
{
    struct refused_claim_record refused;

    ensure(may_prompt(intent));
    if (known_refused_claim(on, on->intent->stream, intent->account, &refused) &&
        intent->ownership_epoch <= refused.ownership_epoch)
        return "denied-before";
    /* clang-format off */
    *happened(on, device_offered) = (struct device_offered){
        .account          = intent->account,
        .detection        = intent->detection,
        .gateway          = intent->gateway,
        .vendor           = intent->vendor,
        .ownership_epoch  = intent->ownership_epoch,
        .model            = intent->model,
        .method           = intent->method,
        .confidence       = confidence_text(intent->confidence),
        .vendor_device_id = intent->vendor_device_id,
        .display_name     = intent->display_name };
    /* clang-format on */
    return "offered"; /* whether it is asked about is for the account to say */
}

static const char *seen_while_held(struct ruling *on, const struct resolve_detection *intent,
                                   const struct claim_record *claim)
{
    ensure(may_prompt(intent) && id_given(claim->holder));
    AS_WRITTEN(on, id_kind(claim->holder) == ID_account && id_kind(claim->device) == ID_device);
    AS_WRITTEN(on, id_kind(claim->consent) == ID_consent && !id_given(claim->offered_to));
    if (intent->ownership_epoch > claim->held_epoch) { /* reset: it may have been sold */
        /* clang-format off */
        *happened(on, device_released) = (struct device_released){
            .account         = claim->holder,
            .device          = claim->device,
            .consent         = claim->consent,
            .ownership_epoch = claim->held_epoch,
            .reason          = SLICE("ownership-epoch") };
        /* clang-format on */
        return offer(on, intent);
    }
    if (!id_equal(claim->holder, intent->account)) {
        if (id_equal(claim->rival, intent->account)) return "elsewhere"; /* the holder knows */
        *happened(on,
                  device_contested) = (struct device_contested){ .account   = intent->account,
                                                                 .holder    = claim->holder,
                                                                 .device    = claim->device,
                                                                 .detection = intent->detection };
        return "elsewhere";
    }
    if (!id_equal(claim->gateway, intent->gateway))
        *happened(on, device_seen_elsewhere) = (struct device_seen_elsewhere){
            .account = claim->holder, .device = claim->device, .gateway = intent->gateway
        };
    return "held";
}

static const char *seen_while_offered(struct ruling *on, const struct resolve_detection *intent,
                                      const struct claim_record *claim)
{
    ensure(may_prompt(intent) && !id_given(claim->holder));
    AS_WRITTEN(on, id_kind(claim->offered_to) == ID_account);
    AS_WRITTEN(on, id_kind(claim->offer) == ID_detection);
    if (intent->ownership_epoch <= claim->offered_epoch)
        return id_equal(claim->offered_to, intent->account) ? "asked" : "elsewhere";
    *happened(on, offer_closed) = (struct offer_closed){ .account         = claim->offered_to,
                                                         .detection       = claim->offer,
                                                         .ownership_epoch = claim->offered_epoch,
                                                         .reason = SLICE("ownership-epoch") };
    return offer(on, intent);
}

enum refusal decide_report_detection(struct ruling *on, const struct report_detection *intent)
{
    enum refusal no = well_founded(on, intent);

    if (no) return no;
    ensure(id_kind(intent->detection) == ID_detection);
    *happened(on, device_detected) = (struct device_detected){
        .detection        = intent->detection,
        .vendor           = intent->vendor,
        .ownership_epoch  = intent->ownership_epoch,
        .model            = intent->model,
        .vendor_device_id = intent->vendor_device_id,
        .display_name     = intent->display_name
    };
    return ACCEPTED;
}

/* Somebody's network was found: what comes of it there. */
static const char *seen_at_somebodys(struct ruling *on, const struct resolve_detection *intent)
{
    struct claim_record claim;

    /* As it was looked up in a view; what follows goes there. */
    AS_WRITTEN(on, id_kind(intent->account) == ID_account);
    AS_WRITTEN(on, id_kind(intent->gateway) == ID_gateway);

    known_claim(on, on->intent->stream, NO_ID, &claim);
    if (id_given(claim.holder)) return seen_while_held(on, intent, &claim);
    if (id_given(claim.offered_to)) return seen_while_offered(on, intent, &claim);
    return offer(on, intent);
}

enum refusal decide_resolve_detection(struct ruling *on, const struct resolve_detection *intent)
{
    struct detection_resolved *resolved;

    ensure(intent->confidence != CONFIDENCE_unset && id_kind(intent->detection) == ID_detection);
    resolved  = happened(on, detection_resolved);
    *resolved = (struct detection_resolved){
        .detection    = intent->detection,
        .method       = intent->method,
        .confidence   = confidence_text(intent->confidence),
        .address_hash = intent->address_hash,
        .account      = intent->account,
        .gateway      = intent->gateway,
        .outcome = intent->confidence == CONFIDENCE_ambiguous ? SLICE("ambiguous") : SLICE("none"),
    };
    if (may_prompt(intent) && rules_vendor_works(on, intent->vendor))
        resolved->outcome = slice_text(seen_at_somebodys(on, intent));
    return ACCEPTED;
}

/* -- the account's answer comes back ------------------------------------------- */

enum refusal decide_close_offer(struct ruling *on, const struct close_offer *intent)
{
    struct claim_record claim;

    if (!known_claim(on, on->intent->stream, NO_ID, &claim) ||
        !id_equal(claim.offer, intent->detection))
        return ACCEPTED;
    AS_WRITTEN(on, id_equal(claim.offered_to, intent->account));
    *happened(on, offer_closed) = (struct offer_closed){ .account         = claim.offered_to,
                                                         .detection       = claim.offer,
                                                         .ownership_epoch = claim.offered_epoch,
                                                         .reason          = intent->reason,
                                                         .for_good        = intent->for_good };
    return ACCEPTED;
}

enum refusal decide_hold_device(struct ruling *on, const struct hold_device *intent)
{
    struct claim_record claim;

    known_claim(on, on->intent->stream, NO_ID, &claim);
    if (id_equal(claim.consent, intent->consent)) return ACCEPTED;
    ensure(id_kind(intent->account) == ID_account && id_kind(intent->device) == ID_device);
    AS_WRITTEN(on, !id_given(claim.holder) && id_equal(claim.offered_to, intent->account));
    *happened(on, device_held) = (struct device_held){ .account         = intent->account,
                                                       .device          = intent->device,
                                                       .consent         = intent->consent,
                                                       .ownership_epoch = intent->ownership_epoch };
    return ACCEPTED;
}

enum refusal decide_release_device(struct ruling *on, const struct release_device *intent)
{
    struct claim_record claim;

    if (!known_claim(on, on->intent->stream, NO_ID, &claim) ||
        !id_equal(claim.device, intent->device))
        return ACCEPTED;
    AS_WRITTEN(on, id_equal(claim.holder, intent->account) && id_given(claim.consent));
    *happened(on, device_released) = (struct device_released){ .account         = claim.holder,
                                                               .device          = claim.device,
                                                               .consent         = claim.consent,
                                                               .ownership_epoch = claim.held_epoch,
                                                               .reason          = intent->reason };
    return ACCEPTED;
}

enum refusal decide_reoffer_device(struct ruling *on, const struct reoffer_device *intent)
{
    struct claim_record claim;

    if (!known_claim(on, on->intent->stream, NO_ID, &claim) ||
        !id_equal(claim.consent, intent->consent))
        return ACCEPTED;
    AS_WRITTEN(on, id_equal(claim.holder, intent->account) && id_given(claim.device));
    *happened(on, device_released) = (struct device_released){ .account         = claim.holder,
                                                               .device          = claim.device,
                                                               .consent         = claim.consent,
                                                               .ownership_epoch = claim.held_epoch,
                                                               .reason          = UNDONE };
    *happened(
        on, device_offered) = (struct device_offered){ .account          = intent->account,
                                                       .detection        = intent->detection,
                                                       .gateway          = intent->gateway,
                                                       .vendor           = intent->vendor,
                                                       .ownership_epoch  = intent->ownership_epoch,
                                                       .model            = intent->model,
                                                       .method           = intent->method,
                                                       .confidence       = intent->confidence,
                                                       .vendor_device_id = intent->vendor_device_id,
                                                       .display_name     = intent->display_name };
    return ACCEPTED;
}

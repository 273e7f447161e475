/* decide_detection.c -- a vendor's report that its device connected, and the claim: who
 * the device is offered to, and who holds it.
 *
 * The claim's stream offers a device to one account at a time, so two accounts
 * never race for it. Whatever is decided here, the vendor gets one and the same
 * answer: it learns nothing before a person has said yes.
 *
 *     seen at …            and the claim is …        then
 *     nobody's             any                       it waits for the next report
 *     the holder's         held, same epoch          a move is proposed if elsewhere
 *     another account's    held, same epoch          the holder is told, once a rival
 *     anybody's            held, higher epoch        released, and offered there
 *     anybody's            offered, same epoch       the offer stands
 *     another account's    offered, higher epoch     retracted, and offered there
 *     an account's         free                      offered, unless it refused before
 */
#include "core/rules/ruling.h"

static bool may_prompt(const struct report_detection *ask)
{
    switch (ask->confidence) {
    case CONFIDENCE_unset:
    case CONFIDENCE_none:
    case CONFIDENCE_ambiguous: return false;
    case CONFIDENCE_corroborated:
    case CONFIDENCE_exact: return id_given(ask->account);
    }
    impossible("a confidence of no list");
}

static enum refusal well_founded(struct ruling *on, const struct report_detection *ask)
{
    struct thing_model_record model;

    if (!rules_vendor_works(on, ask->vendor)) return REFUSED_vendor_not_approved;
    if (ask->observed_at < on->now_us - on->policy->observation_age_max)
        return REFUSED_observation_too_old;
    if (ask->observed_at > on->now_us + on->policy->observation_ahead_max)
        return REFUSED_observation_in_future;
    if (!known_thing_model(on, ask->vendor, name_model(ask->model), &model))
        return REFUSED_thing_model_unknown;
    return ACCEPTED;
}

static void offer(struct ruling *on, const struct report_detection *ask)
{
    struct refused_claim_record refused;

    ensure(may_prompt(ask));
    if (known_refused_claim(on, on->intent->stream, ask->account, &refused) &&
        ask->ownership_epoch <= refused.ownership_epoch)
        return;
    /* clang-format off */
    *happened(on, device_offered) = (struct device_offered){
        .account          = ask->account,
        .detection        = ask->detection,
        .gateway          = ask->gateway,
        .vendor           = ask->vendor,
        .ownership_epoch  = ask->ownership_epoch,
        .model            = ask->model,
        .method           = ask->method,
        .confidence       = confidence_text(ask->confidence),
        .vendor_device_id = ask->vendor_device_id,
        .display_name     = ask->display_name };
    /* clang-format on */
}

static void seen_while_held(struct ruling *on, const struct report_detection *ask,
                            const struct claim_record *claim)
{
    ensure(may_prompt(ask) && id_given(claim->holder));
    if (ask->ownership_epoch > claim->held_epoch) { /* reset: it may have been sold */
        /* clang-format off */
        *happened(on, device_released) = (struct device_released){
            .account         = claim->holder,
            .device          = claim->device,
            .consent         = claim->consent,
            .ownership_epoch = claim->held_epoch,
            .reason          = SLICE("ownership-epoch") };
        /* clang-format on */
        offer(on, ask);
    } else if (!id_equal(claim->holder, ask->account)) {
        if (id_equal(claim->rival, ask->account)) return; /* the holder knows */
        *happened(on, device_contested) = (struct device_contested){ .account   = ask->account,
                                                                     .holder    = claim->holder,
                                                                     .device    = claim->device,
                                                                     .detection = ask->detection };
    } else if (!id_equal(claim->gateway, ask->gateway)) {
        *happened(on, device_seen_elsewhere) = (struct device_seen_elsewhere){
            .account = claim->holder, .device = claim->device, .gateway = ask->gateway
        };
    }
}

static void seen_while_offered(struct ruling *on, const struct report_detection *ask,
                               const struct claim_record *claim)
{
    ensure(may_prompt(ask) && !id_given(claim->holder));
    if (ask->ownership_epoch <= claim->offered_epoch) return;
    *happened(on, offer_closed) = (struct offer_closed){ .account         = claim->offered_to,
                                                         .detection       = claim->offer,
                                                         .ownership_epoch = claim->offered_epoch,
                                                         .reason = SLICE("ownership-epoch") };
    offer(on, ask);
}

enum refusal decide_report_detection(struct ruling *on, const struct report_detection *ask)
{
    struct claim_record claim;
    enum refusal        no = well_founded(on, ask);

    if (no) return no;
    ensure(ask->confidence != CONFIDENCE_unset);
    /* clang-format off */
    *happened(on, device_detected) = (struct device_detected){
        .detection        = ask->detection,
        .vendor           = ask->vendor,
        .ownership_epoch  = ask->ownership_epoch,
        .model            = ask->model,
        .method           = ask->method,
        .confidence       = confidence_text(ask->confidence),
        .address_hash     = ask->address_hash,
        .account          = ask->account,
        .gateway          = ask->gateway,
        .vendor_device_id = ask->vendor_device_id,
        .display_name     = ask->display_name };
    /* clang-format on */
    if (!may_prompt(ask)) return ACCEPTED;

    known_claim(on, on->intent->stream, NO_ID, &claim);
    if (id_given(claim.holder)) seen_while_held(on, ask, &claim);
    else if (id_given(claim.offered_to)) seen_while_offered(on, ask, &claim);
    else offer(on, ask);
    return ACCEPTED;
}

/* -- the account's answer comes back ------------------------------------------- */

enum refusal decide_close_offer(struct ruling *on, const struct close_offer *ask)
{
    struct claim_record claim;

    if (!known_claim(on, on->intent->stream, NO_ID, &claim) ||
        !id_equal(claim.offer, ask->detection))
        return ACCEPTED;
    *happened(on, offer_closed) = (struct offer_closed){ .account         = claim.offered_to,
                                                         .detection       = claim.offer,
                                                         .ownership_epoch = claim.offered_epoch,
                                                         .reason          = ask->reason,
                                                         .for_good        = ask->for_good };
    return ACCEPTED;
}

enum refusal decide_hold_device(struct ruling *on, const struct hold_device *ask)
{
    struct claim_record claim;

    known_claim(on, on->intent->stream, NO_ID, &claim);
    if (id_equal(claim.consent, ask->consent)) return ACCEPTED;
    *happened(on, device_held) = (struct device_held){ .account         = ask->account,
                                                       .device          = ask->device,
                                                       .consent         = ask->consent,
                                                       .ownership_epoch = ask->ownership_epoch };
    return ACCEPTED;
}

enum refusal decide_release_device(struct ruling *on, const struct release_device *ask)
{
    struct claim_record claim;

    if (!known_claim(on, on->intent->stream, NO_ID, &claim) || !id_equal(claim.device, ask->device))
        return ACCEPTED;
    *happened(on, device_released) = (struct device_released){ .account         = claim.holder,
                                                               .device          = claim.device,
                                                               .consent         = claim.consent,
                                                               .ownership_epoch = claim.held_epoch,
                                                               .reason          = ask->reason };
    return ACCEPTED;
}

/* decide_grant.c -- a live consent: renewed, expired, withdrawn by its giver, revoked by
 * what happens to the device; and the vendor's word that it knows. */
#include "core/rules/ruling.h"

static bool has_device(const struct consent_record *grant)
{
    return is(grant->status, "granted") || is(grant->status, "expired");
}

void rules_end_grant(struct ruling *on, struct id consent, const struct consent_record *grant,
                     enum consent_end how, struct slice reason)
{
    struct device_record device;
    int64_t              acknowledge_by = on->now_us + on->policy->acknowledge_within;

    ensure(has_device(grant));
    if (how == END_WITHDRAWN)
        *happened(on, consent_withdrawn) = (struct consent_withdrawn){
            .consent          = consent,
            .claim            = grant->claim,
            .vendor           = grant->vendor,
            .device           = grant->device,
            .reason           = reason,
            .acknowledge_by   = acknowledge_by,
            .vendor_device_id = grant->vendor_device_id
        };
    else
        *happened(on, consent_revoked) = (struct consent_revoked){
            .consent          = consent,
            .claim            = grant->claim,
            .vendor           = grant->vendor,
            .device           = grant->device,
            .reason           = reason,
            .acknowledge_by   = acknowledge_by,
            .vendor_device_id = grant->vendor_device_id
        };
    rules_cancel_queued(on, grant->device, reason);
    known(on, device, on->intent->stream, grant->device, &device);
    *happened(on, device_removed) = (struct device_removed){ .device  = grant->device,
                                                             .network = device.network,
                                                             .reason  = reason };
}

enum refusal decide_withdraw_consent(struct ruling *on, const struct withdraw_consent *ask)
{
    struct consent_record grant;

    if (!known(on, consent, on->intent->stream, ask->consent, &grant))
        return REFUSED_consent_unknown;
    if (is(grant.status, "withdrawn")) return ACCEPTED;
    if (!has_device(&grant)) return REFUSED_consent_not_granted;
    rules_end_grant(on, ask->consent, &grant, END_WITHDRAWN, ask->reason);
    return ACCEPTED;
}

enum refusal decide_revoke_consent(struct ruling *on, const struct revoke_consent *ask)
{
    struct consent_record grant;

    if (!known(on, consent, on->intent->stream, ask->consent, &grant) || !has_device(&grant))
        return ACCEPTED;
    rules_end_grant(on, ask->consent, &grant, END_REVOKED, ask->reason);
    return ACCEPTED;
}

enum refusal decide_renew_consent(struct ruling *on, const struct renew_consent *ask)
{
    struct consent_record grant;
    struct device_record  device;

    if (!known(on, consent, on->intent->stream, ask->consent, &grant))
        return REFUSED_consent_unknown;
    if (!has_device(&grant)) return REFUSED_consent_not_granted;
    if (ask->expires_at && ask->expires_at <= on->now_us) return REFUSED_already_expired;
    *happened(on, consent_renewed) = (struct consent_renewed){ .consent    = ask->consent,
                                                               .vendor     = grant.vendor,
                                                               .device     = grant.device,
                                                               .expires_at = ask->expires_at };
    if (known(on, device, on->intent->stream, grant.device, &device) &&
        is(device.status, "suspended"))
        *happened(on, device_resumed) = (struct device_resumed){ .device = grant.device };
    return ACCEPTED;
}

enum refusal decide_expire_consent(struct ruling *on, const struct expire_consent *ask)
{
    struct consent_record grant;

    if (!known(on, consent, on->intent->stream, ask->consent, &grant))
        return REFUSED_consent_unknown;
    if (!is(grant.status, "granted") || !grant.expires_at || grant.expires_at > on->now_us)
        return ACCEPTED;
    *happened(on, consent_expired) = (struct consent_expired){ .consent = ask->consent,
                                                               .vendor  = grant.vendor,
                                                               .device  = grant.device };
    /* clang-format off */
    *happened(on, device_suspended) = (struct device_suspended){
        .device = grant.device, .reason = SLICE("consent-expired") };
    /* clang-format on */
    rules_cancel_queued(on, grant.device, SLICE("consent-expired"));
    return ACCEPTED;
}

/* -- the vendor's side of an end ------------------------------------------------------ */

static bool over(const struct consent_record *grant)
{
    return is(grant->status, "withdrawn") || is(grant->status, "revoked");
}

enum refusal decide_acknowledge_withdrawal(struct ruling                       *on,
                                           const struct acknowledge_withdrawal *ask)
{
    struct consent_record grant;

    if (!known(on, consent, on->intent->stream, ask->grant_id, &grant) ||
        !id_equal(grant.vendor, ask->vendor) || !id_given(grant.device))
        return REFUSED_grant_unknown;
    if (!over(&grant)) return REFUSED_grant_still_live;
    if (grant.acknowledged) return ACCEPTED;
    /* clang-format off */
    *happened(on, withdrawal_acknowledged) = (struct withdrawal_acknowledged){
        .consent = ask->grant_id, .vendor = ask->vendor };
    /* clang-format on */
    return ACCEPTED;
}

/* The vendor is told again and again, until it says that it knows or has left. */
enum refusal decide_note_overdue(struct ruling *on, const struct note_overdue *ask)
{
    struct consent_record grant;
    struct vendor_record  vendor;

    if (!known(on, consent, on->intent->stream, ask->consent, &grant))
        return REFUSED_consent_unknown;
    if (!over(&grant) || grant.acknowledged) return ACCEPTED;
    bool left = known(on, vendor, grant.vendor, NO_ID, &vendor) && is(vendor.status, "offboarded");
    *happened(on, withdrawal_overdue) = (struct withdrawal_overdue){
        .consent          = ask->consent,
        .vendor           = grant.vendor,
        .device           = grant.device,
        .reason           = grant.reason,
        .acknowledge_by   = left ? 0 : on->now_us + on->policy->acknowledge_within,
        .vendor_device_id = grant.vendor_device_id
    };
    return ACCEPTED;
}

/* decide_grant.c -- a live consent: renewed, expired, withdrawn by its giver, revoked by
 * what happens to the device; and the vendor's word that it knows. */
#include "core/rules/ruling.h"

static bool has_device(const struct consent_record *grant)
{
    switch (grant->status) {
    case CONSENT_granted:
    case CONSENT_expired: return true;
    case CONSENT_none:
    case CONSENT_requested:
    case CONSENT_notified:
    case CONSENT_denied:
    case CONSENT_lapsed:
    case CONSENT_withdrawn:
    case CONSENT_revoked: return false;
    }
    impossible("a grant in a state of no list");
}

void rules_end_grant(struct ruling *on, struct id consent, const struct consent_record *grant,
                     enum consent_end how, struct slice reason)
{
    struct device_record device;
    int64_t              acknowledge_by = on->now_us + on->policy->acknowledge_within;

    ensure(has_device(grant));
    ensure(acknowledge_by > on->now_us);
    AS_WRITTEN(on, id_kind(grant->claim) == ID_claim); /* it is to hear of it */
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
    rules_cancel_queued(on, grant->device, (struct texts){ 0 }, reason);
    if (!known_device(on, on->intent->stream, grant->device, &device)) {
        rules_contradicted(on, "a grant has no device");
        return;
    }
    AS_WRITTEN(on, id_equal(device.consent, consent) && id_equal(device.claim, grant->claim));
    AS_WRITTEN(on, device_state_may_become(device.status, DEVICE_removed));
    *happened(on, device_removed) = (struct device_removed){ .device  = grant->device,
                                                             .network = device.network,
                                                             .reason  = reason };
}

enum refusal rules_end_grant_of(struct ruling *on, const struct device_record *device,
                                enum consent_end how, struct slice reason)
{
    struct consent_record grant;

    ensure(device->status != DEVICE_removed);
    if (!known_consent(on, on->intent->stream, device->consent, &grant) || !has_device(&grant))
        return rules_contradicted(on, "a device has no grant");
    rules_end_grant(on, device->consent, &grant, how, reason);
    return ACCEPTED;
}

enum refusal decide_withdraw_consent(struct ruling *on, const struct withdraw_consent *intent)
{
    struct consent_record grant;

    if (!known_consent(on, on->intent->stream, intent->consent, &grant))
        return REFUSED_consent_unknown;
    if (grant.status == CONSENT_withdrawn) return ACCEPTED;
    if (!has_device(&grant)) return REFUSED_consent_not_granted;
    rules_end_grant(on, intent->consent, &grant, END_WITHDRAWN, intent->reason);
    return ACCEPTED;
}

enum refusal decide_revoke_consent(struct ruling *on, const struct revoke_consent *intent)
{
    struct consent_record grant;

    if (!known_consent(on, on->intent->stream, intent->consent, &grant) || !has_device(&grant))
        return ACCEPTED;
    rules_end_grant(on, intent->consent, &grant, END_REVOKED, intent->reason);
    return ACCEPTED;
}

/* Is it as much as before, or less, and something at all? */
static enum refusal shrinks(struct ruling *on, const struct consent_record *grant,
                            struct texts capabilities, int64_t expires_at)
{
    if (!capabilities.count) return REFUSED_capability_required;
    for (size_t i = 0; i < capabilities.count; i++)
        if (!texts_have(grant->capabilities, capabilities.items[i]))
            return REFUSED_grant_cannot_grow;
    if (expires_at && expires_at <= on->now_us) return REFUSED_already_expired;
    if (grant->expires_at && expires_at > grant->expires_at) return REFUSED_grant_cannot_grow;
    return ACCEPTED;
}

static bool is_as_before(const struct consent_record *grant, struct texts capabilities,
                         int64_t expires_at)
{
    size_t kept = 0;

    while (kept < grant->capabilities.count &&
           texts_have(capabilities, grant->capabilities.items[kept]))
        kept++;
    return kept == grant->capabilities.count && expires_at == grant->expires_at;
}

enum refusal decide_change_consent(struct ruling *on, const struct change_consent *intent)
{
    struct consent_record grant;

    if (!known_consent(on, on->intent->stream, intent->consent, &grant))
        return REFUSED_consent_unknown;
    if (grant.status != CONSENT_granted) return REFUSED_consent_not_granted;
    struct texts kept = intent->capabilities.items ? intent->capabilities : grant.capabilities;
    int64_t      ends = intent->expires_at ? intent->expires_at : grant.expires_at;
    enum refusal no   = shrinks(on, &grant, kept, intent->expires_at);
    if (no || is_as_before(&grant, kept, ends)) return no;
    AS_WRITTEN(on, id_kind(grant.device) == ID_device && id_kind(grant.vendor) == ID_vendor);
    *happened(on, consent_changed) = (struct consent_changed){
        .consent          = intent->consent,
        .vendor           = grant.vendor,
        .device           = grant.device,
        .capabilities     = kept,
        .expires_at       = ends,
        .vendor_device_id = grant.vendor_device_id
    };
    rules_cancel_queued(on, grant.device, kept, SLICE("capability-withdrawn"));
    return ACCEPTED;
}

enum refusal decide_renew_consent(struct ruling *on, const struct renew_consent *intent)
{
    struct consent_record grant;
    struct device_record  device;

    if (!known_consent(on, on->intent->stream, intent->consent, &grant))
        return REFUSED_consent_unknown;
    if (!has_device(&grant)) return REFUSED_consent_not_granted;
    if (intent->expires_at && intent->expires_at <= on->now_us) return REFUSED_already_expired;
    if (!rules_vendor_works(on, grant.vendor)) return REFUSED_vendor_unavailable;
    ensure(consent_state_may_become(grant.status, CONSENT_granted));
    if (!AS_WRITTEN(on, known_device(on, on->intent->stream, grant.device, &device)))
        return ACCEPTED;
    AS_WRITTEN(on, id_equal(device.consent, intent->consent) && device.status != DEVICE_removed);
    AS_WRITTEN(on, (device.status == DEVICE_suspended) == (grant.status == CONSENT_expired));
    *happened(on, consent_renewed) = (struct consent_renewed){
        .consent          = intent->consent,
        .vendor           = grant.vendor,
        .device           = grant.device,
        .expires_at       = intent->expires_at,
        .capabilities     = grant.capabilities,
        .vendor_device_id = grant.vendor_device_id
    };
    if (device.status == DEVICE_suspended)
        *happened(on, device_resumed) = (struct device_resumed){ .device = grant.device };
    return ACCEPTED;
}

enum refusal decide_expire_consent(struct ruling *on, const struct expire_consent *intent)
{
    struct consent_record grant;
    struct device_record  device;

    if (!known_consent(on, on->intent->stream, intent->consent, &grant))
        return REFUSED_consent_unknown;
    if (grant.status != CONSENT_granted || !grant.expires_at || grant.expires_at > on->now_us)
        return ACCEPTED;
    ensure(consent_state_may_become(grant.status, CONSENT_expired));
    AS_WRITTEN(on, known_device(on, on->intent->stream, grant.device, &device) &&
                       device_state_may_become(device.status, DEVICE_suspended));
    *happened(on, consent_expired) = (struct consent_expired){
        .consent          = intent->consent,
        .vendor           = grant.vendor,
        .device           = grant.device,
        .expired_at       = grant.expires_at,
        .vendor_device_id = grant.vendor_device_id
    };
    /* clang-format off */
    *happened(on, device_suspended) = (struct device_suspended){
        .device = grant.device, .reason = SLICE("consent-expired") };
    /* clang-format on */
    rules_cancel_queued(on, grant.device, (struct texts){ 0 }, SLICE("consent-expired"));
    return ACCEPTED;
}

/* -- the vendor's side of an end ------------------------------------------------------ */

static bool over(const struct consent_record *grant)
{
    return grant->status == CONSENT_withdrawn || grant->status == CONSENT_revoked;
}

enum refusal decide_acknowledge_withdrawal(struct ruling                       *on,
                                           const struct acknowledge_withdrawal *intent)
{
    struct consent_record grant;

    if (!known_consent(on, on->intent->stream, intent->grant_id, &grant) ||
        !id_equal(grant.vendor, intent->vendor) || !id_given(grant.device))
        return REFUSED_grant_unknown;
    if (!over(&grant)) return REFUSED_grant_still_live;
    AS_WRITTEN(on, id_kind(grant.claim) == ID_claim);
    if (grant.acknowledged) return ACCEPTED;
    /* clang-format off */
    *happened(on, withdrawal_acknowledged) = (struct withdrawal_acknowledged){
        .consent = intent->grant_id, .vendor = intent->vendor };
    /* clang-format on */
    return ACCEPTED;
}

/* The vendor is told again and again, until it says that it knows or has left. */
enum refusal decide_note_overdue(struct ruling *on, const struct note_overdue *intent)
{
    struct consent_record grant;
    struct vendor_record  vendor;

    if (!known_consent(on, on->intent->stream, intent->consent, &grant))
        return REFUSED_consent_unknown;
    if (!over(&grant) || grant.acknowledged) return ACCEPTED;
    ensure(on->policy->acknowledge_within > 0);
    AS_WRITTEN(on, id_kind(grant.vendor) == ID_vendor && id_kind(grant.device) == ID_device);
    bool left = known_vendor(on, grant.vendor, NO_ID, &vendor) &&
                vendor.status == VENDOR_offboarded;
    *happened(on, withdrawal_overdue) = (struct withdrawal_overdue){
        .consent          = intent->consent,
        .vendor           = grant.vendor,
        .device           = grant.device,
        .reason           = grant.reason,
        .acknowledge_by   = left ? 0 : on->now_us + on->policy->acknowledge_within,
        .vendor_device_id = grant.vendor_device_id
    };
    return ACCEPTED;
}

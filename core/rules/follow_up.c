/* follow_up.c -- the table of what an event leads to in other streams.
 *
 *     event                    in             intent there
 *     login-claimed            the account    open_account
 *     account-erasure-requested  the login    release_login
 *     gateway-claimed          the account    attach_gateway
 *     gateway-refused,
 *     gateway-detached         the gateway    return_gateway, if it is still the account's
 *     gateway-released         the account    detach_gateway
 *     device-offered           the account    request_consent
 *     offer-closed             the account    retract_request, if by a higher epoch
 *     device-released          the account    revoke_consent, if by a higher epoch
 *     device-contested         the holder     note_dispute
 *     device-seen-elsewhere    the holder     note_seen
 *     consent-not-requested    the claim      close_offer
 *     consent-denied, -lapsed  the claim      close_offer
 *     consent-granted          the claim      hold_device
 *     consent-withdrawn,
 *     consent-revoked          the claim      release_device
 */
#include "core/rules/ruling.h"

static struct intent follows(const struct event *event, enum intent_type type, struct id stream)
{
    return (struct intent){ .type         = type,
                            .stream       = stream,
                            .actor        = { ACTOR_SYSTEM, NO_ID },
                            .on_behalf_of = event->actor.id,
                            .causation    = event->id };
}
#define FOLLOWS(name, to, ...)                             \
    do {                                                   \
        out[0]      = follows(event, INTENT_##name, (to)); \
        out[0].name = (struct name){ __VA_ARGS__ };        \
        return 1;                                          \
    } while (0)

/* The claim hears that the account did not take the device. */
static size_t close(const struct event *event, struct id claim, struct id detection,
                    struct slice reason, bool for_good, struct intent *out)
{
    FOLLOWS(close_offer, claim, .account = event->stream, .detection = detection, .reason = reason,
            .for_good = for_good);
}

static size_t released(const struct event *event, struct id claim, struct id device,
                       struct slice reason, struct intent *out)
{
    FOLLOWS(release_device, claim, .account = event->stream, .device = device, .reason = reason);
}

static size_t offered(const struct event *event, struct intent *out)
{
    const struct device_offered *told = &event->device_offered;

    FOLLOWS(request_consent, told->account, .claim = event->stream, .detection = told->detection,
            .vendor = told->vendor, .gateway = told->gateway,
            .ownership_epoch = told->ownership_epoch, .model = told->model, .method = told->method,
            .confidence = told->confidence, .vendor_device_id = told->vendor_device_id,
            .display_name = told->display_name);
}

static bool by_epoch(struct slice reason) { return is(reason, "ownership-epoch"); }

static size_t from_a_claim(const struct event *event, struct intent *out)
{
    switch (event->type) {
    case EVENT_device_offered: return offered(event, out);
    case EVENT_offer_closed:
        if (!by_epoch(event->offer_closed.reason)) return 0; /* the account said so itself */
        FOLLOWS(retract_request, event->offer_closed.account, .claim = event->stream,
                .reason = event->offer_closed.reason);
    case EVENT_device_released:
        if (!by_epoch(event->device_released.reason)) return 0;
        FOLLOWS(revoke_consent, event->device_released.account,
                .consent = event->device_released.consent, .reason = event->device_released.reason);
    case EVENT_device_contested:
        FOLLOWS(note_dispute, event->device_contested.holder,
                .device = event->device_contested.device);
    case EVENT_device_seen_elsewhere:
        FOLLOWS(note_seen, event->device_seen_elsewhere.account,
                .device  = event->device_seen_elsewhere.device,
                .gateway = event->device_seen_elsewhere.gateway);
    default: return 0;
    }
}

static size_t from_an_account(const struct event *event, struct intent *out)
{
    switch (event->type) {
    case EVENT_gateway_refused:
        FOLLOWS(return_gateway, event->gateway_refused.gateway, .account = event->stream,
                .reason = event->gateway_refused.reason);
    case EVENT_gateway_detached:
        FOLLOWS(return_gateway, event->gateway_detached.gateway, .account = event->stream,
                .reason = SLICE("detached"));
    case EVENT_account_erasure_requested:
        FOLLOWS(release_login, event->account_erasure_requested.login, .account = event->stream);
    case EVENT_consent_not_requested:
        return close(event, event->consent_not_requested.claim,
                     event->consent_not_requested.detection, event->consent_not_requested.reason,
                     false, out);
    case EVENT_consent_denied:
        return close(event, event->consent_denied.claim, event->consent_denied.detection,
                     event->consent_denied.reason, true, out);
    case EVENT_consent_lapsed:
        return close(event, event->consent_lapsed.claim, event->consent_lapsed.detection,
                     event->consent_lapsed.reason, false, out);
    case EVENT_consent_granted:
        FOLLOWS(hold_device, event->consent_granted.claim, .account = event->stream,
                .device = event->consent_granted.device, .consent = event->consent_granted.consent,
                .ownership_epoch = event->consent_granted.ownership_epoch);
    case EVENT_consent_withdrawn:
        return released(event, event->consent_withdrawn.claim, event->consent_withdrawn.device,
                        event->consent_withdrawn.reason, out);
    case EVENT_consent_revoked:
        return released(event, event->consent_revoked.claim, event->consent_revoked.device,
                        event->consent_revoked.reason, out);
    default: return 0;
    }
}

static size_t from_a_login_or_gateway(const struct event *event, struct intent *out)
{
    switch (event->type) {
    case EVENT_login_claimed:
        FOLLOWS(open_account, event->login_claimed.account, .login_id = event->stream,
                .activation_hash       = event->login_claimed.activation_hash,
                .activation_expires_at = event->login_claimed.activation_expires_at,
                .login                 = event->login_claimed.login,
                .display_name          = event->login_claimed.display_name,
                .phone_number          = event->login_claimed.phone_number);
    case EVENT_gateway_claimed:
        FOLLOWS(attach_gateway, event->gateway_claimed.account, .gateway = event->stream,
                .gateway_id = event->gateway_claimed.gateway_id,
                .network = event->gateway_claimed.network, .shared = event->gateway_claimed.shared);
    case EVENT_gateway_released:
        FOLLOWS(detach_gateway, event->gateway_released.account, .gateway = event->stream);
    default: return 0;
    }
}

size_t follow_ups(const struct event *event, struct intent out[FOLLOW_UPS_MAX])
{
    switch (id_kind(event->stream)) {
    case ID_claim: return from_a_claim(event, out);
    case ID_account: return from_an_account(event, out);
    case ID_login:
    case ID_gateway: return from_a_login_or_gateway(event, out);
    default: return 0;
    }
}

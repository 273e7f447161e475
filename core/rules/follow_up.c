/* follow_up.c -- the table of what an event leads to in other streams.
 *
 *     event                    in             intent there
 *     login-claimed            the account    open_account; take_login, if it has another
 *     subscriber-changed       the login      release_login, of the one it bore
 *     login-refused            the login      release_login
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
 *     denial-settled,
 *     consent-lapsed           the claim      close_offer
 *     consent-requested        the claim      reoffer_device, if its grant was undone
 *     consent-granted          the claim      hold_device
 *     consent-withdrawn,
 *     consent-revoked          the claim      release_device, unless it was undone
 */
#include "core/rules/ruling.h"

/* What an event leads to, as it is found. */
struct consequence {
    const struct event *event;
    struct intent      *out;
    size_t              count;
};

static struct intent *consequence_add(struct consequence *of, enum intent_type type,
                                      struct id stream)
{
    ensure(of->count < FOLLOW_UPS_MAX);
    of->out[of->count] = (struct intent){ .type         = type,
                                          .stream       = stream,
                                          .actor        = { ACTOR_SYSTEM, NO_ID },
                                          .on_behalf_of = of->event->actor.id,
                                          .causation    = of->event->id };
    return &of->out[of->count++];
}
/* Adds an intent of that type and gives its fields to fill in, as happened() does events. */
#define leads_to(of, name, stream) (&consequence_add((of), INTENT_##name, (stream))->name)

/* The claim hears that the account did not take the device. */
static void close_offer(struct consequence *of, struct id claim, struct id detection,
                        struct slice reason, bool for_good)
{
    *leads_to(of, close_offer, claim) = (struct close_offer){
        .account = of->event->stream, .detection = detection, .reason = reason, .for_good = for_good
    };
}

static void release(struct consequence *of, struct id claim, struct id device, struct slice reason)
{
    *leads_to(of, release_device, claim) = (struct release_device){ .account = of->event->stream,
                                                                    .device  = device,
                                                                    .reason  = reason };
}

static void return_gateway(struct consequence *of, struct id gateway, struct slice reason)
{
    *leads_to(of, return_gateway, gateway) = (struct return_gateway){ .account = of->event->stream,
                                                                      .reason  = reason };
}

static void offered(struct consequence *of, const struct device_offered *fields)
{
    *leads_to(of, request_consent, fields->account) = (struct request_consent){
        .claim            = of->event->stream,
        .detection        = fields->detection,
        .vendor           = fields->vendor,
        .gateway          = fields->gateway,
        .ownership_epoch  = fields->ownership_epoch,
        .model            = fields->model,
        .method           = fields->method,
        .confidence       = fields->confidence,
        .vendor_device_id = fields->vendor_device_id,
        .display_name     = fields->display_name
    };
}

static bool by_epoch(struct slice reason) { return is(reason, "ownership-epoch"); }

/* Else the account said so itself. */
static void offer_closed(struct consequence *of, const struct offer_closed *fields)
{
    ensure(!fields->for_good || !by_epoch(fields->reason)); /* a no is the account's own */
    if (by_epoch(fields->reason))
        *leads_to(of, retract_request,
                  fields->account) = (struct retract_request){ .claim  = of->event->stream,
                                                               .reason = fields->reason };
}

static void released(struct consequence *of, const struct device_released *fields)
{
    if (by_epoch(fields->reason))
        *leads_to(of, revoke_consent,
                  fields->account) = (struct revoke_consent){ .consent = fields->consent,
                                                              .reason  = fields->reason };
}

static void seen_elsewhere(struct consequence *of, const struct device_seen_elsewhere *fields)
{
    *leads_to(of, note_seen, fields->account) = (struct note_seen){ .device  = fields->device,
                                                                    .gateway = fields->gateway };
}

static void from_a_claim(struct consequence *of)
{
    const struct event *event = of->event;

    switch (event->type) {
    case EVENT_device_offered: offered(of, &event->device_offered); break;
    case EVENT_offer_closed: offer_closed(of, &event->offer_closed); break;
    case EVENT_device_released: released(of, &event->device_released); break;
    case EVENT_device_contested:
        leads_to(of, note_dispute, event->device_contested.holder)->device =
            event->device_contested.device;
        break;
    case EVENT_device_seen_elsewhere: seen_elsewhere(of, &event->device_seen_elsewhere); break;
    default: break;
    }
}

static void granted(struct consequence *of, const struct consent_granted *fields)
{
    *leads_to(of, hold_device,
              fields->claim) = (struct hold_device){ .account         = of->event->stream,
                                                     .device          = fields->device,
                                                     .consent         = fields->consent,
                                                     .ownership_epoch = fields->ownership_epoch };
}

/* What was undone goes back to where its offer stood, in one step: nobody else gets it between. */
static void reoffered(struct consequence *of, const struct consent_requested *fields)
{
    if (!id_given(fields->reopens)) return;
    *leads_to(of, reoffer_device, fields->claim) = (struct reoffer_device){
        .account          = of->event->stream,
        .consent          = fields->reopens,
        .detection        = fields->detection,
        .vendor           = fields->vendor,
        .gateway          = fields->gateway,
        .ownership_epoch  = fields->ownership_epoch,
        .model            = fields->model,
        .method           = fields->method,
        .confidence       = fields->confidence,
        .vendor_device_id = fields->vendor_device_id,
        .display_name     = fields->display_name
    };
}

static void release_login(struct consequence *of, struct id login)
{
    leads_to(of, release_login, login)->account = of->event->stream;
}

static void from_an_account(struct consequence *of)
{
    const struct event                 *event     = of->event;
    const struct consent_not_requested *spared    = &event->consent_not_requested;
    const struct denial_settled        *settled   = &event->denial_settled;
    const struct consent_lapsed        *lapsed    = &event->consent_lapsed;
    const struct consent_withdrawn     *withdrawn = &event->consent_withdrawn;
    const struct consent_revoked       *revoked   = &event->consent_revoked;

    switch (event->type) {
    case EVENT_gateway_refused:
        return_gateway(of, event->gateway_refused.gateway, event->gateway_refused.reason);
        break;
    case EVENT_gateway_detached:
        return_gateway(of, event->gateway_detached.gateway, SLICE("detached"));
        break;
    case EVENT_account_erasure_requested:
        release_login(of, event->account_erasure_requested.login);
        break;
    case EVENT_login_refused: release_login(of, event->login_refused.login); break;
    case EVENT_subscriber_changed:
        if (id_given(event->subscriber_changed.login_before))
            release_login(of, event->subscriber_changed.login_before);
        break;
    case EVENT_consent_not_requested:
        close_offer(of, spared->claim, spared->detection, spared->reason, false);
        break;
    case EVENT_denial_settled:
        close_offer(of, settled->claim, settled->detection, settled->reason, true);
        break;
    case EVENT_consent_lapsed:
        close_offer(of, lapsed->claim, lapsed->detection, lapsed->reason, false);
        break;
    case EVENT_consent_granted: granted(of, &event->consent_granted); break;
    case EVENT_consent_requested: reoffered(of, &event->consent_requested); break;
    case EVENT_consent_withdrawn:
        if (slice_equal(withdrawn->reason, UNDONE)) break;
        release(of, withdrawn->claim, withdrawn->device, withdrawn->reason);
        break;
    case EVENT_consent_revoked:
        release(of, revoked->claim, revoked->device, revoked->reason);
        break;
    default: break;
    }
}

static void login_claimed(struct consequence *of, const struct login_claimed *fields)
{
    if (fields->change) {
        *leads_to(of, take_login,
                  fields->account) = (struct take_login){ .login_id     = of->event->stream,
                                                          .login        = fields->login,
                                                          .display_name = fields->display_name,
                                                          .phone_number = fields->phone_number };
        return;
    }
    *leads_to(of, open_account, fields->account) = (struct open_account){
        .login_id              = of->event->stream,
        .activation_hash       = fields->activation_hash,
        .activation_expires_at = fields->activation_expires_at,
        .login                 = fields->login,
        .display_name          = fields->display_name,
        .phone_number          = fields->phone_number
    };
}

static void gateway_claimed(struct consequence *of, const struct gateway_claimed *fields)
{
    *leads_to(of, attach_gateway,
              fields->account) = (struct attach_gateway){ .gateway    = of->event->stream,
                                                          .gateway_id = fields->gateway_id,
                                                          .network    = fields->network,
                                                          .shared     = fields->shared };
}

static void from_a_login_or_gateway(struct consequence *of)
{
    const struct event *event = of->event;

    switch (event->type) {
    case EVENT_login_claimed: login_claimed(of, &event->login_claimed); break;
    case EVENT_gateway_claimed: gateway_claimed(of, &event->gateway_claimed); break;
    case EVENT_gateway_released:
        leads_to(of, detach_gateway, event->gateway_released.account)->gateway = event->stream;
        break;
    default: break;
    }
}

size_t follow_ups(const struct event *event, struct intent out[FOLLOW_UPS_MAX])
{
    struct consequence of = { .event = event, .out = out };

    switch (id_kind(event->stream)) {
    case ID_claim: from_a_claim(&of); break;
    case ID_account: from_an_account(&of); break;
    case ID_login:
    case ID_gateway: from_a_login_or_gateway(&of); break;
    default: break;
    }
    return of.count;
}

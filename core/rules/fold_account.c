/* fold_account.c -- the registry's part of an account: its networks, gateways,
 * consents, devices and commands. */
#include "core/rules/folding.h"

/* -- the account, its networks and gateways ------------------------------------ */

/* Before accounts were told their login's id, that was made of the text alone. */
static struct id login_of(const struct account_opened *told)
{
    return id_given(told->login_id) ? told->login_id : name_login(NULL, told->login);
}

void registry_account_opened(struct folding *on, const struct account_opened *told)
{
    registry_put_account(on->batch, on->stream, NO_ID,
                         &(struct account_record){
                             .status                = SLICE("opened"),
                             .activation_hash       = told->activation_hash,
                             .activation_expires_at = told->activation_expires_at,
                             .login                 = login_of(told) });
}

void registry_account_activated(struct folding *on, const struct account_activated *told)
{
    (void)told;
    CHANGING(on, account, on->stream, NO_ID, it.status = SLICE("active"),
             it.activation_hash = (struct slice){ 0 });
}

void registry_session_opened(struct folding *on, const struct session_opened *told)
{
    registry_put_session(on->batch, on->stream, told->token,
                         &(struct session_record){ .none_ = { 0 } });
}

void registry_session_closed(struct folding *on, const struct session_closed *told)
{
    registry_erase_session(on->batch, on->stream, told->token);
}

void registry_network_created(struct folding *on, const struct network_created *told)
{
    registry_put_network(on->batch, on->stream, told->network,
                         &(struct network_record){ .name = told->name });
    CHANGING(on, account, on->stream, NO_ID, it.networks++);
}

void registry_network_changed(struct folding *on, const struct network_changed *told)
{
    CHANGING(on, network, on->stream, told->network, it.name = told->name, it.rooms = told->rooms);
}

void registry_network_deleted(struct folding *on, const struct network_deleted *told)
{
    registry_erase_network(on->batch, on->stream, told->network);
    CHANGING(on, account, on->stream, NO_ID, it.networks -= it.networks > 0);
}

void registry_gateway_attached(struct folding *on, const struct gateway_attached *told)
{
    registry_put_attachment(on->batch, on->stream, told->gateway,
                            &(struct attachment_record){ .network = told->network,
                                                         .shared  = told->shared });
}

MEANS_NOTHING(gateway_refused, "nothing was attached")

void registry_gateway_detached(struct folding *on, const struct gateway_detached *told)
{
    registry_erase_attachment(on->batch, on->stream, told->gateway);
}

/* -- questions ------------------------------------------------------------------ */

void registry_consent_requested(struct folding *on, const struct consent_requested *told)
{
    registry_put_consent(on->batch, on->stream, told->consent,
                         &(struct consent_record){ .status           = SLICE("requested"),
                                                   .claim            = told->claim,
                                                   .detection        = told->detection,
                                                   .vendor           = told->vendor,
                                                   .gateway          = told->gateway,
                                                   .network          = told->network,
                                                   .ownership_epoch  = told->ownership_epoch,
                                                   .model            = told->model,
                                                   .guarded          = told->guarded,
                                                   .capabilities     = told->capabilities,
                                                   .purposes         = told->purposes,
                                                   .vendor_device_id = told->vendor_device_id,
                                                   .display_name     = told->display_name });
    registry_put_asked(on->batch, on->stream, told->claim,
                       &(struct asked_record){ .consent = told->consent });
    CHANGING(on, account, on->stream, NO_ID, it.prompts_open++);
    CHANGING(on, bond, on->stream, told->vendor, it.prompts_open++);
}

MEANS_NOTHING(consent_not_requested, "the claim hears of it")
MEANS_NOTHING(consent_postponed, "the question goes on waiting")

void registry_consent_notified(struct folding *on, const struct consent_notified *told)
{
    CHANGING(on, consent, on->stream, told->consent, it.notified = true);
}

/* A question no longer waits, whatever the answer was. */
static void answered(struct folding *on, struct id claim, struct id vendor)
{
    registry_erase_asked(on->batch, on->stream, claim);
    CHANGING(on, account, on->stream, NO_ID, it.prompts_open -= it.prompts_open > 0);
    CHANGING(on, bond, on->stream, vendor, it.prompts_open -= it.prompts_open > 0);
}

static void consent_is(struct folding *on, struct id consent, struct slice status)
{
    CHANGING(on, consent, on->stream, consent, it.status = status);
}

void registry_consent_denied(struct folding *on, const struct consent_denied *told)
{
    answered(on, told->claim, told->vendor);
    consent_is(on, told->consent, SLICE("denied"));
    CHANGING(on, bond, on->stream, told->vendor, it.cool_until = told->cool_until);
}

void registry_consent_lapsed(struct folding *on, const struct consent_lapsed *told)
{
    answered(on, told->claim, told->vendor);
    consent_is(on, told->consent, SLICE("lapsed"));
}

void registry_vendor_blocked(struct folding *on, const struct vendor_blocked *told)
{
    CHANGING(on, bond, on->stream, told->vendor, it.blocked = true);
}

/* -- grants ----------------------------------------------------------------------- */

void registry_consent_granted(struct folding *on, const struct consent_granted *told)
{
    answered(on, told->claim, told->vendor);
    CHANGING(on, consent, on->stream, told->consent, it.status = SLICE("granted"),
             it.device = told->device, it.network = told->network,
             it.capabilities = told->capabilities, it.expires_at = told->expires_at);
    CHANGING(on, bond, on->stream, told->vendor, it.grants++, it.name = told->bond);
}

/* A grant is over. When it was the vendor's last one here, the name that
 * pairwise references are made of goes with it, so a later grant links to none. */
static void ended(struct folding *on, struct id consent, struct id vendor, struct slice status,
                  struct slice reason)
{
    CHANGING(on, consent, on->stream, consent, it.status = status, it.reason = reason);
    CHANGING(on, bond, on->stream, vendor, it.grants -= it.grants > 0;
             if (it.grants == 0) it.name = NO_ID);
}

void registry_consent_withdrawn(struct folding *on, const struct consent_withdrawn *told)
{
    ended(on, told->consent, told->vendor, SLICE("withdrawn"), told->reason);
}

void registry_consent_revoked(struct folding *on, const struct consent_revoked *told)
{
    ended(on, told->consent, told->vendor, SLICE("revoked"), told->reason);
}

/* An expired grant may be renewed, so its bond stays. */
void registry_consent_expired(struct folding *on, const struct consent_expired *told)
{
    consent_is(on, told->consent, SLICE("expired"));
}

void registry_consent_renewed(struct folding *on, const struct consent_renewed *told)
{
    CHANGING(on, consent, on->stream, told->consent, it.status = SLICE("granted"),
             it.expires_at = told->expires_at);
}

void registry_withdrawal_acknowledged(struct folding                       *on,
                                      const struct withdrawal_acknowledged *told)
{
    CHANGING(on, consent, on->stream, told->consent, it.acknowledged = true);
}

MEANS_NOTHING(withdrawal_overdue, "the vendor may still say so")

/* -- devices ------------------------------------------------------------------------ */

static void device_count(struct folding *on, struct id network, bool more)
{
    CHANGING(on, network, on->stream, network,
             it.devices = more ? it.devices + 1 : it.devices - (it.devices > 0));
}

void registry_device_added(struct folding *on, const struct device_added *told)
{
    struct consent_record grant;

    registry_get_consent(on->reader, on->stream, told->consent, on->arena, &grant);
    registry_put_device(on->batch, on->stream, told->device,
                        &(struct device_record){ .status           = SLICE("active"),
                                                 .network          = told->network,
                                                 .vendor           = told->vendor,
                                                 .consent          = told->consent,
                                                 .claim            = told->claim,
                                                 .capabilities     = grant.capabilities,
                                                 .vendor_device_id = told->vendor_device_id,
                                                 .name             = told->name });
    device_count(on, told->network, true);
}

void registry_device_renamed(struct folding *on, const struct device_renamed *told)
{
    CHANGING(on, device, on->stream, told->device, it.name = told->name);
}

void registry_device_moved(struct folding *on, const struct device_moved *told)
{
    CHANGING(on, device, on->stream, told->device, it.network = told->network, it.proposed = NO_ID);
    device_count(on, told->previous, false);
    device_count(on, told->network, true);
}

void registry_device_placed(struct folding *on, const struct device_placed *told)
{
    CHANGING(on, device, on->stream, told->device, it.room = told->room);
}

static void device_is(struct folding *on, struct id device, struct slice status)
{
    CHANGING(on, device, on->stream, device, it.status = status);
}

void registry_device_suspended(struct folding *on, const struct device_suspended *told)
{
    device_is(on, told->device, SLICE("suspended"));
}

void registry_device_resumed(struct folding *on, const struct device_resumed *told)
{
    device_is(on, told->device, SLICE("active"));
}

void registry_device_removed(struct folding *on, const struct device_removed *told)
{
    device_is(on, told->device, SLICE("removed"));
    device_count(on, told->network, false);
}

MEANS_NOTHING(device_state_reported, "values decide nothing")
MEANS_NOTHING(reports_expired, "nor do those that are gone")
MEANS_NOTHING(device_connectivity_changed, "a command may wait for a device to return")
MEANS_NOTHING(device_event_raised, "it is passed on, no more")

void registry_device_move_proposed(struct folding *on, const struct device_move_proposed *told)
{
    CHANGING(on, device, on->stream, told->device, it.proposed = told->network);
}

void registry_device_claim_disputed(struct folding *on, const struct device_claim_disputed *told)
{
    CHANGING(on, device, on->stream, told->device, it.disputed = true);
}

/* -- commands ------------------------------------------------------------------------ */

void registry_command_requested(struct folding *on, const struct command_requested *told)
{
    registry_put_command(on->batch, on->stream, told->command,
                         &(struct command_record){ .status    = SLICE("queued"),
                                                   .device    = told->device,
                                                   .vendor    = told->vendor,
                                                   .operation = told->operation,
                                                   .name      = told->name });
    registry_put_open_command(on->batch, told->device, told->command,
                              &(struct open_command_record){ .none_ = { 0 } });
}

static void command_is(struct folding *on, struct id command, struct slice status)
{
    CHANGING(on, command, on->stream, command, it.status = status);
}

#define GOES_ON(name, text)                                           \
    void registry_##name(struct folding *on, const struct name *told) \
    {                                                                 \
        command_is(on, told->command, SLICE(text));                   \
    }
GOES_ON(command_sent, "sent")
GOES_ON(command_accepted, "accepted")
GOES_ON(command_delivered, "delivered")

#define CONCLUDES(name, text)                                                \
    void registry_##name(struct folding *on, const struct name *told)        \
    {                                                                        \
        command_is(on, told->command, SLICE(text));                          \
        registry_erase_open_command(on->batch, told->device, told->command); \
    }
CONCLUDES(command_succeeded, "succeeded")
CONCLUDES(command_failed, "failed")
CONCLUDES(command_expired, "expired")
CONCLUDES(command_cancelled, "cancelled")
CONCLUDES(command_superseded, "superseded")
CONCLUDES(command_timed_out, "timed-out")

MEANS_NOTHING(command_outcome_recorded, "it had concluded before")

/* fold_account.c -- the registry's part of an account: its networks, gateways,
 * consents, devices and commands. */
#include "core/rules/folding.h"

/* Neither erased nor about to be. */
static bool lives(const struct account_record *account)
{
    return account_state_may_become(account->status, ACCOUNT_erasing);
}

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
                             .status                = ACCOUNT_opened,
                             .activation_hash       = told->activation_hash,
                             .activation_expires_at = told->activation_expires_at,
                             .login                 = login_of(told) });
}

void registry_account_activated(struct folding *on, const struct account_activated *told)
{
    (void)told;
    CHANGE(on, account, it, on->stream, NO_ID,
           PROMISED(on, account_state_may_become(it.status, ACCOUNT_active));
           it.status = ACCOUNT_active, it.activation_hash = (struct slice){ 0 });
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
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, lives(&it)); it.networks++);
}

void registry_network_changed(struct folding *on, const struct network_changed *told)
{
    CHANGE(on, network, it, on->stream, told->network, it.name = told->name,
           it.rooms = told->rooms);
}

void registry_network_deleted(struct folding *on, const struct network_deleted *told)
{
    struct network_record network;

    PROMISED(on, registry_get_network(on->reader, on->stream, told->network, on->arena, &network) &&
                     !network.devices);
    registry_erase_network(on->batch, on->stream, told->network);
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, it.networks > 0);
           it.networks -= it.networks > 0);
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
                         &(struct consent_record){ .status           = CONSENT_requested,
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
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, lives(&it)); it.prompts_open++);
    BEGIN_OR_CHANGE(on, bond, it, on->stream, told->vendor, PROMISED(on, !it.blocked);
                    it.prompts_open++);
}

MEANS_NOTHING(consent_not_requested, "the claim hears of it")
MEANS_NOTHING(consent_postponed, "the question goes on waiting")

void registry_consent_notified(struct folding *on, const struct consent_notified *told)
{
    CHANGE(on, consent, it, on->stream, told->consent,
           PROMISED(on, it.status == CONSENT_requested && !it.notified);
           it.notified = true);
}

/* A question no longer waits, whatever the answer was. */
static void answered(struct folding *on, struct id claim, struct id vendor)
{
    registry_erase_asked(on->batch, on->stream, claim);
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, it.prompts_open > 0);
           it.prompts_open -= it.prompts_open > 0);
    CHANGE(on, bond, it, on->stream, vendor, PROMISED(on, it.prompts_open > 0);
           it.prompts_open -= it.prompts_open > 0);
}

static void consent_is(struct folding *on, struct id consent, enum consent_state status)
{
    CHANGE(on, consent, it, on->stream, consent,
           PROMISED(on, consent_state_may_become(it.status, status));
           it.status = status);
}

void registry_consent_denied(struct folding *on, const struct consent_denied *told)
{
    answered(on, told->claim, told->vendor);
    consent_is(on, told->consent, CONSENT_denied);
    BEGIN_OR_CHANGE(on, bond, it, on->stream, told->vendor, it.cool_until = told->cool_until);
}

void registry_consent_lapsed(struct folding *on, const struct consent_lapsed *told)
{
    answered(on, told->claim, told->vendor);
    consent_is(on, told->consent, CONSENT_lapsed);
}

void registry_vendor_blocked(struct folding *on, const struct vendor_blocked *told)
{
    CHANGE(on, bond, it, on->stream, told->vendor, it.blocked = true);
}

/* -- grants ----------------------------------------------------------------------- */

void registry_consent_granted(struct folding *on, const struct consent_granted *told)
{
    answered(on, told->claim, told->vendor);
    CHANGE(on, consent, it, on->stream, told->consent,
           PROMISED(on, it.status == CONSENT_requested && !id_given(it.device));
           it.status = CONSENT_granted, it.device = told->device, it.network = told->network,
           it.capabilities = told->capabilities, it.expires_at = told->expires_at);
    BEGIN_OR_CHANGE(on, bond, it, on->stream, told->vendor, it.grants++, it.name = told->bond);
}

/* A grant is over. When it was the vendor's last one here, the name that
 * pairwise references are made of goes with it, so a later grant links to none. */
static void ended(struct folding *on, struct id consent, struct id vendor,
                  enum consent_state status, struct slice reason)
{
    CHANGE(on, consent, it, on->stream, consent,
           PROMISED(on, consent_state_may_become(it.status, status));
           it.status = status, it.reason = reason);
    CHANGE(on, bond, it, on->stream, vendor, PROMISED(on, it.grants > 0);
           it.grants -= it.grants > 0; if (it.grants == 0) it.name = NO_ID);
}

void registry_consent_withdrawn(struct folding *on, const struct consent_withdrawn *told)
{
    ended(on, told->consent, told->vendor, CONSENT_withdrawn, told->reason);
}

void registry_consent_revoked(struct folding *on, const struct consent_revoked *told)
{
    ended(on, told->consent, told->vendor, CONSENT_revoked, told->reason);
}

/* An expired grant may be renewed, so its bond stays. */
void registry_consent_expired(struct folding *on, const struct consent_expired *told)
{
    consent_is(on, told->consent, CONSENT_expired);
}

void registry_consent_renewed(struct folding *on, const struct consent_renewed *told)
{
    CHANGE(on, consent, it, on->stream, told->consent,
           PROMISED(on, it.status == CONSENT_granted || it.status == CONSENT_expired);
           it.status = CONSENT_granted, it.expires_at = told->expires_at);
}

void registry_withdrawal_acknowledged(struct folding                       *on,
                                      const struct withdrawal_acknowledged *told)
{
    CHANGE(on, consent, it, on->stream, told->consent, PROMISED(on, !it.acknowledged);
           it.acknowledged = true);
}

MEANS_NOTHING(withdrawal_overdue, "the vendor may still say so")

/* -- devices ------------------------------------------------------------------------ */

static void device_count(struct folding *on, struct id network, bool more)
{
    CHANGE(on, network, it, on->stream, network, PROMISED(on, more || it.devices > 0);
           it.devices = more ? it.devices + 1 : it.devices - (it.devices > 0));
}

void registry_device_added(struct folding *on, const struct device_added *told)
{
    struct consent_record grant;

    PROMISED(on, registry_get_consent(on->reader, on->stream, told->consent, on->arena, &grant) &&
                     id_equal(grant.device, told->device));
    registry_put_device(on->batch, on->stream, told->device,
                        &(struct device_record){ .status           = DEVICE_active,
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
    CHANGE(on, device, it, on->stream, told->device, PROMISED(on, it.status != DEVICE_removed);
           it.name = told->name);
}

void registry_device_moved(struct folding *on, const struct device_moved *told)
{
    CHANGE(on, device, it, on->stream, told->device,
           PROMISED(on, id_equal(it.network, told->previous));
           it.network = told->network, it.proposed = NO_ID);
    device_count(on, told->previous, false);
    device_count(on, told->network, true);
}

void registry_device_placed(struct folding *on, const struct device_placed *told)
{
    CHANGE(on, device, it, on->stream, told->device, PROMISED(on, it.status != DEVICE_removed);
           it.room = told->room);
}

static void device_is(struct folding *on, struct id device, enum device_state status)
{
    CHANGE(on, device, it, on->stream, device,
           PROMISED(on, device_state_may_become(it.status, status));
           it.status = status);
}

void registry_device_suspended(struct folding *on, const struct device_suspended *told)
{
    device_is(on, told->device, DEVICE_suspended);
}

void registry_device_resumed(struct folding *on, const struct device_resumed *told)
{
    device_is(on, told->device, DEVICE_active);
}

void registry_device_removed(struct folding *on, const struct device_removed *told)
{
    device_is(on, told->device, DEVICE_removed);
    device_count(on, told->network, false);
}

MEANS_NOTHING(device_state_reported, "values decide nothing")
MEANS_NOTHING(reports_expired, "nor do those that are gone")
MEANS_NOTHING(device_connectivity_changed, "a command may wait for a device to return")
MEANS_NOTHING(device_event_raised, "it is passed on, no more")

void registry_device_move_proposed(struct folding *on, const struct device_move_proposed *told)
{
    CHANGE(on, device, it, on->stream, told->device, PROMISED(on, it.status != DEVICE_removed);
           it.proposed = told->network);
}

void registry_device_claim_disputed(struct folding *on, const struct device_claim_disputed *told)
{
    CHANGE(on, device, it, on->stream, told->device, PROMISED(on, it.status != DEVICE_removed);
           it.disputed = true);
}

/* -- commands ------------------------------------------------------------------------ */

void registry_command_requested(struct folding *on, const struct command_requested *told)
{
    registry_put_command(on->batch, on->stream, told->command,
                         &(struct command_record){ .status    = COMMAND_queued,
                                                   .device    = told->device,
                                                   .vendor    = told->vendor,
                                                   .operation = told->operation,
                                                   .name      = told->name });
    registry_put_open_command(on->batch, told->device, told->command,
                              &(struct open_command_record){ .none_ = { 0 } });
}

static void command_is(struct folding *on, struct id command, enum command_state status)
{
    CHANGE(on, command, it, on->stream, command,
           PROMISED(on, command_state_may_become(it.status, status));
           it.status = status);
}

#define GOES_ON(state)                                                                    \
    void registry_command_##state(struct folding *on, const struct command_##state *told) \
    {                                                                                     \
        command_is(on, told->command, COMMAND_##state);                                   \
    }
GOES_ON(sent)
GOES_ON(accepted)
GOES_ON(delivered)

#define CONCLUDES(state)                                                                  \
    void registry_command_##state(struct folding *on, const struct command_##state *told) \
    {                                                                                     \
        command_is(on, told->command, COMMAND_##state);                                   \
        registry_erase_open_command(on->batch, told->device, told->command);              \
    }
CONCLUDES(succeeded)
CONCLUDES(failed)
CONCLUDES(expired)
CONCLUDES(cancelled)
CONCLUDES(superseded)
CONCLUDES(timed_out)

MEANS_NOTHING(command_outcome_recorded, "it had concluded before")

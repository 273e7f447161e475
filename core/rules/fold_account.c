/* fold_account.c -- the registry's part of an account: its networks, gateways,
 * devices and commands. Its consents: fold_consent.c. */
#include "core/rules/folding.h"

/* -- the account, its networks and gateways ------------------------------------ */

/* Before accounts were told their login's id, that was made of the text alone. */
static struct id login_of(const struct account_opened *fields)
{
    return id_given(fields->login_id) ? fields->login_id : name_login(NULL, fields->login);
}

void registry_account_opened(struct folding *on, const struct account_opened *fields)
{
    struct account_record before;

    PROMISED(on, !registry_get_account(on->reader, on->stream, NO_ID, on->arena, &before));
    registry_put_account(on->batch, on->stream, NO_ID,
                         &(struct account_record){
                             .status                = ACCOUNT_opened,
                             .activation_hash       = fields->activation_hash,
                             .activation_expires_at = fields->activation_expires_at,
                             .login                 = login_of(fields),
                             .display_name          = fields->display_name });
}

void registry_account_activated(struct folding *on, const struct account_activated *fields)
{
    CHANGE(on, account, it, on->stream, NO_ID,
           PROMISED(on, account_state_may_become(it.status, ACCOUNT_active));
           PROMISED(on, slice_equal(it.activation_hash, fields->activation_hash));
           it.status = ACCOUNT_active, it.activation_hash = (struct slice){ 0 });
    registry_drop_sessions(on); /* it may be a way back, from a password somebody knows */
}

void registry_network_created(struct folding *on, const struct network_created *fields)
{
    struct network_record before;

    PROMISED(on,
             !registry_get_network(on->reader, on->stream, fields->network, on->arena, &before));
    registry_put_network(on->batch, on->stream, fields->network,
                         &(struct network_record){ .name = fields->name });
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, account_lives(&it)); it.networks++);
}

void registry_network_changed(struct folding *on, const struct network_changed *fields)
{
    CHANGE(on, network, it, on->stream, fields->network, it.name = fields->name,
           it.rooms = fields->rooms);
}

void registry_network_deleted(struct folding *on, const struct network_deleted *fields)
{
    struct network_record network;

    PROMISED(on,
             registry_get_network(on->reader, on->stream, fields->network, on->arena, &network) &&
                 !network.devices);
    registry_erase_network(on->batch, on->stream, fields->network);
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, it.networks > 0);
           it.networks -= it.networks > 0);
}

void registry_gateway_attached(struct folding *on, const struct gateway_attached *fields)
{
    struct network_record network;

    PROMISED(on, !id_given(fields->network) ||
                     registry_get_network(on->reader, on->stream, fields->network, on->arena,
                                          &network));
    registry_put_attachment(on->batch, on->stream, fields->gateway,
                            &(struct attachment_record){ .network = fields->network,
                                                         .shared  = fields->shared });
}

MEANS_NOTHING(gateway_refused, "nothing was attached")

void registry_gateway_detached(struct folding *on, const struct gateway_detached *fields)
{
    struct attachment_record it;

    PROMISED(on, registry_get_attachment(on->reader, on->stream, fields->gateway, on->arena, &it) &&
                     id_equal(it.network, fields->network));
    registry_erase_attachment(on->batch, on->stream, fields->gateway);
}

/* -- devices ------------------------------------------------------------------------ */

static void device_count(struct folding *on, struct id network, bool more)
{
    CHANGE(on, network, it, on->stream, network, PROMISED(on, more || it.devices > 0);
           it.devices = more ? it.devices + 1 : it.devices - (it.devices > 0));
}

void registry_device_added(struct folding *on, const struct device_added *fields)
{
    struct consent_record grant;
    struct device_record  before;

    PROMISED(on, registry_get_consent(on->reader, on->stream, fields->consent, on->arena, &grant) &&
                     id_equal(grant.device, fields->device));
    PROMISED(on, grant.status == CONSENT_granted && id_equal(grant.network, fields->network));
    PROMISED(on, !registry_get_device(on->reader, on->stream, fields->device, on->arena, &before));
    registry_put_device(on->batch, on->stream, fields->device,
                        &(struct device_record){ .status           = DEVICE_active,
                                                 .network          = fields->network,
                                                 .vendor           = fields->vendor,
                                                 .consent          = fields->consent,
                                                 .claim            = fields->claim,
                                                 .capabilities     = grant.capabilities,
                                                 .vendor_device_id = fields->vendor_device_id,
                                                 .name             = fields->name });
    device_count(on, fields->network, true);
}

void registry_device_renamed(struct folding *on, const struct device_renamed *fields)
{
    CHANGE(on, device, it, on->stream, fields->device, PROMISED(on, it.status != DEVICE_removed);
           it.name = fields->name);
}

void registry_device_moved(struct folding *on, const struct device_moved *fields)
{
    CHANGE(on, device, it, on->stream, fields->device,
           PROMISED(on, id_equal(it.network, fields->previous) && it.status != DEVICE_removed);
           PROMISED(on, !id_equal(fields->network, fields->previous));
           it.network = fields->network, it.proposed = NO_ID);
    device_count(on, fields->previous, false);
    device_count(on, fields->network, true);
}

void registry_device_placed(struct folding *on, const struct device_placed *fields)
{
    CHANGE(on, device, it, on->stream, fields->device, PROMISED(on, it.status != DEVICE_removed);
           it.room = fields->room);
}

static void device_is(struct folding *on, struct id device, enum device_state status)
{
    CHANGE(on, device, it, on->stream, device,
           PROMISED(on, device_state_may_become(it.status, status));
           it.status = status);
}

void registry_device_suspended(struct folding *on, const struct device_suspended *fields)
{
    device_is(on, fields->device, DEVICE_suspended);
}

void registry_device_resumed(struct folding *on, const struct device_resumed *fields)
{
    device_is(on, fields->device, DEVICE_active);
}

void registry_device_removed(struct folding *on, const struct device_removed *fields)
{
    CHANGE(on, device, it, on->stream, fields->device,
           PROMISED(on, device_state_may_become(it.status, DEVICE_removed));
           PROMISED(on, id_equal(it.network, fields->network)); it.status = DEVICE_removed);
    device_count(on, fields->network, false);
}

MEANS_NOTHING(device_state_reported, "values decide nothing")
MEANS_NOTHING(reports_expired, "nor do those that are gone")
MEANS_NOTHING(device_connectivity_changed, "a command may wait for a device to return")
MEANS_NOTHING(device_event_raised, "it is passed on, no more")

void registry_device_move_proposed(struct folding *on, const struct device_move_proposed *fields)
{
    CHANGE(on, device, it, on->stream, fields->device, PROMISED(on, it.status != DEVICE_removed);
           PROMISED(on, !id_equal(it.network, fields->network)); it.proposed = fields->network);
}

void registry_device_claim_disputed(struct folding *on, const struct device_claim_disputed *fields)
{
    CHANGE(on, device, it, on->stream, fields->device, PROMISED(on, it.status != DEVICE_removed);
           it.disputed = true);
}

/* -- commands ------------------------------------------------------------------------ */

void registry_command_requested(struct folding *on, const struct command_requested *fields)
{
    struct device_record  device;
    struct command_record before;

    PROMISED(on, registry_get_device(on->reader, on->stream, fields->device, on->arena, &device) &&
                     device.status == DEVICE_active && id_equal(device.vendor, fields->vendor));
    PROMISED(on,
             !registry_get_command(on->reader, on->stream, fields->command, on->arena, &before));
    registry_put_command(on->batch, on->stream, fields->command,
                         &(struct command_record){ .status    = COMMAND_queued,
                                                   .device    = fields->device,
                                                   .vendor    = fields->vendor,
                                                   .operation = fields->operation,
                                                   .name      = fields->name });
    registry_put_open_command(on->batch, fields->device, fields->command,
                              &(struct open_command_record){ .none_ = { 0 } });
}

static void command_is(struct folding *on, struct id command, struct id device,
                       enum command_state status)
{
    CHANGE(on, command, it, on->stream, command,
           PROMISED(on, command_state_may_become(it.status, status));
           PROMISED(on, id_equal(it.device, device)); it.status = status);
}

#define GOES_ON(state)                                                                      \
    void registry_command_##state(struct folding *on, const struct command_##state *fields) \
    {                                                                                       \
        command_is(on, fields->command, fields->device, COMMAND_##state);                   \
    }
GOES_ON(sent)
GOES_ON(accepted)
GOES_ON(delivered)

#define CONCLUDES(state)                                                                    \
    void registry_command_##state(struct folding *on, const struct command_##state *fields) \
    {                                                                                       \
        command_is(on, fields->command, fields->device, COMMAND_##state);                   \
        registry_erase_open_command(on->batch, fields->device, fields->command);            \
    }
CONCLUDES(succeeded)
CONCLUDES(failed)
CONCLUDES(expired)
CONCLUDES(cancelled)
CONCLUDES(superseded)
CONCLUDES(timed_out)

MEANS_NOTHING(command_outcome_recorded, "it had concluded before")

/* decide_network.c -- an account's networks, and the gateways they hang on. */
#include "core/base/text.h"
#include "core/rules/ruling.h"

enum refusal decide_create_network(struct ruling *on, const struct create_network *intent)
{
    struct account_record account;

    if (!rules_account_lives(on, &account)) return REFUSED_account_unknown;
    if (account.networks >= on->policy->networks_max) return REFUSED_network_limit_reached;
    ensure(id_kind(intent->network) == ID_network);
    *happened(on, network_created) = (struct network_created){ .network = intent->network,
                                                               .name    = intent->name };
    return ACCEPTED;
}

enum refusal decide_change_network(struct ruling *on, const struct change_network *intent)
{
    struct network_record network;

    if (!known_network(on, on->intent->stream, intent->network, &network))
        return REFUSED_network_unknown;
    for (size_t i = 0; i < intent->rooms.count; i++)
        if (text_name_fault(intent->rooms.items[i])) return REFUSED_room_name_too_long;
    if (!intent->name.size && !intent->rooms.items) return ACCEPTED;
    ensure(id_kind(intent->network) == ID_network);
    *happened(on, network_changed) = (struct network_changed){
        .network = intent->network,
        .name    = intent->name.size ? intent->name : network.name,
        .rooms   = intent->rooms.items ? intent->rooms : network.rooms
    };
    return ACCEPTED;
}

enum refusal decide_delete_network(struct ruling *on, const struct delete_network *intent)
{
    struct account_record account;
    struct network_record network;

    if (!known_network(on, on->intent->stream, intent->network, &network))
        return REFUSED_network_unknown;
    AS_WRITTEN(on, known_account(on, on->intent->stream, NO_ID, &account) && account.networks > 0);
    if (network.devices) return REFUSED_network_not_empty;
    *happened(on, network_deleted) = (struct network_deleted){ .network = intent->network };
    return ACCEPTED;
}

struct id rules_network_of(struct ruling *on, struct id gateway)
{
    struct attachment_record attachment;
    struct network_record    network;
    bool bound = known_attachment(on, on->intent->stream, gateway, &attachment) &&
                 id_given(attachment.network) &&
                 known_network(on, on->intent->stream, attachment.network, &network);

    AS_WRITTEN(on, !bound || id_kind(attachment.network) == ID_network);
    return bound ? attachment.network : NO_ID;
}

/* The gateway's stream decides whose it is; the account then binds a network to
 * it, or says why not, upon which it is released again. */
enum refusal decide_claim_gateway(struct ruling *on, const struct claim_gateway *intent)
{
    struct gateway_record gateway;

    if (id_kind(intent->account_id) != ID_account) return REFUSED_account_unknown;
    if (known_gateway(on, on->intent->stream, NO_ID, &gateway)) {
        AS_WRITTEN(on, id_kind(gateway.account) == ID_account);
        if (!id_equal(gateway.account, intent->account_id)) return REFUSED_gateway_held_elsewhere;
        if (id_equal(gateway.network, intent->network_id) && gateway.shared == intent->shared)
            return ACCEPTED;
    }
    ensure(intent->gateway_id.size > 0);
    *happened(on, gateway_claimed) = (struct gateway_claimed){ .account    = intent->account_id,
                                                               .network    = intent->network_id,
                                                               .shared     = intent->shared,
                                                               .gateway_id = intent->gateway_id };
    return ACCEPTED;
}

enum refusal decide_release_gateway(struct ruling *on, const struct release_gateway *intent)
{
    struct gateway_record gateway;

    (void)intent;
    if (!known_gateway(on, on->intent->stream, NO_ID, &gateway)) return REFUSED_gateway_unknown;
    AS_WRITTEN(on, id_kind(gateway.account) == ID_account); /* it is to hear of it */
    *happened(on, gateway_released) = (struct gateway_released){ .account = gateway.account,
                                                                 .reason  = SLICE("released") };
    return ACCEPTED;
}

enum refusal decide_return_gateway(struct ruling *on, const struct return_gateway *intent)
{
    struct gateway_record gateway;

    if (!known_gateway(on, on->intent->stream, NO_ID, &gateway) ||
        !id_equal(gateway.account, intent->account))
        return ACCEPTED; /* it has another one's by now, or nobody's */
    ensure(id_kind(intent->account) == ID_account && intent->reason.size > 0);
    *happened(on, gateway_released) = (struct gateway_released){ .account = gateway.account,
                                                                 .reason  = intent->reason };
    return ACCEPTED;
}

static enum refusal cannot_attach(struct ruling *on, struct id gateway, const char *why)
{
    *happened(on, gateway_refused) = (struct gateway_refused){ .gateway = gateway,
                                                               .reason  = slice_text(why) };
    return ACCEPTED;
}

enum refusal decide_attach_gateway(struct ruling *on, const struct attach_gateway *intent)
{
    struct account_record account;
    struct network_record network;

    ensure(id_kind(intent->gateway) == ID_gateway);
    if (!rules_account_lives(on, &account))
        return cannot_attach(on, intent->gateway, "account_unknown");
    if (id_given(intent->network) &&
        !known_network(on, on->intent->stream, intent->network, &network))
        return cannot_attach(on, intent->gateway, "network_unknown");
    *happened(on, gateway_attached) = (struct gateway_attached){ .gateway    = intent->gateway,
                                                                 .network    = intent->network,
                                                                 .shared     = intent->shared,
                                                                 .gateway_id = intent->gateway_id };
    return ACCEPTED;
}

enum refusal decide_detach_gateway(struct ruling *on, const struct detach_gateway *intent)
{
    struct attachment_record attachment;

    ensure(id_kind(intent->gateway) == ID_gateway);
    if (!known_attachment(on, on->intent->stream, intent->gateway, &attachment)) return ACCEPTED;
    *happened(on, gateway_detached) = (struct gateway_detached){ .gateway = intent->gateway,
                                                                 .network = attachment.network };
    return ACCEPTED;
}

/* Whose a gateway is, the operator says; which of an account's networks hangs on it, the account
 * may say, too. */
enum refusal decide_bind_gateway(struct ruling *on, const struct bind_gateway *intent)
{
    struct attachment_record attachment;
    struct network_record    network;

    if (!known_network(on, on->intent->stream, intent->network, &network))
        return REFUSED_network_unknown;
    if (!id_given(intent->gateway) ||
        !known_attachment(on, on->intent->stream, intent->gateway, &attachment))
        return REFUSED_gateway_unknown;
    if (id_equal(attachment.network, intent->network)) return ACCEPTED;
    ensure(intent->gateway_id.size > 0);
    *happened(on, gateway_attached) = (struct gateway_attached){ .gateway    = intent->gateway,
                                                                 .network    = intent->network,
                                                                 .shared     = attachment.shared,
                                                                 .gateway_id = intent->gateway_id };
    return ACCEPTED;
}

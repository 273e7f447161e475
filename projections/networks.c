/* networks.c -- an account's networks, by name. Which gateways are bound to one is
 * the accounts view's, which devices are in it the devices view's. */
#include "projections/projection.h"

static void created(struct batch *batch, const struct event *event)
{
    const struct network_created *it  = &event->network_created;
    struct network_row            row = {
                   .account    = event->stream,
                   .name       = it->name,
                   .created_at = event->recorded_at,
                   .changed    = event->position,
    };

    PROMISED(batch, id_kind(it->network) == ID_network);
    view_put_network(batch, it->network, NO_ID, &row);
    view_put_account_network(batch, event->stream, it->network,
                             &(struct account_network_row){ { 0 } });
}

/* The event tells both as they are now, changed or not. */
static void changed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct network_changed *it = &event->network_changed;
    struct network_row            row;

    if (!view_get_network(batch_reader(batch), it->network, NO_ID, scratch, &row)) return;
    PROMISED(batch, id_equal(row.account, event->stream));
    PROMISED(batch, row.created_at > 0 && row.created_at < event->recorded_at);
    PROMISED(batch, row.changed > 0 && row.changed < event->position);
    row.name    = it->name;
    row.rooms   = it->rooms;
    row.changed = event->position;
    view_put_network(batch, it->network, NO_ID, &row);
}

static void deleted(struct batch *batch, const struct event *event)
{
    PROMISED(batch, id_kind(event->network_deleted.network) == ID_network);
    view_erase_network(batch, event->network_deleted.network, NO_ID);
    view_erase_account_network(batch, event->stream, event->network_deleted.network);
}

static void forget(struct batch *batch, struct id account)
{
    EACH_LISTED(batch, account_network, account, network, view_erase_network(batch, network, NO_ID);
                view_erase_account_network(batch, account, network));
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    switch (event->type) {
    case EVENT_network_created: created(batch, event); break;
    case EVENT_network_changed: changed(batch, scratch, event); break;
    case EVENT_network_deleted: deleted(batch, event); break;
    case EVENT_account_erased: forget(batch, event->stream); break;
    default: break; /* not about networks */
    }
}

const struct fold fold_networks = {
    .name         = "networks",
    .families     = { FAMILY_networks },
    .family_count = 1,
    .apply        = apply,
};

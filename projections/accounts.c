/* accounts.c -- who is who: accounts, the logins that lead to them, gateways.
 *
 * A login and a gateway have streams of their own, where they are claimed; what
 * an account has is what its own stream says, so a gateway shows up here once
 * its account took it.
 */
#include "projections/projection.h"

static void login_claimed(struct batch *batch, const struct event *event)
{
    PROMISED(batch, id_kind(event->login_claimed.account) == ID_account);
    view_put_login(batch, event->stream, NO_ID,
                   &(struct login_row){ .account = event->login_claimed.account });
}

/* By which number an account is found, and by which no more; nothing: it has none. */
static void reached_by(struct batch *batch, struct id account, struct slice phone)
{
    if (phone.size)
        view_put_phone_account(batch, name_phone(phone), account,
                               &(struct phone_account_row){ { 0 } });
}

static void reached_no_more(struct batch *batch, struct id account, struct slice phone)
{
    if (phone.size) view_erase_phone_account(batch, name_phone(phone), account);
}

static void opened(struct batch *batch, const struct event *event)
{
    const struct account_opened *it  = &event->account_opened;
    struct account_row           row = {
                  .status       = ACCOUNT_opened,
                  .login        = it->login,
                  .display_name = it->display_name,
                  .phone_number = it->phone_number,
                  .opened_at    = event->recorded_at,
                  .changed      = event->position,
    };

    PROMISED(batch, id_kind(event->stream) == ID_account);
    view_put_account(batch, event->stream, NO_ID, &row);
    reached_by(batch, event->stream, row.phone_number);
    view_put_listed_account(batch, name_system(), event->stream,
                            &(struct listed_account_row){ { 0 } });
}

static bool find(struct batch *batch, struct arena *scratch, const struct event *event,
                 struct account_row *row)
{
    return view_get_account(batch_reader(batch), event->stream, NO_ID, scratch, row) &&
           AS_WRITTEN(batch, row->status != ACCOUNT_none) &&
           AS_WRITTEN(batch, row->opened_at > 0) &&
           PROMISED(batch, row->opened_at < event->recorded_at) &&
           PROMISED(batch, row->changed < event->position) &&
           AS_WRITTEN(batch, (row->status == ACCOUNT_erased) == (row->erased_at > 0));
}

static void activated(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct account_row row;

    if (!find(batch, scratch, event, &row)) return;
    PROMISED(batch, account_state_may_become(row.status, ACCOUNT_active));
    row.status   = ACCOUNT_active;
    row.password = event->account_activated.password;
    row.changed  = event->position;
    view_put_account(batch, event->stream, NO_ID, &row);
}

/* What an event does not say stays. What was forgotten since says nothing, and goes too
 * when the account does. */
static void subscriber_changed(struct batch *batch, struct arena *scratch,
                               const struct event *event)
{
    const struct subscriber_changed *it = &event->subscriber_changed;
    struct account_row               row;

    if (!find(batch, scratch, event, &row)) return;
    if (it->login.size) row.login = it->login;
    if (it->display_name.size) row.display_name = it->display_name;
    if (it->phone_number.size) {
        reached_no_more(batch, event->stream, row.phone_number);
        reached_by(batch, event->stream, it->phone_number);
        row.phone_number = it->phone_number;
    }
    row.changed = event->position;
    view_put_account(batch, event->stream, NO_ID, &row);
}

static void unlocked(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id        login = event->sign_in_unlocked.login;
    struct login_row row;

    if (!view_get_login(batch_reader(batch), login, NO_ID, scratch, &row)) return;
    PROMISED(batch, id_equal(row.account, event->stream));
    row.unlocked_at = event->recorded_at;
    view_put_login(batch, login, NO_ID, &row);
}

/* Everything that changes nothing but a field or two of an account's own row. */
static void changed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    static const struct slice NOTHING;
    struct account_row        row;

    if (!find(batch, scratch, event, &row)) return;
    switch (event->type) {
    case EVENT_account_changed:
        row.display_name = event->account_changed.display_name;
        row.language     = event->account_changed.language;
        row.time_zone    = event->account_changed.time_zone;
        row.quiet_from   = event->account_changed.quiet_from;
        row.quiet_to     = event->account_changed.quiet_to;
        break;
    case EVENT_password_changed:
        PROMISED(batch, row.status == ACCOUNT_active);
        row.password = event->password_changed.password;
        break;
    case EVENT_legal_hold_placed:
        PROMISED(batch, !row.hold.size && !row.erased_at);
        row.hold = event->legal_hold_placed.reason;
        break;
    case EVENT_legal_hold_released: row.hold = NOTHING; break;
    case EVENT_account_erasure_requested:
        PROMISED(batch, account_state_may_become(row.status, ACCOUNT_erasing));
        PROMISED(batch, !row.hold.size); /* the law comes first */
        row.status   = ACCOUNT_erasing;
        row.password = NOTHING;
        break;
    case EVENT_erasure_completed:
        PROMISED(batch, row.status == ACCOUNT_erased && !row.erasure_complete_at);
        row.erasure_complete_at = event->recorded_at;
        view_erase_open_erasure(batch, name_system(), event->stream);
        break;
    default: impossible("apply() passes no other on");
    }
    row.changed = event->position;
    view_put_account(batch, event->stream, NO_ID, &row);
}

/* -- gateways --------------------------------------------------------------- */

static void attached(struct batch *batch, const struct event *event)
{
    const struct gateway_attached *it  = &event->gateway_attached;
    struct gateway_row             row = {
                    .account    = event->stream,
                    .network    = it->network,
                    .shared     = it->shared,
                    .gateway_id = it->gateway_id,
                    .changed    = event->position,
    };

    PROMISED(batch, id_kind(it->gateway) == ID_gateway);
    PROMISED(batch, !id_given(it->network) || id_kind(it->network) == ID_network);
    view_put_gateway(batch, it->gateway, NO_ID, &row);
    view_put_account_gateway(batch, event->stream, it->gateway,
                             &(struct account_gateway_row){ .network = it->network });
    view_put_listed_gateway(batch, name_system(), it->gateway,
                            &(struct listed_gateway_row){ { 0 } });
}

/* The account's loss may be told after the next account's gain: then the gateway
 * itself is already the other's. */
static void detached(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id          gateway = event->gateway_detached.gateway;
    struct gateway_row row;

    view_erase_account_gateway(batch, event->stream, gateway);
    if (!view_get_gateway(batch_reader(batch), gateway, NO_ID, scratch, &row)) return;
    AS_WRITTEN(batch, id_given(row.account));
    PROMISED(batch, row.changed > 0 && row.changed < event->position);
    if (!id_equal(row.account, event->stream)) return;
    view_erase_gateway(batch, gateway, NO_ID);
    view_erase_listed_gateway(batch, name_system(), gateway);
}

static void unbind(struct batch *batch, struct arena *scratch, const struct event *event,
                   struct id gateway)
{
    struct account_gateway_row attachment;
    struct gateway_row         row;
    struct reader             *reader = batch_reader(batch);

    if (!view_get_account_gateway(reader, event->stream, gateway, scratch, &attachment) ||
        !id_equal(attachment.network, event->network_deleted.network))
        return;
    attachment.network = NO_ID;
    view_put_account_gateway(batch, event->stream, gateway, &attachment);

    if (!view_get_gateway(reader, gateway, NO_ID, scratch, &row) ||
        !id_equal(row.account, event->stream))
        return;
    PROMISED(batch, id_equal(row.network, event->network_deleted.network));
    PROMISED(batch, row.changed < event->position);
    row.network = NO_ID;
    row.changed = event->position;
    view_put_gateway(batch, gateway, NO_ID, &row);
}

/* Gateways of a deleted network stay the account's, bound to none. */
static void network_deleted(struct batch *batch, struct arena *scratch, const struct event *event)
{
    EACH_LISTED(batch, account_gateway, event->stream, gateway,
                unbind(batch, scratch, event, gateway));
}

/* -- forgetting --------------------------------------------------------------- */

/* By now it has no login and no gateway; what is left says that it was. */
static void erased(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct account_row row;

    if (!find(batch, scratch, event, &row)) return;
    PROMISED(batch, account_state_may_become(row.status, ACCOUNT_erased));
    PROMISED(batch, !row.hold.size && !row.password.size);
    reached_no_more(batch, event->stream, row.phone_number);
    view_put_account(batch, event->stream, NO_ID,
                     &(struct account_row){ .status    = ACCOUNT_erased,
                                            .opened_at = row.opened_at,
                                            .erased_at = event->recorded_at,
                                            .changed   = event->position });
    view_put_open_erasure(batch, name_system(), event->stream,
                          &(struct open_erasure_row){ .destroyed_at = 0 });
}

static void destroyed(struct batch *batch, const struct event *event)
{
    view_put_open_erasure(batch, name_system(), event->stream,
                          &(struct open_erasure_row){
                              .destroyed_at = event->recorded_at,
                              .master       = event->personal_data_destroyed.master });
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    switch (event->type) {
    /* clang-format off */
    case EVENT_login_claimed:     login_claimed(batch, event); break;
    case EVENT_login_released:    view_erase_login(batch, event->stream, NO_ID); break;
    case EVENT_account_opened:    opened(batch, event); break;
    case EVENT_account_activated: activated(batch, scratch, event); break;
    case EVENT_sign_in_unlocked:  unlocked(batch, scratch, event); break;
    case EVENT_subscriber_changed: subscriber_changed(batch, scratch, event); break;
    case EVENT_gateway_attached:  attached(batch, event); break;
    case EVENT_gateway_detached:  detached(batch, scratch, event); break;
    case EVENT_network_deleted:   network_deleted(batch, scratch, event); break;
    case EVENT_account_changed:
    case EVENT_legal_hold_placed:
    case EVENT_legal_hold_released:
    case EVENT_password_changed:
    case EVENT_account_erasure_requested:
    case EVENT_erasure_completed:       changed(batch, scratch, event); break;
    case EVENT_account_erased:          erased(batch, scratch, event); break;
    case EVENT_personal_data_destroyed: destroyed(batch, event); break;
    default: break; /* not about who is who */
        /* clang-format on */
    }
}

const struct fold fold_accounts = {
    .name         = "accounts",
    .families     = { FAMILY_accounts },
    .family_count = 1,
    .apply        = apply,
};

/* outbox.c -- which webhooks are owed to which vendor, and how far they got.
 *
 * A webhook is named as the event it carries. It is owed whether or not its vendor
 * has an endpoint: a vendor may fetch instead of being called. A command that is
 * over before its webhook got through is not sent after all.
 *
 * A webhook that was never tried leaves no trace when it is dropped. So the
 * courier may report on one that is not here, having taken it up just before: such
 * a report changes nothing.
 */
#include "core/facts/webhook.h"
#include "projections/projection.h"

static const struct slice NOTHING;

/* -- how much waits for a vendor --------------------------------------------- */

static void count(struct batch *batch, struct arena *scratch, struct id vendor, bool more)
{
    struct waiting_vendor_row row;

    bool listed = view_get_waiting_vendor(batch_reader(batch), name_system(), vendor, scratch,
                                          &row);
    AS_WRITTEN(batch, listed == (row.pending > 0));
    if (more) row.pending++;
    else if (AS_WRITTEN(batch, row.pending > 0)) row.pending--;
    if (row.pending) view_put_waiting_vendor(batch, name_system(), vendor, &row);
    else view_erase_waiting_vendor(batch, name_system(), vendor);
}

static bool waits(const struct delivery_row *row) { return row->status == DELIVERY_pending; }

static bool find(struct batch *batch, struct arena *scratch, struct id vendor, struct id delivery,
                 struct delivery_row *row)
{
    return view_get_delivery(batch_reader(batch), vendor, delivery, scratch, row) &&
           AS_WRITTEN(batch, row->status != DELIVERY_none) &&
           AS_WRITTEN(batch, row->position > 0 && row->created_at > 0) &&
           AS_WRITTEN(batch, id_given(row->order) && id_given(row->stream)) &&
           AS_WRITTEN(batch, waits(row) || !row->next_at) &&
           AS_WRITTEN(batch, row->attempt || (!row->http_status && !row->next_at));
}

static void put_pending(struct batch *batch, struct id vendor, struct id delivery,
                        const struct delivery_row *row)
{
    ensure(waits(row));
    view_put_pending(batch, vendor, delivery,
                     &(struct pending_row){ .order = row->order, .next_at = row->next_at });
}

static void wait_no_more(struct batch *batch, struct arena *scratch, struct id vendor,
                         struct id delivery, const struct delivery_row *row)
{
    if (!waits(row)) return;
    view_erase_pending(batch, vendor, delivery);
    count(batch, scratch, vendor, false);
    if (id_given(row->command)) view_erase_unsent_command(batch, row->command, NO_ID);
}

/* -- owing ------------------------------------------------------------------- */

static void owe(struct batch *batch, struct arena *scratch, const struct event *event,
                const struct webhook *webhook)
{
    struct id           delivery = name_delivery(event->id);
    struct delivery_row row      = {
             .kind       = slice_text(webhook->kind),
             .status     = DELIVERY_pending,
             .stream     = event->stream,
             .order      = id_given(webhook->order) ? webhook->order : delivery,
             .position   = event->position,
             .created_at = event->recorded_at,
             .command    = webhook->command,
    };

    ensure(webhook->owed != OWED_NOT && row.kind.size > 0);
    PROMISED(batch, id_kind(webhook->vendor) == ID_vendor);
    PROMISED(batch, id_equal(name_carried(delivery), event->id));
    view_put_delivery(batch, webhook->vendor, delivery, &row);
    put_pending(batch, webhook->vendor, delivery, &row);
    count(batch, scratch, webhook->vendor, true);
    if (id_given(webhook->command))
        view_put_unsent_command(batch, webhook->command, NO_ID,
                                &(struct unsent_command_row){ .vendor   = webhook->vendor,
                                                              .delivery = delivery });
}

static bool find_unsent(struct batch *batch, struct arena *scratch, struct id command,
                        struct unsent_command_row *unsent, struct delivery_row *row)
{
    return view_get_unsent_command(batch_reader(batch), command, NO_ID, scratch, unsent) &&
           find(batch, scratch, unsent->vendor, unsent->delivery, row) &&
           AS_WRITTEN(batch, waits(row)) && AS_WRITTEN(batch, id_equal(row->command, command));
}

enum taking_back { ALWAYS, IF_TRIED };

/* Takes back the webhook of a command that has ended, if it has not got through. Says
 * whether the vendor may know of the command: it was delivered, or tried without an answer. */
static bool take_back(struct batch *batch, struct arena *scratch, struct id command,
                      enum taking_back when)
{
    struct unsent_command_row unsent;
    struct delivery_row       row;

    if (!find_unsent(batch, scratch, command, &unsent, &row)) return true;
    if (!row.attempt && when == IF_TRIED) return true;
    wait_no_more(batch, scratch, unsent.vendor, unsent.delivery, &row);
    if (!row.attempt) {
        view_erase_delivery(batch, unsent.vendor, unsent.delivery);
        return false;
    }
    row.status  = DELIVERY_dropped;
    row.next_at = 0;
    view_put_delivery(batch, unsent.vendor, unsent.delivery, &row);
    return true;
}

/* -- how it went -------------------------------------------------------------- */

static void on_webhook_delivered(struct batch *batch, struct arena *scratch,
                                 const struct event *event)
{
    const struct webhook_delivered *it = &event->webhook_delivered;
    struct delivery_row             row;

    if (!find(batch, scratch, it->vendor, it->delivery, &row)) return;
    PROMISED(batch, it->attempt > 0 && it->attempt >= row.attempt);
    PROMISED(batch, it->http_status / 100 == 2);
    wait_no_more(batch, scratch, it->vendor, it->delivery, &row);
    row.status      = DELIVERY_delivered;
    row.attempt     = it->attempt;
    row.http_status = it->http_status;
    row.reason      = NOTHING;
    row.next_at     = 0;
    view_put_delivery(batch, it->vendor, it->delivery, &row);
}

static void on_webhook_deferred(struct batch *batch, struct arena *scratch,
                                const struct event *event)
{
    const struct webhook_deferred *it = &event->webhook_deferred;
    struct delivery_row            row;

    if (!find(batch, scratch, it->vendor, it->delivery, &row)) return;
    PROMISED(batch, it->attempt > 0 && it->attempt >= row.attempt);
    PROMISED(batch, it->reason.size > 0 && it->next_at > 0);
    row.attempt     = it->attempt;
    row.http_status = it->http_status;
    row.reason      = it->reason;
    if (waits(&row)) { /* else it was dropped while it was tried */
        row.next_at = it->next_at;
        put_pending(batch, it->vendor, it->delivery, &row);
    }
    view_put_delivery(batch, it->vendor, it->delivery, &row);
}

static void on_webhook_dead_lettered(struct batch *batch, struct arena *scratch,
                                     const struct event *event)
{
    const struct webhook_dead_lettered *it = &event->webhook_dead_lettered;
    struct delivery_row                 row;

    if (!find(batch, scratch, it->vendor, it->delivery, &row)) return;
    PROMISED(batch, it->attempt >= row.attempt); /* the same: given up without another */
    PROMISED(batch, it->reason.size > 0);
    wait_no_more(batch, scratch, it->vendor, it->delivery, &row);
    row.status      = DELIVERY_dead;
    row.attempt     = it->attempt;
    row.http_status = it->http_status;
    row.reason      = it->reason;
    row.next_at     = 0;
    view_put_delivery(batch, it->vendor, it->delivery, &row);
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct webhook webhook;
    bool           known = true;

    switch (event->type) {
/* clang-format off */
#define TAKES_BACK(name, when, meaning) \
    case EVENT_##name: known = take_back(batch, scratch, event->name.command, when); break;
#define PROGRESS(name, meaning) case EVENT_##name: on_##name(batch, scratch, event); break;
#define WEBHOOK(name, ...)
#include "core/facts/webhooks.def"
#undef WEBHOOK
#undef PROGRESS
#undef TAKES_BACK
    /* clang-format on */
    default: break;
    }
    if (webhook_of(event, &webhook) && webhook.owed && (known || webhook.owed != OWED_IF_KNOWN))
        owe(batch, scratch, event, &webhook);
}

const struct fold fold_outbox = {
    .name         = "outbox",
    .families     = { FAMILY_outbox },
    .family_count = 1,
    .apply        = apply,
};

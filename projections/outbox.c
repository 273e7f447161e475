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
#include "projections/projection.h"

static const struct id    NO_ID;
static const struct slice NOTHING;

/* -- how much waits for a vendor --------------------------------------------- */

static void count(struct batch *batch, struct arena *scratch, struct id vendor, bool more)
{
    struct waiting_vendor_row row;

    view_get_waiting_vendor(batch_reader(batch), name_system(), vendor, scratch, &row);
    if (more) row.pending++;
    else if (row.pending) row.pending--; /* none: the read failed, and the turn with it */
    if (row.pending) view_put_waiting_vendor(batch, name_system(), vendor, &row);
    else view_erase_waiting_vendor(batch, name_system(), vendor);
}

static bool waits(const struct delivery_row *row)
{
    return slice_equal(row->status, SLICE("pending"));
}

static void put_pending(struct batch *batch, struct id vendor, struct id delivery,
                        const struct delivery_row *row)
{
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
                const char *kind, struct id vendor, struct id order, struct id command)
{
    struct id           delivery = name_delivery(event->id);
    struct delivery_row row      = {
             .kind       = slice_text(kind),
             .status     = SLICE("pending"),
             .stream     = event->stream,
             .order      = id_given(order) ? order : delivery,
             .position   = event->position,
             .created_at = event->recorded_at,
             .command    = command,
    };

    view_put_delivery(batch, vendor, delivery, &row);
    put_pending(batch, vendor, delivery, &row);
    count(batch, scratch, vendor, true);
    if (id_given(command))
        view_put_unsent_command(batch, command, NO_ID,
                                &(struct unsent_command_row){ .vendor   = vendor,
                                                              .delivery = delivery });
}

static bool find_unsent(struct batch *batch, struct arena *scratch, struct id command,
                        struct unsent_command_row *unsent, struct delivery_row *row)
{
    struct reader *reader = batch_reader(batch);

    return view_get_unsent_command(reader, command, NO_ID, scratch, unsent) &&
           view_get_delivery(reader, unsent->vendor, unsent->delivery, scratch, row);
}

/* Takes back the webhook of a command, if it has not got through. Says whether the
 * vendor may know of the command: it was delivered, or tried without an answer. */
static bool drop(struct batch *batch, struct arena *scratch, struct id command)
{
    struct unsent_command_row unsent;
    struct delivery_row       row;

    if (!find_unsent(batch, scratch, command, &unsent, &row)) return true;
    wait_no_more(batch, scratch, unsent.vendor, unsent.delivery, &row);
    if (!row.attempt) {
        view_erase_delivery(batch, unsent.vendor, unsent.delivery);
        return false;
    }
    row.status  = SLICE("dropped");
    row.next_at = 0;
    view_put_delivery(batch, unsent.vendor, unsent.delivery, &row);
    return true;
}

/* The vendor told how the command ended, so it has it, though its answer to a try
 * was lost; or its time is over. A first try that is still on its way goes on. */
static void try_no_more(struct batch *batch, struct arena *scratch, struct id command)
{
    struct unsent_command_row unsent;
    struct delivery_row       row;

    if (find_unsent(batch, scratch, command, &unsent, &row) && row.attempt)
        drop(batch, scratch, command);
}

static void cancelled(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct command_cancelled *it = &event->command_cancelled;

    if (drop(batch, scratch, it->command))
        owe(batch, scratch, event, "command-cancelled", it->vendor, it->device, NO_ID);
}

/* -- how it went -------------------------------------------------------------- */

static void delivered(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct webhook_delivered *it = &event->webhook_delivered;
    struct delivery_row             row;

    if (!view_get_delivery(batch_reader(batch), it->vendor, it->delivery, scratch, &row)) return;
    wait_no_more(batch, scratch, it->vendor, it->delivery, &row);
    row.status      = SLICE("delivered");
    row.attempt     = it->attempt;
    row.http_status = it->http_status;
    row.reason      = NOTHING;
    row.next_at     = 0;
    view_put_delivery(batch, it->vendor, it->delivery, &row);
}

static void deferred(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct webhook_deferred *it = &event->webhook_deferred;
    struct delivery_row            row;

    if (!view_get_delivery(batch_reader(batch), it->vendor, it->delivery, scratch, &row)) return;
    row.attempt     = it->attempt;
    row.http_status = it->http_status;
    row.reason      = it->reason;
    if (waits(&row)) { /* else it was dropped while it was tried */
        row.next_at = it->next_at;
        put_pending(batch, it->vendor, it->delivery, &row);
    }
    view_put_delivery(batch, it->vendor, it->delivery, &row);
}

static void dead_lettered(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct webhook_dead_lettered *it = &event->webhook_dead_lettered;
    struct delivery_row                 row;

    if (!view_get_delivery(batch_reader(batch), it->vendor, it->delivery, scratch, &row)) return;
    wait_no_more(batch, scratch, it->vendor, it->delivery, &row);
    row.status      = SLICE("dead");
    row.attempt     = it->attempt;
    row.http_status = it->http_status;
    row.reason      = it->reason;
    row.next_at     = 0;
    view_put_delivery(batch, it->vendor, it->delivery, &row);
}

/* Which event a vendor is told of, as what, and behind which other webhooks. */
static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct consent_granted    *granted   = &event->consent_granted;
    const struct consent_denied     *denied    = &event->consent_denied;
    const struct consent_withdrawn  *withdrawn = &event->consent_withdrawn;
    const struct consent_revoked    *revoked   = &event->consent_revoked;
    const struct withdrawal_overdue *overdue   = &event->withdrawal_overdue;
    const struct consent_renewed    *renewed   = &event->consent_renewed;
    const struct command_requested  *command   = &event->command_requested;

    switch (event->type) {
    case EVENT_consent_granted:
        owe(batch, scratch, event, "grant-created", granted->vendor, granted->device, NO_ID);
        break;
    case EVENT_consent_denied:
        owe(batch, scratch, event, "grant-refused", denied->vendor, denied->claim, NO_ID);
        break;
    case EVENT_consent_withdrawn:
        owe(batch, scratch, event, "grant-withdrawn", withdrawn->vendor, withdrawn->device, NO_ID);
        break;
    case EVENT_consent_revoked:
        owe(batch, scratch, event, "grant-withdrawn", revoked->vendor, revoked->device, NO_ID);
        break;
    case EVENT_withdrawal_overdue: /* told again until it says that it knows */
        if (overdue->acknowledge_by)
            owe(batch, scratch, event, "grant-withdrawn", overdue->vendor, overdue->device, NO_ID);
        break;
    case EVENT_consent_renewed:
        owe(batch, scratch, event, "grant-renewed", renewed->vendor, renewed->device, NO_ID);
        break;
    case EVENT_command_requested:
        owe(batch, scratch, event, "command-requested", command->vendor, command->device,
            command->command);
        break;
    /* clang-format off */
    case EVENT_command_cancelled:  cancelled(batch, scratch, event); break;
    case EVENT_command_superseded: drop(batch, scratch, event->command_superseded.command); break;
    case EVENT_command_expired:    drop(batch, scratch, event->command_expired.command); break;
    case EVENT_command_succeeded:
    case EVENT_command_failed:
    case EVENT_command_timed_out:
        /* clang-format on */
        try_no_more(batch, scratch, event_field_id(event, "command"));
        break;
    case EVENT_test_notification_requested:
        owe(batch, scratch, event, "test-notification", event->stream, NO_ID, NO_ID);
        break;
    /* clang-format off */
    case EVENT_webhook_delivered:     delivered(batch, scratch, event); break;
    case EVENT_webhook_deferred:      deferred(batch, scratch, event); break;
    case EVENT_webhook_dead_lettered: dead_lettered(batch, scratch, event); break;
    default: break; /* no vendor is told of it */
        /* clang-format on */
    }
}

const struct fold fold_outbox = {
    .name         = "outbox",
    .families     = { FAMILY_outbox },
    .family_count = 1,
    .apply        = apply,
};

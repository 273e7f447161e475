/* outbox.c -- which webhooks are owed to which vendor, and how far they got.
 *
 * A webhook is named as the event it carries. It is owed whether or not its vendor
 * has an endpoint: a vendor may fetch instead of being called. Both read the same rows: those
 * that wait, in the order of their ids, are sent; all, in the order of their places, can be
 * fetched. A command that is over before its webhook got through is not sent after all.
 *
 * A webhook that no vendor can have seen leaves no trace when it is dropped. So the
 * courier may report on one that is not here, having taken it up just before: such
 * a report changes nothing. A vendor that fetches may have seen anything that is owed.
 *
 * What was settled OUTBOX_KEPT ago goes when its vendor is owed something more, a few at a
 * time; so as many are kept as were owed in that time, and those that wait.
 */
#include "core/base/clock.h"
#include "core/facts/webhook.h"
#include "projections/health.h"
#include "projections/projection.h"

static const struct slice NOTHING;

#define OUTBOX_KEPT (30 * DAY)
enum {
    FORGOTTEN_AT_ONCE = 4,  /* more than come in, so that they do not pile up */
    LAST_LOOKED_AT    = 16, /* of one order */
};

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
           AS_WRITTEN(batch, row->attempt || (!row->http_status && !row->refusals));
}

static void put_pending(struct batch *batch, struct id vendor, struct id delivery,
                        const struct delivery_row *row)
{
    ensure(waits(row));
    view_put_pending(batch, vendor, delivery,
                     &(struct pending_row){ .order    = row->order,
                                            .next_at  = row->next_at,
                                            .refusals = row->refusals,
                                            .lasting  = row->lasting });
}

static void wait_no_more(struct batch *batch, struct arena *scratch, struct id vendor,
                         struct id delivery, const struct delivery_row *row)
{
    if (!waits(row)) return;
    view_erase_pending(batch, vendor, delivery);
    count(batch, scratch, vendor, false);
    if (id_given(row->command)) view_erase_unsent_command(batch, row->command, NO_ID);
}

/* -- places ------------------------------------------------------------------ */

/* At the end, where nothing stands yet. */
static void put_in_place(struct batch *batch, const struct event *event, struct id vendor,
                         struct id delivery, struct delivery_row *row)
{
    if (id_given(row->place)) view_erase_place(batch, vendor, row->place);
    row->place      = name_place(event->position);
    row->owed_since = event->recorded_at;
    view_put_place(batch, vendor, row->place, &(struct place_row){ .delivery = delivery });
}

static void forget(struct batch *batch, struct id vendor, struct id delivery,
                   const struct delivery_row *row)
{
    view_erase_place(batch, vendor, row->place);
    view_erase_ordered(batch, row->order, delivery);
    view_erase_delivery(batch, vendor, delivery);
    view_erase_addressed(batch, delivery, NO_ID);
    view_erase_dead(batch, vendor, delivery);
    EACH_LISTED(batch, attempt, delivery, each, view_erase_attempt(batch, delivery, each));
}

static void forget_old(struct batch *batch, struct arena *scratch, struct id vendor, int64_t now)
{
    struct id places[FORGOTTEN_AT_ONCE];
    size_t    count = view_list_place(batch_reader(batch), vendor, NO_ID, places, COUNT(places));

    for (size_t i = 0; i < count; i++) {
        struct place_row    place;
        struct delivery_row row;
        if (!AS_WRITTEN(batch,
                        view_get_place(batch_reader(batch), vendor, places[i], scratch, &place)) ||
            !AS_WRITTEN(batch, find(batch, scratch, vendor, place.delivery, &row)) ||
            row.owed_since > now - OUTBOX_KEPT)
            return;
        if (!waits(&row)) forget(batch, vendor, place.delivery, &row);
    }
}

/* -- who can have seen what -------------------------------------------------- */

static void on_endpoint(struct batch *batch, struct id vendor, bool pushed)
{
    if (pushed) view_put_pushed(batch, vendor, NO_ID, &(struct pushed_row){ { 0 } });
    else view_erase_pushed(batch, vendor, NO_ID);
}

/* Only what is tried reaches it, then. */
static bool is_only_pushed(struct batch *batch, struct arena *scratch, struct id vendor)
{
    struct pushed_row pushed;
    struct id         consumer;

    return view_get_pushed(batch_reader(batch), vendor, NO_ID, scratch, &pushed) &&
           !view_list_consumer(batch_reader(batch), vendor, NO_ID, &consumer, 1);
}

static void on_outbox_moved(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct outbox_moved *it       = &event->outbox_moved;
    struct id                  consumer = name_consumer(it->consumer);
    struct consumer_row        row;

    view_get_consumer(batch_reader(batch), event->stream, consumer, scratch, &row);
    PROMISED(batch, it->sought || it->up_to >= row.up_to);
    row.name         = it->consumer;
    row.up_to        = it->up_to;
    row.lease        = NO_ID;
    row.leased_until = 0;
    if (it->sought) row.again_to = event->position;
    view_put_consumer(batch, event->stream, consumer, &row);
}

static void on_outbox_leased(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct outbox_leased *it       = &event->outbox_leased;
    struct id                   consumer = name_consumer(it->consumer);
    struct consumer_row         row;

    view_get_consumer(batch_reader(batch), event->stream, consumer, scratch, &row);
    row.name         = it->consumer;
    row.lease        = it->lease;
    row.leased_until = it->until;
    view_put_consumer(batch, event->stream, consumer, &row);
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
             .lasting    = webhook->tried == FOR_GOOD,
    };

    ensure(webhook->owed != OWED_NOT && row.kind.size > 0);
    PROMISED(batch, id_kind(webhook->vendor) == ID_vendor);
    PROMISED(batch, id_equal(name_carried(delivery), event->id));
    put_in_place(batch, event, webhook->vendor, delivery, &row);
    view_put_delivery(batch, webhook->vendor, delivery, &row);
    view_put_addressed(batch, delivery, NO_ID,
                       &(struct addressed_row){ .vendor = webhook->vendor });
    view_put_ordered(batch, row.order, delivery, &(struct ordered_row){ { 0 } });
    put_pending(batch, webhook->vendor, delivery, &row);
    count(batch, scratch, webhook->vendor, true);
    forget_old(batch, scratch, webhook->vendor, event->recorded_at);
    if (id_given(webhook->command))
        view_put_unsent_command(batch, webhook->command, NO_ID,
                                &(struct unsent_command_row){ .vendor   = webhook->vendor,
                                                              .delivery = delivery });
}

/* Does one of its kind wait in its order? Behind it come at most commands that were taken back. */
static bool one_waits(struct batch *batch, struct arena *scratch, const struct webhook *webhook)
{
    struct id last[LAST_LOOKED_AT];
    size_t count = view_fall_ordered(batch_reader(batch), webhook->order, NO_ID, last, COUNT(last));

    for (size_t i = 0; i < count; i++) {
        struct delivery_row row;
        if (find(batch, scratch, webhook->vendor, last[i], &row) && waits(&row) &&
            slice_equal(row.kind, slice_text(webhook->kind)))
            return true;
    }
    return false;
}

static bool is_owed(struct batch *batch, struct arena *scratch, const struct webhook *webhook,
                    bool known)
{
    if (webhook->owed == OWED_IF_KNOWN) return known;
    if (webhook->owed == OWED_ONCE_MORE) return !one_waits(batch, scratch, webhook);
    return webhook->owed == OWED;
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
 * whether the vendor may know of the command: it was delivered, tried without an answer, or
 * could be fetched. */
static bool take_back(struct batch *batch, struct arena *scratch, struct id command,
                      enum taking_back when)
{
    struct unsent_command_row unsent;
    struct delivery_row       row;

    if (!find_unsent(batch, scratch, command, &unsent, &row)) return true;
    if (!row.attempt && when == IF_TRIED) return true;
    wait_no_more(batch, scratch, unsent.vendor, unsent.delivery, &row);
    if (!row.attempt && is_only_pushed(batch, scratch, unsent.vendor)) {
        forget(batch, unsent.vendor, unsent.delivery, &row);
        return false;
    }
    row.status  = DELIVERY_dropped;
    row.next_at = 0;
    view_put_delivery(batch, unsent.vendor, unsent.delivery, &row);
    return true;
}

/* -- how it went -------------------------------------------------------------- */

/* Another try than those before. */
static void on_try(struct batch *batch, const struct event *event, struct id delivery,
                   struct attempt_row row)
{
    row.at = event->recorded_at;
    view_put_attempt(batch, delivery, name_place(event->position), &row);
}

static void on_webhook_delivered(struct batch *batch, struct arena *scratch,
                                 const struct event *event)
{
    const struct webhook_delivered *it      = &event->webhook_delivered;
    bool                            fetched = !it->http_status;
    struct delivery_row             row;

    if (!find(batch, scratch, it->vendor, it->delivery, &row)) return;
    PROMISED(batch, it->attempt >= row.attempt && (it->attempt > 0 || fetched));
    PROMISED(batch, it->http_status / 100 == 2 || fetched);
    wait_no_more(batch, scratch, it->vendor, it->delivery, &row);
    row.status      = DELIVERY_delivered;
    row.attempt     = it->attempt;
    row.http_status = it->http_status;
    row.reason      = NOTHING;
    row.next_at     = 0;
    view_put_delivery(batch, it->vendor, it->delivery, &row);
    on_try(batch, event, it->delivery,
           (struct attempt_row){ .http_status = it->http_status, .latency_ms = it->latency_ms });
    if (!fetched) health_succeeded(batch, scratch, it->vendor, event->recorded_at, it->latency_ms);
}

static void on_webhook_deferred(struct batch *batch, struct arena *scratch,
                                const struct event *event)
{
    const struct webhook_deferred *it = &event->webhook_deferred;
    struct delivery_row            row;

    if (!find(batch, scratch, it->vendor, it->delivery, &row)) return;
    PROMISED(batch, it->attempt >= row.attempt); /* the same: it was our own fault, and no try */
    PROMISED(batch, it->reason.size > 0 && it->next_at > 0);
    bool ours = it->attempt == row.attempt, again = ours && row.held_up_at;
    if (row.held_up_at && event->recorded_at > row.held_up_at)
        row.excused += (uint64_t)(event->recorded_at - row.held_up_at);
    row.held_up_at = ours ? event->recorded_at : 0;
    row.refusals += webhook_is_refused(it->http_status);
    row.attempt     = it->attempt;
    row.http_status = it->http_status;
    row.reason      = it->reason;
    if (waits(&row)) { /* else it was dropped while it was tried */
        row.next_at = it->next_at;
        put_pending(batch, it->vendor, it->delivery, &row);
    }
    view_put_delivery(batch, it->vendor, it->delivery, &row);
    if (!again) /* it is tried often then, for as long as that takes */
        on_try(batch, event, it->delivery,
               (struct attempt_row){ .http_status = it->http_status,
                                     .latency_ms  = it->latency_ms,
                                     .reason      = it->reason });
    if (!ours) health_failed(batch, scratch, it->vendor, event->recorded_at, it->reason);
}

static void on_webhook_dead_lettered(struct batch *batch, struct arena *scratch,
                                     const struct event *event)
{
    const struct webhook_dead_lettered *it = &event->webhook_dead_lettered;
    struct delivery_row                 row;

    if (!find(batch, scratch, it->vendor, it->delivery, &row)) return;
    bool tried = it->attempt > row.attempt; /* else it is given up without another */
    PROMISED(batch, it->attempt >= row.attempt);
    PROMISED(batch, it->reason.size > 0);
    wait_no_more(batch, scratch, it->vendor, it->delivery, &row);
    view_put_dead(batch, it->vendor, it->delivery, &(struct dead_row){ { 0 } });
    row.status      = DELIVERY_dead;
    row.attempt     = it->attempt;
    row.http_status = it->http_status;
    row.reason      = it->reason;
    row.next_at     = 0;
    view_put_delivery(batch, it->vendor, it->delivery, &row);
    if (!tried) return;
    on_try(batch, event, it->delivery,
           (struct attempt_row){ .http_status = it->http_status,
                                 .latency_ms  = it->latency_ms,
                                 .reason      = it->reason });
    health_failed(batch, scratch, it->vendor, event->recorded_at, it->reason);
}

/* It keeps its id, so it goes before later ones of its order that wait still. Whoever asked went
 * by what was so a moment before: one that waits, or was taken back meanwhile, stays as it is. */
static void on_webhook_redelivered(struct batch *batch, struct arena *scratch,
                                   const struct event *event)
{
    const struct webhook_redelivered *it = &event->webhook_redelivered;
    struct delivery_row               row;

    if (!find(batch, scratch, it->vendor, it->delivery, &row)) return;
    if (waits(&row) || row.status == DELIVERY_dropped) return;
    if (row.status == DELIVERY_dead) view_erase_dead(batch, it->vendor, it->delivery);
    row.status   = DELIVERY_pending;
    row.next_at  = 0;
    row.refusals = row.excused = 0;
    row.held_up_at             = 0;
    put_in_place(batch, event, it->vendor, it->delivery, &row);
    view_put_delivery(batch, it->vendor, it->delivery, &row);
    put_pending(batch, it->vendor, it->delivery, &row);
    count(batch, scratch, it->vendor, true);
    if (id_given(row.command))
        view_put_unsent_command(batch, row.command, NO_ID,
                                &(struct unsent_command_row){ .vendor   = it->vendor,
                                                              .delivery = it->delivery });
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
    case EVENT_endpoint_set: on_endpoint(batch, event->stream, !event->endpoint_set.pull); break;
    case EVENT_endpoint_ended: on_endpoint(batch, event->stream, false); break;
    case EVENT_endpoint_health_changed: health_told(batch, scratch, event); break;
    case EVENT_outbox_moved: on_outbox_moved(batch, scratch, event); break;
    case EVENT_outbox_leased: on_outbox_leased(batch, scratch, event); break;
    default: break;
    }
    if (webhook_of(event, &webhook) && is_owed(batch, scratch, &webhook, known))
        owe(batch, scratch, event, &webhook);
}

const struct fold fold_outbox = {
    .name         = "outbox",
    .families     = { FAMILY_outbox },
    .family_count = 1,
    .apply        = apply,
};

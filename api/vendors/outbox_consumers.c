/* outbox_consumers.c -- how far the consumers of an outbox have come. */
#include "api/call/query.h"
#include "api/call/submit.h"
#include "api/vendors/outbox.h"
#include "api/vendors/routes.h"
#include "core/log/log.h"

enum { SETTLED_MAX = 1000 }; /* webhooks that one acknowledgement has delivered */

static bool place_read(struct call *call, const char *name, struct slice text, uint64_t *place)
{
    struct bad_field bad;

    if (position_from(call, text, place)) return true;
    bad_field_say(&bad, name, "has to be a next that the outbox gave");
    call_fail_field(call, &bad);
    return false;
}

/* -- acknowledging -------------------------------------------------------------------------- */

struct settling {
    struct id           deliveries[SETTLED_MAX];
    struct delivery_row rows[SETTLED_MAX];
    size_t              count;
};

/* What waits up to there. False: there is more than one acknowledgement may settle. */
static bool settling_find(struct call *call, uint64_t after, uint64_t up_to,
                          struct settling *settling)
{
    struct reader *reader = call_reader(call);
    struct id      vendor = call_vendor(call);
    struct id      places[64], last = name_place(after);
    size_t         count = COUNT(places);

    while (count == COUNT(places)) {
        count = view_list_place(reader, vendor, last, places, COUNT(places));
        for (size_t i = 0; i < count; i++) {
            struct place_row    place;
            struct delivery_row row;
            if (name_placed(places[i]) > up_to) return true;
            if (!view_get_place(reader, vendor, places[i], call->arena, &place) ||
                !view_get_delivery(reader, vendor, place.delivery, call->arena, &row) ||
                row.status != DELIVERY_pending)
                continue;
            if (settling->count == SETTLED_MAX) return false;
            settling->deliveries[settling->count] = place.delivery;
            settling->rows[settling->count++]     = row;
        }
        if (count) last = places[count - 1];
    }
    return true;
}

/* As the rule will have it; but what was fetched must not be settled by somebody whose lease
 * another one has taken. */
static enum refusal settling_check(struct submission *submission, struct reader *reader)
{
    const struct ledger_request     *all    = &submission->request;
    const struct acknowledge_outbox *intent = &all->items[all->count - 1].intent.acknowledge_outbox;
    struct call                     *call   = submission->call;
    struct consumer_row              row;

    view_get_consumer(reader, call_vendor(call), name_consumer(intent->consumer), call->arena,
                      &row);
    bool leased = row.leased_until > clock_now(&call->ground->clock);
    bool taken  = id_given(intent->lease) ? !id_equal(intent->lease, row.lease) : leased;
    return taken ? REFUSED_outbox_leased : ACCEPTED;
}

static void settling_put(struct submission *submission, size_t index, struct id delivery,
                         const struct delivery_row *row)
{
    struct intent *intent = submit_intent(submission, index, INTENT_note_delivered, row->stream);

    intent->causation      = name_carried(delivery);
    intent->note_delivered = (struct note_delivered){ .delivery = delivery,
                                                      .vendor   = call_vendor(submission->call),
                                                      .command  = row->command,
                                                      .attempt  = row->attempt };
}

static void write_nothing(struct submission *submission, struct reader *reader, struct reply *reply)
{
    (void)submission, (void)reader, (void)reply;
}

void vendor_post_outbox_ack(struct call *call)
{
    struct acknowledge_outbox intent   = { .place = 0 };
    struct settling          *settling = arena_new(call->arena, struct settling);
    struct outbox_consumer    consumer;
    struct bad_field          bad;
    const struct node        *body = call_body(call);

    if (!body) return;
    settling->count = 0;
    if (!json_read_intent(intent_shape(INTENT_acknowledge_outbox), body, NULL, call->arena, &intent,
                          &bad)) {
        call_fail_field(call, &bad);
        return;
    }
    if (!outbox_consumer_read(call, intent.consumer, &consumer) ||
        !place_read(call, "upTo", intent.up_to, &intent.place))
        return;
    if (consumer.main && !settling_find(call, consumer.row.up_to, intent.place, settling)) {
        call_fail(call, PROBLEM_out_of_range,
                  "upTo is too far: acknowledge at most %d that wait at once.", SETTLED_MAX);
        return;
    }
    intent.consumer               = consumer.name;
    struct submission *submission = submit_new(call, settling->count + 1);
    for (size_t i = 0; i < settling->count; i++)
        settling_put(submission, i, settling->deliveries[i], &settling->rows[i]);
    submit_intent(submission, settling->count, INTENT_acknowledge_outbox, call_vendor(call))
        ->acknowledge_outbox = intent; /* last, for a kill in between leaves nothing unfetched */
    submission->check        = settling_check;
    submission->write        = write_nothing;
    submit_send(submission);
}

/* -- seeking -------------------------------------------------------------------------------- */

/* False: it has been answered. */
static bool seek_read_place(struct call *call, struct seek_outbox *intent)
{
    struct bad_field bad;

    if (!intent->to.size == !intent->time) {
        bad_field_say(&bad, "to", "or time has to be there, and not both");
        call_fail_field(call, &bad);
        return false;
    }
    if (slice_equal(intent->to, SLICE("start"))) return true;
    if (intent->to.size && !slice_equal(intent->to, SLICE("end")))
        return place_read(call, "to", intent->to, &intent->place);
    struct status status = intent->to.size ? log_head(call_reader(call), &intent->place)
                                           : log_position_at(call_reader(call), intent->time - 1,
                                                             &intent->place);
    if (status.code == STATUS_OK) return true;
    call_broken(call, status);
    return false;
}

static void write_place(struct submission *submission, struct reader *reader, struct reply *reply)
{
    struct json json = json_to(&reply->body);

    (void)reader;
    json_object(&json);
    json_put_text(&json, "upTo",
                  position_for(submission->call, submission_intent(submission)->seek_outbox.place));
    json_object_end(&json);
}

void vendor_post_outbox_seek(struct call *call)
{
    struct submission     *submission = submit_body(call, call_vendor(call), NULL);
    struct outbox_consumer consumer;

    if (!submission) return;
    struct seek_outbox *intent = &submission_intent(submission)->seek_outbox;
    if (!outbox_consumer_read(call, intent->consumer, &consumer) || !seek_read_place(call, intent))
        return;
    intent->consumer  = consumer.name;
    submission->write = write_place;
    submit_send(submission);
}

/* -- listing -------------------------------------------------------------------------------- */

static uint64_t backlog_of(struct call *call, const struct outbox_consumer *consumer)
{
    struct waiting_vendor_row waiting;
    struct id                 places[64], last = name_place(consumer->row.up_to);
    size_t                    count = COUNT(places);
    uint64_t                  all   = 0;

    if (consumer->main) {
        view_get_waiting_vendor(call_reader(call), name_system(), call_vendor(call), call->arena,
                                &waiting);
        return waiting.pending;
    }
    while (count == COUNT(places) && all < OUTBOX_BACKLOG_MAX) {
        count = view_list_place(call_reader(call), call_vendor(call), last, places, COUNT(places));
        all += count;
        if (count) last = places[count - 1];
    }
    return all < OUTBOX_BACKLOG_MAX ? all : OUTBOX_BACKLOG_MAX;
}

static void consumer_write(struct call *call, struct json *json, struct outbox_consumer *consumer)
{
    json_object(json);
    json_put_text(json, "consumer", consumer->name);
    json_put_text(json, "upTo", position_for(call, consumer->row.up_to));
    json_put_u64(json, "backlog", backlog_of(call, consumer));
    if (consumer->row.leased_until > call->now_us)
        json_put_instant(json, "leasedUntil", consumer->row.leased_until);
    json_object_end(json);
}

/* The main one is there before it is first heard of. */
void vendor_get_outbox_consumers(struct call *call)
{
    struct outbox_consumer consumer;
    struct buffer          body = { 0 };
    struct json            json = json_to(&body);
    struct id              ids[16]; /* more than the rules let there be */
    size_t count = view_list_consumer(call_reader(call), call_vendor(call), NO_ID, ids, COUNT(ids));

    if (!outbox_consumer_read(call, (struct slice){ 0 }, &consumer)) return;
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    consumer_write(call, &json, &consumer);
    for (size_t i = 0; i < count; i++) {
        struct consumer_row row;
        if (!view_get_consumer(call_reader(call), call_vendor(call), ids[i], call->arena, &row))
            continue;
        consumer = (struct outbox_consumer){ .name = row.name, .row = row };
        if (!slice_equal(row.name, SLICE("default"))) consumer_write(call, &json, &consumer);
    }
    json_array_end(&json);
    json_object_end(&json);
    call_answer_json(call, 200, &body);
}

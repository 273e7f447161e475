/* redeliver.c -- owing a webhook once more, one or all that fit. */
#include "api/call/submit.h"
#include "api/deliveries/deliveries.h"
#include "api/deliveries/filter.h"

enum { LOOK_MAX = 20000, AT_ONCE = 256 }; /* rows that one call looks at; those of one read */

struct redelivery {
    struct id vendor;
    size_t    count;
    struct id deliveries[REDELIVERED_MAX];
    struct id streams[REDELIVERED_MAX];
};

/* Of a command nothing is sent once it has ended or its time is over. */
static bool is_over(const struct call *call, struct reader *reader, const struct delivery_row *row)
{
    struct command_row command;

    if (row->status == DELIVERY_dropped) return true;
    return id_given(row->command) &&
           (!view_get_command(reader, row->command, NO_ID, call->arena, &command) ||
            command.concluded_at || command.valid_until <= call->now_us);
}

static enum refusal why_not(struct call *call, struct reader *reader, struct id vendor,
                            struct id delivery)
{
    struct vendor_row   owner;
    struct delivery_row row;

    if (!view_get_delivery(reader, vendor, delivery, call->arena, &row) ||
        !view_get_vendor(reader, vendor, NO_ID, call->arena, &owner))
        return REFUSED_delivery_unknown;
    if (row.status == DELIVERY_pending) return REFUSED_delivery_pending;
    return owner.status == VENDOR_offboarded || is_over(call, reader, &row) ? REFUSED_delivery_over
                                                                            : ACCEPTED;
}

static enum refusal redelivery_check(struct submission *submission, struct reader *reader)
{
    const struct redelivery *all = submission->context;

    for (size_t i = 0; i < all->count; i++) {
        enum refusal no = why_not(submission->call, reader, all->vendor, all->deliveries[i]);
        if (no) return no;
    }
    return ACCEPTED;
}

static void write_count(const struct redelivery *all, struct buffer *body)
{
    struct json json = json_to(body);

    json_object(&json);
    json_put_u64(&json, "count", all->count);
    json_object_end(&json);
}

static void redelivery_write(struct submission *submission, struct reader *reader,
                             struct reply *reply)
{
    (void)reader;
    write_count(submission->context, &reply->body);
}

static void redelivery_send(struct call *call, struct redelivery *all)
{
    struct submission *submission = submit_new(call, all->count);

    for (size_t i = 0; i < all->count; i++)
        submit_intent(submission, i, INTENT_redeliver, all->streams[i])->redeliver =
            (struct redeliver){ .delivery = all->deliveries[i], .vendor = all->vendor };
    submission->context = all;
    submission->check   = redelivery_check;
    submission->write   = redelivery_write;
    submit_send(submission);
}

static void redelivery_add(struct redelivery *all, struct id delivery,
                           const struct delivery_row *row)
{
    all->deliveries[all->count] = delivery;
    all->streams[all->count++]  = row->stream;
}

void deliveries_redeliver(struct call *call, struct id vendor, struct id delivery)
{
    static const char *const names[] = { NULL };
    struct redelivery       *all     = arena_new(call->arena, struct redelivery);
    const struct node       *body    = call_body(call);
    struct delivery_row      row;
    struct bad_field         bad;

    if (!body) return;
    *all = (struct redelivery){ .vendor = vendor };
    if (!json_only(body, names, &bad)) {
        call_fail_field(call, &bad);
        return;
    }
    enum refusal no = why_not(call, call_reader(call), vendor, delivery);
    if (no) {
        call_refuse(call, no);
        return;
    }
    if (view_get_delivery(call_reader(call), vendor, delivery, call->arena, &row))
        redelivery_add(all, delivery, &row);
    redelivery_send(call, all);
}

/* -- all that fit --------------------------------------------------------------------------- */

static bool filter_read_body(struct call *call, struct delivery_filter *filter)
{
    static const char *const names[] = { "status", "type", "from", "to", NULL };
    const struct node       *body    = call_body(call);
    struct slice             status = { 0 }, type = { 0 };
    struct bad_field         bad;

    *filter = (struct delivery_filter){ .status = DELIVERY_dead };
    if (!body) return false;
    bool fine = json_only(body, names, &bad) &&
                json_read_text(body, "status", 16, OPTIONAL, &status, &bad) &&
                json_read_text(body, "type", 128, OPTIONAL, &type, &bad) &&
                json_read_instant(body, "from", OPTIONAL, &filter->from, &bad) &&
                json_read_instant(body, "to", OPTIONAL, &filter->to, &bad);
    if (fine && status.size &&
        (!delivery_state_read(status, &filter->status) || filter->status == DELIVERY_pending ||
         filter->status == DELIVERY_dropped))
        fine = bad_field_say(&bad, "status", "has to be dead or delivered");
    filter->kind = delivery_kind(call, type);
    if (!fine) call_fail_field(call, &bad);
    return fine;
}

/* Oldest first, so that those of one device keep their order. False: there are too many to
 * look at. */
static bool redelivery_find(struct call *call, const struct delivery_filter *filter,
                            struct redelivery *all)
{
    struct reader *reader = call_reader(call);
    struct id      ids[AT_ONCE], after = NO_ID;
    size_t         count = AT_ONCE, looked = 0;
    bool           dead = filter->status == DELIVERY_dead;

    if (filter->from > 2 * DELIVERY_NAMED_AHEAD)
        after = delivery_owed_by(filter->from - 2 * DELIVERY_NAMED_AHEAD);
    while (count == AT_ONCE && all->count < REDELIVERED_MAX) {
        if (looked >= LOOK_MAX) return false;
        count = dead ? view_list_dead(reader, all->vendor, after, ids, AT_ONCE)
                     : view_list_delivery(reader, all->vendor, after, ids, AT_ONCE);
        for (size_t i = 0; i < count && all->count < REDELIVERED_MAX; i++) {
            struct delivery_row row;
            if (view_get_delivery(reader, all->vendor, ids[i], call->arena, &row) &&
                delivery_fits(filter, &row) && !why_not(call, reader, all->vendor, ids[i]))
                redelivery_add(all, ids[i], &row);
        }
        looked += count;
        if (count) after = ids[count - 1];
    }
    return true;
}

void deliveries_redeliver_fitting(struct call *call, struct id vendor)
{
    struct redelivery     *all  = arena_new(call->arena, struct redelivery);
    struct buffer          body = { 0 };
    struct delivery_filter filter;

    *all = (struct redelivery){ .vendor = vendor };
    if (!filter_read_body(call, &filter)) return;
    if (!redelivery_find(call, &filter, all) && !all->count) {
        call_fail(call, PROBLEM_out_of_range,
                  "More than %d deliveries were looked at: name from and to.", LOOK_MAX);
        return;
    }
    if (all->count) {
        redelivery_send(call, all);
        return;
    }
    write_count(all, &body);
    call_answer_json(call, 202, &body);
}

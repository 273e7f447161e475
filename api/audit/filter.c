#include "api/audit/filter.h"

#include "api/call/live.h"
#include "api/call/query.h"

static bool query_bad(struct call *call, const char *name, const char *expected)
{
    call_fail(call, PROBLEM_invalid_argument, "Query %s has to be %s.", name, expected);
    return false;
}

static bool read_actor(struct call *call, struct filter *filter)
{
    struct slice text = call_query(call, "actor");

    struct id id;

    filter->by_actor = text.data != NULL;
    if (!text.data) return true;
    if (id_parse(text, &id)) {
        filter->actor.id = id;
        return true;
    }
    for (int kind = ACTOR_SYSTEM; kind <= ACTOR_SUBSCRIBER; kind++) {
        filter->actor.kind = (enum actor_kind)kind;
        if (slice_equal(text, slice_text(actor_kind_name(filter->actor.kind)))) return true;
    }
    return query_bad(call, "actor", "an id, or system, operator, auditor, vendor or subscriber");
}

static bool read_correlator(struct call *call, struct filter *filter)
{
    struct slice text = call_query(call, "correlator");

    filter->correlator = text;
    return !text.data || (text.size && text.size <= CORRELATOR_MAX) ||
           query_bad(call, "correlator", "an x-correlator, as an event's correlationid");
}

/* Whoever goes on from a place that this log does not have has another log in mind: one
 * that was restored from an older backup, say. */
static bool read_places(struct call *call, struct filter *filter)
{
    if (!query_position(call, "after", &filter->after) ||
        !query_position(call, "until", &filter->until) ||
        !query_instant(call, "from", &filter->from_us) ||
        !query_instant(call, "to", &filter->to_us))
        return false;
    if (filter->after > live_position(call->loop->pipeline->live)) {
        call_fail(call, PROBLEM_out_of_range, "Query after lies behind the end of the log.");
        return false;
    }
    if (filter->until < filter->after) return query_bad(call, "until", "no earlier than after");
    return filter->to_us >= filter->from_us || query_bad(call, "to", "no earlier than from");
}

bool filter_read(struct call *call, struct filter *filter)
{
    *filter = (struct filter){ .until = UINT64_MAX, .to_us = INT64_MAX };
    return read_places(call, filter) && query_id(call, "account", ID_account, &filter->account) &&
           query_id(call, "device", ID_device, &filter->device) &&
           query_id(call, "network", ID_network, &filter->network) &&
           query_id(call, "vendor", ID_vendor, &filter->vendor) &&
           query_type(call, "type", &filter->type) && read_actor(call, filter) &&
           read_correlator(call, filter);
}

struct id filter_subject(const struct filter *filter)
{
    enum id_kind    actor       = id_kind(filter->actor.id);
    bool            shows_actor = actor == ID_account || actor == ID_vendor;
    const struct id nobody      = NO_ID;
    const struct id ids[]       = { filter->account, filter->network, filter->device,
                              shows_actor ? filter->actor.id : nobody, filter->vendor };

    for (size_t i = 0; i < COUNT(ids); i++)
        if (id_given(ids[i])) return ids[i];
    return nobody;
}

struct status filter_narrow(const struct filter *filter, struct reader *reader, uint64_t last,
                            struct narrow *narrow)
{
    const struct id ids[] = { filter->device, filter->network, filter->account, filter->vendor };
    uint64_t        after = filter->after, until = filter->until < last ? filter->until : last;
    uint64_t        before;

    if (filter->from_us) {
        TRY(log_position_at(reader, filter->from_us - 1, &before));
        if (before > after) after = before;
    }
    if (filter->to_us < INT64_MAX) {
        TRY(log_position_at(reader, filter->to_us - 1, &before));
        if (before < until) until = before;
    }
    narrow_begin(narrow, after, until);
    for (size_t i = 0; i < COUNT(ids); i++)
        if (id_given(ids[i])) narrow_about(narrow, ids[i]);
    if (filter->type) narrow_of_type(narrow, (enum event_type)filter->type->tag);
    return OK;
}

static bool filter_fits_actor(const struct filter *filter, const struct actor *actor)
{
    return id_given(filter->actor.id) ? id_equal(actor->id, filter->actor.id)
                                      : actor->kind == filter->actor.kind;
}

bool filter_fits(const struct filter *filter, const struct event *event)
{
    if (filter->by_actor && !filter_fits_actor(filter, &event->actor)) return false;
    return !filter->correlator.data || slice_equal(event->correlation, filter->correlator);
}

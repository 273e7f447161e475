/* rebuilds.c -- the operator has all views folded again from the log, while they are served.
 *
 * {eventsPerSecond?, compare?}: without a rate it takes what half a processor folds; with
 * `compare` the differences between the old views and the new ones are told, at the
 * moment of the switch, by id and field but without what is personal. */
#include "api/chores/rebuilds.h"

#include "api/call/query.h"
#include "api/operator/operator.h"

static const char *const statuses[] = { [REBUILD_NONE]     = "",
                                        [REBUILD_RUNNING]  = "running",
                                        [REBUILD_SWITCHED] = "switched",
                                        [REBUILD_FAILED]   = "failed" };

static void rebuild_show(struct call *call, const struct rebuild_look *look, struct json *json)
{
    json_object(json);
    json_put_id(json, "rebuildId", look->order.id);
    json_put_text(json, "status", slice_text(statuses[look->status]));
    json_put_text(json, "position", position_for(call, look->position));
    json_put_text(json, "head", position_for(call, look->head));
    json_put_u64(json, "rate", look->rate);
    if (look->order.events_per_second)
        json_put_u64(json, "eventsPerSecond", look->order.events_per_second);
    json_put_flag(json, "compare", look->order.compare);
    json_put_instant(json, "startedAt", look->began_us);
    json_may_instant(json, "endedAt", look->ended_us);
    if (look->order.compare && look->status != REBUILD_RUNNING) {
        json_put_u64(json, "differences", look->differences);
        json_name(json, "first");
        json_raw(json, arena_print(call->arena, "[%.*s]", (int)look->first.size, look->first.data));
    }
    json_may_text(json, "failure", look->failure);
    json_object_end(json);
}

static void rebuild_answer(struct call *call, int status, const struct rebuild_look *look)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);

    rebuild_show(call, look, &json);
    call_answer_json(call, status, &body);
}

/* -- asking for one ------------------------------------------------------------------------ */

static bool rebuild_read_order(struct call *call, struct rebuild_order *order)
{
    static const char *const names[] = { "eventsPerSecond", "compare", NULL };
    const struct node       *body    = call_body(call);
    struct bad_field         bad;

    if (!body) return false;
    if (json_only(body, names, &bad) &&
        json_read_u64(body, "eventsPerSecond", REBUILD_RATE_MAX, OPTIONAL,
                      &order->events_per_second, &bad) &&
        json_read_flag(body, "compare", OPTIONAL, &order->compare, &bad)) {
        if (!node_member(body, "eventsPerSecond") || order->events_per_second >= REBUILD_RATE_MIN)
            return true;
        bad_field_say(&bad, "eventsPerSecond", "has to be 100 or more");
    }
    call_fail_field(call, &bad);
    return false;
}

/* As it began, so that a repeat has the answer that the first had. */
static void rebuild_answer_accepted(struct call *call, const struct rebuild_look *look)
{
    struct rebuild_look begun = { .order    = look->order,
                                  .status   = REBUILD_RUNNING,
                                  .head     = look->first_head,
                                  .began_us = look->began_us };
    char                id[ID_TEXT_MAX];

    id_text(look->order.id, id);
    request_header(call->request, "Location",
                   arena_print(call->arena, "/operator/v1/rebuilds/%s", id));
    rebuild_answer(call, 202, &begun);
}

/* The last one may be what this request has asked for already. */
static bool rebuild_is_repeat(struct call *call)
{
    const struct call_idempotency *idempotency = &call->idempotency;
    struct rebuild_look            look;

    if (!idempotency->key.size || !rebuilds_look(call->ground, call->arena, &look) ||
        !slice_equal(look.order.idempotency.key, idempotency->key) ||
        !id_equal(look.order.idempotency.caller, idempotency->caller))
        return false;
    if (!slice_equal(SLICE_OF(look.order.idempotency.request.bytes),
                     SLICE_OF(idempotency->request.bytes))) {
        call_refuse(call, REFUSED_idempotency_key_reused);
        return true;
    }
    request_header(call->request, "Idempotent-Replayed", SLICE("true"));
    rebuild_answer_accepted(call, &look);
    return true;
}

void operator_post_rebuild(struct call *call)
{
    struct rebuild_order order = { .id          = call_new_id(call, ID_rebuild),
                                   .idempotency = call->idempotency };
    struct rebuild_look  look;

    if (rebuild_is_repeat(call) || !rebuild_read_order(call, &order)) return;
    struct status status = rebuilds_start(call->ground, &order);
    if (status.code == STATUS_CONFLICT)
        call_fail(call, PROBLEM_rebuild_running, "One runs already.");
    else if (status.code != STATUS_OK) call_broken(call, status);
    else if (rebuilds_look(call->ground, call->arena, &look)) rebuild_answer_accepted(call, &look);
}

/* -- following it ---------------------------------------------------------------------------- */

void operator_list_rebuilds(struct call *call)
{
    struct buffer       body = { 0 };
    struct json         json = json_to(&body);
    struct rebuild_look look;

    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    if (rebuilds_look(call->ground, call->arena, &look)) rebuild_show(call, &look, &json);
    json_array_end(&json);
    json_object_end(&json);
    call_answer_json(call, 200, &body);
}

void operator_get_rebuild(struct call *call)
{
    struct rebuild_look look;
    struct id           id;

    if (!call_parameter_id(call, "rebuildId", ID_rebuild, &id)) return;
    if (rebuilds_look(call->ground, call->arena, &look) && id_equal(look.order.id, id))
        rebuild_answer(call, 200, &look);
    else
        call_fail(call, PROBLEM_not_found,
                  "Only the last rebuild is remembered, until the service ends.");
}

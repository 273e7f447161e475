/* figures.c -- how a vendor is getting on. It tells of no person, so a reader may see it. */
#include "api/call/query.h"
#include "api/deliveries/endpoint_state.h"
#include "api/operator/routes.h"
#include "projections/projection.h"

enum { DEAD_AT_ONCE = 250, DEAD_COUNTED_MAX = 1000 }; /* no more are counted: a page polls this */

static uint64_t dead_of(struct reader *reader, struct id vendor)
{
    struct id ids[DEAD_AT_ONCE], after = NO_ID;
    uint64_t  all   = 0;
    size_t    count = DEAD_AT_ONCE;

    while (count == DEAD_AT_ONCE && all < DEAD_COUNTED_MAX) {
        count = view_list_dead(reader, vendor, after, ids, DEAD_AT_ONCE);
        if (count) after = ids[count - 1];
        all += count;
    }
    return all;
}

static void put_deliveries(struct call *call, struct json *json, struct id vendor)
{
    struct waiting_vendor_row waiting;

    view_get_waiting_vendor(call_reader(call), name_system(), vendor, call->arena, &waiting);
    json_name(json, "deliveries");
    json_object(json);
    json_put_u64(json, "pending", waiting.pending);
    json_put_u64(json, "dead", dead_of(call_reader(call), vendor));
    json_object_end(json);
}

void operator_get_figures(struct call *call)
{
    struct buffer     body = { 0 };
    struct json       json = json_to(&body);
    struct vendor_row row;
    struct id         vendor;

    if (!call_parameter_id(call, "vendorId", ID_vendor, &vendor)) return;
    if (!view_get_vendor(call_reader(call), vendor, NO_ID, call->arena, &row)) {
        call_refuse(call, REFUSED_vendor_unknown);
        return;
    }
    json_object(&json);
    put_deliveries(call, &json, vendor);
    json_name(&json, "endpoint");
    endpoint_state_put(call, call_reader(call), vendor, &json);
    json_object_end(&json);
    call_answer_json(call, 200, &body);
}

/* deliveries.c -- what became of the webhooks of a vendor, and having them sent again. One alone
 * tells of a person's device: so whoever looks is on record. */
#include "api/deliveries/deliveries.h"

#include "api/call/look.h"
#include "api/call/query.h"
#include "api/operator/operator.h"
#include "projections/projection.h"

/* False: 400 has been answered. */
static bool vendor_of_query(struct call *call, struct id *vendor)
{
    *vendor = NO_ID;
    if (!query_id(call, "vendor", ID_vendor, vendor)) return false;
    if (id_given(*vendor)) return true;
    call_fail(call, PROBLEM_invalid_argument, "Query vendor has to be there: whose deliveries?");
    return false;
}

/* False: 404 has been answered. */
static bool vendor_of_delivery(struct call *call, struct id *delivery, struct id *vendor)
{
    struct addressed_row row;

    if (!deliveries_parameter(call, delivery)) return false;
    *vendor = NO_ID;
    if (view_get_addressed(call_reader(call), *delivery, NO_ID, call->arena, &row))
        *vendor = row.vendor;
    if (id_given(*vendor)) return true;
    call_refuse(call, REFUSED_delivery_unknown);
    return false;
}

void operator_list_deliveries(struct call *call)
{
    struct id vendor;

    if (vendor_of_query(call, &vendor)) deliveries_answer_list(call, vendor);
}

static void delivery_show(struct call *call, uint64_t position)
{
    struct id delivery, vendor;

    (void)position;
    if (vendor_of_delivery(call, &delivery, &vendor)) deliveries_answer_one(call, vendor, delivery);
}

void operator_get_delivery(struct call *call)
{
    struct id           delivery, vendor;
    struct delivery_row row;

    if (!vendor_of_delivery(call, &delivery, &vendor)) return;
    if (!view_get_delivery(call_reader(call), vendor, delivery, call->arena, &row))
        call_refuse(call, REFUSED_delivery_unknown);
    else
        look_record(call, &(struct look){ .subjects = &row.stream,
                                          .count    = 1,
                                          .personal = true,
                                          .show     = delivery_show });
}

void operator_redeliver(struct call *call)
{
    struct id delivery, vendor;

    if (vendor_of_delivery(call, &delivery, &vendor)) deliveries_redeliver(call, vendor, delivery);
}

void operator_redeliver_many(struct call *call)
{
    struct id vendor;

    if (vendor_of_query(call, &vendor)) deliveries_redeliver_fitting(call, vendor);
}

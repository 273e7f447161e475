/* deliveries.c -- what became of webhooks to a vendor, and having them again. */
#include "api/deliveries/deliveries.h"

#include "api/call/call.h"
#include "api/vendors/routes.h"

enum { DEVICE_ID_MAX = 128 };

void vendor_list_deliveries(struct call *call) { deliveries_answer_list(call, call_vendor(call)); }

/* A POST, so that the vendor's name for a device stands in no URL. */
void vendor_find_deliveries(struct call *call)
{
    static const char *const names[] = { "vendorDeviceId", NULL };
    const struct node       *body    = call_body(call);
    struct slice             device;
    struct bad_field         bad;

    if (!body) return;
    if (!json_only(body, names, &bad) ||
        !json_read_text(body, "vendorDeviceId", DEVICE_ID_MAX, REQUIRED, &device, &bad))
        call_fail_field(call, &bad);
    else deliveries_answer_found(call, call_vendor(call), device);
}

void vendor_get_delivery(struct call *call)
{
    struct id delivery;

    if (deliveries_parameter(call, &delivery))
        deliveries_answer_one(call, call_vendor(call), delivery);
}

void vendor_redeliver(struct call *call)
{
    struct id delivery;

    if (deliveries_parameter(call, &delivery))
        deliveries_redeliver(call, call_vendor(call), delivery);
}

void vendor_redeliver_many(struct call *call)
{
    deliveries_redeliver_fitting(call, call_vendor(call));
}

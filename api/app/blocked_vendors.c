/* blocked_vendors.c -- vendors that the subscriber wants no questions from, until that is
 * taken back. */
#include "api/app/resource.h"
#include "api/app/routes.h"

static const void *blocked_vendor_row(const struct call *call, struct reader *reader,
                                      struct arena *arena, struct id id)
{
    struct blocked_vendor_row *row = arena_new(arena, struct blocked_vendor_row);

    return view_get_blocked_vendor(reader, call_account(call), id, arena, row) ? row : NULL;
}

static void blocked_vendor_show(struct json *json, struct showing *showing, struct id id,
                                const void *row)
{
    show_blocked_vendor(json, showing, id, row);
}

static const struct resource resource_blocked_vendor = {
    "vendorId",
    ID_vendor,
    REFUSED_vendor_not_blocked,
    "/app/v1/me/blocked-vendors/",
    blocked_vendor_row,
    blocked_vendor_show,
};

void app_list_blocked_vendors(struct call *call)
{
    list_answer(call, &(struct list){ .resource = &resource_blocked_vendor,
                                      .ids      = view_list_blocked_vendor,
                                      .first    = call_account(call) });
}

void app_delete_blocked_vendor(struct call *call)
{
    struct id          vendor;
    struct submission *submission;

    if (!call_parameter_id(call, "vendorId", ID_vendor, &vendor)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_unblock_vendor, call_account(call))->unblock_vendor.vendor =
        vendor;
    resource_submit(submission, &resource_blocked_vendor, vendor);
    submit_send(submission);
}

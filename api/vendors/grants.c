/* grants.c -- what a vendor may use now, and what it has yet to say it gave up. */
#include "projections/grants.h"

#include "api/call/query.h"
#include "api/vendors/routes.h"
#include "core/base/text.h"

/* A name that this vendor alone sees, as in grant-created. */
static struct status put_reference(struct call *call, struct json *json, const char *name,
                                   struct id of, const struct consent_row *row)
{
    char text[27];

    if (!id_given(of)) return OK;
    TRY(vault_reference(call->ground->vault, call_vendor(call), of, row->bond, text));
    json_put_text(json, name, slice_text(text));
    return OK;
}

static void put_texts(struct json *json, const char *name, struct texts texts)
{
    json_name(json, name);
    json_array(json);
    for (size_t i = 0; i < texts.count; i++) json_text(json, texts.items[i]);
    json_array_end(json);
}

/* Of an erased person's grant that ends, nothing says whose or which device it was. */
static struct status put_grant(struct call *call, struct json *json, struct id consent)
{
    struct consent_row row;
    struct device_row  device;
    bool               lives;

    if (!view_get_consent(call_reader(call), consent, NO_ID, call->arena, &row)) return OK;
    lives        = row.status == CONSENT_granted;
    bool is_here = view_get_device(call_reader(call), row.device, NO_ID, call->arena, &device);
    json_object(json);
    json_put_id(json, "grantId", consent);
    json_put_id(json, "detectionId", row.detection);
    json_may_text(json, "vendorDeviceId", row.vendor_device_id);
    json_put_text(json, "thingModel", row.model);
    TRY(put_reference(call, json, "networkRef", is_here ? device.network : NO_ID, &row));
    TRY(put_reference(call, json, "accountRef", is_here ? row.account : NO_ID, &row));
    put_texts(json, "capabilities", row.capabilities);
    put_texts(json, "purposes", row.purposes);
    json_put_text(json, "status", lives ? SLICE("live") : SLICE("withdrawing"));
    json_put_instant(json, "grantedAt", row.granted_at);
    json_may_instant(json, "expiresAt", row.expires_at);
    json_may_instant(json, "acknowledgeBy", lives ? 0 : row.acknowledge_by);
    json_object_end(json);
    return OK;
}

void vendor_list_grants(struct call *call)
{
    struct buffer body   = { 0 };
    struct json   json   = json_to(&body);
    struct status status = OK;
    struct page   page;

    if (!page_read(call, &page)) return;
    page.count = view_list_vendor_grant(call_reader(call), call_vendor(call), page.after, page.ids,
                                        page.limit + 1);
    page_close(call, &page);
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    for (size_t i = 0; i < page.count && status.code == STATUS_OK; i++)
        status = put_grant(call, &json, page.ids[i]);
    json_array_end(&json);
    json_object_end(&json);
    if (status.code == STATUS_OK) call_answer_json(call, call->route->success, &body);
    else call_broken(call, status);
    buffer_free(&body);
}

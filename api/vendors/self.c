/* self.c -- how a vendor stands with the operator, and what it may do. */
#include "api/call/query.h"
#include "api/call/show.h"
#include "api/vendors/routes.h"

void vendor_get_self(struct call *call)
{
    struct buffer     body = { 0 };
    struct json       json = json_to(&body);
    struct vendor_row row;

    view_get_vendor(call_reader(call), call_vendor(call), NO_ID, call->arena, &row);
    json_object(&json);
    show_vendor_members(&json, call_vendor(call), &row);
    json_object_end(&json);
    if (!query_unchanged(call, show_tag(buffer_slice(&body))))
        call_answer_json(call, call->route->success, &body);
    buffer_free(&body);
}

/* withdrawals.c -- grants that have ended, and whose vendors have yet to say that they know. Of
 * whom they were is not told. */
#include "api/call/query.h"
#include "api/operator/routes.h"
#include "projections/projection.h"

enum { LOOK_MAX = 2000 }; /* rows that one page looks at; it may be short, and go on */

static void withdrawal_show(struct json *json, struct id grant, const struct consent_row *row)
{
    json_object(json);
    json_put_id(json, "grantId", grant);
    json_put_id(json, "vendorId", row->vendor);
    json_put_instant(json, "acknowledgeBy", row->acknowledge_by);
    json_put_flag(json, "overdue", row->overdue);
    json_object_end(json);
}

void operator_list_withdrawals(struct call *call)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);
    struct page   page;
    struct id     last;
    size_t        looked = 0, shown = 0, count = PAGE_MAX;
    bool          more = false, overdue_only;

    if (!call_query_flag(call, "overdue", false, &overdue_only) || !page_read(call, &page)) return;
    last = page.after;
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    while (count == PAGE_MAX && !more) {
        count = view_list_open_withdrawal(call_reader(call), name_system(), last, page.ids,
                                          PAGE_MAX);
        for (size_t i = 0; i < count && !more; i++) {
            struct consent_row row;
            more = shown == page.limit || looked++ == LOOK_MAX;
            if (more) break;
            last = page.ids[i];
            if (!view_get_consent(call_reader(call), last, NO_ID, call->arena, &row) ||
                (overdue_only && !row.overdue))
                continue;
            withdrawal_show(&json, last, &row);
            shown++;
        }
    }
    json_array_end(&json);
    json_object_end(&json);
    if (more) page_link(call, id_slice(&last));
    call_answer_json(call, 200, &body);
}

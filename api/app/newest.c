#include "api/app/newest.h"

#include "api/call/query.h"

static bool read_place(struct call *call, uint64_t *before, size_t *limit)
{
    struct slice cursor;

    if (!page_cursor(call, &cursor, limit)) return false;
    *before = UINT64_MAX;
    if (!cursor.data || position_from(call, cursor, before)) return true;
    call_fail(call, PROBLEM_invalid_argument,
              "Query cursor has to be one that an earlier page gave.");
    return false;
}

void newest_answer(struct call *call, newest_items *items, const void *context)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);
    uint64_t      before;
    size_t        limit;

    if (!read_place(call, &before, &limit)) return;
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    struct status status = items(call, context, &before, limit, &json);
    if (status.code != STATUS_OK) {
        buffer_free(&body);
        call_broken(call, status);
        return;
    }
    json_array_end(&json);
    json_object_end(&json);
    if (before) page_link(call, position_for(call, before));
    call_answer_json(call, 200, &body);
}

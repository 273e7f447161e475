/* home.c -- what an app shows first, as it was at one position of the log:
 *
 *     {"position":"1/42","networks":[…],"devices":[…],"inbox":[…],"devicesNext":"…"}
 *
 * All of it is read from one snapshot, so an app that follows stream?lastEventId=<position>
 * hears of each thing that came later, and of none twice. Each list has what its own call has.
 * `devicesNext`, if there are more than HOME_LIST_MAX devices, is the cursor to go on with at
 * GET devices. The inbox is for those who may answer it; to them it was shown then. */
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/call/query.h"
#include "core/base/text.h"
#include "core/log/log.h"

enum { HOME_LIST_MAX = PAGE_MAX }; /* more networks or questions than these no account has */

struct home {
    struct call     *call;
    struct snapshot *snapshot;
    struct showing   showing; /* reads from the snapshot */
    struct json      json;
};

typedef size_t home_ids(struct reader *reader, struct id first, struct id after, struct id *ids,
                        size_t max);

/* The last one shown, if there are more. */
static struct id home_write_list(struct home *home, const char *name,
                                 const struct resource *resource, home_ids *list,
                                 void (*shown)(struct call *call, struct id id, const void *row))
{
    struct showing *showing = &home->showing;
    struct id       ids[HOME_LIST_MAX + 1];
    size_t          count = list(showing->reader, call_account(home->call), NO_ID, ids, COUNT(ids));

    json_name(&home->json, name);
    json_array(&home->json);
    for (size_t i = 0; i < count && i < HOME_LIST_MAX; i++) {
        const void *row = resource->row(home->call, showing->reader, showing->arena, ids[i]);
        if (!row) continue;
        resource->show(&home->json, showing, ids[i], row);
        if (shown) shown(home->call, ids[i], row);
    }
    json_array_end(&home->json);
    return count > HOME_LIST_MAX ? ids[HOME_LIST_MAX - 1] : NO_ID;
}

static struct status home_write(struct home *home)
{
    struct call *call = home->call;
    uint64_t     head;

    TRY(log_head(home->showing.reader, &head));
    json_object(&home->json);
    json_put_position(&home->json, "position", log_position(home->showing.reader, head));
    home_write_list(home, "networks", &resource_network, view_list_account_network, NULL);
    struct id last = home_write_list(home, "devices", &resource_device, view_list_account_device,
                                     NULL);
    if (caller_has(&call->credentials.caller, RIGHT_CONSENT))
        home_write_list(home, "inbox", &resource_question, view_list_inbox, inbox_note_shown);
    if (id_given(last))
        json_put_text(&home->json, "devicesNext", text_base64url(call->arena, id_slice(&last)));
    json_object_end(&home->json);
    return reader_failure(home->showing.reader);
}

void app_home(struct call *call)
{
    struct buffer body = { 0 };
    struct home   home = { .call     = call,
                           .snapshot = snapshot_open(call->ground->store),
                           .json     = json_to(&body) };

    home.showing         = (struct showing){ .reader = snapshot_reader(home.snapshot),
                                             .arena  = call->arena };
    struct status status = home_write(&home);
    snapshot_close(home.snapshot);
    if (status.code == STATUS_OK) {
        call_answer_json(call, 200, &body);
        return;
    }
    buffer_free(&body);
    call_broken(call, status);
}

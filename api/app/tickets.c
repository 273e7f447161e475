/* tickets.c -- tickets for pages that can send no header: api/call/ticket.h. */
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/call/limit.h"
#include "api/call/ticket.h"

enum { FOR_MAX = 64 }; /* bytes: "devices/" and an id */

static bool ticket_within_rate(struct call *call)
{
    struct {
        char      kind;
        struct id account;
    } name                       = { 't', call_account(call) };
    struct limit_verdict verdict = limit_take(
        call->loop->limits, (struct slice){ (const char *)&name, sizeof name },
        (struct limit_rate){ TICKET_PER_MINUTE / 60.0, TICKET_PER_MINUTE }, 1, call->now_us);

    if (verdict.allowed) return true;
    request_header(call->request, "Retry-After",
                   arena_print(call->arena, "%llu", (unsigned long long)verdict.reset_s));
    call_fail(call, PROBLEM_too_many_requests, "Too many tickets in a minute: see Retry-After.");
    return false;
}

/* "stream" or "devices/{deviceId}", which has to be the caller's own. */
static bool ticket_read_for(struct call *call, struct id *device)
{
    static const char *const names[] = { "for", NULL };
    const struct slice       start   = SLICE("devices/");
    const struct node       *body    = call_body(call);
    struct device_row        row;
    struct bad_field         bad;
    struct slice             what;

    if (!body) return false;
    if (!json_only(body, names, &bad) ||
        !json_read_text(body, "for", FOR_MAX, REQUIRED, &what, &bad)) {
        call_fail_field(call, &bad);
        return false;
    }
    *device = NO_ID;
    if (slice_equal(what, SLICE("stream"))) return true;
    if (!slice_starts(what, start) ||
        !id_parse((struct slice){ what.data + start.size, what.size - start.size }, device) ||
        id_kind(*device) != ID_device) {
        bad_field_say(&bad, "for", "has to be stream, or devices/ and the id of a device");
        call_fail_field(call, &bad);
        return false;
    }
    if (own_device(call, call_reader(call), call->arena, *device, &row)) return true;
    resource_unknown(call, &resource_device);
    return false;
}

void app_post_ticket(struct call *call)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);
    struct id     device;

    if (!ticket_read_for(call, &device) || !ticket_within_rate(call)) return;
    json_object(&json);
    json_put_text(&json, "ticket", ticket_text(call, device));
    json_put_instant(&json, "expiresAt", call->now_us + TICKET_FIRST_USE);
    json_object_end(&json);
    call_answer_json(call, 201, &body);
}

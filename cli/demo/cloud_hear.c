/* cloud_hear.c -- piotd's webhooks, as they come in at the vendor's endpoint.
 *
 * The answer has to be quick: what takes time is left in the queue, and its outcome told
 * later, as a real vendor's cloud would. */
#include <stdio.h>
#include <string.h>

#include "cli/demo/cloud_internal.h"
#include "core/base/clock.h"

#define PREFIX          "piot.v1."
#define CLOUD_TOLERANCE (300 * SECOND) /* of a webhook's age, as Standard Webhooks has it */

static void copy_text(char *into, size_t room, struct slice text)
{
    snprintf(into, room, "%.*s", (int)text.size, text.size ? text.data : "");
}

/* -- what piotd says ----------------------------------------------------------------------- */

struct heard {
    struct cloud *cloud;
    struct tree   event; /* empty: somebody keeps it */
    struct arena  arena;
    int           status; /* of the answer */
    struct slice  body;   /* nothing: none */
};

static struct slice heard_data(struct heard *heard, const char *path)
{
    return node_shown(node_at(heard->event.root, "data"), path, &heard->arena);
}

static void hear_grant(struct heard *heard)
{
    struct cloud      *cloud = heard->cloud;
    struct slice       grant = heard_data(heard, "grantId");
    struct thing      *thing = cloud_thing(cloud, heard_data(heard, "vendorDeviceId"));
    const struct node *list  = node_at(heard->event.root, "data.capabilities");
    size_t             size  = 1;

    if (!thing) {
        demo_differs(cloud->demo, "a grant for a device that is not ours");
        return;
    }
    bool again = slice_equal(slice_text(thing->grant), grant);
    copy_text(thing->grant, sizeof thing->grant, grant);
    memcpy(thing->capabilities, " ", 2);
    for (size_t i = 0; i < node_count(list); i++) {
        struct slice name = node_shown(node_item(list, i), "", &heard->arena);
        if (size + name.size + 2 > sizeof thing->capabilities) break;
        size += (size_t)snprintf(thing->capabilities + size, sizeof thing->capabilities - size,
                                 "%.*s ", (int)name.size, name.data);
    }
    if (again) return; /* the webhook came twice */
    demo_say(cloud->demo->vendor, "hears of the grant for %s (%s): may use%s", thing->name,
             thing->grant, thing->capabilities);
    cloud_push(cloud,
               &(struct job){ .what = JOB_REPORT, .thing = (size_t)(thing - cloud->things) });
}

static void hear_refusal(struct heard *heard)
{
    struct slice detection = heard_data(heard, "detectionId"), reason = heard_data(heard, "reason");

    for (size_t i = 0; i < heard->cloud->thing_count; i++) {
        struct thing *thing = &heard->cloud->things[i];
        if (!slice_equal(slice_text(thing->detection), detection)) continue;
        thing->refused = true;
        demo_say(heard->cloud->demo->vendor, "hears that %s was refused: %.*s", thing->name,
                 (int)reason.size, reason.data);
    }
}

static void hear_withdrawal(struct heard *heard)
{
    struct slice grant = heard_data(heard, "grantId");

    heard->status = 200;
    heard->body   = SLICE("{\"status\":\"acknowledged\"}");
    for (size_t i = 0; i < heard->cloud->thing_count; i++) {
        struct thing *thing = &heard->cloud->things[i];
        if (!slice_equal(slice_text(thing->grant), grant)) continue;
        thing->grant[0] = '\0';
        thing->refused  = true; /* nobody is to wait for it */
        demo_say(heard->cloud->demo->vendor, "hears that the grant for %s has ended: acknowledges",
                 thing->name);
    }
}

/* Seen before? If not, it is now. */
static bool is_repeat(struct cloud *cloud, struct slice command)
{
    for (size_t i = 0; i < COUNT(cloud->last_commands); i++)
        if (slice_equal(slice_text(cloud->last_commands[i]), command)) return true;
    copy_text(cloud->last_commands[cloud->command_count++ % COUNT(cloud->last_commands)],
              ID_TEXT_MAX, command);
    return false;
}

static void hear_command(struct heard *heard)
{
    struct cloud *cloud   = heard->cloud;
    struct thing *thing   = cloud_thing(cloud, heard_data(heard, "vendorDeviceId"));
    struct slice  command = heard_data(heard, "commandId"), name = heard_data(heard, "name");
    struct slice  input = heard_data(heard, "input");
    struct job    job   = { .what  = JOB_OBEY,
                            .at_us = clock_monotonic_us() + CLOUD_DEVICE_MS * MILLISECOND };

    heard->status = 200;
    if (!thing || !*thing->grant) {
        heard->body = SLICE("{\"status\":\"failed\",\"error\":{\"code\":\"UNKNOWN_DEVICE\"}}");
        demo_differs(cloud->demo, "a command for a device nobody granted");
        return;
    }
    heard->body = SLICE("{\"status\":\"accepted\"}");
    if (is_repeat(cloud, command)) return;
    demo_say(cloud->demo->vendor, "is told: %s, %.*s %.*s; %s", thing->name, (int)name.size,
             name.data, (int)input.size, input.size ? input.data : "",
             cloud->demo->pull ? "begins" : "its signature is good; accepts");
    job.thing = (size_t)(thing - cloud->things);
    copy_text(job.command, sizeof job.command, command);
    copy_text(job.operation, sizeof job.operation, heard_data(heard, "operation"));
    copy_text(job.name, sizeof job.name, name);
    job.event = heard->event;
    if (cloud_push(cloud, &job)) heard->event = (struct tree){ 0 };
}

static void hear_test(struct heard *heard)
{
    demo_say(heard->cloud->demo->vendor, "gets it, and its signature is good");
    atomic_store(&heard->cloud->tried, true);
}

static void hear_nothing(struct heard *heard) { (void)heard; }

static const struct {
    const char *type;
    void (*hear)(struct heard *heard);
} kinds[] = {
    { "grant-created", hear_grant },        { "grant-refused", hear_refusal },
    { "grant-withdrawn", hear_withdrawal }, { "command-requested", hear_command },
    { "grant-changed", hear_nothing },      { "grant-renewed", hear_nothing },
    { "command-cancelled", hear_nothing },  { "test-notification", hear_test },
    { "grant-expired", hear_nothing },      { "device-moved", hear_nothing },
    { "vendor-suspended", hear_nothing },   { "vendor-resumed", hear_nothing },
};

static void hear_event(struct heard *heard)
{
    struct slice       type   = node_shown(heard->event.root, "type", &heard->arena);
    const struct slice prefix = SLICE(PREFIX);

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (slice_starts(type, prefix) &&
            slice_equal((struct slice){ type.data + prefix.size, type.size - prefix.size },
                        slice_text(kinds[i].type))) {
            kinds[i].hear(heard);
            return;
        }
    demo_differs(heard->cloud->demo, "a webhook of a type nobody told us of: %.*s", (int)type.size,
                 type.size ? type.data : "");
}

void cloud_take(struct cloud *cloud, struct tree *event)
{
    struct heard heard = { .cloud = cloud, .event = *event };

    hear_event(&heard);
    *event = heard.event;
    arena_free(&heard.arena);
}

/* -- the endpoint ------------------------------------------------------------------------------ */

static enum signature_verdict heard_judge(struct heard *heard, const struct request *request)
{
    const struct http_head      *head     = request->head;
    const struct delivery_signed delivery = {
        .id         = http_header(head, "webhook-id"),
        .timestamp  = http_header(head, "webhook-timestamp"),
        .signatures = http_header(head, "webhook-signature"),
        .body       = request->body,
    };
    struct clock clock = clock_real();

    return signature_verify(&heard->arena, &delivery, &heard->cloud->secret, 1, clock_now(&clock),
                            CLOUD_TOLERANCE, NULL);
}

void cloud_hear(void *context, struct request *request)
{
    struct heard           heard   = { .cloud = context, .status = 204 };
    enum signature_verdict verdict = heard_judge(&heard, request);

    if (request->head->method != HTTP_POST) heard.status = 405;
    else if (verdict != SIGNATURE_GOOD) {
        heard.status = 401;
        demo_differs(heard.cloud->demo, "a webhook is not to be trusted: %s",
                     signature_why(verdict));
    } else if (tree_read(&heard.event, request->body).code == STATUS_OK) hear_event(&heard);
    else heard.status = 400;
    request_answer(request, heard.status, heard.body.size ? "application/json" : NULL, heard.body);
    tree_close(&heard.event);
    arena_free(&heard.arena);
}

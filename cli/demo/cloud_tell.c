/* cloud_tell.c -- the cloud's words to piotd: CloudEvents, signed. */
#include <stdio.h>
#include <string.h>

#include "cli/demo/cloud_internal.h"
#include "core/base/clock.h"

static void cloud_put_now(struct json *json, const char *name)
{
    struct clock clock = clock_real();

    json_put_instant(json, name, clock_now(&clock));
}

/* -- events ------------------------------------------------------------------------------ */

/* Up to data, which is left open. */
static void begin_event(struct cloud *cloud, struct json *json, const char *type)
{
    char text[80];

    json_object(json);
    json_put_text(json, "specversion", SLICE("1.0"));
    snprintf(text, sizeof text, "%s-%llu", cloud->demo->run, (unsigned long long)++cloud->sent);
    json_put_text(json, "id", slice_text(text));
    json_put_text(json, "source", SLICE("https://acme.example/cloud"));
    snprintf(text, sizeof text, "piot.v1.%s", type);
    json_put_text(json, "type", slice_text(text));
    cloud_put_now(json, "time");
    json_put_text(json, "datacontenttype", SLICE("application/json"));
    json_name(json, "data");
    json_object(json);
}

static void end_event(struct json *json)
{
    json_object_end(json);
    json_object_end(json);
}

static void cloud_put_state(struct cloud *cloud, const struct thing *thing, struct json *json)
{
    begin_event(cloud, json, "device-state-reported");
    json_put_text(json, "vendorDeviceId", slice_text(thing->id));
    cloud_put_now(json, "observedAt");
    json_name(json, "properties");
    json_object(json);
    thing_put(thing, json);
    json_object_end(json);
    end_event(json);
}

static void cloud_put_online(struct cloud *cloud, const struct thing *thing, struct json *json)
{
    begin_event(cloud, json, "device-connectivity-changed");
    json_put_text(json, "vendorDeviceId", slice_text(thing->id));
    cloud_put_now(json, "observedAt");
    json_put_flag(json, "online", true);
    end_event(json);
}

/* -- posting -------------------------------------------------------------------------------- */

/* Each event of the delivery has to be taken. A grant may be withdrawn while a report
 * about it is under way: that it then is refused is as it should be. */
static bool results_judge(struct cloud *cloud, const struct node *answer)
{
    const struct node *results = node_at(answer, "results");
    struct arena       arena   = { 0 };
    bool               fine    = node_count(results) > 0;

    for (size_t i = 0; i < node_count(results); i++) {
        const struct node *result = node_item(results, i);
        struct slice       code   = node_shown(result, "code", &arena);
        if (node_says(result, "status", "accepted") || node_says(result, "status", "duplicate") ||
            slice_equal(code, SLICE("CONSENT_WITHDRAWN")))
            continue;
        fine = demo_differs(cloud->demo, "piotd did not take a report: %.*s", (int)code.size,
                            code.data);
    }
    arena_free(&arena);
    return fine;
}

/* A batch, signed. `tree`: the answer, for the caller to close. */
static bool cloud_post(struct cloud *cloud, struct slice body, bool quiet, struct tree *tree)
{
    struct arena arena     = { 0 };
    struct clock clock     = clock_real();
    struct slice id        = arena_print(&arena, "msg-%s-%llu", cloud->demo->run,
                                         (unsigned long long)++cloud->sent);
    struct slice now       = arena_print(&arena, "%lld", (long long)(clock_now(&clock) / SECOND));
    struct slice sign      = signature_make(&arena, id, now, body, &cloud->secret, 1);
    const char  *headers[] = {
         arena_print(&arena, "webhook-id: %s", id.data).data,
         arena_print(&arena, "webhook-timestamp: %s", now.data).data,
         arena_print(&arena, "webhook-signature: %s", sign.data).data,
         NULL,
    };
    bool fine = demo_call(
                    &cloud->caller,
                    &(struct call_plan){
                        .method = "POST",
                        .path = arena_print(&arena, "/vendor/v1/%s/events", cloud->vendor_id).data,
                        .type = "application/cloudevents-batch+json",
                        .headers = headers,
                        .body    = body,
                        .wanted  = 202,
                        .quiet   = quiet,
                    },
                    tree) &&
                results_judge(cloud, tree->root);

    arena_free(&arena);
    return fine;
}

static bool cloud_post_and_forget(struct cloud *cloud, struct buffer *body, bool quiet)
{
    struct tree tree = { 0 };
    bool        fine = cloud_post(cloud, buffer_slice(body), quiet, &tree);

    tree_close(&tree);
    buffer_free(body);
    return fine;
}

/* -- what is told ------------------------------------------------------------------------------ */

static void cloud_put_observation(struct json *json, const char *address, uint16_t port)
{
    json_name(json, "observation");
    json_object(json);
    cloud_put_now(json, "observedAt");
    if (port) {
        json_name(json, "ipv4Address");
        json_object(json);
        json_put_text(json, "publicAddress", slice_text(address));
        json_put_u64(json, "publicPort", port);
        json_object_end(json);
    } else json_put_text(json, "ipv6Address", slice_text(address));
    json_object_end(json);
}

bool cloud_tell_detected(struct cloud *cloud, struct thing *thing, const char *address,
                         uint16_t port)
{
    struct buffer body  = { 0 };
    struct json   json  = json_to(&body);
    struct arena  arena = { 0 };
    struct tree   tree  = { 0 };

    demo_say(cloud->demo->vendor, "%s connects to its cloud from %s: tells piotd, signed",
             thing->name, address);
    json_array(&json);
    begin_event(cloud, &json, "device-detected");
    json_put_text(&json, "vendorDeviceId", slice_text(thing->id));
    json_put_text(&json, "thingModel", slice_text(thing_model_name(thing->kind)));
    json_put_text(&json, "displayName", slice_text(thing->name));
    cloud_put_observation(&json, address, port);
    end_event(&json);
    json_array_end(&json);
    bool               fine      = cloud_post(cloud, buffer_slice(&body), false, &tree);
    const struct node *result    = node_item(node_at(tree.root, "results"), 0);
    struct slice       detection = node_shown(result, "detectionId", &arena);
    snprintf(thing->detection, sizeof thing->detection, "%.*s", (int)detection.size,
             detection.size ? detection.data : "");
    if (fine) demo_note("all it learns: %s", thing->detection);
    tree_close(&tree);
    arena_free(&arena);
    buffer_free(&body);
    return fine;
}

bool cloud_tell_state(struct cloud *cloud, const struct thing *thing, bool first)
{
    struct buffer body = { 0 }, now = { 0 };
    struct json   json = json_to(&body);

    thing_describe(thing, &now);
    demo_say(cloud->demo->vendor, "%s: %.*s", thing->name, (int)now.size, now.data);
    buffer_free(&now);
    json_array(&json);
    if (first) cloud_put_online(cloud, thing, &json);
    cloud_put_state(cloud, thing, &json);
    json_array_end(&json);
    return cloud_post_and_forget(cloud, &body, !first);
}

bool cloud_tell_acknowledged(struct cloud *cloud, struct slice grant)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);

    json_array(&json);
    begin_event(cloud, &json, "withdrawal-acknowledged");
    json_put_text(&json, "grantId", grant);
    end_event(&json);
    json_array_end(&json);
    return cloud_post_and_forget(cloud, &body, true);
}

bool cloud_tell_outcome(struct cloud *cloud, const struct thing *thing, const char *command,
                        const char *why_not)
{
    struct buffer body = { 0 };
    struct json   json = json_to(&body);

    json_array(&json);
    begin_event(cloud, &json, "command-outcome");
    json_put_text(&json, "commandId", slice_text(command));
    json_put_text(&json, "status", why_not ? SLICE("failed") : SLICE("succeeded"));
    if (why_not) {
        json_name(&json, "error");
        json_object(&json);
        json_put_text(&json, "code", SLICE("NOT_POSSIBLE"));
        json_put_text(&json, "message", slice_text(why_not));
        json_object_end(&json);
    }
    end_event(&json);
    cloud_put_state(cloud, thing, &json);
    json_array_end(&json);
    demo_say(cloud->demo->vendor, "tells piotd that the command has %s, and the state it led to",
             why_not ? "failed" : "succeeded");
    return cloud_post_and_forget(cloud, &body, false);
}

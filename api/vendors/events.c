/* events.c -- vendors report what devices did: CloudEvents in, an answer for each.
 *
 * Each event is decided by itself: what is malformed, or refused, does not touch the
 * others of its delivery. They are decided in the order they came. An event is done
 * once under its source and id, however often it is sent; a delivery, under its
 * webhook-id, gets the very answer it got before.
 */
#include <string.h>

#include "api/call/idempotency.h"
#include "api/call/submit.h"
#include "api/courier/secrets.h"
#include "api/places/waiting.h"
#include "api/vendors/routes.h"
#include "api/vendors/vendor_event.h"
#include "core/wire/media_type.h"
#include "projections/state.h"

enum delivery_framing { FRAMING_NONE, FRAMING_ONE, FRAMING_BATCH };

/* What becomes of one event: an item of the request, or why it is not one. */
struct delivery_result {
    struct slice              id;   /* the CloudEvent's; data NULL: it had none we could read */
    const struct ledger_item *item; /* NULL: rejected before it was asked */
    struct slice              code, message;
};
struct delivery_events {
    struct call            *call;
    const struct node      *body;
    enum delivery_framing   framing;
    struct vendor_event    *incoming;
    struct delivery_result *results;
    size_t                  count, looked_at, well_formed;
};

enum { LOOK_AT_ONCE = 32 }; /* events: a millisecond, then it is others' turn on the loop */

/* -- who sends it ------------------------------------------------------------------- */

static struct slice delivery_header(const struct call *call, const char *name)
{
    return http_header(call->request->head, name);
}

/* `key`: the name of the secret it was signed with. */
static bool check_signature(struct call *call, const struct secrets *secrets, struct id *key)
{
    size_t                 which    = 0;
    struct delivery_signed delivery = {
        .id         = delivery_header(call, "webhook-id"),
        .timestamp  = delivery_header(call, "webhook-timestamp"),
        .signatures = delivery_header(call, "webhook-signature"),
        .body       = call->request->body,
    };
    enum signature_verdict verdict = signature_verify(call->arena, &delivery, secrets->items,
                                                      secrets->count, call->now_us,
                                                      call->ground->settings->signature_tolerance,
                                                      &which);

    if (verdict == SIGNATURE_GOOD) {
        *key = secrets->keys[which];
        return true;
    }
    call_fail(call, PROBLEM_unauthenticated, "%s", signature_why(verdict));
    return false;
}

/* A vendor nobody knows has no secrets, and is told the same as one that signs wrongly. */
static bool delivery_is_proven(struct call *call)
{
    struct secrets secrets;
    struct id      vendor, key;

    if (call->credentials.caller.kind != CALLER_NOBODY) return true; /* by its bearer key */
    if (!call_parameter_id(call, "vendorId", ID_vendor, &vendor)) return false;
    struct status read = secrets_of(call_reader(call), call->ground->vault, vendor, call->arena,
                                    &secrets);
    bool          good = read.code == STATUS_OK && check_signature(call, &secrets, &key);
    secrets_wipe(&secrets);
    if (read.code != STATUS_OK) call_broken(call, read);
    return good && auth_as_vendor(call, vendor, key) && idempotency_is_new(call, vendor);
}

/* -- what it says ---------------------------------------------------------------------- */

static enum delivery_framing delivery_framing(struct slice type)
{
    if (media_type_is(type, "application/cloudevents+json")) return FRAMING_ONE;
    if (media_type_is(type, "application/cloudevents-batch+json")) return FRAMING_BATCH;
    return FRAMING_NONE;
}

/* NULL: an error has been answered. */
static const struct node *delivery_read_body(struct call *call, enum delivery_framing framing)
{
    struct bad_field   bad;
    const struct node *body = node_parse(call->arena, call->request->body, &bad);

    if (!body) {
        call_fail_field(call, &bad);
    } else if (framing == FRAMING_BATCH && node_kind(body) != NODE_ARRAY) {
        call_fail(call, PROBLEM_invalid_argument, "A batch has to be a list of CloudEvents.");
    } else if (framing == FRAMING_BATCH && node_count(body) > REQUEST_ITEMS_MAX) {
        call_fail(call, PROBLEM_out_of_range, "A batch has to be at most %d events.",
                  REQUEST_ITEMS_MAX);
    } else {
        return body;
    }
    return NULL;
}

static void result_reject(struct call *call, struct delivery_result *result, const char *code,
                          struct slice message)
{
    result->code    = problem_code(call->arena, code);
    result->message = message;
}

static void result_reject_refused(struct call *call, struct delivery_result *result,
                                  enum refusal refusal)
{
    const struct refusal_shape *shape = refusal_shape(refusal);

    result_reject(call, result, shape->name, slice_text(shape->sentence));
}

static struct placing delivery_placing(struct call *call)
{
    return (struct placing){
        .reader = call_reader(call),
        .arena  = call->arena,
        .policy = &call->ground->policy,
        .names  = call->ground->names,
        .now_us = call->now_us,
        .vendor = call_vendor(call),
    };
}

/* Reads one event and finds its place; or says why it is rejected. */
static void delivery_look_at(struct call *call, const struct placing *placing,
                             const struct node *node, struct vendor_event *incoming,
                             struct delivery_result *result)
{
    vendor_event_read(node, slice_text(call->ground->settings->event_prefix), call->arena,
                      incoming);
    result->id = incoming->event.id;
    if (!incoming->wrong) vendor_event_place(placing, incoming);
    if (incoming->wrong)
        result_reject(call, result, problem_shape(PROBLEM_invalid_argument)->name,
                      *incoming->bad.name
                          ? bad_field_sentence(call->arena, &incoming->bad)
                          : arena_print(call->arena, "The event %s.", incoming->bad.why));
    else if (incoming->refusal) result_reject_refused(call, result, incoming->refusal);
}

static bool is_well_formed(const struct vendor_event *incoming)
{
    return !incoming->wrong && !incoming->refusal;
}

static void delivery_look_at_next(struct delivery_events *delivery)
{
    struct placing     placing = delivery_placing(delivery->call);
    size_t             i       = delivery->looked_at++;
    const struct node *node    = delivery->framing == FRAMING_BATCH ? node_item(delivery->body, i)
                                                                    : delivery->body;

    delivery_look_at(delivery->call, &placing, node, &delivery->incoming[i], &delivery->results[i]);
    delivery->well_formed += is_well_formed(&delivery->incoming[i]);
}

static struct delivery_events *delivery_of(struct call *call, const struct node *body,
                                           enum delivery_framing framing)
{
    struct delivery_events *delivery = arena_new(call->arena, struct delivery_events);

    delivery->call     = call;
    delivery->body     = body;
    delivery->framing  = framing;
    delivery->count    = framing == FRAMING_BATCH ? node_count(body) : 1;
    delivery->incoming = arena_array(call->arena, struct vendor_event, delivery->count);
    delivery->results  = arena_array(call->arena, struct delivery_result, delivery->count);
    return delivery;
}

/* -- the answer ------------------------------------------------------------------------ */

static struct slice detection_text(struct arena *arena, struct id detection)
{
    char text[ID_TEXT_MAX];

    id_text(detection, text);
    return arena_copy(arena, slice_text(text));
}

/* Names what of a report was not granted: the rule took the rest. */
static void result_write_ignored(struct call *call, struct json *json,
                                 const struct ledger_item *item)
{
    const struct event *event = outcome_event(&item->outcome, EVENT_device_state_reported);
    struct values       given = item->intent.report_state.properties, taken;

    if (item->outcome.duplicate || !event) return;
    taken = event->device_state_reported.properties;
    if (taken.count == given.count) return;
    json_name(json, "ignored");
    json_array(json);
    for (size_t i = 0; i < given.count; i++) {
        struct slice name = given.items[i].name;
        if (values_get(taken, name).data) continue;
        json_object(json);
        json_put_text(json, "pointer",
                      arena_print(call->arena, "/data/properties/%.*s", (int)name.size, name.data));
        json_put_text(json, "code",
                      problem_code(call->arena,
                                   refusal_shape(REFUSED_capability_not_granted)->name));
        json_object_end(json);
    }
    json_array_end(json);
}

static void result_write_done(struct call *call, struct json *json, const struct ledger_item *item)
{
    ensure(item != NULL); /* else it was rejected */

    json_put_text(json, "status", item->outcome.duplicate ? SLICE("duplicate") : SLICE("accepted"));
    if (item->intent.type == INTENT_report_state) result_write_ignored(call, json, item);
    if (item->intent.type == INTENT_report_detection)
        json_may_text(json, "detectionId",
                      item->outcome.duplicate ? item->outcome.stored_result : item->stored_result);
}

static void result_write(struct call *call, struct json *json, struct delivery_result *result)
{
    const struct ledger_item *item = result->item;

    if (item && item->outcome.refusal) result_reject_refused(call, result, item->outcome.refusal);
    json_object(json);
    json_name(json, "id");
    if (result->id.data) json_text(json, result->id);
    else json_null(json);
    if (result->code.size) {
        json_put_text(json, "status", SLICE("rejected"));
        json_put_text(json, "code", result->code);
        json_put_text(json, "message", result->message);
    } else {
        result_write_done(call, json, item);
    }
    json_object_end(json);
}

static void results_write(struct call *call, struct delivery_events *delivery, struct buffer *out)
{
    struct json json = json_to(out);

    json_object(&json);
    json_name(&json, "results");
    json_array(&json);
    for (size_t i = 0; i < delivery->count; i++) result_write(call, &json, &delivery->results[i]);
    json_array_end(&json);
    json_object_end(&json);
}

static void delivery_write_reply(struct submission *submission, struct reader *reader,
                                 struct reply *reply)
{
    (void)reader;
    results_write(submission->call, submission->context, &reply->body);
}

/* -- asking ------------------------------------------------------------------------------ */

/* What the event is called, in few bytes: a repeat has the same source and id. */
static struct slice delivery_name_deduplication(struct arena *arena, const struct cloudevent *event)
{
    struct slice parts[] = { event->source, SLICE("\n"), event->id };
    struct hash  hash    = crypto_sha256_all(parts, COUNT(parts));

    return arena_copy(arena, SLICE_OF(hash.bytes));
}

static void delivery_put_item(struct submission *submission, size_t index,
                              struct vendor_event *incoming)
{
    struct call        *call   = submission->call;
    struct ledger_item *item   = &submission->request.items[index];
    struct intent      *intent = submit_intent(submission, index, incoming->intent.type,
                                               incoming->intent.stream);

    incoming->intent.actor = intent->actor;
    if (incoming->intent.type == INTENT_report_detection) {
        struct id detection                         = call_new_id(call, ID_detection);
        incoming->intent.report_detection.detection = detection;
        item->stored_result                         = detection_text(call->arena, detection);
    }
    *intent                 = incoming->intent;
    item->deduplication_key = delivery_name_deduplication(call->arena, &incoming->event);
}

/* Where they were seen waits beside the events, until somebody looks whose address it was. */
static void delivery_await_resolution(struct submission *submission, struct batch *batch)
{
    const struct delivery_events *delivery = submission->context;

    for (size_t i = 0; i < delivery->count; i++) {
        const struct ledger_item *item = delivery->results[i].item;
        const struct event       *detected;

        if (!item || item->outcome.refusal || item->outcome.duplicate) continue;
        detected = outcome_event(&item->outcome, EVENT_device_detected);
        if (detected)
            waiting_put(batch, submission->call->ground->vault, detected->position,
                        &delivery->incoming[i].seen);
    }
}

static void events_submit(struct call *call, struct delivery_events *delivery)
{
    struct submission *submission = submit_new(call, delivery->well_formed);
    size_t             index      = 0;

    for (size_t i = 0; i < delivery->count; i++) {
        if (!is_well_formed(&delivery->incoming[i])) continue;
        delivery->results[i].item = &submission->request.items[index];
        delivery_put_item(submission, index++, &delivery->incoming[i]);
    }
    submission->itemized       = true;
    submission->context        = delivery;
    submission->write          = delivery_write_reply;
    submission->request.change = CHANGE_await_resolution;
    submission->make           = delivery_await_resolution;
    submit_send(submission);
}

static void delivery_finish(struct delivery_events *delivery)
{
    struct call  *call   = delivery->call;
    struct buffer answer = { 0 };

    if (delivery->well_formed) {
        events_submit(call, delivery);
    } else {
        results_write(call, delivery, &answer);
        call_answer_json(call, call->route->success, &answer);
    }
}

/* A loop's last words come once, so then all the rest is looked at. */
static void delivery_go_on(void *argument)
{
    struct delivery_events *delivery = argument;
    struct server          *server   = delivery->call->loop->server;
    size_t                  until    = delivery->looked_at + LOOK_AT_ONCE;

    while (delivery->looked_at < delivery->count) {
        if (delivery->looked_at == until && !server_stopping(server) &&
            server_post(server, delivery_go_on, delivery))
            return;
        delivery_look_at_next(delivery);
    }
    delivery_finish(delivery);
}

void vendor_post_events(struct call *call)
{
    enum delivery_framing   framing = delivery_framing(delivery_header(call, "Content-Type"));
    const struct node      *body;
    struct delivery_events *delivery;

    if (!delivery_is_proven(call)) return;
    if (framing == FRAMING_NONE) {
        call_fail(call, PROBLEM_unsupported_media_type,
                  "Send application/cloudevents+json or application/cloudevents-batch+json.");
        return;
    }
    body = delivery_read_body(call, framing);
    if (!body) return;
    delivery = delivery_of(call, body, framing);
    if (call_takes_events(call, delivery->count)) delivery_go_on(delivery);
}

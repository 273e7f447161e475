#include "api/vendors/delivery.h"

#include "core/wire/json_parts.h"
#include "core/wire/media_type.h"
#include "projections/state.h"

/* -- what was sent -------------------------------------------------------------------------- */

static struct delivery_events *delivery_of(struct call *call, const struct node *alone,
                                           const struct slice *texts, size_t count)
{
    struct delivery_events *delivery = arena_new(call->arena, struct delivery_events);

    delivery->call     = call;
    delivery->alone    = alone;
    delivery->texts    = texts;
    delivery->count    = count;
    delivery->incoming = arena_array(call->arena, struct vendor_event, count);
    delivery->results  = arena_array(call->arena, struct delivery_result, count);
    return delivery;
}

static struct delivery_events *delivery_read_one(struct call *call)
{
    struct bad_field   bad;
    const struct node *alone = node_parse(call->arena, call->request->body, &bad);

    if (alone) return delivery_of(call, alone, NULL, 1);
    call_fail_field(call, &bad);
    return NULL;
}

static struct delivery_events *delivery_read_batch(struct call *call)
{
    struct slice     *texts = arena_array(call->arena, struct slice, REQUEST_ITEMS_MAX);
    struct json_parts parts = json_parts(call->request->body, '[');
    size_t            count = 0;

    while (count < REQUEST_ITEMS_MAX && json_next(&parts, &texts[count])) count++;
    if (parts.more)
        call_fail(call, PROBLEM_out_of_range, "A batch has to be at most %d events.",
                  REQUEST_ITEMS_MAX);
    else if (!parts.whole)
        call_fail(call, PROBLEM_invalid_argument, "A batch has to be a list of CloudEvents.");
    else return delivery_of(call, NULL, texts, count);
    return NULL;
}

struct delivery_events *delivery_read(struct call *call)
{
    struct slice type = http_header(call->request->head, "Content-Type");

    if (media_type_is(type, "application/cloudevents+json")) return delivery_read_one(call);
    if (media_type_is(type, "application/cloudevents-batch+json")) return delivery_read_batch(call);
    call_fail(call, PROBLEM_unsupported_media_type,
              "Send application/cloudevents+json or application/cloudevents-batch+json.");
    return NULL;
}

/* -- what is wrong with an event ------------------------------------------------------------ */

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

static void result_reject_wrong(struct call *call, struct delivery_result *result,
                                const struct bad_field *bad)
{
    result_reject(call, result, problem_shape(PROBLEM_invalid_argument)->name,
                  bad_field_sentence(call->arena, bad, "The event"));
    result->pointer = bad_field_pointer(call->arena, bad);
}

/* -- what it asks for ---------------------------------------------------------------------- */

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
static void delivery_look_at(struct delivery_events *delivery, const struct node *node,
                             struct vendor_event *incoming, struct delivery_result *result)
{
    struct call   *call    = delivery->call;
    struct placing placing = delivery_placing(call);

    vendor_event_read(node, slice_text(call->ground->settings->event_prefix), call->arena,
                      incoming);
    result->id = incoming->event.id;
    if (!incoming->wrong) vendor_event_place(&placing, incoming);
    if (incoming->wrong) result_reject_wrong(call, result, &incoming->bad);
    else if (incoming->refusal) result_reject_refused(call, result, incoming->refusal);
}

bool delivery_is_well_formed(const struct vendor_event *incoming)
{
    return !incoming->wrong && !incoming->refusal;
}

void delivery_look_at_next(struct delivery_events *delivery)
{
    size_t                  i        = delivery->looked_at++;
    struct vendor_event    *incoming = &delivery->incoming[i];
    struct delivery_result *result   = &delivery->results[i];
    const struct node      *node     = delivery->alone;

    if (!node) node = node_parse(delivery->call->arena, delivery->texts[i], &incoming->bad);
    incoming->wrong = !node;
    if (node) delivery_look_at(delivery, node, incoming, result);
    else result_reject_wrong(delivery->call, result, &incoming->bad);
    delivery->well_formed += delivery_is_well_formed(incoming);
}

/* -- the answer ------------------------------------------------------------------------ */

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

static void result_write(struct delivery_events *delivery, struct json *json, size_t index)
{
    struct call              *call   = delivery->call;
    struct delivery_result   *result = &delivery->results[index];
    const struct ledger_item *item   = result->item;

    if (item && item->outcome.refusal) result_reject_refused(call, result, item->outcome.refusal);
    json_object(json);
    json_put_u64(json, "index", index);
    json_name(json, "id");
    if (result->id.data) json_text(json, result->id);
    else json_null(json);
    if (result->code.size) {
        json_put_text(json, "status", SLICE("rejected"));
        json_put_text(json, "code", result->code);
        json_put_text(json, "message", result->message);
        json_may_text(json, "pointer", result->pointer);
    } else {
        result_write_done(call, json, item);
    }
    json_object_end(json);
}

void delivery_write(struct delivery_events *delivery, struct buffer *out)
{
    struct json json = json_to(out);

    json_object(&json);
    json_name(&json, "results");
    json_array(&json);
    for (size_t i = 0; i < delivery->count; i++) result_write(delivery, &json, i);
    json_array_end(&json);
    json_object_end(&json);
}

/* properties.c -- a device's properties and actions as resources, as WoT clients use
 * them: what goes in and out is the bare value. */
#include "api/app/command.h"
#include "api/app/routes.h"
#include "api/call/query.h"
#include "api/call/show.h"
#include "api/things/schema.h"
#include "api/things/thing_model.h"
#include "projections/state.h"

static void answer_no_value(struct call *call)
{
    call_fail(call, PROBLEM_not_found, "No value of this property has been reported.");
}

void app_get_property(struct call *call)
{
    struct id         device;
    struct device_row row;
    struct slice      value;

    if (!call_parameter_id(call, "deviceId", ID_device, &device)) return;
    if (!own_device(call, call_reader(call), call->arena, device, &row)) {
        resource_unknown(call, &resource_device);
        return;
    }
    value = values_get(row.reported, call_parameter(call, "name"));
    if (!value.data) answer_no_value(call);
    else if (!query_unchanged(call, show_tag(value)))
        call_answer(call, 200, "application/json", value);
}

/* The name stands in the path, so one that the model does not have is no bad request:
 * there is nothing at that path. */
static bool property_is_there(struct call *call, struct id device, struct slice name)
{
    const struct definition *definition;
    struct device_row        row;

    if (!own_device(call, call_reader(call), call->arena, device, &row)) {
        resource_unknown(call, &resource_device);
        return false;
    }
    definition = schema_find(call_reader(call), row.vendor, row.model);
    if (definition && texts_have(definition_names(definition), name)) return true;
    call_fail(call, PROBLEM_not_found, "The device has nothing of this name.");
    return false;
}

/* The body as any JSON value; NULL in `value`: it was empty. */
static bool property_read_value(struct call *call, const struct node **value)
{
    struct bad_field bad;

    *value = NULL;
    if (!call->request->body.size) return true;
    if (!call_takes_json(call)) return false;
    *value = node_parse(call->arena, call->request->body, &bad);
    if (!*value) call_fail_field(call, &bad);
    return *value != NULL;
}

static void request_operation(struct call *call, struct slice operation)
{
    struct wish wish = { .operation = operation, .name = call_parameter(call, "name") };

    if (call_parameter_id(call, "deviceId", ID_device, &wish.device) &&
        property_is_there(call, wish.device, wish.name) && property_read_value(call, &wish.input))
        command_request(call, &wish);
}

void app_put_property(struct call *call) { request_operation(call, SLICE("writeProperty")); }

void app_post_action(struct call *call) { request_operation(call, SLICE("invokeAction")); }

void app_post_identify(struct call *call)
{
    struct wish       wish = { .operation = SLICE("invokeAction") };
    struct device_row row;

    if (!call_parameter_id(call, "deviceId", ID_device, &wish.device)) return;
    if (!own_device(call, call_reader(call), call->arena, wish.device, &row)) {
        resource_unknown(call, &resource_device);
        return;
    }
    wish.name = thing_model_identify(own_device_model(call, &row));
    if (wish.name.data) command_request(call, &wish);
    else
        call_fail(call, PROBLEM_not_found,
                  "The device cannot show which one it is: its thing model has no action for it.");
}

/* devices.c -- an account's devices. */
#include "api/app/resource.h"
#include "api/app/routes.h"
#include "api/call/query.h"
#include "api/things/thing_description.h"
#include "core/wire/media_type.h"

/* -- finding ----------------------------------------------------------------------------- */

struct device_filter {
    bool         by_network, by_vendor, by_online, online;
    struct id    network, vendor;
    struct slice words; /* part of a name; data NULL: any */
};

static char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c; }

/* ASCII letters match in either case; others have to be the same. */
static bool text_contains(struct slice text, struct slice part)
{
    for (size_t at = 0; at + part.size <= text.size; at++) {
        size_t same = 0;
        while (same < part.size &&
               ascii_lower(text.data[at + same]) == ascii_lower(part.data[same]))
            same++;
        if (same == part.size) return true;
    }
    return false;
}

static bool device_fits(const struct list *list, const void *row)
{
    const struct device_filter *filter = list->context;
    const struct device_row    *device = row;

    return (!filter->by_network || id_equal(device->network, filter->network)) &&
           (!filter->by_vendor || id_equal(device->vendor, filter->vendor)) &&
           (!filter->by_online || (device->online_at && device->online) == filter->online) &&
           (!filter->words.data || text_contains(device->name, filter->words));
}

static bool device_filter_read_id(struct call *call, const char *name, enum id_kind kind,
                                  bool *given, struct id *id)
{
    struct slice text = call_query(call, name);

    *given = text.data != NULL;
    if (!*given || (id_parse(text, id) && id_kind(*id) == kind)) return true;
    call_fail(call, PROBLEM_invalid_argument, "Query %s has to be the id of a %s.", name, name);
    return false;
}

static bool device_filter_read(struct call *call, struct device_filter *filter)
{
    filter->by_online = call_query(call, "online").data != NULL;
    filter->words     = call_query(call, "q");
    return device_filter_read_id(call, "network", ID_network, &filter->by_network,
                                 &filter->network) &&
           device_filter_read_id(call, "vendor", ID_vendor, &filter->by_vendor, &filter->vendor) &&
           call_query_flag(call, "online", false, &filter->online);
}

/* With a network named, only its devices are looked at; the filter runs all the same,
 * for the network may be somebody else's. */
void app_list_devices(struct call *call)
{
    struct device_filter filter = { .words = { NULL, 0 } };
    struct list          list   = { .resource = &resource_device, .context = &filter };

    if (!device_filter_read(call, &filter)) return;
    list.ids   = filter.by_network ? view_list_network_device : view_list_account_device;
    list.first = filter.by_network ? filter.network : call_account(call);
    if (filter.by_network || filter.by_vendor || filter.by_online || filter.words.data)
        list.pick = device_fits;
    list_answer(call, &list);
}

/* -- one ---------------------------------------------------------------------------------- */

/* Whoever names a Thing Description and likes it no less gets one; it is JSON, too. */
static bool wants_description(const struct call *call)
{
    struct slice    accept      = call_accept(call);
    struct accepted description = accept_of(accept, "application/td+json");

    return description.named && description.weight &&
           description.weight >= accept_of(accept, "application/json").weight;
}

/* A granted device has a published model, and it was read before it was published. */
const struct node *own_device_model(struct call *call, const struct device_row *row)
{
    struct thing_model_row model;
    struct bad_field       bad;
    const struct node     *node = NULL;

    if (view_get_thing_model(call_reader(call), row->vendor, name_model(row->model), call->arena,
                             &model))
        node = node_parse(call->arena, model.definition, &bad);
    if (!node)
        reader_note(call_reader(call), failed(STATUS_CORRUPT, "a device's thing model is gone"));
    return node;
}

static void device_describe(struct call *call, struct id device, const struct device_row *row)
{
    struct thing       thing = { .device = device, .base = call->ground->public_url };
    struct consent_row consent;
    struct buffer      body = { 0 };
    struct json        json = json_to(&body);

    view_get_consent(call_reader(call), row->consent, NO_ID, call->arena, &consent);
    thing.granted = consent.capabilities;
    thing.model   = own_device_model(call, row);
    if (thing.model) thing_description_write(&json, call->arena, &thing);
    if (!query_unchanged(call, show_tag(buffer_slice(&body))))
        call_answer(call, 200, "application/td+json", buffer_slice(&body));
    buffer_free(&body);
}

void app_get_device(struct call *call)
{
    struct id         device;
    struct device_row row;

    request_header(call->request, "Vary", SLICE("Accept"));
    if (!wants_description(call)) resource_answer(call, &resource_device);
    else if (!call_parameter_id(call, "deviceId", ID_device, &device)) return;
    else if (!own_device(call, call_reader(call), call->arena, device, &row))
        resource_unknown(call, &resource_device);
    else device_describe(call, device, &row);
}

void app_patch_device(struct call *call)
{
    struct id          device;
    struct submission *submission = resource_body(call, &resource_device, NULL, &device);

    if (!submission) return;
    struct change_device *change = &submission_intent(submission)->change_device;
    change->device               = device;
    if (change->name.data && !change->name.size) {
        struct bad_field bad;
        bad_field_say(&bad, "name", "may be left out, but not be empty");
        call_fail_field(call, &bad);
        return;
    }
    submit_send(submission);
}

void app_delete_device(struct call *call)
{
    struct id          device;
    struct submission *submission;

    if (!call_parameter_id(call, "deviceId", ID_device, &device)) return;
    submission = submit_new(call, 1);
    submit_intent(submission, 0, INTENT_remove_device, call_account(call))->remove_device.device =
        device;
    resource_submit(submission, &resource_device, device);
    submit_send(submission);
}

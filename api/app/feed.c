#include "api/app/feed.h"

#include "api/app/resource.h"
#include "projections/state.h"

bool feed_has(const struct event *event)
{
    return event->type != EVENT_webhook_delivered && event->type != EVENT_webhook_deferred &&
           event->type != EVENT_webhook_dead_lettered && event->type != EVENT_webhook_redelivered;
}

/* -- what an app would call for ----------------------------------------------------------- */

static const struct resource *feed_resource(enum event_type type, const char **field)
{
    *field = "device";
    switch ((int)type) {
    case EVENT_device_added:
    case EVENT_device_moved:
    case EVENT_device_renamed:
    case EVENT_device_placed:
    case EVENT_device_suspended:
    case EVENT_device_resumed:
    case EVENT_device_move_proposed:
    case EVENT_device_claim_disputed:
    case EVENT_consent_changed: return &resource_device;
    case EVENT_consent_requested:
    case EVENT_consent_reopened: *field = "consent"; return &resource_question;
    case EVENT_network_created:
    case EVENT_network_changed:
    case EVENT_gateway_attached:
    case EVENT_gateway_detached: *field = "network"; return &resource_network;
    default: *field = "command"; return &resource_command; /* the types that have one */
    }
}

static void feed_put_shown(const struct feed *feed, const struct event *event, struct json *json)
{
    struct showing        *showing = feed->showing;
    const char            *field;
    const struct resource *resource = feed_resource(event->type, &field);
    struct id              id       = event_field_id(event, field);

    ensure(showing != NULL); /* whoever hears it live is shown names, too */
    if (!id_given(id)) return;
    if (resource == &resource_question &&
        !caller_has(&feed->call->credentials.caller, RIGHT_CONSENT))
        return;
    const void *row = resource->row(feed->call, showing->reader, showing->arena, id);
    json_name(json, "shown");
    if (row) resource->show(json, showing, id, row);
    else json_null(json);
    if (row && resource == &resource_question) inbox_note_shown(feed->call, id, row);
}

static void feed_put_command(const struct feed *feed, struct id id, bool *open, struct id report,
                             struct json *json)
{
    struct command_row row;

    if (!own_command(feed->call, feed->showing->reader, feed->showing->arena, id, &row) ||
        !id_equal(row.told_by, report))
        return;
    if (!*open) {
        json_name(json, "commands");
        json_array(json);
        *open = true;
    }
    show_command(json, id, &row);
}

static void feed_put_commands(const struct feed *feed, const struct event *event, struct json *json)
{
    const struct device_state_reported *it   = &event->device_state_reported;
    bool                                open = false;
    struct awaited_row                  awaited;

    ensure(feed->showing != NULL);
    view_get_awaited(feed->showing->reader, it->device, NO_ID, feed->showing->arena, &awaited);
    for (size_t i = 0; i < it->properties.count; i++) {
        struct id command;
        if (commands_get(awaited.commands, it->properties.items[i].name, &command))
            feed_put_command(feed, command, &open, event->id, json);
    }
    if (open) json_array_end(json);
}

void feed_event(const struct feed *feed, struct event *event, struct json *json)
{
    struct id vendor = event_field_id(event, "vendor");

    event_redact(event);
    event_cloudevent_open(event, feed->view, json);
    if (feed->showing && id_given(vendor))
        json_may_text(json, "vendorName", showing_vendor(feed->showing, vendor)->name);
    if (feed->call && event->type == EVENT_device_state_reported)
        feed_put_commands(feed, event, json);
    else if (feed->call) feed_put_shown(feed, event, json);
    json_object_end(json);
    json_object_end(json);
}

/* -- server-sent events ---------------------------------------------------------------- */

static void feed_add_id(struct buffer *out, struct position position)
{
    char text[POSITION_TEXT_MAX];

    position_text(position, text);
    buffer_print(out, "id: %s\n", text);
}

/* The JSON writer escapes line ends, so the data is one line. */
void feed_frame(const struct feed *feed, struct event *event, struct buffer *out)
{
    struct json json = json_to(out);

    feed_add_id(out, (struct position){ feed->view->partition, event->position });
    buffer_add(out, SLICE("data: "));
    feed_event(feed, event, &json);
    buffer_add(out, SLICE("\n\n"));
}

void feed_reset(struct buffer *out, struct position position)
{
    char text[POSITION_TEXT_MAX];

    position_text(position, text);
    feed_add_id(out, position);
    buffer_print(out, "event: reset\ndata: {\"position\":\"%s\"}\n\n", text);
}

void feed_place(struct buffer *out, struct position position)
{
    feed_add_id(out, position);
    buffer_add(out, SLICE("\n"));
}

void feed_retry(struct buffer *out, unsigned wait_ms)
{
    buffer_print(out, "retry: %u\n\n", wait_ms);
}

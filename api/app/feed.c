#include "api/app/feed.h"

bool feed_has(const struct event *event)
{
    return event->type != EVENT_webhook_delivered && event->type != EVENT_webhook_deferred &&
           event->type != EVENT_webhook_dead_lettered;
}

void feed_event(struct event *event, const struct event_view *view, struct json *json)
{
    event_redact(event);
    event_cloudevent(event, view, json);
}

/* -- server-sent events ---------------------------------------------------------------- */

static void feed_add_id(struct buffer *out, struct position position)
{
    char text[POSITION_TEXT_MAX];

    position_text(position, text);
    buffer_print(out, "id: %s\n", text);
}

/* The JSON writer escapes line ends, so the data is one line. */
void feed_frame(struct buffer *out, struct event *event, const struct event_view *view)
{
    struct json json = json_to(out);

    feed_add_id(out, (struct position){ view->partition, event->position });
    buffer_add(out, SLICE("data: "));
    feed_event(event, view, &json);
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

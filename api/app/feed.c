#include "api/app/feed.h"

bool feed_has(const struct event *event)
{
    return event->type != EVENT_webhook_delivered && event->type != EVENT_webhook_deferred &&
           event->type != EVENT_webhook_dead_lettered;
}

void feed_event(struct event *event, const struct event_view *view, struct json *json)
{
    event_hush(event);
    event_cloudevent(event, view, json);
}

/* -- server-sent events ---------------------------------------------------------------- */

static void add_id(struct buffer *out, uint32_t partition, uint64_t position)
{
    buffer_print(out, "id: %u/%llu\n", partition, (unsigned long long)position);
}

/* The JSON writer escapes line ends, so the data is one line. */
void feed_frame(struct buffer *out, struct event *event, const struct event_view *view)
{
    struct json json = json_to(out);

    add_id(out, view->partition, event->position);
    buffer_add(out, SLICE("data: "));
    feed_event(event, view, &json);
    buffer_add(out, SLICE("\n\n"));
}

void feed_reset(struct buffer *out, uint32_t partition, uint64_t position)
{
    add_id(out, partition, position);
    buffer_print(out, "event: reset\ndata: {\"position\":\"%u/%llu\"}\n\n", partition,
                 (unsigned long long)position);
}

void feed_place(struct buffer *out, uint32_t partition, uint64_t position)
{
    add_id(out, partition, position);
    buffer_add(out, SLICE("\n"));
}

void feed_retry(struct buffer *out, unsigned wait_ms)
{
    buffer_print(out, "retry: %u\n\n", wait_ms);
}

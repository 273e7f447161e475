/* event.c -- the table of events, and what follows from it by name alone. */
#include "core/facts/event.h"

#include <string.h>

#define FIELD(type, name, meaning)             FIELD_ROW(type, name, false, FROM_US, 0, meaning)
#define PERSONAL(type, name, meaning)          FIELD_ROW(type, name, true, FROM_US, 0, meaning)
#define PASSING(type, name, meaning)           FIELD_ROW_PASSING(type, name, meaning)
#define EVENT(tag, name, stream, meaning, ...) FIELDS_FUNCTION(name, __VA_ARGS__)
#include "core/facts/events.def"
#undef EVENT
#undef PASSING
#undef PERSONAL
#undef FIELD

static const struct shape shapes[] = {
#define EVENT(tag, name, stream, meaning, ...) \
    { #name, meaning, tag, offsetof(struct event, name), sizeof(struct name), name##_fields },
#include "core/facts/events.def"
#undef EVENT
};

static const struct {
    enum event_type type;
    const char     *stream;
} streams[] = {
#define EVENT(tag, name, stream, ...) { EVENT_##name, #stream },
#include "core/facts/events.def"
#undef EVENT
};

enum row {
#define EVENT(tag, name, ...) ROW_##name,
#include "core/facts/events.def"
#undef EVENT
};

const struct shape *event_shape(enum event_type type)
{
    switch (type) {
/* clang-format off */
#define EVENT(tag, name, ...) case EVENT_##name: return &shapes[ROW_##name];
/* clang-format on */
#include "core/facts/events.def"
#undef EVENT
    }
    return NULL;
}

const struct shape *event_shape_at(size_t index)
{
    return index < COUNT(shapes) ? &shapes[index] : NULL;
}

const char *event_stream_name(enum event_type type)
{
    for (size_t i = 0; i < COUNT(streams); i++)
        if (streams[i].type == type)
            return strcmp(streams[i].stream, "ANY") ? streams[i].stream : "any";
    impossible("an event of an undeclared type");
}

bool event_passes(enum event_type type)
{
    for (const struct field *field = event_shape(type)->fields(); field->name; field++)
        if (field->passing) return true;
    return false;
}

static const char WIRE[] = "piot.v1.";

const struct shape *event_shape_by_wire_name(struct slice type)
{
    if (!slice_starts(type, slice_text(WIRE))) return NULL;
    struct slice name = { type.data + sizeof WIRE - 1, type.size - (sizeof WIRE - 1) };

    for (size_t i = 0; i < COUNT(shapes); i++) {
        size_t at = 0;
        while (at < name.size && shapes[i].name[at] &&
               name.data[at] == (shapes[i].name[at] == '_' ? '-' : shapes[i].name[at]))
            at++;
        if (at == name.size && !shapes[i].name[at]) return &shapes[i];
    }
    return NULL;
}

struct id event_field_id(const struct event *event, const char *name)
{
    const struct shape *shape = event_shape(event->type);
    ensure(shape != NULL);

    for (const struct field *f = shape->fields(); f->name; f++)
        if (f->type == FIELD_id && strcmp(f->name, name) == 0)
            return *(const struct id *)((const char *)event_body(event, shape) + f->offset);
    return NO_ID;
}

struct id event_owner(const struct event *event)
{
    const struct shape *shape = event_shape(event->type);
    ensure(shape != NULL);

    if (!shape_has_personal(shape)) return NO_ID;
    if (id_kind(event->stream) == ID_account || id_kind(event->stream) == ID_vendor)
        return event->stream;
    struct id account = event_field_id(event, "account");
    return id_given(account) ? account : event_field_id(event, "vendor");
}

void event_redact(struct event *event)
{
    const struct shape *shape = event_shape(event->type);
    ensure(shape != NULL);

    for (const struct field *f = shape->fields(); f->name; f++)
        if (f->type == FIELD_bytes || !strcmp(f->name, "password"))
            *(struct slice *)(void *)((char *)event + shape->offset +
                                      f->offset) = (struct slice){ NULL, 0 };
}

static void json_type(struct json *json, const struct shape *shape, struct slice prefix)
{
    char   text[128];
    size_t size = 0;

    ensure(prefix.size + sizeof WIRE + strlen(shape->name) < sizeof text);
    memcpy(text, prefix.data, prefix.size);
    size = prefix.size;
    for (const char *c = ".v1."; *c; c++) text[size++] = *c;
    for (const char *c = shape->name; *c; c++) text[size++] = *c == '_' ? '-' : *c;
    json_name(json, "type");
    json_text(json, (struct slice){ text, size });
}

void event_cloudevent_open(const struct event *event, const struct event_view *view,
                           struct json *json)
{
    const struct shape *shape = event_shape(event->type);
    ensure(shape != NULL);

    json_object(json);
    json_put_text(json, "specversion", SLICE("1.0"));
    json_put_id(json, "id", event->id);
    json_put_text(json, "source", view->source);
    json_type(json, shape, view->prefix);
    json_put_id(json, "subject", event->stream);
    json_put_instant(json, "time", event->recorded_at);
    json_put_text(json, "datacontenttype", SLICE("application/json"));
    json_put_position(json, "position", (struct position){ view->partition, event->position });
    json_put_u64(json, "streamversion", event->version);
    json_may_instant(json, "occurredat", event->occurred_at);
    json_put_text(json, "actorkind", slice_text(actor_kind_name(event->actor.kind)));
    json_may_id(json, "actorid", event->actor.id);
    json_may_text(json, "correlationid", event->correlation);
    json_may_id(json, "causationid", event->causation);
    json_may_text(json, "traceparent", event->traceparent);
    json_name(json, "data");
    json_object(json);
    shape_json(shape, event_body(event, shape), view->personal ? SHAPE_ALL : SHAPE_PUBLIC, json);
}

void event_cloudevent(const struct event *event, const struct event_view *view, struct json *json)
{
    event_cloudevent_open(event, view, json);
    json_object_end(json);
    json_object_end(json);
}

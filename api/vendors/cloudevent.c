#include "api/vendors/cloudevent.h"

#include <string.h>

#include "core/base/text.h"
#include "core/wire/media_type.h"

static bool is_attribute_name(struct slice name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) return false;
    }
    return name.size > 0;
}

/* "data_base64" is the one standard member with an underscore. */
static bool cloudevent_check_names(const struct node *node, struct bad_field *bad)
{
    for (struct node_walk walk = node_walk(node); node_next(&walk);) {
        const char *why = NULL;
        if (slice_equal(walk.name, SLICE("data"))) continue;
        if (slice_equal(walk.name, SLICE("data_base64"))) why = "is not taken: data is JSON here";
        else if (!is_attribute_name(walk.name))
            why = "is no attribute: they have lower-case letters and digits only";
        else if (node_kind(walk.value) == NODE_ARRAY || node_kind(walk.value) == NODE_OBJECT)
            why = "has to be a text, a number or a flag";
        if (!why) continue;
        bad_field_say(bad, "", "%s", why);
        return bad_field_inside(bad, walk.name);
    }
    return true;
}

/* A URI-reference in outline: no blanks, no control characters, ASCII. */
static bool is_uri_reference(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < 0x21 || text.data[i] > 0x7e || strchr("\"<>\\^`{|}", text.data[i]))
            return false;
    return text.size > 0;
}

static bool cloudevent_check_uri(const char *name, struct slice text, struct bad_field *bad)
{
    return is_uri_reference(text) ? true : bad_field_say(bad, name, "has to be a URI-reference");
}

static bool cloudevent_check_optional(const struct node *node, struct cloudevent *event,
                                      struct bad_field *bad)
{
    struct slice subject = { NULL, 0 }, schema = { NULL, 0 }, content = { NULL, 0 };

    if (!json_read_instant(node, "time", OPTIONAL, &event->time, bad) ||
        !json_read_text(node, "subject", CLOUDEVENT_SOURCE_MAX, OPTIONAL, &subject, bad) ||
        !json_read_text(node, "dataschema", CLOUDEVENT_SOURCE_MAX, OPTIONAL, &schema, bad) ||
        !json_read_text(node, "datacontenttype", CLOUDEVENT_TYPE_MAX, OPTIONAL, &content, bad))
        return false;
    if (subject.data && !subject.size) return bad_field_say(bad, "subject", "may not be empty");
    if (schema.data && !cloudevent_check_uri("dataschema", schema, bad)) return false;
    if (content.data && !media_type_is_json(content))
        return bad_field_say(bad, "datacontenttype", "has to be application/json, or left out");
    return true;
}

/* More zeros in front than text_u64() takes. */
static bool cloudevent_read_sequence(const struct node *node, struct cloudevent *event,
                                     struct bad_field *bad)
{
    struct slice text = { NULL, 0 };

    if (!json_read_text(node, "sequence", CLOUDEVENT_SEQUENCE_SIZE, OPTIONAL, &text, bad))
        return false;
    if (!text.data) return true;
    event->numbered = text.size == CLOUDEVENT_SEQUENCE_SIZE;
    while (text.size > 1 && *text.data == '0')
        text = (struct slice){ text.data + 1, text.size - 1 };
    event->numbered = event->numbered && text_u64(text, &event->sequence);
    return event->numbered ||
           bad_field_say(bad, "sequence", "has to be a text of %d digits, at most 2^64 - 1",
                         CLOUDEVENT_SEQUENCE_SIZE);
}

bool cloudevent_read(const struct node *node, struct cloudevent *event, struct bad_field *bad)
{
    struct slice version = { NULL, 0 };

    *event = (struct cloudevent){ .time = 0 };
    if (node_kind(node) != NODE_OBJECT)
        return bad_field_say(bad, "", "has to be a CloudEvent, a JSON object");
    if (!json_read_text(node, "id", CLOUDEVENT_ID_MAX, REQUIRED, &event->id, bad)) {
        event->id = (struct slice){ NULL, 0 };
        return false;
    }
    if (!cloudevent_read_sequence(node, event, bad)) return false;
    if (!json_read_text(node, "specversion", 8, REQUIRED, &version, bad)) return false;
    if (!slice_equal(version, SLICE("1.0")))
        return bad_field_say(bad, "specversion", "has to be 1.0");
    if (!json_read_text(node, "source", CLOUDEVENT_SOURCE_MAX, REQUIRED, &event->source, bad) ||
        !cloudevent_check_uri("source", event->source, bad) ||
        !json_read_text(node, "type", CLOUDEVENT_TYPE_MAX, REQUIRED, &event->type, bad) ||
        !cloudevent_check_optional(node, event, bad) || !cloudevent_check_names(node, bad))
        return false;
    event->data = node_member(node, "data");
    if (!event->data) return bad_field_say(bad, "data", "is missing");
    return node_kind(event->data) == NODE_OBJECT
               ? true
               : bad_field_say(bad, "data", "has to be a JSON object");
}

#include "core/base/json.h"

#include "core/base/clock.h"
#include "core/base/text.h"

struct json json_to(struct buffer *out) { return (struct json){ .out = out }; }

struct json json_canonical_to(struct buffer *out)
{
    return (struct json){ .out = out, .canonical = true };
}

/* -- where a value may stand -- */

static void before_value(struct json *json)
{
    bool *started = &json->started[json->depth];

    ensure(json->named == json->in_object[json->depth]);
    ensure(json->depth > 0 || !*started); /* one text is one value */
    if (!json->named && *started) buffer_add_byte(json->out, ',');
    json->named = false;
    *started    = true;
}

static void begin(struct json *json, bool object)
{
    before_value(json);
    ensure(json->depth + 1 < JSON_DEPTH_MAX);
    json->depth++;
    json->started[json->depth]   = false;
    json->in_object[json->depth] = object;
    buffer_add_byte(json->out, object ? '{' : '[');
}

static void end(struct json *json, bool object)
{
    ensure(json->depth > 0 && json->in_object[json->depth] == object && !json->named);
    json->depth--;
    buffer_add_byte(json->out, object ? '}' : ']');
}

void json_object(struct json *json) { begin(json, true); }
void json_object_end(struct json *json) { end(json, true); }
void json_array(struct json *json) { begin(json, false); }
void json_array_end(struct json *json) { end(json, false); }

/* -- strings -- */

static void escape(const struct json *json, uint32_t code)
{
    struct buffer *out = json->out;

    if (json->canonical && (code == '\b' || code == '\f')) {
        buffer_add(out, code == '\b' ? SLICE("\\b") : SLICE("\\f"));
        return;
    }
    static const char hex[] = "0123456789abcdef";

    const char text[] = {
        '\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]
    };

    switch (code) {
    /* clang-format off */
    case '"':  buffer_add(out, SLICE("\\\"")); break;
    case '\\': buffer_add(out, SLICE("\\\\")); break;
    case '\n': buffer_add(out, SLICE("\\n")); break;
    case '\r': buffer_add(out, SLICE("\\r")); break;
    case '\t': buffer_add(out, SLICE("\\t")); break;
    default:   buffer_add(out, SLICE_OF(text)); break;
        /* clang-format on */
    }
}

static bool needs_escape(uint32_t code, bool canonical)
{
    if (canonical) return code < ' ' || code == '"' || code == '\\';
    return text_is_control(code) || code == '"' || code == '\\' || code == '<' || code == '>' ||
           code == '&' || code == 0x2028 || code == 0x2029;
}

/* Most of most texts, so a call for each is too much. */
static bool is_harmless_ascii(char byte)
{
    return byte >= ' ' && byte < 0x7F && byte != '"' && byte != '\\' && byte != '<' &&
           byte != '>' && byte != '&';
}

/* Stretches that need nothing are copied whole. */
static void put_string(const struct json *json, struct slice text)
{
    struct buffer *out    = json->out;
    size_t         copied = 0, at = 0;

    buffer_add_byte(out, '"');
    while (at < text.size) {
        uint32_t code = 0;
        size_t   size;

        while (at < text.size && is_harmless_ascii(text.data[at])) at++;
        if (at == text.size) break;
        size = text_character((struct slice){ text.data + at, text.size - at }, &code);
        if (size && !needs_escape(code, json->canonical)) {
            at += size;
            continue;
        }
        buffer_add(out, (struct slice){ text.data + copied, at - copied });
        if (size) escape(json, code);
        else buffer_add(out, SLICE("\xEF\xBF\xBD"));
        at += size ? size : 1;
        copied = at;
    }
    if (at > copied) buffer_add(out, (struct slice){ text.data + copied, at - copied });
    buffer_add_byte(out, '"');
}

/* Of ours: letters, digits and nothing that is ever escaped. */
static void put_plain(struct json *json, const char *text)
{
    before_value(json);
    buffer_add_byte(json->out, '"');
    buffer_add(json->out, slice_text(text));
    buffer_add_byte(json->out, '"');
}

static void before_name(struct json *json)
{
    ensure(json->in_object[json->depth] && !json->named);
    if (json->started[json->depth]) buffer_add_byte(json->out, ',');
    json->named = true;
}

void json_name(struct json *json, const char *name)
{
    before_name(json);
    buffer_add_byte(json->out, '"');
    buffer_add(json->out, slice_text(name));
    buffer_add(json->out, SLICE("\":"));
}

void json_name_slice(struct json *json, struct slice name)
{
    before_name(json);
    put_string(json, name);
    buffer_add_byte(json->out, ':');
}

/* -- values -- */

void json_text(struct json *json, struct slice text)
{
    before_value(json);
    put_string(json, text);
}

void json_raw(struct json *json, struct slice value)
{
    ensure(value.size > 0);
    before_value(json);
    buffer_add(json->out, value);
}

void json_u64(struct json *json, uint64_t value)
{
    char   digits[20]; /* of 2^64 - 1 */
    size_t at = sizeof digits;

    do digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    json_raw(json, (struct slice){ digits + at, sizeof digits - at });
}

void json_flag(struct json *json, bool value)
{
    json_raw(json, value ? SLICE("true") : SLICE("false"));
}

void json_null(struct json *json) { json_raw(json, SLICE("null")); }

void json_id(struct json *json, struct id id)
{
    char text[ID_TEXT_MAX];

    id_text(id, text);
    put_plain(json, text);
}

void json_instant(struct json *json, int64_t at_us)
{
    char text[INSTANT_TEXT_MAX];

    instant_text(at_us, text);
    put_plain(json, text);
}

void json_position(struct json *json, struct position position)
{
    char text[POSITION_TEXT_MAX];

    position_text(position, text);
    put_plain(json, text);
}

/* -- name and value at once -- */

#define PUT(what, type)                                                   \
    void json_put_##what(struct json *json, const char *name, type value) \
    {                                                                     \
        json_name(json, name);                                            \
        json_##what(json, value);                                         \
    }
PUT(text, struct slice)
PUT(raw, struct slice)
PUT(u64, uint64_t)
PUT(flag, bool)
PUT(id, struct id)
PUT(instant, int64_t)
PUT(position, struct position)

#define MAY(what, type, given)                                            \
    void json_may_##what(struct json *json, const char *name, type value) \
    {                                                                     \
        if (given) json_put_##what(json, name, value);                    \
    }
MAY(text, struct slice, value.size > 0)
MAY(raw, struct slice, value.size > 0)
MAY(id, struct id, id_given(value))
MAY(u64, uint64_t, value != 0)
MAY(instant, int64_t, value != 0)

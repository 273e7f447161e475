#include "core/wire/json_parts.h"

static struct slice behind(struct slice text, size_t size)
{
    return (struct slice){ text.data + size, text.size - size };
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static struct slice trimmed(struct slice text)
{
    while (text.size && is_blank(*text.data)) text = behind(text, 1);
    while (text.size && is_blank(text.data[text.size - 1])) text.size--;
    return text;
}

/* How long the string at the front is, quotes and all. */
static size_t string_size(struct slice text)
{
    size_t at = 1;

    while (at < text.size && text.data[at] != '"') at += text.data[at] == '\\' ? 2 : 1;
    return at < text.size ? at + 1 : text.size;
}

/* Up to a comma or a bracket that belongs to nothing before it. */
static size_t part_size(struct slice text)
{
    unsigned depth = 0;
    size_t   at    = 0;

    while (at < text.size) {
        switch (text.data[at]) {
        case '"': at += string_size(behind(text, at)); continue;
        case '{':
        case '[': depth++; break;
        case '}':
        case ']':
            if (!depth) return at;
            depth--;
            break;
        case ',':
            if (!depth) return at;
            break;
        default: break;
        }
        at++;
    }
    return at;
}

static void end_parts(struct json_parts *parts)
{
    parts->more  = false;
    parts->whole = parts->rest.size && *parts->rest.data == parts->end &&
                   !trimmed(behind(parts->rest, 1)).size;
}

struct json_parts json_parts(struct slice text, char begin)
{
    struct json_parts parts = { .rest = trimmed(text), .end = begin == '[' ? ']' : '}' };

    if (!parts.rest.size || *parts.rest.data != begin) return parts;
    parts.rest = trimmed(behind(parts.rest, 1));
    parts.more = parts.rest.size && *parts.rest.data != parts.end;
    if (!parts.more) end_parts(&parts);
    return parts;
}

bool json_next(struct json_parts *parts, struct slice *part)
{
    size_t size = part_size(parts->rest);

    if (!parts->more) return false;
    *part       = trimmed((struct slice){ parts->rest.data, size });
    parts->rest = behind(parts->rest, size);
    if (parts->rest.size && *parts->rest.data == ',') parts->rest = behind(parts->rest, 1);
    else end_parts(parts);
    return true;
}

struct slice json_part(struct slice object, const char *name)
{
    struct slice found = { NULL, 0 }, part;

    for (struct json_parts parts = json_parts(object, '{'); json_next(&parts, &part);) {
        size_t       size  = part.size && *part.data == '"' ? string_size(part) : 0;
        struct slice colon = trimmed(behind(part, size));
        if (size < 2 || !colon.size || *colon.data != ':') continue;
        if (slice_equal((struct slice){ part.data + 1, size - 2 }, slice_text(name)))
            found = trimmed(behind(colon, 1));
    }
    return found;
}

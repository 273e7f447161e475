#include "core/wire/media_type.h"

#include <string.h>

#include "core/base/text.h"

/* How closely a range of Accept fits a type; the closest decides. */
enum fit { FIT_NONE, FIT_ANYTHING, FIT_TYPE, FIT_WITH_PARAMETERS, FIT_EXACT };

struct range {
    struct slice type; /* without its parameters */
    bool         parameters;
    unsigned     weight;
};

/* -- taking a header's value apart ---------------------------------------------------- */

static struct slice trim(struct slice text)
{
    while (text.size && (text.data[0] == ' ' || text.data[0] == '\t')) text.data++, text.size--;
    while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* The part before the next `end` that is not quoted, without blanks around it. */
static bool take_part(struct slice *rest, char end, struct slice *part)
{
    bool   quoted = false;
    size_t size   = 0;

    if (!rest->data) return false;
    for (; size < rest->size && (quoted || rest->data[size] != end); size++) {
        if (rest->data[size] == '"') quoted = !quoted;
        else if (quoted && rest->data[size] == '\\' && size + 1 < rest->size) size++;
    }
    *part = trim((struct slice){ rest->data, size });
    *rest = size < rest->size ? (struct slice){ rest->data + size + 1, rest->size - size - 1 }
                              : (struct slice){ NULL, 0 };
    return true;
}

static struct slice before(struct slice text, char end)
{
    const char *at = text.size ? memchr(text.data, end, text.size) : NULL;

    return (struct slice){ text.data, at ? (size_t)(at - text.data) : text.size };
}

static struct slice after(struct slice text, size_t size)
{
    return size < text.size ? (struct slice){ text.data + size + 1, text.size - size - 1 }
                            : (struct slice){ NULL, 0 };
}

static bool is_type(struct slice text)
{
    struct slice type = before(text, '/');

    return text_token(type) && text_token(after(text, type.size));
}

/* -- one type ------------------------------------------------------------------------- */

/* Without its parameters; nothing if it is malformed. */
static struct slice type_of(struct slice text)
{
    struct slice type;

    return take_part(&text, ';', &type) && is_type(type) ? type : (struct slice){ NULL, 0 };
}

bool media_type_is(struct slice text, const char *type)
{
    return text_same_word(type_of(text), slice_text(type));
}

bool media_type_is_json(struct slice text)
{
    const struct slice suffix = SLICE("+json");
    struct slice       type   = type_of(text);

    if (text_same_word(type, SLICE("application/json")) || text_same_word(type, SLICE("text/json")))
        return true;
    return type.size > suffix.size &&
           text_same_word((struct slice){ type.data + type.size - suffix.size, suffix.size },
                          suffix);
}

/* -- what is accepted ----------------------------------------------------------------- */

/* "0.35" in thousandths; the 0 before the point may be missing, as some clients have it. */
static bool read_weight(struct slice text, unsigned *weight)
{
    unsigned scale = ACCEPT_WEIGHT_MAX;

    *weight = 0;
    if (text.size && (*text.data == '0' || *text.data == '1')) {
        *weight = *text.data == '1' ? ACCEPT_WEIGHT_MAX : 0;
        text    = (struct slice){ text.data + 1, text.size - 1 };
        if (!text.size) return true;
    }
    if (!text.size || *text.data != '.' || text.size > 4) return false;
    for (size_t i = 1; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
        scale /= 10;
        *weight += scale * (unsigned)(text.data[i] - '0');
    }
    return *weight <= ACCEPT_WEIGHT_MAX;
}

static bool read_range(struct slice text, struct range *range)
{
    struct slice parameter;

    *range = (struct range){ .weight = ACCEPT_WEIGHT_MAX };
    if (!take_part(&text, ';', &range->type) || !is_type(range->type)) return false;
    while (take_part(&text, ';', &parameter)) {
        struct slice name = before(parameter, '=');
        if (!text_same_word(name, SLICE("q"))) range->parameters |= name.size > 0;
        else if (!read_weight(after(parameter, name.size), &range->weight)) return false;
    }
    return true;
}

static enum fit fit_of(const struct range *range, struct slice type)
{
    struct slice main = before(range->type, '/');

    if (slice_equal(range->type, SLICE("*/*"))) return FIT_ANYTHING;
    if (text_same_word(range->type, type))
        return range->parameters ? FIT_WITH_PARAMETERS : FIT_EXACT;
    return slice_equal(after(range->type, main.size), SLICE("*")) &&
                   text_same_word(main, before(type, '/'))
               ? FIT_TYPE
               : FIT_NONE;
}

struct accepted accept_of(struct slice accept, const char *type)
{
    struct accepted found   = { .weight = 0 };
    enum fit        closest = FIT_NONE;
    bool            says    = false;
    struct slice    text;
    struct range    range;

    while (take_part(&accept, ',', &text)) {
        if (!read_range(text, &range)) continue;
        enum fit fit = fit_of(&range, slice_text(type));
        says         = true;
        if (!fit || fit < closest || (fit == closest && range.weight <= found.weight)) continue;
        found.weight = range.weight;
        closest      = fit;
    }
    if (!says) found.weight = ACCEPT_WEIGHT_MAX;
    found.named = closest >= FIT_WITH_PARAMETERS;
    return found;
}

size_t accept_choose(struct slice accept, const char *const *types, size_t count)
{
    size_t   best   = count;
    unsigned weight = 0;

    for (size_t i = 0; i < count; i++) {
        struct accepted accepted = accept_of(accept, types[i]);
        if (accepted.weight <= weight) continue;
        weight = accepted.weight;
        best   = i;
    }
    return best;
}

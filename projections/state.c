#include "projections/state.h"

#include "core/base/clock.h"

#include <string.h>

/* As instant_text() writes them: all of one length, so that they sort as the instants do. */
enum { INSTANT_SIZE = sizeof "YYYY-MM-DDThh:mm:ss.fffZ" - 1 };
_Static_assert(INSTANT_SIZE < (int)INSTANT_TEXT_MAX, "with its NUL");

int64_t state_observed_at(const struct event *event)
{
    return event->occurred_at ? event->occurred_at : event->recorded_at;
}

struct slice state_instant(struct arena *arena, int64_t at_us)
{
    char text[INSTANT_TEXT_MAX];

    instant_text(at_us, text);
    ensure(strlen(text) == INSTANT_SIZE);
    return arena_print(arena, "\"%s\"", text);
}

/* Where the name stands, or would. */
static size_t place_of(struct values values, struct slice name)
{
    size_t at = 0;

    while (at < values.count && slice_compare(values.items[at].name, name) < 0) at++;
    return at;
}

static bool stands_at(struct values values, size_t at, struct slice name)
{
    return at < values.count && slice_equal(values.items[at].name, name);
}

struct slice values_get(struct values values, struct slice name)
{
    size_t at = place_of(values, name);

    return stands_at(values, at, name) ? values.items[at].json : (struct slice){ NULL, 0 };
}

/* A list in which `put` items take the place of `taken` ones. */
static struct values spliced(struct arena *arena, struct values values, size_t at, size_t taken,
                             const struct value *put, size_t put_count)
{
    ensure(at + taken <= values.count);
    ensure(taken <= 1 && put_count <= 1 && (taken || put_count));
    size_t        rest  = values.count - at - taken;
    struct value *items = arena_array(arena, struct value, at + put_count + rest);

    if (at) memcpy(items, values.items, at * sizeof *items);
    if (put_count) memcpy(items + at, put, put_count * sizeof *items);
    if (rest) memcpy(items + at + put_count, values.items + at + taken, rest * sizeof *items);
    return (struct values){ items, at + put_count + rest };
}

struct values values_with(struct arena *arena, struct values values, struct slice name,
                          struct slice json)
{
    size_t        at       = place_of(values, name);
    bool          replaces = stands_at(values, at, name);
    struct values with     = spliced(arena, values, at, replaces, &(struct value){ name, json }, 1);

    ensure(with.count == values.count + !replaces && stands_at(with, at, name));
    return with;
}

struct values values_without(struct arena *arena, struct values values, struct slice name)
{
    size_t at = place_of(values, name);

    if (!stands_at(values, at, name)) return values;
    return spliced(arena, values, at, 1, NULL, 0);
}

bool values_rise(struct values values)
{
    for (size_t i = 1; i < values.count; i++)
        if (slice_compare(values.items[i - 1].name, values.items[i].name) >= 0) return false;
    return true;
}

bool values_are_of_same(struct values one, struct values other)
{
    if (one.count != other.count) return false;
    for (size_t i = 0; i < one.count; i++)
        if (!slice_equal(one.items[i].name, other.items[i].name)) return false;
    return true;
}

/* -- commands by property --------------------------------------------------- */

struct values commands_with(struct arena *arena, struct values commands, struct slice property,
                            struct id command)
{
    char text[ID_TEXT_MAX];

    id_text(command, text);
    return values_with(arena, commands, property, arena_print(arena, "\"%s\"", text));
}

static bool command_of(struct slice json, struct id *command)
{
    return json.size > 2 && id_parse((struct slice){ json.data + 1, json.size - 2 }, command);
}

bool commands_get(struct values commands, struct slice property, struct id *command)
{
    return command_of(values_get(commands, property), command);
}

struct slice commands_property_of(struct values commands, struct id command)
{
    struct id behind;

    for (size_t i = 0; i < commands.count; i++)
        if (command_of(commands.items[i].json, &behind) && id_equal(behind, command))
            return commands.items[i].name;
    return (struct slice){ NULL, 0 };
}

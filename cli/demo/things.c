#include "cli/demo/things.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct thing_form {
    const char     *model;
    struct property properties[PROPERTIES_MAX];
} kinds[THING_KINDS] = {
    [THING_LAMP]       = { "lamp",
                           { { "on", PROPERTY_FLAG, 0, "" },
                             { "brightness", PROPERTY_NUMBER, 60, "" },
                             { "colorTemperature", PROPERTY_NUMBER, 2700, "" },
                             { "power", PROPERTY_NUMBER, 0, "" } } },
    [THING_THERMOSTAT] = { "thermostat",
                           { { "temperature", PROPERTY_NUMBER, 19.4, "" },
                             { "targetTemperature", PROPERTY_NUMBER, 21, "" },
                             { "mode", PROPERTY_WORD, 0, "heat" },
                             { "battery", PROPERTY_NUMBER, 87, "" } } },
    [THING_LOCK]       = { "lock",
                           { { "locked", PROPERTY_FLAG, 1, "" },
                             { "doorOpen", PROPERTY_FLAG, 0, "" },
                             { "autoLock", PROPERTY_NUMBER, 60, "" },
                             { "battery", PROPERTY_NUMBER, 92, "" } } },
};

const char *thing_model_name(enum thing_kind kind) { return kinds[kind].model; }

void thing_make(struct thing *thing, enum thing_kind kind, const char *id, const char *name)
{
    *thing = (struct thing){ .kind = kind };
    snprintf(thing->id, sizeof thing->id, "%s", id);
    snprintf(thing->name, sizeof thing->name, "%s", name);
    memcpy(thing->properties, kinds[kind].properties, sizeof thing->properties);
}

static struct property *property_find(struct thing *thing, struct slice name)
{
    for (size_t i = 0; i < PROPERTIES_MAX && thing->properties[i].name; i++)
        if (slice_equal(slice_text(thing->properties[i].name), name)) return &thing->properties[i];
    return NULL;
}

static double *thing_number(struct thing *thing, const char *name)
{
    struct property *property = property_find(thing, slice_text(name));

    ensure(property != NULL);
    return &property->number;
}

/* -- commands ---------------------------------------------------------------------------- */

static double thing_read_number(struct slice text)
{
    char digits[32] = "";

    if (text.size < sizeof digits) memcpy(digits, text.data, text.size);
    return strtod(digits, NULL);
}

/* piotd has checked the value against the model. */
static const char *write_property(struct thing *thing, struct slice name, const struct node *input)
{
    struct property *property = property_find(thing, name);
    struct arena     arena    = { 0 };

    if (!property) return "this device has no such property to write";
    struct slice text = node_shown(input, "", &arena);
    if (property->type == PROPERTY_FLAG) property->number = slice_equal(text, SLICE("true"));
    else if (property->type == PROPERTY_NUMBER) property->number = thing_read_number(text);
    else snprintf(property->word, sizeof property->word, "%.*s", (int)text.size, text.data);
    arena_free(&arena);
    return NULL;
}

static const char *thing_invoke(struct thing *thing, struct slice name, const struct node *input)
{
    struct arena arena = { 0 };
    const char  *why   = NULL;

    if (thing->kind == THING_LAMP && slice_equal(name, SLICE("toggle")))
        *thing_number(thing, "on") = *thing_number(thing, "on") == 0;
    else if (thing->kind == THING_LAMP && slice_equal(name, SLICE("fade")))
        *thing_number(thing,
                      "brightness") = thing_read_number(node_shown(input, "brightness", &arena));
    else if (thing->kind == THING_LOCK && slice_equal(name, SLICE("lock")))
        *thing_number(thing, "locked") = 1;
    else if (thing->kind == THING_LOCK && slice_equal(name, SLICE("unlock")))
        *thing_number(thing, "locked") = 0;
    else if (thing->kind == THING_THERMOSTAT && slice_equal(name, SLICE("boost")))
        *thing_number(thing, "temperature") += 0.5;
    else why = "this device knows no such action";
    arena_free(&arena);
    return why;
}

const char *thing_obey(struct thing *thing, struct slice operation, struct slice name,
                       const struct node *input)
{
    const char *why = slice_equal(operation, SLICE("writeProperty"))
                          ? write_property(thing, name, input)
                          : thing_invoke(thing, name, input);

    if (thing->kind == THING_LAMP)
        *thing_number(thing, "power") = *thing_number(thing, "on") == 0
                                            ? 0
                                            : 0.5 + *thing_number(thing, "brightness") * 0.08;
    return why;
}

void thing_drift(struct thing *thing, uint32_t randomness)
{
    if (thing->kind != THING_THERMOSTAT) return;
    double *now     = thing_number(thing, "temperature");
    double  wanted  = *thing_number(thing, "targetTemperature");
    double  tremble = ((double)(randomness % 21) - 10) / 100; /* up to a tenth of a degree */

    *now += (wanted - *now) * 0.15 + tremble;
    *now = (double)(int64_t)(*now * 10 + (*now < 0 ? -0.5 : 0.5)) / 10; /* as it is read off */
}

/* -- telling -------------------------------------------------------------------------------- */

static void print_value(const struct property *property, struct buffer *out)
{
    if (property->type == PROPERTY_FLAG)
        buffer_add(out, property->number == 0 ? SLICE("false") : SLICE("true"));
    else if (property->type == PROPERTY_NUMBER) buffer_print(out, "%.6g", property->number);
    else buffer_print(out, "\"%s\"", property->word); /* a word of the model: no escapes */
}

static bool is_granted(const struct thing *thing, const char *name)
{
    char word[72];

    snprintf(word, sizeof word, " %s ", name);
    return strstr(thing->capabilities, word) != NULL;
}

void thing_put(const struct thing *thing, struct json *json)
{
    for (size_t i = 0; i < PROPERTIES_MAX && thing->properties[i].name; i++) {
        struct buffer value = { 0 };
        if (!is_granted(thing, thing->properties[i].name)) continue;
        print_value(&thing->properties[i], &value);
        json_put_raw(json, thing->properties[i].name, buffer_slice(&value));
        buffer_free(&value);
    }
}

void thing_describe(const struct thing *thing, struct buffer *out)
{
    for (size_t i = 0; i < 2; i++) { /* the first two tell most */
        if (i) buffer_add(out, SLICE(", "));
        buffer_print(out, "%s ", thing->properties[i].name);
        print_value(&thing->properties[i], out);
    }
}

#include "api/things/thing_description.h"

#define CONTEXT_2019 "https://www.w3.org/2019/wot/td/v1"
#define CONTEXT_1_1  "https://www.w3.org/2022/wot/td/v1.1"

/* Written by us, or not true of a thing that is reached through us. */
static const struct slice left_out[] = {
    { "@context", 8 },
    { "@type", 5 },
    { "id", 2 },
    { "title", 5 },
    { "security", 8 },
    { "base", 4 },
    { "securityDefinitions", 19 },
    { "forms", 5 },
    { "version", 7 },
    { "uriVariables", 12 },
    { "properties", 10 },
    { "actions", 7 },
    { "events", 6 },
};
/* The same of an affordance. */
static const struct slice affordance_left_out[] = {
    { "forms", 5 },         { "uriVariables", 12 }, { "observable", 10 },   { "synchronous", 11 },
    { "subscription", 12 }, { "cancellation", 12 }, { "dataResponse", 12 },
};

static bool is_among(const struct slice *names, size_t count, struct slice name)
{
    return texts_have((struct texts){ names, count }, name);
}

static bool node_says(const struct node *node, const char *text)
{
    return node_kind(node) == NODE_TEXT && slice_equal(node_text(node), slice_text(text));
}

/* -- what it is ------------------------------------------------------------------------- */

/* It may stand one deeper here than in the model, which may be as deep as a writer goes. */
static void put_one_context(struct json *json, struct arena *arena, const struct node *context)
{
    if (!node_says(context, CONTEXT_2019) && !node_says(context, CONTEXT_1_1))
        json_raw(json, node_canonical(arena, context));
}

/* The model's other contexts explain its prefixes, so they stay. */
static void put_context(struct json *json, struct arena *arena, const struct node *model)
{
    const struct node *context = node_member(model, "@context");

    json_name(json, "@context");
    json_array(json);
    json_text(json, SLICE(CONTEXT_2019));
    json_text(json, SLICE(CONTEXT_1_1));
    if (context && node_kind(context) != NODE_ARRAY) put_one_context(json, arena, context);
    for (size_t i = 0; context && node_kind(context) == NODE_ARRAY && i < node_count(context); i++)
        put_one_context(json, arena, node_item(context, i));
    json_array_end(json);
}

static void put_type(struct json *json, const struct node *model)
{
    const struct node *type = node_member(model, "@type");

    json_name(json, "@type");
    json_array(json);
    json_text(json, SLICE("Thing"));
    for (size_t i = 0; type && node_kind(type) == NODE_ARRAY && i < node_count(type); i++)
        if (!node_says(node_item(type, i), "tm:ThingModel") &&
            !node_says(node_item(type, i), "Thing"))
            node_put(json, node_item(type, i));
    json_array_end(json);
}

static void put_security(struct json *json)
{
    json_name(json, "securityDefinitions");
    json_object(json);
    json_name(json, "bearer");
    json_object(json);
    json_put_text(json, "scheme", SLICE("bearer"));
    json_put_text(json, "in", SLICE("header"));
    json_object_end(json);
    json_object_end(json);
    json_name(json, "security");
    json_array(json);
    json_text(json, SLICE("bearer"));
    json_array_end(json);
}

/* A version of 1.1 has to name an instance's; a device has none but its model's. */
static void put_version(struct json *json, const struct node *model)
{
    const struct node *version = node_member(node_member(model, "version"), "model");

    if (!version) return;
    json_name(json, "version");
    json_object(json);
    json_name(json, "instance");
    node_put(json, version);
    json_name(json, "model");
    node_put(json, version);
    json_object_end(json);
}

/* -- how it is reached ------------------------------------------------------------------- */

struct affordance_form {
    const char *list;    /* the model's member */
    const char *path;    /* behind devices/{deviceId}/; NULL: the stream */
    const char *op[2];   /* the second NULL: one only */
    const char *without; /* the flag of the model that takes op[i] away … */
    const char *without_too;
};
static const struct affordance_form forms[] = {
    { "properties", "properties", { "readproperty", "writeproperty" }, "writeOnly", "readOnly" },
    { "actions", "actions", { "invokeaction", NULL }, NULL, NULL },
    { "events", NULL, { "subscribeevent", "unsubscribeevent" }, NULL, NULL },
};

static bool node_is_set(const struct node *affordance, const char *flag)
{
    const struct node *node = flag ? node_member(affordance, flag) : NULL;

    return node && node_kind(node) == NODE_FLAG && node_flag(node);
}

static void put_href(struct json *json, struct arena *arena, const struct thing *thing,
                     const struct affordance_form *form, struct slice name)
{
    char         device[ID_TEXT_MAX];
    struct slice base = thing->base;

    id_text(thing->device, device);
    json_put_text(json, "href",
                  form->path ? arena_print(arena, "%.*s/app/v1/devices/%s/%s/%.*s", (int)base.size,
                                           base.data, device, form->path, (int)name.size, name.data)
                             : arena_print(arena, "%.*s/app/v1/stream", (int)base.size, base.data));
}

static void put_forms(struct json *json, struct arena *arena, const struct thing *thing,
                      const struct affordance_form *form, const struct node_walk *affordance)
{
    json_name(json, "forms");
    json_array(json);
    json_object(json);
    put_href(json, arena, thing, form, affordance->name);
    json_name(json, "op");
    json_array(json);
    if (!node_is_set(affordance->value, form->without)) json_text(json, slice_text(form->op[0]));
    if (form->op[1] && !node_is_set(affordance->value, form->without_too))
        json_text(json, slice_text(form->op[1]));
    json_array_end(json);
    json_put_text(json, "contentType",
                  form->path ? SLICE("application/json") : SLICE("text/event-stream"));
    if (!form->path) json_put_text(json, "subprotocol", SLICE("sse"));
    json_object_end(json);
    json_array_end(json);
}

static void put_affordance(struct json *json, struct arena *arena, const struct thing *thing,
                           const struct affordance_form *form, const struct node_walk *affordance)
{
    json_name_slice(json, affordance->name);
    json_object(json);
    for (struct node_walk walk = node_walk(affordance->value); node_next(&walk);) {
        if (is_among(affordance_left_out, COUNT(affordance_left_out), walk.name)) continue;
        json_name_slice(json, walk.name);
        node_put(json, walk.value);
    }
    if (slice_equal(slice_text(form->list), SLICE("actions")))
        json_put_flag(json, "synchronous", false);
    put_forms(json, arena, thing, form, affordance);
    json_object_end(json);
}

static void put_affordances(struct json *json, struct arena *arena, const struct thing *thing,
                            const struct affordance_form *form)
{
    const struct node *list = node_member(thing->model, form->list);

    json_name(json, form->list);
    json_object(json);
    if (list)
        for (struct node_walk walk = node_walk(list); node_next(&walk);)
            if (texts_have(thing->granted, walk.name))
                put_affordance(json, arena, thing, form, &walk);
    json_object_end(json);
}

/* -- all of it ---------------------------------------------------------------------------- */

void thing_description_write(struct json *json, struct arena *arena, const struct thing *thing)
{
    const struct node *model = thing->model;
    char               urn[ID_URN_MAX];

    id_urn(thing->device, urn);
    json_object(json);
    put_context(json, arena, model);
    put_type(json, model);
    json_put_text(json, "id", slice_text(urn));
    json_name(json, "title");
    node_put(json, node_member(model, "title"));
    put_security(json);
    put_version(json, model);
    for (struct node_walk walk = node_walk(model); node_next(&walk);) {
        if (is_among(left_out, COUNT(left_out), walk.name) || slice_starts(walk.name, SLICE("tm:")))
            continue;
        json_name_slice(json, walk.name);
        node_put(json, walk.value);
    }
    for (size_t i = 0; i < COUNT(forms); i++) put_affordances(json, arena, thing, &forms[i]);
    json_object_end(json);
}

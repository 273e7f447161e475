/* schema_compile.c -- from a thing model's JSON to what values can be checked against. */
#include "api/things/schema_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

/* Where we are in the model, for whoever has to fix it. */
struct compiling {
    struct arena     *arena;
    struct bad_field *bad;
    char              path[BAD_NAME_MAX];
};

static size_t enter(struct compiling *on, const char *name)
{
    size_t before = strlen(on->path);

    path_add(on->path, slice_text(name));
    return before;
}
static void leave(struct compiling *on, size_t before) { on->path[before] = '\0'; }

static bool wrong(struct compiling *on, const char *name, const char *why)
{
    enter(on, name);
    return bad_field_say(on->bad, on->path, "%s", why);
}

/* -- words and their values ------------------------------------------------------- */

/* They narrow values in ways that are not checked here. */
static const char *const refused_words[] = {
    "pattern", "oneOf", "anyOf", "allOf", "not", "if", "$ref", "tm:ref",
};

static bool has_no_refused_word(struct compiling *on, const struct node *node)
{
    for (size_t i = 0; i < COUNT(refused_words); i++)
        if (node_member(node, refused_words[i]))
            return wrong(on, refused_words[i], "is not supported: values cannot be checked by it");
    return true;
}

static bool read_type(struct compiling *on, const struct node *node, enum schema_type *type)
{
    static const struct {
        const char      *name;
        enum schema_type type;
    } types[] = {
        { "null", SCHEMA_NULL },     { "boolean", SCHEMA_BOOLEAN }, { "integer", SCHEMA_INTEGER },
        { "number", SCHEMA_NUMBER }, { "string", SCHEMA_STRING },   { "array", SCHEMA_ARRAY },
        { "object", SCHEMA_OBJECT },
    };
    const struct node *word = node_member(node, "type");

    if (!word) return true;
    for (size_t i = 0; node_kind(word) == NODE_TEXT && i < COUNT(types); i++)
        if (slice_equal(node_text(word), slice_text(types[i].name))) {
            *type = types[i].type;
            return true;
        }
    return wrong(on, "type", "has to be object, array, string, number, integer, boolean or null");
}

static bool read_flag(struct compiling *on, const struct node *node, const char *name, bool *flag)
{
    const struct node *word = node_member(node, name);

    if (!word) return true;
    if (node_kind(word) != NODE_FLAG) return wrong(on, name, "has to be true or false");
    *flag = node_flag(word);
    return true;
}

static bool read_length(struct compiling *on, const struct node *node, const char *name,
                        uint64_t *length)
{
    const struct node *word = node_member(node, name);

    if (!word || node_u64(word, length)) return true;
    return wrong(on, name, "has to be a whole number, not negative");
}

static bool read_number(struct compiling *on, const struct node *node, const char *name,
                        bool *given, struct decimal *number)
{
    const struct node    *word = node_member(node, name);
    const struct decimal *said = node_number(word);

    if (!word) return true;
    if (!said) return wrong(on, name, "has to be a number");
    *given         = true;
    *number        = *said;
    number->digits = arena_copy(on->arena, said->digits);
    return true;
}

static bool read_bound(struct compiling *on, const struct node *node, const char *name,
                       const char *excluding, struct bound *bound)
{
    bool           excluded = false;
    struct decimal at       = { .exponent = 0 };

    if (!read_number(on, node, name, &bound->given, &bound->at) ||
        !read_number(on, node, excluding, &excluded, &at))
        return false;
    if (excluded && bound->given) return wrong(on, excluding, "stands beside its plain form");
    if (excluded) *bound = (struct bound){ true, true, at };
    return true;
}

static bool read_step(struct compiling *on, const struct node *node, struct decimal *step)
{
    bool given = false;

    if (!read_number(on, node, "multipleOf", &given, step)) return false;
    if (!given || decimal_is_step(step)) return true;
    return wrong(on, "multipleOf", "has to be more than 0, with at most 18 digits");
}

static bool read_allowed(struct compiling *on, const struct node *node, struct schema *schema)
{
    const struct node *list = node_member(node, "enum"), *constant = node_member(node, "const");

    if (constant) schema->constant = node_canonical(on->arena, constant);
    if (!list) return true;
    if (node_kind(list) != NODE_ARRAY || !node_count(list))
        return wrong(on, "enum", "has to be a list of at least one value");
    size_t        count = node_count(list);
    struct slice *items = arena_array(on->arena, struct slice, count);
    for (size_t i = 0; i < count; i++) items[i] = node_canonical(on->arena, node_item(list, i));
    schema->allowed = (struct texts){ items, count };
    return true;
}

/* -- schemas ----------------------------------------------------------------------- */

static const struct schema *compile(struct compiling *on, const struct node *node);

static bool compile_items(struct compiling *on, const struct node *node, struct schema *schema)
{
    const struct node *items = node_member(node, "items");

    if (!items) return true;
    if (node_kind(items) != NODE_OBJECT)
        return wrong(on, "items", "has to be one data schema, for every item");
    size_t before = enter(on, "items");
    schema->items = compile(on, items);
    leave(on, before);
    return schema->items != NULL;
}

/* A text of ours with a NUL behind it: node_member() asks by such. */
static struct slice keep_name(struct compiling *on, struct slice name)
{
    return arena_print(on->arena, "%.*s", (int)name.size, name.data);
}

static bool require(struct compiling *on, const struct node *item, struct member *members,
                    size_t *count)
{
    if (node_kind(item) != NODE_TEXT) return wrong(on, "required", "has to be a list of names");
    for (size_t i = 0; i < *count; i++)
        if (slice_equal(members[i].name, node_text(item))) return members[i].required = true;
    members[(*count)++] = (struct member){ keep_name(on, node_text(item)), true, NULL };
    return true;
}

static bool compile_members(struct compiling *on, const struct node *node, struct schema *schema)
{
    const struct node *named    = node_member(node, "properties");
    const struct node *required = node_member(node, "required");
    size_t             count    = 0;

    if (named && node_kind(named) != NODE_OBJECT)
        return wrong(on, "properties", "has to be an object of data schemas");
    if (required && node_kind(required) != NODE_ARRAY)
        return wrong(on, "required", "has to be a list of names");
    size_t         room = (named ? node_count(named) : 0) + (required ? node_count(required) : 0);
    struct member *members = arena_array(on->arena, struct member, room);

    size_t before = enter(on, "properties");
    for (struct node_walk walk = named ? node_walk(named) : (struct node_walk){ 0 };
         node_next(&walk); count++) {
        members[count].name   = keep_name(on, walk.name);
        size_t outside        = enter(on, members[count].name.data);
        members[count].schema = compile(on, walk.value);
        leave(on, outside);
        if (!members[count].schema) return false;
    }
    leave(on, before);
    for (size_t i = 0; required && i < node_count(required); i++)
        if (!require(on, node_item(required, i), members, &count)) return false;
    schema->members      = members;
    schema->member_count = count;
    return true;
}

/* NULL: `bad` has been told. */
static const struct schema *compile(struct compiling *on, const struct node *node)
{
    struct schema *schema = arena_new(on->arena, struct schema);

    if (node_kind(node) != NODE_OBJECT) {
        bad_field_say(on->bad, on->path, "has to be a data schema, an object");
        return NULL;
    }
    schema->characters = schema->count = (struct span){ 0, UINT64_MAX };
    bool fine = has_no_refused_word(on, node) && read_type(on, node, &schema->type) &&
                read_flag(on, node, "readOnly", &schema->read_only) &&
                read_flag(on, node, "writeOnly", &schema->write_only) &&
                read_bound(on, node, "minimum", "exclusiveMinimum", &schema->minimum) &&
                read_bound(on, node, "maximum", "exclusiveMaximum", &schema->maximum) &&
                read_step(on, node, &schema->step) &&
                read_length(on, node, "minLength", &schema->characters.min) &&
                read_length(on, node, "maxLength", &schema->characters.max) &&
                read_length(on, node, "minItems", &schema->count.min) &&
                read_length(on, node, "maxItems", &schema->count.max) &&
                read_allowed(on, node, schema) && compile_items(on, node, schema) &&
                compile_members(on, node, schema);
    return fine ? schema : NULL;
}

/* -- affordances ------------------------------------------------------------------- */

static const struct kind {
    const char          *list; /* the model's member */
    enum affordance_kind kind;
    const char          *schema; /* its member with the data schema; NULL: itself */
} kinds[] = {
    { "properties", AFFORDANCE_PROPERTY, NULL },
    { "actions", AFFORDANCE_ACTION, "input" },
    { "events", AFFORDANCE_EVENT, "data" },
};

static bool is_name(struct slice name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-'))
            return false;
    }
    return name.size > 0 && name.size <= AFFORDANCE_NAME_MAX;
}

static bool compile_affordance(struct compiling *on, const struct kind *kind,
                               const struct node *node, struct affordance *affordance)
{
    const struct node *inner = node;

    if (node_kind(node) != NODE_OBJECT)
        return bad_field_say(on->bad, on->path, "has to be an object");
    if (node_member(node, "tm:ref")) return has_no_refused_word(on, node);
    if (kind->schema) inner = node_member(node, kind->schema);
    if (!inner) return true;
    size_t before      = kind->schema ? enter(on, kind->schema) : strlen(on->path);
    affordance->schema = compile(on, inner);
    leave(on, before);
    return affordance->schema != NULL;
}

static bool add(struct compiling *on, const struct kind *kind, struct definition *definition,
                const struct node_walk *declared)
{
    struct affordance *affordance = &definition->affordances[definition->count];

    if (!is_name(declared->name))
        return bad_field_say(on->bad, on->path,
                             "has to have names of 1 to %d letters, digits, _ and -",
                             AFFORDANCE_NAME_MAX);
    if (definition->count == AFFORDANCES_MAX)
        return bad_field_say(on->bad, on->path, "has too many: %d in a model are the most",
                             AFFORDANCES_MAX);
    for (size_t i = 0; i < definition->count; i++)
        if (slice_equal(definition->affordances[i].name, declared->name))
            return wrong(on, definition->affordances[i].name.data,
                         "is a name used twice: a grant lists all of them together");
    *affordance   = (struct affordance){ keep_name(on, declared->name), kind->kind, NULL };
    size_t before = enter(on, affordance->name.data);
    bool   fine   = compile_affordance(on, kind, declared->value, affordance);
    leave(on, before);
    definition->count++;
    return fine;
}

static int by_name(const void *a, const void *b)
{
    return slice_compare(((const struct affordance *)a)->name,
                         ((const struct affordance *)b)->name);
}

static bool compile_all(struct compiling *on, const struct node *model,
                        struct definition *definition)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const struct node *list = node_member(model, kinds[i].list);
        if (!list) continue;
        if (node_kind(list) != NODE_OBJECT) return wrong(on, kinds[i].list, "has to be an object");
        size_t before = enter(on, kinds[i].list);
        for (struct node_walk walk = node_walk(list); node_next(&walk);)
            if (!add(on, &kinds[i], definition, &walk)) return false;
        leave(on, before);
    }
    if (!definition->count)
        return bad_field_say(on->bad, "", "has to have a property, an action or an event");
    return true;
}

struct definition *definition_compile(const struct node *model, struct bad_field *bad)
{
    struct definition *definition = calloc(1, sizeof *definition);

    ensure(definition != NULL);
    struct compiling on = { .arena = &definition->arena, .bad = bad };
    if (node_kind(model) != NODE_OBJECT) bad_field_say(bad, "", "has to be a JSON object");
    else if (compile_all(&on, model, definition)) {
        qsort(definition->affordances, definition->count, sizeof *definition->affordances, by_name);
        for (size_t i = 0; i < definition->count; i++)
            definition->names[i] = definition->affordances[i].name;
        return definition;
    }
    definition_free(definition);
    return NULL;
}

void definition_free(struct definition *definition)
{
    if (!definition) return;
    arena_free(&definition->arena);
    free(definition);
}

struct texts definition_names(const struct definition *definition)
{
    return (struct texts){ definition->names, definition->count };
}

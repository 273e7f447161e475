#include "api/things/thing_model.h"

#include <string.h>

#include "api/things/schema.h"
#include "core/base/text.h"
#include "core/facts/category.h"

static bool is_plain_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool thing_model_is_name(struct slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (!is_plain_letter(c) && !is_digit(c) && (!i || !strchr("._-", c) || !c)) return false;
    }
    return text.size > 0 && text.size <= MODEL_NAME_MAX;
}

/* -- semantic versions ---------------------------------------------------------------- */

/* What stands before the first of `ends`, taken off the front. */
static struct slice cut(struct slice *rest, const char *ends)
{
    struct slice part = { rest->data, 0 };

    while (part.size < rest->size &&
           (!rest->data[part.size] || !strchr(ends, rest->data[part.size])))
        part.size++;
    *rest = (struct slice){ rest->data + part.size, rest->size - part.size };
    return part;
}

static bool is_number(struct slice part)
{
    for (size_t i = 0; i < part.size; i++)
        if (!is_digit(part.data[i])) return false;
    return part.size == 1 || (part.size > 1 && part.data[0] != '0');
}

static bool is_identifier(struct slice part, bool numbers_are_plain)
{
    bool digits_only = true;

    for (size_t i = 0; i < part.size; i++) {
        char c = part.data[i];
        if (!is_digit(c)) digits_only = false;
        if (!is_plain_letter(c) && !is_digit(c) && c != '-') return false;
    }
    return part.size > 0 && (!digits_only || !numbers_are_plain || is_number(part));
}

static bool skip_one(struct slice *rest)
{
    if (!rest->size) return false;
    *rest = (struct slice){ rest->data + 1, rest->size - 1 };
    return true;
}

/* Identifiers with dots between, up to the first of `ends`. */
static bool are_identifiers(struct slice *rest, const char *ends, bool numbers_are_plain)
{
    struct slice part = cut(rest, ends);

    do {
        if (!is_identifier(cut(&part, "."), numbers_are_plain)) return false;
    } while (skip_one(&part));
    return true;
}

bool thing_model_is_version(struct slice text)
{
    if (!text.size || text.size > MODEL_VERSION_MAX) return false;
    for (int i = 0; i < 3; i++) {
        if (!is_number(cut(&text, i < 2 ? "." : "-+"))) return false;
        if (i < 2 && !skip_one(&text)) return false;
    }
    if (text.size && text.data[0] == '-') {
        skip_one(&text);
        if (!are_identifiers(&text, "+", true)) return false;
    }
    return !skip_one(&text) || are_identifiers(&text, "", false);
}

/* -- what the model says --------------------------------------------------------------- */

static bool says(const struct node *node, const char *word)
{
    return node && node_kind(node) == NODE_TEXT && slice_equal(node_text(node), slice_text(word));
}

static bool check_type(const struct node *body, struct bad_field *bad)
{
    const struct node *type = node_member(body, "@type");

    if (says(type, "tm:ThingModel")) return true;
    for (size_t i = 0; type && node_kind(type) == NODE_ARRAY && i < node_count(type); i++)
        if (says(node_item(type, i), "tm:ThingModel")) return true;
    return bad_field_say(bad, "@type", "has to be, or to have, \"tm:ThingModel\"");
}

static bool check_links(const struct node *body, struct bad_field *bad)
{
    const struct node *links = node_member(body, "links");

    for (size_t i = 0; links && node_kind(links) == NODE_ARRAY && i < node_count(links); i++)
        if (says(node_member(node_item(links, i), "rel"), "tm:extends"))
            return bad_field_say(bad, "links",
                                 "may not have tm:extends: write the model out whole");
    return true;
}

static bool read_version(struct arena *arena, struct slice name, const struct node *body,
                         struct slice *model, struct bad_field *bad)
{
    const struct node *version = node_member(body, "version");
    const struct node *number  = version ? node_member(version, "model") : NULL;

    if (!number || node_kind(number) != NODE_TEXT || !thing_model_is_version(node_text(number)))
        return bad_field_say(bad, "version.model",
                             "has to be a semantic version such as 1.0.0 of at most %d bytes",
                             MODEL_VERSION_MAX);
    struct slice text = node_text(number);
    *model = arena_print(arena, "%.*s:%.*s", (int)name.size, name.data, (int)text.size, text.data);
    return true;
}

/* The first of the model's types that says what kind of thing it is; unknown: none does. */
static const struct category *category_by_type(const struct node *body)
{
    const struct node     *type  = node_member(body, "@type");
    const struct category *found = category_of(SLICE(""));

    for (size_t i = 0; i < node_count(type) && !category_is_known(found); i++)
        if (node_kind(node_item(type, i)) == NODE_TEXT)
            found = category_of(node_text(node_item(type, i)));
    return found;
}

/* A word of the vendor's that is not in the list is kept as it came. Guarded is what either its
 * word or its type says is to be. */
static bool read_category(const struct node *body, struct publish_thing_model *intent,
                          struct bad_field *bad)
{
    const struct category *typed = category_by_type(body);

    if (!json_read_text(body, "piot:category", MODEL_CATEGORY_MAX, OPTIONAL, &intent->category,
                        bad))
        return false;
    const struct category *named = category_of(intent->category);
    if (category_is_known(named)) intent->category = named->name;
    else if (!intent->category.size && category_is_known(typed)) intent->category = typed->name;
    intent->guarded = named->guarded || typed->guarded;
    return true;
}

static bool read_purposes(struct arena *arena, const struct node *body, struct texts *purposes,
                          struct bad_field *bad)
{
    static const struct slice usual[] = { { "service-provision", 17 } };
    const struct node        *list    = node_member(body, "piot:purposes");
    size_t                    count   = list ? node_count(list) : 0;
    struct slice             *items   = arena_array(arena, struct slice, count);

    *purposes = (struct texts){ usual, COUNT(usual) };
    if (!list) return true;
    bool fine = node_kind(list) == NODE_ARRAY && count > 0 && count <= MODEL_PURPOSES_MAX;
    for (size_t i = 0; fine && i < count; i++) {
        const struct node *item = node_item(list, i);
        fine                    = node_kind(item) == NODE_TEXT && node_text(item).size > 0 &&
               node_text(item).size <= 64 && text_plain(node_text(item));
        if (fine) items[i] = node_text(item);
    }
    if (!fine)
        return bad_field_say(bad, "piot:purposes",
                             "has to be a list of 1 to %d texts of at most 64 bytes",
                             MODEL_PURPOSES_MAX);
    *purposes = (struct texts){ items, count };
    return true;
}

static bool read_capabilities(struct arena *arena, const struct node *body,
                              struct texts *capabilities, struct bad_field *bad)
{
    struct definition *definition = definition_compile(body, bad);

    if (!definition) return false;
    struct texts  names = definition_names(definition);
    struct slice *items = arena_array(arena, struct slice, names.count);
    for (size_t i = 0; i < names.count; i++) items[i] = arena_copy(arena, names.items[i]);
    *capabilities = (struct texts){ items, names.count };
    definition_free(definition);
    return true;
}

static bool check_name(const char *name, const struct node *node, struct bad_field *bad)
{
    const char *fault = node && node_kind(node) == NODE_TEXT ? text_name_fault(node_text(node))
                                                             : NULL;

    return fault ? bad_field_say(bad, name, "%s", fault) : true;
}

/* What of a model people are shown, at any depth: titles, units and the words of an enum. As
 * deep as JSON may be (core/wire/json_tree.h). */
static bool check_shown(const struct node *node, struct bad_field *bad)
{
    const struct node *words = node_member(node, "enum");

    for (size_t i = 0; node_kind(node) == NODE_ARRAY && i < node_count(node); i++)
        if (!check_shown(node_item(node, i), bad)) return false;
    if (node_kind(node) != NODE_OBJECT) return true;
    if (!check_name("title", node_member(node, "title"), bad) ||
        !check_name("unit", node_member(node, "unit"), bad))
        return false;
    for (size_t i = 0; words && node_kind(words) == NODE_ARRAY && i < node_count(words); i++)
        if (!check_name("enum", node_item(words, i), bad)) return false;
    for (struct node_walk walk = node_walk(node); node_next(&walk);)
        if (!check_shown(walk.value, bad)) return false;
    return true;
}

bool thing_model_read(struct arena *arena, struct slice name, const struct node *body,
                      struct publish_thing_model *intent, struct bad_field *bad)
{
    if (!thing_model_is_name(name))
        return bad_field_say(bad, "name", "has to be 1 to %d letters, digits, dots, _ and -",
                             MODEL_NAME_MAX);
    if (node_kind(body) != NODE_OBJECT) return bad_field_say(bad, "", "has to be a JSON object");
    if (!check_type(body, bad) || !check_links(body, bad) ||
        !json_read_text(body, "title", PEOPLE_SEE, REQUIRED, &intent->title, bad) ||
        !read_version(arena, name, body, &intent->model, bad) ||
        !read_category(body, intent, bad) || !read_purposes(arena, body, &intent->purposes, bad) ||
        !read_capabilities(arena, body, &intent->capabilities, bad) || !check_shown(body, bad))
        return false;
    intent->definition = node_canonical(arena, body);
    return intent->definition.size <= MODEL_DEFINITION_MAX ||
           bad_field_say(bad, "", "has to be a thing model of at most %d bytes of JSON",
                         MODEL_DEFINITION_MAX);
}

/* -- finding out which one it is ---------------------------------------------------------- */

static bool is_identify_type(const struct node *type)
{
    static const struct slice ending = { "IdentifyAction", 14 };

    if (!type || node_kind(type) != NODE_TEXT || node_text(type).size < ending.size) return false;
    struct slice text = node_text(type);
    return slice_equal((struct slice){ text.data + text.size - ending.size, ending.size }, ending);
}

static bool identifies(const struct node *action)
{
    const struct node *type = node_member(action, "@type");

    if (is_identify_type(type)) return true;
    for (size_t i = 0; i < node_count(type); i++)
        if (is_identify_type(node_item(type, i))) return true;
    return false;
}

struct slice thing_model_identify(const struct node *model)
{
    const struct node *actions = node_member(model, "actions");

    if (!actions) return (struct slice){ NULL, 0 };
    if (node_member(actions, "identify")) return SLICE("identify");
    for (struct node_walk walk = node_walk(actions); node_next(&walk);)
        if (identifies(walk.value)) return walk.name;
    return (struct slice){ NULL, 0 };
}

/* Does a thing model allow exactly the values it describes, and does the answer say
 * which value was wrong and what was expected? */
#include "tests/world/checks.h"

#include "api/things/schema.h"

static struct arena       arena;
static struct bad_field   bad;
static struct definition *definition;

static int forget(void **state)
{
    (void)state;
    definition_free(definition);
    definition = NULL;
    arena_free(&arena);
    return 0;
}

static const struct node *parsed(const char *text)
{
    const struct node *node = node_parse(&arena, slice_text(text), &bad);

    if (!node) fail_msg("%s: %s", text, bad.why);
    return node;
}

static void model(const char *text)
{
    definition_free(definition);
    definition = definition_compile(parsed(text), &bad);
    if (!definition) fail_msg("%s %s", bad.name, bad.why);
}

/* A model whose one property, p, has this data schema. */
static void property(const char *schema)
{
    struct slice text = arena_print(&arena, "{\"properties\":{\"p\":%s}}", schema);

    model(text.data);
}

static bool takes(const char *value)
{
    return schema_check_property(definition, SLICE("p"), parsed(value), SCHEMA_REPORTED, &arena,
                                 &bad);
}

static void refuses(const char *value, const char *where, const char *why)
{
    assert_false(takes(value));
    assert_string_equal(bad.name, where);
    assert_string_equal(bad.why, why);
}

static void is_no_model(const char *text, const char *where, const char *why)
{
    assert_null(definition_compile(parsed(text), &bad));
    assert_string_equal(bad.name, where);
    assert_string_equal(bad.why, why);
}

/* -- values -------------------------------------------------------------------------- */

static void a_value_is_of_its_type(void **state)
{
    static const struct {
        const char *type, *fits[3], *other[4], *why;
    } rows[] = {
        { "boolean", { "true", "false" }, { "1", "\"true\"", "null" }, "has to be true or false" },
        { "integer",
          { "18446744073709551616", "1e300", "3.0" },
          { "1.5", "\"1\"", "1e-300", "true" },
          "has to be a whole number" },
        { "number", { "0", "-1.5", "1e300" }, { "\"1\"", "null", "[]" }, "has to be a number" },
        { "string", { "\"\"", "\"a\"" }, { "1", "null", "{}" }, "has to be a text" },
        { "array", { "[]", "[1]" }, { "{}", "\"[]\"" }, "has to be a list" },
        { "object", { "{}", "{\"a\":1}" }, { "[]", "null" }, "has to be an object" },
        { "null", { "null" }, { "false", "0", "\"\"" }, "has to be null" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        property(arena_print(&arena, "{\"type\":\"%s\"}", rows[i].type).data);
        for (size_t n = 0; n < 3 && rows[i].fits[n]; n++) assert_true(takes(rows[i].fits[n]));
        for (size_t n = 0; n < 4 && rows[i].other[n]; n++)
            refuses(rows[i].other[n], "p", rows[i].why);
    }
}

static void without_a_type_anything_goes(void **state)
{
    (void)state;
    property("{\"title\":\"whatever\",\"unit\":\"m\"}");
    assert_true(takes("null") && takes("1") && takes("{\"a\":[1,\"b\"]}"));
}

static void a_number_stays_within_its_bounds(void **state)
{
    (void)state;
    property("{\"type\":\"number\",\"minimum\":-1.5,\"maximum\":100}");
    assert_true(takes("-1.5") && takes("100") && takes("100.0") && takes("0"));
    refuses("-1.6", "p", "has to be at least -1.5");
    refuses("101", "p", "has to be at most 100");
    property("{\"exclusiveMinimum\":0,\"exclusiveMaximum\":1}");
    assert_true(takes("0.5"));
    refuses("0", "p", "has to be more than 0");
    refuses("1.0", "p", "has to be less than 1");
    assert_true(takes("\"a text has no bounds\""));
}

static void large_integers_are_compared_exactly(void **state)
{
    (void)state;
    property("{\"type\":\"integer\",\"maximum\":9223372036854775806}");
    assert_true(takes("9223372036854775806"));
    assert_false(takes("9223372036854775807"));
    property("{\"minimum\":18446744073709551616,\"exclusiveMaximum\":18446744073709551618}");
    assert_true(takes("18446744073709551616") && takes("18446744073709551617"));
    refuses("18446744073709551615", "p", "has to be at least 18446744073709551616");
    refuses("18446744073709551618.0", "p", "has to be less than 18446744073709551618");
    property("{\"enum\":[9007199254740993,18446744073709551615,0]}");
    assert_true(takes("9007199254740993.0") && takes("18446744073709551615") && takes("-0.0"));
    assert_false(takes("9007199254740992") || takes("18446744073709551616"));
    property("{\"const\":18446744073709551617}");
    assert_true(takes("18446744073709551617"));
    refuses("18446744073709551616", "p", "has to be 18446744073709551617");
}

static void a_decimal_step_is_met_by_its_multiples(void **state)
{
    (void)state;
    property("{\"multipleOf\":0.1}");
    assert_true(takes("0.3") && takes("21.7") && takes("-5") && takes("0"));
    refuses("0.35", "p", "has to be a multiple of 0.1");
    property("{\"multipleOf\":5}");
    assert_true(takes("15"));
    refuses("16", "p", "has to be a multiple of 5");
    property("{\"multipleOf\":2}");
    assert_true(takes("18446744073709551616") && takes("1e300"));
    refuses("18446744073709551617", "p", "has to be a multiple of 2");
}

static void a_length_is_counted_in_characters(void **state)
{
    (void)state;
    property("{\"type\":\"string\",\"minLength\":2,\"maxLength\":4}");
    assert_true(takes("\"äöüß\"") && takes("\"\xF0\x9F\x92\xA1\xF0\x9F\x92\xA1\""));
    refuses("\"ä\"", "p", "has to have at least 2 characters");
    refuses("\"abcde\"", "p", "has to have at most 4 characters");
}

static void an_enum_lists_what_may_be(void **state)
{
    (void)state;
    property("{\"enum\":[\"low\",2,null,{\"b\":1,\"a\":[1.0]}]}");
    assert_true(takes("\"low\"") && takes("2.0") && takes("null"));
    assert_true(takes("{\"a\":[1],\"b\":1.0}"));
    refuses("\"high\"", "p", "has to be one of \"low\", 2, null, {\"a\":[1],\"b\":1}");
    property("{\"const\":\"on\"}");
    assert_true(takes("\"on\""));
    refuses("\"off\"", "p", "has to be \"on\"");
}

static void a_long_enum_is_told_in_part(void **state)
{
    struct buffer schema = { 0 };

    (void)state;
    buffer_print(&schema, "{\"enum\":[0");
    for (int i = 1; i < 500; i++) buffer_print(&schema, ",\"value number %d\"", i);
    buffer_print(&schema, "]}");
    property(arena_print(&arena, "%.*s", (int)schema.size, schema.data).data);
    buffer_free(&schema);
    assert_true(takes("\"value number 499\""));
    assert_false(takes("\"value number 500\""));
    assert_int_equal(strlen(bad.why), BAD_WHY_MAX - 1);
}

static void the_path_leads_to_the_wrong_part(void **state)
{
    (void)state;
    property("{\"type\":\"object\",\"required\":[\"steps\"],\"properties\":{\"steps\":"
             "{\"type\":\"array\",\"maxItems\":3,\"items\":{\"type\":\"object\",\"required\":"
             "[\"at\"],\"properties\":{\"to\":{\"type\":\"integer\",\"maximum\":9}}}}}}");
    assert_true(takes("{\"steps\":[{\"at\":1,\"to\":9},{\"at\":null}],\"more\":true}"));
    refuses("{}", "p.steps", "is missing");
    refuses("{\"steps\":[{\"at\":1},{\"to\":1}]}", "p.steps[1].at", "is missing");
    refuses("{\"steps\":[{\"at\":1,\"to\":10}]}", "p.steps[0].to", "has to be at most 9");
    refuses("{\"steps\":[1,2,3,4]}", "p.steps", "has to have at most 3 items");
    property("{\"required\":[\"a.b\"]}");
    refuses("{}", "p.a\\.b", "is missing");
}

static void deep_paths_are_cut_not_overrun(void **state)
{
    struct slice schema = SLICE("{\"type\":\"integer\"}"), value = SLICE("true");

    (void)state;
    for (int i = 0; i < 12; i++) {
        schema = arena_print(&arena, "{\"properties\":{\"a_rather_long_name\":%.*s}}",
                             (int)schema.size, schema.data);
        value  = arena_print(&arena, "{\"a_rather_long_name\":%.*s}", (int)value.size, value.data);
    }
    property(schema.data);
    assert_false(takes(value.data));
    assert_int_equal(strlen(bad.name), BAD_NAME_MAX - 1);
}

/* -- properties, actions, events -------------------------------------------------------- */

#define LAMP                                                                     \
    "{\"properties\":{\"on\":{\"type\":\"boolean\"},"                            \
    "\"power\":{\"type\":\"number\",\"readOnly\":true},"                         \
    "\"pin\":{\"type\":\"string\",\"writeOnly\":true}},"                         \
    "\"actions\":{\"fade\":{\"input\":{\"type\":\"object\",\"required\":"        \
    "[\"to\"],\"properties\":{\"to\":{\"type\":\"integer\",\"maximum\":100}}}}," \
    "\"toggle\":{}},"                                                            \
    "\"events\":{\"overheated\":{\"data\":{\"type\":\"number\"}},\"gone\":{}}}"

static bool property_takes(const char *name, const char *value, enum schema_use use)
{
    return schema_check_property(definition, slice_text(name), parsed(value), use, &arena, &bad);
}

static void what_can_only_be_read_is_not_written_and_the_other_way_round(void **state)
{
    (void)state;
    model(LAMP);
    assert_true(property_takes("on", "true", SCHEMA_WRITTEN));
    assert_true(property_takes("on", "true", SCHEMA_REPORTED));
    assert_true(property_takes("power", "1", SCHEMA_REPORTED));
    assert_false(property_takes("power", "1", SCHEMA_WRITTEN));
    assert_string_equal(bad.why, "can be read, not written");
    assert_true(property_takes("pin", "\"1\"", SCHEMA_WRITTEN));
    assert_false(property_takes("pin", "\"1\"", SCHEMA_REPORTED));
    assert_string_equal(bad.why, "can be written, not read");
}

static void a_name_is_of_one_kind(void **state)
{
    (void)state;
    model(LAMP);
    assert_false(property_takes("fade", "1", SCHEMA_REPORTED));
    assert_string_equal(bad.name, "fade");
    assert_string_equal(bad.why, "is no property of the thing model");
    assert_false(schema_check_action(definition, SLICE("on"), NULL, &arena, &bad));
    assert_string_equal(bad.why, "is no action of the thing model");
    assert_false(schema_check_event(definition, SLICE("nothing"), NULL, &arena, &bad));
    assert_string_equal(bad.why, "is no event of the thing model");
}

static void an_action_takes_its_input_and_no_other(void **state)
{
    (void)state;
    model(LAMP);
    assert_true(schema_check_action(definition, SLICE("fade"), parsed("{\"to\":3}"), &arena, &bad));
    assert_true(schema_check_action(definition, SLICE("toggle"), NULL, &arena, &bad));
    assert_false(schema_check_action(definition, SLICE("fade"), NULL, &arena, &bad));
    assert_string_equal(bad.name, "input");
    assert_false(
        schema_check_action(definition, SLICE("fade"), parsed("{\"to\":101}"), &arena, &bad));
    assert_string_equal(bad.name, "input.to");
    assert_false(schema_check_action(definition, SLICE("toggle"), parsed("1"), &arena, &bad));
    assert_string_equal(bad.why, "is too much: the action takes none");
}

static void an_event_may_bring_its_data(void **state)
{
    (void)state;
    model(LAMP);
    assert_true(schema_check_event(definition, SLICE("overheated"), parsed("81.5"), &arena, &bad));
    assert_true(schema_check_event(definition, SLICE("overheated"), NULL, &arena, &bad));
    assert_true(schema_check_event(definition, SLICE("gone"), parsed("{}"), &arena, &bad));
    assert_false(
        schema_check_event(definition, SLICE("overheated"), parsed("\"hot\""), &arena, &bad));
    assert_string_equal(bad.name, "data");
}

static void all_names_of_a_model_are_known_sorted(void **state)
{
    static const char *const names[] = { "fade", "gone",  "on",    "overheated",
                                         "pin",  "power", "toggle" };

    (void)state;
    model(LAMP);
    struct texts found = definition_names(definition);
    assert_int_equal(found.count, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) assert_slice(found.items[i], names[i]);
}

/* -- models that are none ------------------------------------------------------------------ */

#define P(schema) "{\"properties\":{\"p\":" schema "}}"

static void what_cannot_be_checked_is_refused(void **state)
{
    (void)state;
    is_no_model(P("{\"type\":\"string\",\"pattern\":\"^a+$\"}"), "properties.p.pattern",
                "is not supported: values cannot be checked by it");
    is_no_model(P("{\"items\":{\"oneOf\":[]}}"), "properties.p.items.oneOf",
                "is not supported: values cannot be checked by it");
    is_no_model("{\"actions\":{\"a\":{\"tm:ref\":\"#/x\"}}}", "actions.a.tm:ref",
                "is not supported: values cannot be checked by it");
}

static void a_wrong_word_is_named_with_its_path(void **state)
{
    (void)state;
    is_no_model(P("[]"), "properties.p", "has to be an object");
    is_no_model(P("{\"type\":\"float\"}"), "properties.p.type",
                "has to be object, array, string, number, integer, boolean or null");
    is_no_model(P("{\"type\":[\"string\",\"null\"]}"), "properties.p.type",
                "has to be object, array, string, number, integer, boolean or null");
    is_no_model(P("{\"minimum\":\"1\"}"), "properties.p.minimum", "has to be a number");
    is_no_model(P("{\"minimum\":1,\"exclusiveMinimum\":1}"), "properties.p.exclusiveMinimum",
                "stands beside its plain form");
    is_no_model(P("{\"multipleOf\":0}"), "properties.p.multipleOf",
                "has to be more than 0, with at most 18 digits");
    is_no_model(P("{\"multipleOf\":1234567890123456789}"), "properties.p.multipleOf",
                "has to be more than 0, with at most 18 digits");
    is_no_model(P("{\"maxLength\":-1}"), "properties.p.maxLength",
                "has to be a whole number, not negative");
    is_no_model(P("{\"enum\":[]}"), "properties.p.enum", "has to be a list of at least one value");
    is_no_model(P("{\"items\":[{}]}"), "properties.p.items",
                "has to be one data schema, for every item");
    is_no_model(P("{\"required\":\"a\"}"), "properties.p.required", "has to be a list of names");
    is_no_model(P("{\"required\":[1]}"), "properties.p.required", "has to be a list of names");
    is_no_model(P("{\"readOnly\":1}"), "properties.p.readOnly", "has to be true or false");
    is_no_model("{\"actions\":{\"a\":{\"input\":{\"properties\":{\"b\":1}}}}}",
                "actions.a.input.properties.b", "has to be a data schema, an object");
}

static void names_are_short_plain_and_unique(void **state)
{
    (void)state;
    is_no_model("{\"properties\":{\"a b\":{}}}", "properties",
                "has to have names of 1 to 64 letters, digits, _ and -");
    is_no_model("{\"properties\":{\"\":{}}}", "properties",
                "has to have names of 1 to 64 letters, digits, _ and -");
    is_no_model("{\"properties\":{\"a\":{}},\"events\":{\"a\":{}}}", "events.a",
                "is a name used twice: a grant lists all of them together");
}

static void a_model_has_something_but_not_too_much(void **state)
{
    struct buffer text = { 0 };

    (void)state;
    is_no_model("{}", "", "has to have a property, an action or an event");
    is_no_model("[]", "", "has to be a JSON object");
    is_no_model("{\"actions\":[]}", "actions", "has to be an object");
    buffer_print(&text, "{\"events\":{\"e0\":{}");
    for (int i = 1; i <= AFFORDANCES_MAX; i++) buffer_print(&text, ",\"e%d\":{}", i);
    buffer_print(&text, "}}");
    is_no_model(arena_print(&arena, "%.*s", (int)text.size, text.data).data, "events",
                "has too many: 64 in a model are the most");
    buffer_free(&text);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_value_is_of_its_type),
        TEST(without_a_type_anything_goes),
        TEST(a_number_stays_within_its_bounds),
        TEST(large_integers_are_compared_exactly),
        TEST(a_decimal_step_is_met_by_its_multiples),
        TEST(a_length_is_counted_in_characters),
        TEST(an_enum_lists_what_may_be),
        TEST(a_long_enum_is_told_in_part),
        TEST(the_path_leads_to_the_wrong_part),
        TEST(deep_paths_are_cut_not_overrun),
        TEST(what_can_only_be_read_is_not_written_and_the_other_way_round),
        TEST(a_name_is_of_one_kind),
        TEST(an_action_takes_its_input_and_no_other),
        TEST(an_event_may_bring_its_data),
        TEST(all_names_of_a_model_are_known_sorted),
        TEST(what_cannot_be_checked_is_refused),
        TEST(a_wrong_word_is_named_with_its_path),
        TEST(names_are_short_plain_and_unique),
        TEST(a_model_has_something_but_not_too_much),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

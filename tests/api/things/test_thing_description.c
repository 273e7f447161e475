/* Does a device's Thing Description have all of its model that an app draws from, nothing that
 * was not granted, and links that lead to us? Planted bug: readOnly was not looked at, and a
 * sensor could be written; its test failed. */
#include "tests/world/checks.h"

#include "api/things/thing_description.h"

static struct arena  arena;
static struct buffer out;

static int forget(void **state)
{
    (void)state;
    buffer_free(&out);
    arena_free(&arena);
    return 0;
}

static const struct id LAMP = { "dABCDEFGHIJKLMNOP" };

/* The description of a device of this model, to which `granted` was granted; as text. */
static const char *described(const char *model, struct texts granted)
{
    struct bad_field   bad;
    struct json        json = json_to(&out);
    const struct node *node = node_parse(&arena, slice_text(model), &bad);

    if (!node) fail_msg("%s: %s", model, bad.why);
    thing_description_write(&json, &arena,
                            &(struct thing){ LAMP, node, granted, SLICE("https://piot.example") });
    assert_non_null(node_parse(&arena, buffer_slice(&out), &bad));
    buffer_add_byte(&out, '\0');
    return out.data;
}

#define HEAD "\"@type\":\"tm:ThingModel\",\"title\":\"Lamp\",\"version\":{\"model\":\"1.0.0\"}"
#define HREF "https://piot.example/app/v1/devices/dev_21891m8ha68x44jjjb9h6mwktg/"

static const struct slice all[] = { { "blink", 5 }, { "level", 5 }, { "on", 2 }, { "hot", 3 } };
static const struct texts ALL = { all, COUNT(all) }, ONE = { all + 2, 1 };

static void a_thing_says_what_it_is_and_how_one_is_let_in(void **state)
{
    (void)state;
    const char *thing = described("{" HEAD ",\"properties\":{\"on\":{\"type\":\"boolean\"}}}", ALL);
    assert_has(thing, "\"@context\":[\"https://www.w3.org/2019/wot/td/v1\","
                      "\"https://www.w3.org/2022/wot/td/v1.1\"],\"@type\":[\"Thing\"],"
                      "\"id\":\"urn:uuid:41424344-4546-4748-494a-4b4c4d4e4f50\","
                      "\"title\":\"Lamp\",\"securityDefinitions\":{\"bearer\":{\"scheme\":"
                      "\"bearer\",\"in\":\"header\"}},\"security\":[\"bearer\"],"
                      "\"version\":{\"instance\":\"1.0.0\",\"model\":\"1.0.0\"}");
    assert_has_not(thing, "tm:ThingModel");
}

static void a_property_keeps_every_word_of_its_schema(void **state)
{
    static const char schema[] =
        "\"title\":\"Level\",\"titles\":{\"de\":\"Stufe\"},\"type\":\"object\",\"properties\":{"
        "\"at\":{\"type\":\"array\",\"items\":{\"enum\":[\"low\",\"high\"]}}},\"unit\":\"percent\","
        "\"minimum\":0,\"maximum\":100,\"default\":5,\"acme:colour\":{\"deep\":[1,{\"er\":null}]}";
    struct slice model = arena_print(&arena, "{" HEAD ",\"properties\":{\"level\":{%s}}}", schema);

    (void)state;
    assert_has(described(model.data, ALL), schema);
}

static void a_property_is_read_and_written_as_its_model_says(void **state)
{
    (void)state;
    const char *thing = described("{" HEAD
                                  ",\"properties\":{\"on\":{},\"level\":{\"readOnly\":true},"
                                  "\"hot\":{\"writeOnly\":true}}}",
                                  ALL);
    assert_has(thing,
               "\"on\":{\"forms\":[{\"href\":\"" HREF "properties/on\",\"op\":["
               "\"readproperty\",\"writeproperty\"],\"contentType\":\"application/json\"}]}");
    assert_has(thing, "properties/level\",\"op\":[\"readproperty\"],");
    assert_has(thing, "properties/hot\",\"op\":[\"writeproperty\"],");
}

static void an_action_answers_before_it_is_done(void **state)
{
    (void)state;
    assert_has(described("{" HEAD ",\"actions\":{\"blink\":{\"input\":{\"type\":\"integer\"},"
                         "\"synchronous\":true}}}",
                         ALL),
               "\"actions\":{\"blink\":{\"input\":{\"type\":\"integer\"},\"synchronous\":false,"
               "\"forms\":[{\"href\":\"" HREF "actions/blink\",\"op\":[\"invokeaction\"],"
               "\"contentType\":\"application/json\"}]}}");
}

static void an_event_comes_with_all_that_happens(void **state)
{
    (void)state;
    assert_has(described("{" HEAD ",\"events\":{\"hot\":{\"data\":{\"type\":\"number\"},"
                         "\"subscription\":{\"type\":\"string\"}}}}",
                         ALL),
               "\"events\":{\"hot\":{\"data\":{\"type\":\"number\"},\"forms\":[{\"href\":"
               "\"https://piot.example/app/v1/stream\",\"op\":[\"subscribeevent\","
               "\"unsubscribeevent\"],\"contentType\":\"text/event-stream\","
               "\"subprotocol\":\"sse\"}]}}");
}

static void what_was_not_granted_is_not_in_it(void **state)
{
    (void)state;
    const char *thing = described("{" HEAD ",\"properties\":{\"level\":{},\"on\":{}},"
                                  "\"actions\":{\"blink\":{}},\"events\":{\"hot\":{}}}",
                                  ONE);
    assert_has(thing, "\"properties\":{\"on\":{");
    assert_has(thing, "\"actions\":{},\"events\":{}");
    assert_has_not(thing, "level");
}

static void where_the_vendor_reaches_it_is_left_out(void **state)
{
    (void)state;
    const char *thing = described("{" HEAD ",\"base\":\"http://10.0.0.1/\",\"id\":\"urn:acme:7\","
                                  "\"forms\":[{\"href\":\"acme\"}],\"security\":\"acme_sc\","
                                  "\"securityDefinitions\":{\"acme_sc\":{\"scheme\":\"nosec\"}},"
                                  "\"tm:required\":[\"acme\"],\"properties\":{\"on\":{"
                                  "\"observable\":true,\"forms\":[{\"href\":\"acme\"}],"
                                  "\"uriVariables\":{\"acme\":{}}}}}",
                                  ALL);
    assert_has_not(thing, "acme");
    assert_has_not(thing, "10.0.0.1");
    assert_has_not(thing, "observable");
}

static void the_models_own_words_and_their_contexts_stay(void **state)
{
    (void)state;
    const char *thing = described(
        "{\"@context\":[\"https://www.w3.org/2022/wot/td/v1.1\","
        "{\"acme\":\"https://acme.example/ns#\"}],\"@type\":["
        "\"tm:ThingModel\",\"acme:Lamp\"],\"title\":\"Lamp\","
        "\"titles\":{\"de\":\"Lampe\"},\"acme:watt\":7,\"properties\":{}}",
        ALL);
    assert_has(thing, "\"https://www.w3.org/2022/wot/td/v1.1\",{\"acme\":"
                      "\"https://acme.example/ns#\"}],\"@type\":[\"Thing\",\"acme:Lamp\"],");
    assert_has(thing, "\"titles\":{\"de\":\"Lampe\"},\"acme:watt\":7");
}

static void a_context_as_deep_as_json_may_be_is_written(void **state)
{
    char   deep[2 * JSON_DEPTH_MAX] = "";
    size_t size                     = 0;

    (void)state;
    for (int i = 0; i < JSON_DEPTH_MAX - 2; i++) deep[size++] = '[';
    for (int i = 0; i < JSON_DEPTH_MAX - 2; i++) deep[size++] = ']';
    struct slice model = arena_print(&arena, "{\"@context\":{\"a\":%.*s}," HEAD "}", (int)size - 2,
                                     deep + 1);
    struct bad_field   bad;
    struct json        json = json_to(&out);
    const struct node *node = node_parse(&arena, model, &bad);
    assert_non_null(node);
    thing_description_write(&json, &arena, &(struct thing){ LAMP, node, ALL, SLICE("") });
    assert_true(out.size > size);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, forget)
    const struct CMUnitTest tests[] = {
        TEST(a_thing_says_what_it_is_and_how_one_is_let_in),
        TEST(a_property_keeps_every_word_of_its_schema),
        TEST(a_property_is_read_and_written_as_its_model_says),
        TEST(an_action_answers_before_it_is_done),
        TEST(an_event_comes_with_all_that_happens),
        TEST(what_was_not_granted_is_not_in_it),
        TEST(where_the_vendor_reaches_it_is_left_out),
        TEST(the_models_own_words_and_their_contexts_stay),
        TEST(a_context_as_deep_as_json_may_be_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is a WoT Thing Model read as its vendor meant it, refused with the reason when it is
 * none, and the same whatever the order of its members? And are the examples good? */
#include "tests/world/checks.h"

#include <stdio.h>

#include "api/things/schema.h"
#include "api/things/thing_model.h"

static struct arena               arena;
static struct bad_field           bad;
static struct publish_thing_model model;

static int forget(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static bool reads_as(const char *name, struct slice text)
{
    const struct node *node = node_parse(&arena, text, &bad);

    if (!node) fail_msg("%.*s: %s", (int)text.size, text.data, bad.why);
    model = (struct publish_thing_model){ .guarded = false };
    return thing_model_read(&arena, slice_text(name), node, &model, &bad);
}
static bool reads(const char *text) { return reads_as("lamp", slice_text(text)); }

static void is_wrong(const char *text, const char *where)
{
    assert_false(reads(text));
    assert_string_equal(bad.name, where);
    assert_true(strlen(bad.why) > 0);
}

#define TYPE        "\"@type\":\"tm:ThingModel\""
#define TITLE       "\"title\":\"Lamp\""
#define VERSION     "\"version\":{\"model\":\"1.0.0\"}"
#define PARTS       "\"properties\":{\"on\":{\"type\":\"boolean\"}},\"actions\":{\"blink\":{}}"
#define MODEL(more) "{" TYPE "," TITLE "," VERSION "," PARTS more "}"

static void a_model_is_read_for_its_name_version_and_capabilities(void **state)
{
    (void)state;
    assert_true(reads(MODEL(",\"support\":\"mailto:a@b.example\"")));
    assert_slice(model.model, "lamp:1.0.0");
    assert_slice(model.title, "Lamp");
    assert_int_equal(model.capabilities.count, 2);
    assert_slice(model.capabilities.items[0], "blink");
    assert_slice(model.capabilities.items[1], "on");
    assert_int_equal(model.purposes.count, 1);
    assert_slice(model.purposes.items[0], "service-provision");
    assert_int_equal(model.category.size, 0);
    assert_false(model.guarded);
    assert_non_null(
        strstr(arena_print(&arena, "%.*s", (int)model.definition.size, model.definition.data).data,
               "mailto:a@b.example"));
}

static void the_order_of_members_does_not_matter(void **state)
{
    (void)state;
    assert_true(reads("{" TYPE "," TITLE "," VERSION "," PARTS "}"));
    struct slice first = model.definition;
    assert_true(reads("{ " PARTS " , " VERSION " , " TITLE " , " TYPE " }"));
    assert_true(slice_equal(model.definition, first));
}

static void what_could_let_somebody_in_or_watch_is_guarded(void **state)
{
    static const char *const guarded[] = { "lock", "camera", "garage-door", "alarm", "Camera" };

    (void)state;
    for (size_t i = 0; i < COUNT(guarded); i++) {
        struct slice text = arena_print(&arena, MODEL(",\"piot:category\":\"%s\""), guarded[i]);
        assert_true(reads(text.data));
        assert_true(model.guarded);
    }
    assert_slice(model.category, "camera"); /* in the table's spelling */
    assert_true(reads(MODEL(",\"piot:category\":\"night light\"")));
    assert_slice(model.category, "light");
    assert_false(model.guarded);
    assert_true(reads(MODEL(",\"piot:category\":\"toaster\"")));
    assert_slice(model.category, "toaster"); /* a word of the vendor's own is kept */
}

#define OF_TYPE(types) "{\"@type\":[\"tm:ThingModel\"," types "]," TITLE "," VERSION "," PARTS "}"

static void a_type_says_what_kind_of_thing_it_is_and_guards_it(void **state)
{
    (void)state;
    assert_true(reads(OF_TYPE("\"saref:Device\",\"saref:LightSwitch\"")));
    assert_slice(model.category, "switch");
    assert_false(model.guarded);
    assert_true(reads(OF_TYPE("\"iot:DoorLock\"")));
    assert_slice(model.category, "lock");
    assert_true(model.guarded);
    assert_true(reads("{\"@type\":[\"tm:ThingModel\",\"iot:DoorLock\"],"
                      "\"piot:category\":\"lamp\"," TITLE "," VERSION "," PARTS "}"));
    assert_slice(model.category, "light");
    assert_true(model.guarded); /* a word does not take the guard off */
}

static void purposes_are_a_list_of_texts(void **state)
{
    (void)state;
    assert_true(reads(MODEL(",\"piot:purposes\":[\"research\",\"billing\"]")));
    assert_int_equal(model.purposes.count, 2);
    assert_slice(model.purposes.items[1], "billing");
    is_wrong(MODEL(",\"piot:purposes\":[]"), "piot:purposes");
    is_wrong(MODEL(",\"piot:purposes\":\"research\""), "piot:purposes");
    is_wrong(MODEL(",\"piot:purposes\":[1]"), "piot:purposes");
    is_wrong(MODEL(",\"piot:purposes\":[\"\"]"), "piot:purposes");
}

static void the_type_may_be_one_of_several(void **state)
{
    (void)state;
    assert_true(
        reads("{\"@type\":[\"saref:Lamp\",\"tm:ThingModel\"]," TITLE "," VERSION "," PARTS "}"));
    is_wrong("{\"@type\":\"Thing\"," TITLE "," VERSION "," PARTS "}", "@type");
    is_wrong("{\"@type\":[]," TITLE "," VERSION "," PARTS "}", "@type");
    is_wrong("{" TITLE "," VERSION "," PARTS "}", "@type");
}

static void what_is_needed_is_asked_for(void **state)
{
    (void)state;
    is_wrong("{" TYPE "," VERSION "," PARTS "}", "title");
    is_wrong("{" TYPE ",\"title\":\"\"," VERSION "," PARTS "}", "title");
    is_wrong("{" TYPE "," TITLE "," PARTS "}", "version.model");
    is_wrong("{" TYPE "," TITLE ",\"version\":\"1.0.0\"," PARTS "}", "version.model");
    is_wrong("{" TYPE "," TITLE ",\"version\":{\"instance\":\"1.0.0\"}," PARTS "}",
             "version.model");
    is_wrong("{" TYPE "," TITLE "," VERSION "}", "");
    is_wrong(MODEL(",\"events\":{\"on\":{}}"), "events.on");
    is_wrong(MODEL(",\"links\":[{\"rel\":\"tm:extends\",\"href\":\"x\"}]"), "links");
}

static void a_name_is_short_and_plain(void **state)
{
    static const char *const good[] = { "lamp", "L", "7", "a.b-c_d", "Lamp2" };
    static const char *const odd[]  = { "", "-a", ".a", "a b", "a:b", "lämp", "a/b" };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) assert_true(thing_model_is_name(slice_text(good[i])));
    for (size_t i = 0; i < COUNT(odd); i++) assert_false(thing_model_is_name(slice_text(odd[i])));
    assert_false(thing_model_is_name(SLICE("a\0b")));
    assert_false(reads_as("a:b", SLICE(MODEL(""))));
    assert_string_equal(bad.name, "name");
}

static void a_version_is_a_semantic_one(void **state)
{
    static const char *const good[] = { "0.0.0",
                                        "1.0.0",
                                        "10.20.30",
                                        "1.0.0-alpha",
                                        "1.0.0-alpha.1",
                                        "1.0.0-0.3.7",
                                        "1.0.0+20130313144700",
                                        "1.0.0-beta+exp.sha.5114f85",
                                        "1.0.0+00.1",
                                        "1.0.0--",
                                        "1.0.0-0a" };
    static const char *const odd[]  = { "",          "1",        "1.0",        "1.0.0.0",
                                        "01.0.0",    "1.00.0",   "v1.0.0",     "1.0.0-",
                                        "1.0.0+",    "1.0.0-01", "1.0.0-a..b", "1.0.0-a_b",
                                        "1.0.0+a+b", " 1.0.0",   "1.0.0 ",     "1..0",
                                        "-1.0.0",    "1.0.0-a.", "1.0.0+." };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(thing_model_is_version(slice_text(good[i])));
    for (size_t i = 0; i < COUNT(odd); i++)
        assert_false(thing_model_is_version(slice_text(odd[i])));
}

static struct slice read_file(const char *path)
{
    static char bytes[65536];
    FILE       *file = fopen(path, "rb");

    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    return arena_copy(&arena, (struct slice){ bytes, size });
}

static void the_examples_are_good_models(void **state)
{
    (void)state;
    assert_true(reads_as("lamp", read_file("examples/models/lamp.json")));
    assert_slice(model.model, "lamp:1.0.0");
    assert_true(reads_as("thermostat", read_file("examples/models/thermostat.json")));
    assert_false(model.guarded);
    assert_true(reads_as("lock", read_file("examples/models/lock.json")));
    assert_true(model.guarded);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

/* The largest that is taken, its names at their largest, still makes an event that fits
 * into an entry of the log. */
static void a_model_larger_than_an_event_can_hold_is_refused(void **state)
{
    static char text[MODEL_DEFINITION_MAX + 4096];
    size_t      size;

    (void)state;
    size = (size_t)snprintf(text, sizeof text, "%s,\"note\":\"",
                            "{" TYPE "," TITLE "," VERSION "," PARTS);
    memset(text + size, 'x', MODEL_DEFINITION_MAX);
    memcpy(text + MODEL_DEFINITION_MAX - 2, "\"}", 3);
    assert_true(reads(text));
    assert_int_equal(model.definition.size, MODEL_DEFINITION_MAX);
    assert_true(MODEL_DEFINITION_MAX + AFFORDANCES_MAX * (AFFORDANCE_NAME_MAX + 3) < 60000);
    memcpy(text + MODEL_DEFINITION_MAX - 2, "x\"}", 4);
    is_wrong(text, "");
    assert_non_null(strstr(bad.why, "49152"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_model_is_read_for_its_name_version_and_capabilities),
        TEST(the_order_of_members_does_not_matter),
        TEST(what_could_let_somebody_in_or_watch_is_guarded),
        TEST(a_type_says_what_kind_of_thing_it_is_and_guards_it),
        TEST(purposes_are_a_list_of_texts),
        TEST(the_type_may_be_one_of_several),
        TEST(what_is_needed_is_asked_for),
        TEST(a_name_is_short_and_plain),
        TEST(a_version_is_a_semantic_one),
        TEST(the_examples_are_good_models),
        TEST(a_model_larger_than_an_event_can_hold_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

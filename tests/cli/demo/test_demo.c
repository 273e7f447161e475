/* test_demo.c -- do the demo's devices obey their models? */
#include "cli/demo/things.h"
#include "core/base/clock.h"
#include "tests/world/checks.h"

/* -- the devices -------------------------------------------------------------------------- */

static void says(const struct thing *thing, const char *wanted)
{
    struct buffer out  = { 0 };
    struct json   json = json_to(&out);

    json_object(&json);
    thing_put(thing, &json);
    json_object_end(&json);
    assert_true(slice_equal(buffer_slice(&out), slice_text(wanted)));
    buffer_free(&out);
}

static const char *obey(struct thing *thing, const char *operation, const char *name,
                        const char *input)
{
    struct tree tree = { 0 };

    assert_int_equal(tree_read(&tree, slice_text(input)).code, STATUS_OK);
    const char *why = thing_obey(thing, slice_text(operation), slice_text(name), tree.root);
    tree_close(&tree);
    return why;
}

static void a_thing_does_as_it_is_told_and_tells_what_was_granted(void **state)
{
    struct thing lamp;

    (void)state;
    thing_make(&lamp, THING_LAMP, "lamp-1", "Lamp");
    says(&lamp, "{}");
    snprintf(lamp.capabilities, sizeof lamp.capabilities, " on brightness ");
    assert_null(obey(&lamp, "writeProperty", "on", "true"));
    assert_null(obey(&lamp, "invokeAction", "fade", "{\"brightness\":20,\"seconds\":1}"));
    says(&lamp, "{\"on\":true,\"brightness\":20}");
    assert_null(obey(&lamp, "invokeAction", "toggle", "null"));
    says(&lamp, "{\"on\":false,\"brightness\":20}");
    assert_non_null(obey(&lamp, "invokeAction", "unlock", "null"));
    assert_non_null(obey(&lamp, "writeProperty", "colour", "1"));
}

static void a_room_comes_to_the_wanted_temperature(void **state)
{
    struct thing thermostat;

    (void)state;
    thing_make(&thermostat, THING_THERMOSTAT, "t-1", "Hall");
    snprintf(thermostat.capabilities, sizeof thermostat.capabilities, " temperature ");
    assert_null(obey(&thermostat, "writeProperty", "targetTemperature", "25.5"));
    for (uint32_t i = 0; i < 100; i++) thing_drift(&thermostat, i * 7);
    assert_true(thermostat.properties[0].number > 24.5 && thermostat.properties[0].number < 26.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thing_does_as_it_is_told_and_tells_what_was_granted),
        cmocka_unit_test(a_room_comes_to_the_wanted_temperature),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

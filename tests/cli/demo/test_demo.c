/* test_demo.c -- does the demo's vendor do as a vendor should: sign and distrust, obey
 * its models?
 *
 * The signature is Standard Webhooks' own example. Planted bug that it caught: a timestamp
 * left out of what is signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cli/demo/signature.h"
#include "cli/demo/things.h"
#include "core/base/clock.h"

/* -- signatures --------------------------------------------------------------------------- */

#define ID     SLICE("msg_p5jXN8AQM9LWM0D4loKWxJek")
#define AT     SLICE("1614265330")
#define BODY   SLICE("{\"test\": 2432232314}")
#define SIGNED SLICE("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")

static void a_signature_is_that_of_the_standard(void **state)
{
    struct arena arena  = { 0 };
    struct slice secret = demo_secret(&arena, SLICE("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    int64_t      now    = 1614265330 * SECOND;

    (void)state;
    assert_true(slice_equal(demo_sign(&arena, secret, ID, AT, BODY), SIGNED));
    assert_null(demo_distrust(&arena, secret, ID, AT, SIGNED, BODY, now));
    assert_null(demo_distrust(&arena, secret, ID, AT,
                              arena_print(&arena, "v1,AAAA v2,BB %s", SIGNED.data), BODY, now));
    arena_free(&arena);
}

static void what_is_altered_old_or_unsigned_is_distrusted(void **state)
{
    struct arena arena  = { 0 };
    struct slice secret = demo_secret(&arena, SLICE("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    struct slice none   = { NULL, 0 };
    int64_t      now    = 1614265330 * SECOND;

    (void)state;
    assert_non_null(demo_distrust(&arena, secret, ID, AT, SIGNED, SLICE("{}"), now));
    assert_non_null(demo_distrust(&arena, secret, SLICE("msg_x"), AT, SIGNED, BODY, now));
    assert_non_null(demo_distrust(&arena, secret, ID, SLICE("1614265331"), SIGNED, BODY, now));
    assert_non_null(demo_distrust(&arena, secret, ID, AT, SIGNED, BODY, now + 301 * SECOND));
    assert_non_null(demo_distrust(&arena, secret, ID, AT, SIGNED, BODY, now - 301 * SECOND));
    assert_non_null(demo_distrust(&arena, secret, ID, AT, none, BODY, now));
    assert_null(demo_secret(&arena, SLICE("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).data);
    arena_free(&arena);
}

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
        cmocka_unit_test(a_signature_is_that_of_the_standard),
        cmocka_unit_test(what_is_altered_old_or_unsigned_is_distrusted),
        cmocka_unit_test(a_thing_does_as_it_is_told_and_tells_what_was_granted),
        cmocka_unit_test(a_room_comes_to_the_wanted_temperature),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is what the writer writes always JSON, always harmless, and is misuse noticed? */
#include "core/base/json.h"

#include "tests/world/checks.h"

static struct buffer out;

static int start_empty(void **state)
{
    (void)state;
    buffer_clear(&out);
    return 0;
}

static int free_buffer(void **state)
{
    (void)state;
    buffer_free(&out);
    return 0;
}

static void written(const char *wanted)
{
    assert_slice(buffer_slice(&out), wanted);
    buffer_clear(&out);
}

static void write_text(struct slice text)
{
    struct json json = json_to(&out);

    json_text(&json, text);
}

static void commas_and_colons_fall_where_they_belong(void **state)
{
    struct json json = json_to(&out);

    (void)state;
    json_object(&json);
    json_name(&json, "items");
    json_array(&json);
    json_u64(&json, 1);
    json_object(&json);
    json_object_end(&json);
    json_array(&json);
    json_array_end(&json);
    json_null(&json);
    json_array_end(&json);
    json_put_flag(&json, "on", true);
    json_put_text(&json, "name", SLICE("lamp"));
    json_name_slice(&json, SLICE("a\"b"));
    json_flag(&json, false);
    json_put_raw(&json, "raw", SLICE("{\"x\":1}"));
    json_object_end(&json);
    written("{\"items\":[1,{},[],null],\"on\":true,\"name\":\"lamp\",\"a\\\"b\":false,"
            "\"raw\":{\"x\":1}}");
}

/* RFC 8785, 3.2.2.2: nothing is escaped but what has to be, and that in one way. */
static void canonical_text_is_escaped_as_rfc_8785_has_it(void **state)
{
    struct json json = json_canonical_to(&out);

    (void)state;
    json_text(&json, SLICE("\xE2\x82\xAC$\x0F\nA'B\"\\\\\"/\b\f\r\t\x7F<&>\xE2\x80\xA8"));
    written("\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\f\\r\\t\x7F<&>\xE2\x80\xA8\"");
}

static void a_single_value_is_a_text_too(void **state)
{
    (void)state;
    write_text(SLICE("lamp"));
    written("\"lamp\"");
    write_text((struct slice){ 0 });
    written("\"\"");
}

static void strings_cannot_break_out(void **state)
{
    (void)state;
    write_text(SLICE("a\"b\\c/d"));
    written("\"a\\\"b\\\\c/d\"");
    write_text(SLICE("\b\f\n\r\t\x1B\0"));
    written("\"\\u0008\\u000c\\n\\r\\t\\u001b\\u0000\"");
    write_text(SLICE("</script><!-- & '"));
    written("\"\\u003c/script\\u003e\\u003c!-- \\u0026 '\"");
    write_text(SLICE("\xE2\x80\xA8\xE2\x80\xA9\x7F\xC2\x9B")); /* U+2028, U+2029, DEL, CSI */
    written("\"\\u2028\\u2029\\u007f\\u009b\"");
    write_text(SLICE("K\xC3\xBC"
                     "che \xF0\x9F\x92\xA1 \xE2\x80\xA7"));
    written("\"K\xC3\xBC"
            "che \xF0\x9F\x92\xA1 \xE2\x80\xA7\"");
}

static void bytes_that_are_no_character_are_replaced(void **state)
{
    (void)state;
    write_text(SLICE("a\xFF"
                     "b"));
    written("\"a\xEF\xBF\xBD"
            "b\"");
    write_text(SLICE("\xC3"));
    written("\"\xEF\xBF\xBD\"");
    write_text(SLICE("\xC0\xAF<"));
    written("\"\xEF\xBF\xBD\xEF\xBF\xBD\\u003c\"");
}

static void numbers_are_written_to_their_last_digit(void **state)
{
    struct json json = json_to(&out);

    (void)state;
    json_array(&json);
    json_u64(&json, 0);
    json_u64(&json, UINT64_MAX);
    json_array_end(&json);
    written("[0,18446744073709551615]");
}

static void ids_and_instants_are_written_as_on_the_wire(void **state)
{
    struct json json = json_to(&out);

    (void)state;
    json_object(&json);
    json_put_id(&json, "deviceId", (struct id){ { ID_device } });
    json_put_instant(&json, "addedAt", 123456);
    json_put_u64(&json, "version", 3);
    json_object_end(&json);
    written("{\"deviceId\":\"dev_00000000000000000000000000\","
            "\"addedAt\":\"1970-01-01T00:00:00.123Z\",\"version\":3}");
}

static void absent_values_leave_no_trace(void **state)
{
    struct json json = json_to(&out);

    (void)state;
    json_object(&json);
    json_may_text(&json, "room", SLICE(""));
    json_may_raw(&json, "output", (struct slice){ 0 });
    json_may_id(&json, "networkId", NO_ID);
    json_may_instant(&json, "expiresAt", 0);
    json_may_text(&json, "name", SLICE("lamp"));
    json_may_raw(&json, "input", SLICE("7"));
    json_may_id(&json, "deviceId", (struct id){ { ID_device } });
    json_may_instant(&json, "at", 1000);
    json_object_end(&json);
    written("{\"name\":\"lamp\",\"input\":7,\"deviceId\":\"dev_00000000000000000000000000\","
            "\"at\":\"1970-01-01T00:00:00.001Z\"}");
}

static struct json inside_an_object(void)
{
    struct json json = json_to(&out);

    json_object(&json);
    return json;
}

static void value_without_a_name(void)
{
    struct json json = inside_an_object();
    json_u64(&json, 1);
}
static void name_without_a_value(void)
{
    struct json json = inside_an_object();
    json_name(&json, "a");
    json_object_end(&json);
}
static void two_names(void)
{
    struct json json = inside_an_object();
    json_name(&json, "a");
    json_name(&json, "b");
}
static void array_end_of_an_object(void)
{
    struct json json = inside_an_object();
    json_array_end(&json);
}
static void one_end_too_many(void)
{
    struct json json = inside_an_object();
    json_object_end(&json);
    json_object_end(&json);
}
static void two_values_at_the_top(void)
{
    struct json json = json_to(&out);
    json_null(&json);
    json_null(&json);
}
static void name_in_an_array(void)
{
    struct json json = json_to(&out);
    json_array(&json);
    json_name(&json, "a");
}
static void too_deep(void)
{
    struct json json = json_to(&out);
    for (int i = 0; i < JSON_DEPTH_MAX; i++) json_array(&json);
}
static void no_raw_value(void)
{
    struct json json = json_to(&out);
    json_raw(&json, SLICE(""));
}

static void misuse_stops_the_program(void **state)
{
    static void (*const misuses[])(void) = {
        value_without_a_name, name_without_a_value,  two_names,        array_end_of_an_object,
        one_end_too_many,     two_values_at_the_top, name_in_an_array, too_deep,
        no_raw_value
    };

    (void)state;
    for (size_t i = 0; i < COUNT(misuses); i++) assert_true(stops(misuses[i]));
}

#define TEST(name) cmocka_unit_test_setup(name, start_empty)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commas_and_colons_fall_where_they_belong),
        TEST(canonical_text_is_escaped_as_rfc_8785_has_it),
        TEST(a_single_value_is_a_text_too),
        TEST(strings_cannot_break_out),
        TEST(bytes_that_are_no_character_are_replaced),
        TEST(numbers_are_written_to_their_last_digit),
        TEST(ids_and_instants_are_written_as_on_the_wire),
        TEST(absent_values_leave_no_trace),
        TEST(misuse_stops_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, free_buffer);
}

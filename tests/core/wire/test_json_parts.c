/* Is a list or an object taken apart where it has its commas, whatever its parts hold? */
#include "core/wire/json_parts.h"

#include "tests/world/checks.h"

static void assert_parts(const char *text, bool whole, size_t count, const char *const *wanted)
{
    struct json_parts parts = json_parts(slice_text(text), *text == '{' ? '{' : '[');
    struct slice      part;
    size_t            found = 0;

    for (; json_next(&parts, &part); found++) {
        if (found == count) fail_msg("%s has a part more", text);
        assert_slice(part, wanted[found]);
    }
    assert_int_equal(found, count);
    if (parts.whole != whole) fail_msg("%s", text);
}
#define PARTS(text, whole, ...)                                              \
    assert_parts(text, whole, COUNT(((const char *const[]){ __VA_ARGS__ })), \
                 (const char *const[]){ __VA_ARGS__ })

static void a_list_is_its_items(void **state)
{
    (void)state;
    assert_parts("[]", true, 0, NULL);
    assert_parts(" [ \n] ", true, 0, NULL);
    PARTS("[1]", true, "1");
    PARTS("[ 1 ,\t\"a\"\r\n, null ]\n", true, "1", "\"a\"", "null");
    PARTS("[{\"a\":[1,2],\"b\":{}},[3,[4]]]", true, "{\"a\":[1,2],\"b\":{}}", "[3,[4]]");
}

static void what_stands_in_a_text_takes_nothing_apart(void **state)
{
    (void)state;
    PARTS("[\",]}[{\",\"\\\",\",\"\\\\\",1]", true, "\",]}[{\"", "\"\\\",\"", "\"\\\\\"", "1");
}

static void a_malformed_part_is_a_part(void **state)
{
    (void)state;
    PARTS("[tru,{\"a\":},{'b'},{\"c\":1],01,]", true, "tru", "{\"a\":}", "{'b'}", "{\"c\":1]", "01",
          "");
    PARTS("[,]", true, "", "");
    PARTS("[\"\xC3\x28\",\"\n\"]", true, "\"\xC3\x28\"", "\"\n\"");
}

static void what_does_not_end_well_is_not_whole(void **state)
{
    (void)state;
    assert_parts("", false, 0, NULL);
    assert_parts("7", false, 0, NULL);
    assert_parts("[", false, 0, NULL);
    assert_parts("[] []", false, 0, NULL);
    PARTS("[1", false, "1");
    PARTS("[1,", false, "1", "");
    PARTS("[1}", false, "1");
    PARTS("[1] 2", false, "1");
    PARTS("[1,\"a]", false, "1", "\"a]");
    PARTS("[1,\"a\\", false, "1", "\"a\\");
    PARTS("[1,{\"a\":[]", false, "1", "{\"a\":[]");
}

static void a_member_is_found_by_its_name(void **state)
{
    static const char object[] =
        " { \"a\" : [1,{\"b\":2}] , \"b\":\"x\",\"c\":,\"a\":3,d:4,\"e\" 5";

    (void)state;
    assert_slice(json_part(slice_text(object), "a"), "3");
    assert_slice(json_part(slice_text(object), "b"), "\"x\"");
    assert_slice(json_part(slice_text(object), "c"), "");
    assert_null(json_part(slice_text(object), "d").data);
    assert_null(json_part(slice_text(object), "e").data);
    assert_null(json_part(SLICE("[\"a\",1]"), "a").data);
    assert_null(json_part(SLICE("{\""), "").data);
    assert_slice(json_part(SLICE("{\"a\":\"cut"), "a"), "\"cut");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_its_items),
        cmocka_unit_test(what_stands_in_a_text_takes_nothing_apart),
        cmocka_unit_test(a_malformed_part_is_a_part),
        cmocka_unit_test(what_does_not_end_well_is_not_whole),
        cmocka_unit_test(a_member_is_found_by_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

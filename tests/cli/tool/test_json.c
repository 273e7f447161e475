/* test_json.c -- is what a service answers read by paths, whatever it answers? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/tool/json.h"

struct reading {
    struct tree *tree;
    struct arena arena;
};

static struct reading parse(const char *text)
{
    struct reading reading = { 0 };

    assert_int_equal(tree_parse(slice_text(text), &reading.tree).code, STATUS_OK);
    return reading;
}

static void end(struct reading *reading)
{
    tree_close(reading->tree);
    arena_free(&reading->arena);
}

static void reads(struct reading *reading, const char *path, const char *wanted)
{
    assert_true(slice_equal(tree_text(reading->tree, path, &reading->arena), slice_text(wanted)));
}

static void a_path_leads_through_members(void **state)
{
    struct reading reading = parse("{\"a\":{\"b\":\"deep\",\"n\":-12,\"t\":true,\"l\":[1,2]}}");

    (void)state;
    reads(&reading, "a.b", "deep");
    reads(&reading, "a.n", "-12");
    reads(&reading, "a.t", "true");
    reads(&reading, "a.l", "[1,2]");
    assert_true(tree_says(reading.tree, "a.b", "deep"));
    assert_false(tree_says(reading.tree, "a.n", "-12"));
    end(&reading);
}

static void what_is_not_there_reads_as_nothing(void **state)
{
    struct reading reading = parse("{\"z\":null,\"s\":\"text\"}");

    (void)state;
    reads(&reading, "z", NULL);
    reads(&reading, "nothing.at.all", NULL);
    reads(&reading, "s.below.a.text", NULL);
    assert_null(tree_at(NULL, "a"));
    assert_int_equal(tree_count(tree_at(reading.tree, "s")), 0);
    assert_int_equal(tree_count(NULL), 0);
    end(&reading);
}

static void members_keep_their_order(void **state)
{
    struct reading reading = parse("{\"z\":1,\"a\":2,\"m\":3}");
    const char    *names[2];

    (void)state;
    assert_int_equal(tree_names(reading.tree, names, 2), 2);
    assert_string_equal(names[0], "z");
    assert_string_equal(names[1], "a");
    end(&reading);
}

static void a_single_value_is_a_tree_too(void **state)
{
    struct reading reading = parse("5.3");

    (void)state;
    reads(&reading, "", "5.3");
    end(&reading);
}

static void what_is_no_json_is_refused_with_its_line(void **state)
{
    static const char *const broken[] = { "", "{", "{\"a\":1,\"a\":2}", "[1,]", "nope", "{}x" };
    struct tree             *tree;

    (void)state;
    for (size_t i = 0; i < COUNT(broken); i++) {
        struct status status = tree_parse(slice_text(broken[i]), &tree);
        assert_int_equal(status.code, STATUS_CORRUPT);
        assert_null(tree);
    }
}

static void writing_gives_back_what_was_read(void **state)
{
    struct reading reading = parse("{ \"b\": [1, \"zwei\"], \"a\": false }");
    struct buffer  out     = { 0 };

    (void)state;
    tree_write(reading.tree, false, &out);
    assert_true(slice_equal(buffer_slice(&out), SLICE("{\"b\":[1,\"zwei\"],\"a\":false}")));
    buffer_free(&out);
    end(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_leads_through_members),
        cmocka_unit_test(what_is_not_there_reads_as_nothing),
        cmocka_unit_test(members_keep_their_order),
        cmocka_unit_test(a_single_value_is_a_tree_too),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_line),
        cmocka_unit_test(writing_gives_back_what_was_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

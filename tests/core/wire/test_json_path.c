/* Is JSON read by paths, whatever it holds, and written back as it was read?
 *
 * Planted bugs that it caught: a brace within a text was indented, null could be signed. */
#include "tests/world/checks.h"

#include "core/wire/json_path.h"

static struct tree parse(const char *text)
{
    struct tree tree = { 0 };

    assert_int_equal(tree_read(&tree, slice_text(text)).code, STATUS_OK);
    return tree;
}

static void reads(struct tree *tree, const char *path, const char *wanted)
{
    assert_true(slice_equal(node_shown(tree->root, path, &tree->arena), slice_text(wanted)));
}

static void a_path_leads_through_members(void **state)
{
    struct tree tree  = parse("{\"a\":{\"b\":\"deep\",\"n\":-12,\"t\":true,\"l\":[1,2]},\"w\":7}");
    uint64_t    whole = 0;

    (void)state;
    reads(&tree, "a.b", "deep");
    reads(&tree, "a.n", "-12");
    reads(&tree, "a.t", "true");
    reads(&tree, "a.l", "[1,2]");
    assert_true(node_says(tree.root, "a.b", "deep"));
    assert_false(node_says(tree.root, "a.n", "-12"));
    assert_true(node_whole(tree.root, "w", &whole));
    assert_int_equal(whole, 7);
    assert_false(node_whole(tree.root, "a.n", &whole));
    tree_close(&tree);
}

static void what_is_not_there_reads_as_nothing(void **state)
{
    struct tree tree = parse("{\"z\":null,\"s\":\"text\"}");

    (void)state;
    reads(&tree, "z", NULL);
    reads(&tree, "nothing.at.all", NULL);
    reads(&tree, "s.below.a.text", NULL);
    assert_null(node_at(NULL, "a"));
    assert_int_equal(node_count(node_at(tree.root, "s")), 0);
    assert_int_equal(node_count(NULL), 0);
    assert_null(node_item(NULL, 0));
    assert_false(node_is_array(NULL));
    tree_close(&tree);
}

static void a_single_value_is_a_tree_too(void **state)
{
    struct tree tree = parse("5.3");

    (void)state;
    reads(&tree, "", "5.3");
    tree_close(&tree);
}

static void what_is_no_json_is_refused(void **state)
{
    static const char *const broken[] = { "", "{", "{\"a\":1,\"a\":2}", "[1,]", "nope", "{}x" };

    (void)state;
    for (size_t i = 0; i < COUNT(broken); i++) {
        struct tree tree = { 0 };
        assert_int_equal(tree_read(&tree, slice_text(broken[i])).code, STATUS_CORRUPT);
        assert_null(tree.root);
        tree_close(&tree);
    }
}

static void is_written(const char *text, bool for_people, const char *wanted)
{
    struct tree   tree = parse(text);
    struct buffer out  = { 0 };

    node_write(tree.root, for_people, &out);
    buffer_add_byte(&out, '\0');
    assert_string_equal(out.data, wanted);
    buffer_free(&out);
    tree_close(&tree);
}

static void writing_gives_back_what_was_read_in_its_order(void **state)
{
    (void)state;
    is_written("{ \"b\": [1, \"zwei\"], \"a\": false }", false, "{\"b\":[1,\"zwei\"],\"a\":false}");
}

static void people_get_lines_with_indentation(void **state)
{
    (void)state;
    is_written("{\"b\":[1,{}],\"a\":\"{,\\\":}\",\"c\":[],\"d\":{\"e\":null}}", true,
               "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": \"{,\\\":}\",\n  \"c\": [],\n"
               "  \"d\": {\n    \"e\": null\n  }\n}");
}

static void what_is_signed_is_sorted_and_plain(void **state)
{
    static const char *const unsignable[] = { "{\"a\":null}", "[true]", "1.5", "{\"\xc3\xa4\":1}" };
    struct tree              tree = parse("{\"b\":\"<\xc3\xa4>\",\"a\":[{\"d\":1,\"c\":2}]}");
    struct buffer            out  = { 0 };

    (void)state;
    assert_int_equal(node_write_signed(tree.root, &out).code, STATUS_OK);
    assert_true(
        slice_equal(buffer_slice(&out), SLICE("{\"a\":[{\"c\":2,\"d\":1}],\"b\":\"<\xc3\xa4>\"}")));
    tree_close(&tree);
    for (size_t i = 0; i < COUNT(unsignable); i++) {
        tree = parse(unsignable[i]);
        assert_int_equal(node_write_signed(tree.root, &out).code, STATUS_CORRUPT);
        tree_close(&tree);
    }
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_leads_through_members),
        cmocka_unit_test(what_is_not_there_reads_as_nothing),
        cmocka_unit_test(a_single_value_is_a_tree_too),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(writing_gives_back_what_was_read_in_its_order),
        cmocka_unit_test(people_get_lines_with_indentation),
        cmocka_unit_test(what_is_signed_is_sorted_and_plain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_changes.c -- does a change read as a sentence, and do no bytes of it command a
 * terminal?
 *
 * Planted bug that it caught: a field that came to an end told as one that came. */
#include "cli/past/changes.h"
#include "tests/world/checks.h"

static void reads(const char *json, const char *wanted)
{
    struct buffer out  = { 0 };
    struct tree   tree = { 0 };

    assert_int_equal(tree_read(&tree, slice_text(json)).code, STATUS_OK);
    change_words(tree.root, false, &out);
    buffer_add_byte(&out, '\0');
    assert_string_equal(out.data, wanted);
    buffer_free(&out);
    tree_close(&tree);
}

static void a_move_is_told_as_one(void **state)
{
    (void)state;
    reads("{\"kind\":\"device\",\"id\":\"dev_a\",\"change\":\"changed\",\"fields\":[{\"name\":"
          "\"network\",\"from\":\"net_a\",\"to\":\"net_b\"}]}",
          "device dev_a moved: network net_a → net_b\n");
}

static void several_fields_are_listed(void **state)
{
    (void)state;
    reads("{\"kind\":\"device\",\"id\":\"dev_a\",\"change\":\"changed\",\"fields\":[{\"name\":"
          "\"room\",\"to\":\"Study\"},{\"name\":\"status\",\"from\":\"active\",\"to\":"
          "\"suspended\"}]}",
          "device dev_a changed: room nothing → Study, status active → suspended\n");
}

static void what_came_and_what_went_has_one_side(void **state)
{
    (void)state;
    reads("{\"kind\":\"network\",\"id\":\"net_a\",\"change\":\"added\",\"fields\":[{\"name\":"
          "\"name\",\"to\":\"Home\"}]}",
          "network net_a added: name Home\n");
    reads("{\"kind\":\"network\",\"id\":\"net_a\",\"change\":\"removed\",\"fields\":[{\"name\":"
          "\"name\",\"from\":\"Home\"}]}",
          "network net_a removed: name Home\n");
    reads("{\"kind\":\"device\",\"id\":\"dev_a\",\"change\":\"removed\",\"fields\":[{\"name\":"
          "\"status\",\"from\":\"active\",\"to\":\"removed\"}]}",
          "device dev_a removed: status active → removed\n");
    reads("{\"kind\":\"device\",\"id\":\"dev_a\",\"change\":\"changed\",\"fields\":[{\"name\":"
          "\"room\",\"from\":\"Study\"}]}",
          "device dev_a placed: room Study → nothing\n");
}

static void what_is_hidden_is_named(void **state)
{
    (void)state;
    reads("{\"kind\":\"account\",\"id\":\"acc_a\",\"change\":\"changed\",\"fields\":[{\"name\":"
          "\"password\",\"hidden\":true}]}",
          "account acc_a changed: password (not shown)\n");
    reads("{\"kind\":\"timers\",\"key\":\"0001\",\"change\":\"reencoded\"}",
          "timers 0001 stored in other bytes\n");
}

static void no_text_commands_the_terminal(void **state)
{
    (void)state;
    reads("{\"kind\":\"device\",\"id\":\"dev_a\",\"change\":\"changed\",\"fields\":[{\"name\":"
          "\"name\",\"from\":\"a\\u001b[2J\",\"to\":\"b\\n\"}]}",
          "device dev_a renamed: name a?[2J → b?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_move_is_told_as_one),
        cmocka_unit_test(several_fields_are_listed),
        cmocka_unit_test(what_came_and_what_went_has_one_side),
        cmocka_unit_test(what_is_hidden_is_named),
        cmocka_unit_test(no_text_commands_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

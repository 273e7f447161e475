/* test_reference.c -- does the reference have every row of the tables, in every form? */
#include "cli/tool/reference.h"
#include "core/facts/event.h"
#include "core/facts/refusal.h"
#include "core/wire/json_path.h"
#include "tests/world/checks.h"

typedef void writer(const char *part, enum reference_form form, struct buffer *out);

static size_t count_of(writer *write, const char *part)
{
    struct buffer out  = { 0 };
    struct tree   tree = { 0 };

    write(part, REFERENCE_JSON, &out);
    assert_int_equal(tree_read(&tree, buffer_slice(&out)).code, STATUS_OK);
    assert_true(node_is_array(tree.root));
    size_t count = node_count(tree.root);
    tree_close(&tree);
    buffer_free(&out);
    return count;
}

static void every_row_is_there(void **state)
{
    size_t events = 0;

    (void)state;
    while (event_shape_at(events)) events++;
    assert_int_equal(count_of(reference_events, ""), events);
    assert_int_equal(count_of(reference_refusals, ""), REFUSAL_COUNT - 1);
    assert_true(count_of(reference_intents, "") > 40);
}

static void a_part_of_a_name_chooses(void **state)
{
    (void)state;
    assert_int_equal(count_of(reference_events, "device-renamed"), 1);
    assert_int_equal(count_of(reference_intents, "decide_consent"), 1);
    assert_int_equal(count_of(reference_refusals, "login_taken"), 1);
    assert_int_equal(count_of(reference_events, "no-such-thing"), 0);
}

static void personal_fields_are_marked(void **state)
{
    struct buffer out = { 0 };

    (void)state;
    reference_events("device-renamed", REFERENCE_LINES, &out);
    buffer_add_byte(&out, '\0');
    assert_string_equal(out.data, "device-renamed\taccount\t-\t-\t-\tA device got another name.\n"
                                  "device-renamed\taccount\tdevice\tid\tpublic\tthe device\n"
                                  "device-renamed\taccount\tname\ttext\tpersonal\tits name now\n");
    buffer_clear(&out);
    reference_events("device-renamed", REFERENCE_TEXT, &out);
    buffer_add_byte(&out, '\0');
    assert_non_null(strstr(out.data, "  * name "));
    assert_null(strchr(out.data, '\033'));
    buffer_free(&out);
}

static void every_line_has_all_its_cells(void **state)
{
    static const struct {
        writer *write;
        size_t  tabs;
    } kinds[] = { { reference_events, 5 }, { reference_intents, 5 }, { reference_refusals, 3 } };

    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct buffer out  = { 0 };
        size_t        tabs = 0;
        kinds[i].write("", REFERENCE_LINES, &out);
        for (size_t at = 0; at < out.size; at++) {
            if (out.data[at] == '\t') tabs++;
            if (out.data[at] != '\n') continue;
            assert_int_equal(tabs, kinds[i].tabs);
            tabs = 0;
        }
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_there),
        cmocka_unit_test(a_part_of_a_name_chooses),
        cmocka_unit_test(personal_fields_are_marked),
        cmocka_unit_test(every_line_has_all_its_cells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is nothing read from a JSON body but what was asked for, in the form it was asked for;
 * and do equal values have one text? */
#include "core/wire/json_tree.h"

#include <stdlib.h>

#include "core/base/clock.h"
#include "core/facts/intent.h"
#include "tests/world/checks.h"

static struct arena     arena;
static struct bad_field bad;

static int fresh(void **state)
{
    (void)state;
    arena_free(&arena);
    bad = (struct bad_field){ .name = "" };
    return 0;
}

static const struct node *parsed(const char *text)
{
    return node_parse(&arena, slice_text(text), &bad);
}

static void assert_canonical(const char *text, const char *wanted)
{
    const struct node *node = parsed(text);

    assert_non_null(node);
    assert_slice(node_canonical(&arena, node), wanted);
}

static void what_is_not_json_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        "{",
        "{}{}",
        "{\"a\":1,}",
        "[1 2]",
        "nul",
        "'a'",
        "{a:1}",
        "\"a",
        "\"a\\",
        "\"\\q\"",
        "\"\\u12\"",
        "\"\\u00g0\"",
        "\"\ta\"",
        "\"a\nb\"",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1.e5",
        "1e",
        "1e+",
        "0x10",
        "[1,]",
        "[,1]",
        "[1",
        "[1}",
        "{\"a\"}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{1:1}",
        "{,}",
        "truefalse",
        "True",
        "\xEF\xBB\xBF{}",
        "// a\n{}",
        "NaN",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (parsed(texts[i])) fail_msg("%s was taken", texts[i]);
    assert_null(node_parse(&arena, SLICE("{}\0"), &bad));
    assert_null(node_parse(&arena, SLICE("[1,\0]"), &bad));
    assert_null(node_parse(&arena, SLICE("\"a\0\""), &bad));
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
    (void)state;
    assert_null(parsed("{\n \"a\": [1, {\"b.c\": tru}]}"));
    assert_string_equal(bad.name, "a[1].b\\.c");
    assert_string_equal(bad.why, "is not well-formed JSON (line 2, column 19)");
    assert_null(parsed("[\"\\n\\n\", 1 2]"));
    assert_string_equal(bad.name, "");
    assert_string_equal(bad.why, "is not well-formed JSON (line 1, column 12)");
}

static void a_name_that_stands_twice_is_refused_and_called_so(void **state)
{
    (void)state;
    assert_null(parsed("{\"a\":1,\"b\":{\"c\":1,\"\\u0063\":2}}"));
    assert_string_equal(bad.name, "b.c");
    assert_has(bad.why, "twice");
}

static void an_object_may_have_many_members(void **state)
{
    struct buffer text = { 0 };
    char          name[8];

    (void)state;
    for (int i = 0; i < 1000; i++)
        buffer_print(&text, "%c\"n%d\":%d", i ? ',' : '{', i * 7 % 1000, i);
    buffer_add(&text, SLICE(",\"n7\":0}"));
    assert_null(node_parse(&arena, buffer_slice(&text), &bad));
    assert_string_equal(bad.name, "n7");
    text.size -= strlen(",\"n7\":0}");
    buffer_add_byte(&text, '}');
    const struct node *node = node_parse(&arena, buffer_slice(&text), &bad);
    buffer_free(&text);
    assert_int_equal(node_count(node), 1000);
    for (int i = 0; i < 1000; i++) {
        uint64_t number = 0;
        snprintf(name, sizeof name, "n%d", i * 7 % 1000);
        assert_true(node_u64(node_member(node, name), &number));
        assert_int_equal(number, i);
    }
    assert_null(node_member(node, "n1000"));
    struct node_walk walk = node_walk(node); /* as they came */
    assert_true(node_next(&walk) && node_next(&walk));
    assert_slice(walk.name, "n7");
}

static void what_is_json_but_not_taken_is_not_called_malformed(void **state)
{
    /* clang-format off */
    static const struct { const char *text, *why; } cases[] = {
        { "[1e400]", "too large" },               { "[1e-400]", "too small" },
        { "\"a\\u0000b\"", "NUL character" },   { "{\"a\\u0000b\":1}", "NUL character" },
        { "\"\\ud800\"", "lone surrogate" },    { "\"\\udc00\\ud800\"", "lone surrogate" },
        { "\"\\ud800\\u0041\"", "surrogate" }, { "\"\xC3\x28\"", "not UTF-8" },
        { "\"\xED\xA0\x80\"", "not UTF-8" },    { "\"\xC3", "not UTF-8" },
        { "{", "well-formed" },
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_null(parsed(cases[i].text));
        assert_non_null(strstr(bad.why, cases[i].why));
    }
}

static void what_is_too_deep_is_refused_before_it_costs_anything(void **state)
{
    char deep[100001];

    (void)state;
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_null(parsed(deep));
    assert_non_null(strstr(bad.why, "nested"));
    assert_non_null(parsed("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"));
    assert_null(parsed("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"));
    assert_non_null(parsed("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ \\\" [[[\""));
}

static void equal_values_have_one_text(void **state)
{
    (void)state;
    assert_canonical(" { \"b\" : 1 , \"a\" : [ true , null ] } ", "{\"a\":[true,null],\"b\":1}");
    assert_canonical("1.0", "1");
    assert_canonical("1e2", "100");
    assert_canonical("-0.0", "0");
    assert_canonical("0.1", "0.1");
    assert_canonical("21.5", "21.5");
    assert_canonical("9007199254740993", "9007199254740993");
    assert_canonical("18446744073709551616.0", "18446744073709551616");
    assert_canonical("\"\\u0041\"", "\"A\"");
    assert_canonical("\"\\ud83d\\uDCA1 \\u00e4\\/\\b\\n\"", "\"\xF0\x9F\x92\xA1 ä/\\u0008\\n\"");
    assert_canonical("{\"z\":{},\"B\":1,\"a\":1,\"ab\":1}", "{\"B\":1,\"a\":1,\"ab\":1,\"z\":{}}");
}

static void a_forgiving_reader_replaces_what_is_no_text(void **state)
{
    static const char *const rows[][2] = {
        { "\"a\\u0000b\\ud800\"", "a\xEF\xBF\xBD"
                                  "b\xEF\xBF\xBD" },
        { "\"\\ud800\\u0041\"", "\xEF\xBF\xBD"
                                "A" },
        { "\"\xC3\x28\nok\"", "?(\nok" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct node *node = node_parse_forgiving(&arena, slice_text(rows[i][0]), &bad);
        assert_slice(node_text(node), rows[i][1]);
    }
    assert_slice(node_text(node_parse_forgiving(&arena, SLICE("\"a\0b\""), &bad)), "a?b");
    assert_null(node_parse_forgiving(&arena, SLICE("\"a"), &bad));
    assert_null(node_parse_forgiving(&arena, SLICE("\"a\\q\""), &bad));
    assert_null(node_parse_forgiving(&arena, SLICE("1e400"), &bad));
}

static void what_is_of_another_kind_says_nothing(void **state)
{
    const struct node *node = parsed("[1,\"a\"]");
    uint64_t           number;

    (void)state;
    assert_null(node_text(node).data);
    assert_false(node_flag(node_item(node, 0)));
    assert_null(node_number(node_item(node, 1)));
    assert_false(node_u64(node_item(node, 1), &number));
    assert_int_equal(node_count(NULL), 0);
    assert_null(node_member(node, "a"));
    assert_null(node_item(node, 2));
    assert_null(node_text(NULL).data);
}

static void a_real_is_written_so_that_it_reads_back_the_same(void **state)
{
    static const char *const reals[] = {
        "0.1", "1e300", "-2.5e-8", "3.141592653589793", "0.30000000000000004", "123456789.125"
    };

    (void)state;
    for (size_t i = 0; i < COUNT(reals); i++) {
        struct slice once = node_canonical(&arena, parsed(reals[i]));
        struct slice text = arena_print(&arena, "%.*s", (int)once.size, once.data);
        assert_true(strtod(text.data, NULL) == strtod(reals[i], NULL));
    }
}

/* -- by the tables ------------------------------------------------------------------------ */

static bool read_into(struct intent *intent, enum intent_type type, const char *text,
                      const char *const *others)
{
    const struct shape *shape = intent_shape(type);
    const struct node  *node  = parsed(text);

    assert_non_null(node);
    *intent = (struct intent){ .type = type };
    return json_read_intent(shape, node, others, &arena, intent_body(intent, shape), &bad);
}

static void assert_refuses(enum intent_type type, const char *text, const char *name,
                           const char *why)
{
    struct intent intent;

    assert_false(read_into(&intent, type, text, NULL));
    assert_string_equal(bad.name, name);
    if (!strstr(bad.why, why)) print_error("%s: %s\n", bad.name, bad.why);
    assert_non_null(strstr(bad.why, why));
}

static void fields_are_read_by_their_names_on_the_wire(void **state)
{
    struct intent intent;

    (void)state;
    assert_true(read_into(&intent, INTENT_claim_login,
                          "{\"login\":\"ann\",\"displayName\":\"Ann\"}", NULL));
    assert_slice(intent.claim_login.login, "ann");
    assert_slice(intent.claim_login.display_name, "Ann");
    assert_null(intent.claim_login.phone_number.data);
}

static void each_type_of_field_says_what_it_wants(void **state)
{
    (void)state;
    assert_refuses(INTENT_claim_login, "{}", "login", "is missing");
    assert_refuses(INTENT_claim_login, "{\"login\":null}", "login", "is missing");
    assert_refuses(INTENT_claim_login, "{\"login\":\"\"}", "login", "empty");
    assert_refuses(INTENT_claim_login, "{\"login\":7}", "login", "text");
    assert_refuses(INTENT_claim_login, "{\"login\":\"a\\nb\"}", "login", "control");
    assert_refuses(INTENT_claim_login, "{\"login\":\"a\",\"phoneNumber\":\"+12345678901234567\"}",
                   "phoneNumber", "at most 16 bytes");
    assert_refuses(INTENT_claim_login, "{\"login\":\"a\",\"x\":1}", "x", "not known");
    assert_refuses(INTENT_claim_login, "{\"login\":\"a\",\"activationHash\":\"x\"}",
                   "activationHash", "not known");
    assert_refuses(INTENT_claim_login, "[]", "", "object");
    assert_refuses(INTENT_claim_gateway, "{\"gatewayId\":\"g\",\"accountId\":\"acc_1\"}",
                   "accountId", "id");
    assert_refuses(INTENT_claim_gateway,
                   "{\"gatewayId\":\"g\",\"accountId\":\"acc_00000000000000000000000000\","
                   "\"shared\":1}",
                   "shared", "true or false");
    assert_refuses(INTENT_renew_consent, "{\"expiresAt\":\"tomorrow\"}", "expiresAt", "instant");
    assert_refuses(INTENT_request_command, "{\"operation\":\"o\",\"name\":\"on\",\"validFor\":-1}",
                   "validFor", "number");
    assert_refuses(INTENT_request_command, "{\"operation\":\"o\",\"name\":\"on\",\"validFor\":1.5}",
                   "validFor", "number");
    assert_refuses(INTENT_change_vendor, "{\"a.b\":1}", "a\\.b", "not known");
    assert_refuses(INTENT_change_network, "{\"rooms\":[1]}", "rooms", "texts");
    assert_refuses(INTENT_report_state,
                   "{\"vendorDeviceId\":\"d\",\"observedAt\":\"2026-01-01T00:00:00Z\","
                   "\"properties\":[]}",
                   "properties", "object");
}

#define FOR(seconds) "{\"operation\":\"o\",\"name\":\"n\",\"validFor\":" seconds "}"
static void a_whole_number_may_be_written_in_any_way(void **state)
{
    static const char *const texts[] = { FOR("30"), FOR("30.0"), FOR("3e1"), FOR("300.00E-1") };
    struct intent            intent;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_true(read_into(&intent, INTENT_request_command, texts[i], NULL));
        assert_int_equal(intent.request_command.valid_for, 30);
    }
}

static void null_clears_a_text_and_leaves_other_fields_alone(void **state)
{
    struct intent intent;

    (void)state;
    assert_true(read_into(&intent, INTENT_change_device,
                          "{\"name\":null,\"networkId\":null,\"room\":\"\"}", NULL));
    assert_slice(intent.change_device.name, "");
    assert_slice(intent.change_device.room, "");
    assert_false(id_given(intent.change_device.network_id));
    assert_true(read_into(&intent, INTENT_change_device, "{}", NULL));
    assert_null(intent.change_device.name.data);
}

static void null_is_a_value_where_any_json_is_asked_for(void **state)
{
    struct intent intent;

    (void)state;
    assert_true(read_into(&intent, INTENT_request_command,
                          "{\"operation\":\"writeProperty\",\"name\":\"on\","
                          "\"input\":null}",
                          NULL));
    assert_slice(intent.request_command.input, "null");
}

static void values_come_sorted_with_canonical_json(void **state)
{
    struct intent intent;

    (void)state;
    assert_true(read_into(&intent, INTENT_report_state,
                          "{\"vendorDeviceId\":\"d\",\"observedAt\":\"2026-01-01T00:00:00Z\","
                          "\"properties\":{\"on\":true,\"level\":1.0}}",
                          NULL));
    assert_int_equal(intent.report_state.properties.count, 2);
    assert_slice(intent.report_state.properties.items[0].name, "level");
    assert_slice(intent.report_state.properties.items[0].json, "1");
    assert_slice(intent.report_state.properties.items[1].json, "true");
    assert_int_equal(intent.report_state.observed_at, INT64_C(1767225600) * SECOND);
}

static void a_name_the_handler_reads_itself_is_no_stranger(void **state)
{
    static const char *const others[] = { "code", NULL };
    struct intent            intent;
    struct slice             code = { 0 };

    (void)state;
    assert_true(read_into(&intent, INTENT_decide_consent,
                          "{\"decision\":\"grant\",\"code\":\"1234\"}", others));
    assert_true(json_read_text(parsed("{\"code\":\"1234\"}"), "code", 8, REQUIRED, &code, &bad));
    assert_slice(code, "1234");
    assert_false(json_read_text(parsed("{}"), "code", 8, REQUIRED, &code, &bad));
    assert_true(json_read_text(parsed("{\"code\":null}"), "code", 8, OPTIONAL, &code, &bad));
    assert_slice(code, "1234");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_not_json_is_refused, fresh),
        cmocka_unit_test_setup(what_is_wrong_is_said_with_its_place, fresh),
        cmocka_unit_test_setup(a_name_that_stands_twice_is_refused_and_called_so, fresh),
        cmocka_unit_test_setup(an_object_may_have_many_members, fresh),
        cmocka_unit_test_setup(what_is_json_but_not_taken_is_not_called_malformed, fresh),
        cmocka_unit_test_setup(what_is_too_deep_is_refused_before_it_costs_anything, fresh),
        cmocka_unit_test_setup(equal_values_have_one_text, fresh),
        cmocka_unit_test_setup(a_forgiving_reader_replaces_what_is_no_text, fresh),
        cmocka_unit_test_setup(what_is_of_another_kind_says_nothing, fresh),
        cmocka_unit_test_setup(a_real_is_written_so_that_it_reads_back_the_same, fresh),
        cmocka_unit_test_setup(fields_are_read_by_their_names_on_the_wire, fresh),
        cmocka_unit_test_setup(each_type_of_field_says_what_it_wants, fresh),
        cmocka_unit_test_setup(a_whole_number_may_be_written_in_any_way, fresh),
        cmocka_unit_test_setup(null_clears_a_text_and_leaves_other_fields_alone, fresh),
        cmocka_unit_test_setup(null_is_a_value_where_any_json_is_asked_for, fresh),
        cmocka_unit_test_setup(values_come_sorted_with_canonical_json, fresh),
        cmocka_unit_test_setup(a_name_the_handler_reads_itself_is_no_stranger, fresh),
    };
    int outcome = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(&arena);
    return outcome;
}

/* Is a media type known however it is written, and is what a caller accepts weighed as RFC
 * 9110 has it?
 *
 * Planted bugs that it caught: types were compared with case, q was not looked at, a
 * wildcard beat the type in full, a comma within quotes ended a range. */
#include "tests/world/checks.h"

#include "core/wire/media_type.h"

#define JSON  "application/json"
#define HTML  "text/html"
#define LINES "application/x-ndjson"
#define BATCH "application/cloudevents-batch+json"

static void a_type_is_known_in_any_case_and_with_any_parameters(void **state)
{
    static const struct {
        const char *text, *type;
        bool        is;
    } rows[] = {
        { "application/json", JSON, true },
        { "Application/JSON", JSON, true },
        { "Application/X-NDJSON", LINES, true },
        { "Application/CloudEvents-Batch+JSON;charset=utf-8", BATCH, true },
        { "application/json \t;\tcharset=utf-8", JSON, true },
        { "application/json; title=\"a;b\"", JSON, true },
        { "application/jsonx", JSON, false },
        { "xapplication/json", JSON, false },
        { "text/plain; note=application/x-ndjson", LINES, false },
        { "application/json, text/html", JSON, false },
        { "application / json", JSON, false },
        { "application", JSON, false },
        { "", JSON, false },
        { NULL, JSON, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (media_type_is(slice_text(rows[i].text), rows[i].type) != rows[i].is)
            fail_msg("%s", rows[i].text);
}

static void json_is_known_by_its_name_and_its_suffix(void **state)
{
    static const struct {
        const char *text;
        bool        is;
    } rows[] = {
        { "application/json", true },
        { "Application/JSON; charset=utf-8", true },
        { "Application/TM+JSON", true },
        { "application/problem+json", true },
        { "text/json", true },
        { "application/jsonx", false },
        { "application/x-ndjson", false },
        { "application/+json/json", false },
        { "+json", false },
        { "text/plain; json", false },
        { NULL, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (media_type_is_json(slice_text(rows[i].text)) != rows[i].is)
            fail_msg("%s", rows[i].text);
}

static void the_best_of_what_is_accepted_is_chosen(void **state)
{
    static const char *const types[] = { JSON, HTML, "none" };
    static const struct {
        const char *accept, *chosen;
    } rows[] = {
        { NULL, JSON },
        { "", JSON },
        { "*/*", JSON },
        { "TEXT/HTML", HTML },
        { "application/JSON", JSON },
        { "text/html, application/json", JSON },
        { "text/html, application/json;q=0.1", HTML },
        { "application/json;q=0, text/html", HTML },
        { "text/html;q=0, */*", JSON },
        { "*/*, application/json;q=0", HTML },
        { "application/*;q=0.2, text/*;q=0.3", HTML },
        { "text/*;q=0.9, text/html;q=0.1, application/json;q=0.2", JSON },
        { "*/*;q=0.9, text/*;q=0.1", JSON },
        { "application/jsonx, text/html", HTML },
        { "image/png, text/html", HTML },
        { "image/png", "none" },
        { "application/json;q=0, text/html;q=0.000", "none" },
        { "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML },
        { "application/json; Q=0.4 , text/html ; q=0.5", HTML },
        { "application/json;q=0.5; note=\"a, text/html, b\"", JSON },
        { "application/json; charset=utf-8", JSON },
        { "text/html;level=1, text/html;q=0.2, application/json;q=0.3", JSON },
        { "text/html, image/gif, *; q=.2, */*; q=.2", HTML },
        { "text/html;q=2, application/json;q=0.1", JSON },
        { "text/html;q=0.1234, application/json;q=0.1", JSON },
        { "text/html;q=1.1, application/json;q=0.1", JSON },
        { "text/html;q=, application/json;q=0.1", JSON },
        { "nonsense", JSON },
        { ", ,text/html,", HTML },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t at = accept_choose(slice_text(rows[i].accept), types, 2);
        if (strcmp(types[at], rows[i].chosen) != 0)
            fail_msg("%s: %s, not %s", rows[i].accept, types[at], rows[i].chosen);
    }
}

static void a_type_named_in_full_is_told_from_one_let_in_by_a_wildcard(void **state)
{
    static const struct {
        const char     *accept;
        struct accepted right;
    } rows[] = {
        { "application/json", { 1000, true } },
        { "application/json;q=0.35", { 350, true } },
        { "application/json;q=0", { 0, true } },
        { "application/*;q=0.5", { 500, false } },
        { "*/*", { 1000, false } },
        { NULL, { 1000, false } },
        { "text/html", { 0, false } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct accepted accepted = accept_of(slice_text(rows[i].accept), JSON);
        assert_int_equal(accepted.weight, rows[i].right.weight);
        assert_int_equal(accepted.named, rows[i].right.named);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_type_is_known_in_any_case_and_with_any_parameters),
        cmocka_unit_test(json_is_known_by_its_name_and_its_suffix),
        cmocka_unit_test(the_best_of_what_is_accepted_is_chosen),
        cmocka_unit_test(a_type_named_in_full_is_told_from_one_let_in_by_a_wildcard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

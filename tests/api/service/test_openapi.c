/* Is every call described, and is the document in docs/ the one that the tables make?
 *
 * PIOT_DOCS_WRITE=1 writes it anew. Whether what it says is so, the stories tell, which hold
 * every answer against it; whether it is a well-made document, tests/peers/openapi.test.mjs.
 *
 * Planted bugs that this must notice, and did: a route whose row of answers.def was missing,
 * a meaning that was changed without writing the document anew, and a query that may be repeated
 * as one value.
 */
#include "api/service/describe.h"
#include "api/service/service_internal.h"
#include "tests/world/document.h"

static const struct route *rows;
static size_t              row_count;

static void every_call_that_is_offered_says_what_it_takes_and_gives(void **state)
{
    (void)state;
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].handle != not_offered && !wire_answer(rows[i].handle))
            fail_msg("%s lacks its row of answers.def", rows[i].path);
}

static void every_name_in_a_path_or_query_is_declared(void **state)
{
    (void)state;
    for (size_t i = 0; i < row_count; i++) {
        struct slice queries = slice_text(rows[i].queries), query;
        bool         repeats;
        if (rows[i].handle == not_offered) continue;
        while ((query = query_next(&queries, &repeats)).size)
            if (!wire_parameter(query))
                fail_msg("%.*s lacks its row of parameters.def", (int)query.size, query.data);
    }
}

static void a_form_has_a_media_type_and_a_type(void **state)
{
    static const struct {
        const char *media_type, *type;
    } forms[] = {
        { "application/json", "[Lease]" },
        { "application/x-ndjson", "lines:Lease" },
        { "text/html", "text" },
    };
    struct slice words = SLICE("[Lease] application/x-ndjson=lines:Lease text/html");

    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct wire_form form = form_next(&words);
        assert_slice(form.media_type, forms[i].media_type);
        assert_slice(form.type, forms[i].type);
    }
    assert_int_equal(form_next(&words).type.size, 0);
}

static struct slice described(struct buffer *text, const char *path)
{
    struct json json = json_to(text);

    json_object(&json);
    for (size_t i = 0; i < row_count; i++)
        if (!strcmp(rows[i].path, path) && rows[i].method == HTTP_GET)
            openapi_put_call(&json, &rows[i]);
    json_object_end(&json);
    buffer_add_byte(text, '\0');
    return buffer_slice(text);
}

static void a_query_that_may_be_repeated_is_a_list(void **state)
{
    struct buffer text    = { 0 };
    struct slice  history = described(&text, "/app/v1/history");

    (void)state;
    assert_non_null(strstr(history.data, "{\"name\":\"type\",\"in\":\"query\",\"description\":"
                                         "\"only events of this type\",\"schema\":"
                                         "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}"));
    buffer_free(&text);
}

static void a_type_is_a_schema_and_an_example_of_it(void **state)
{
    static const struct {
        const char *type, *schema, *example;
    } types[] = {
        { "text=Home", "{\"type\":\"string\"}", "\"Home\"" },
        { "[whole]", "{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":0}}", "[1]" },
        { "one:a|b", "{\"type\":\"string\",\"enum\":[\"a\",\"b\"]}", "\"a\"" },
        { "one:effect", "{\"type\":\"string\",\"enum\":[\"unknown\",\"true\",\"false\"]}",
          "\"unknown\"" },
        { "{flag}", "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"boolean\"}}",
          "{\"brightness\":true}" },
        { "any", "{}", "true" },
        { "moment", "{\"type\":\"string\",\"format\":\"date-time\"}",
          "\"2026-01-31T12:00:00.000Z\"" },
        { "either:flag|[text]",
          "{\"anyOf\":[{\"type\":\"boolean\"},"
          "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]}",
          "true" },
        { "lines:QuietHours",
          "{\"description\":\"Lines, each of which is a QuietHours.\",\"type\":\"string\"}",
          "\"{\\\"from\\\":\\\"22:00\\\",\\\"to\\\":\\\"07:00\\\"}\\n\"" },
        { "QuietHours", "{\"$ref\":\"#/components/schemas/QuietHours\"}",
          "{\"from\":\"22:00\",\"to\":\"07:00\"}" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        struct buffer text = { 0 };
        struct json   json = json_to(&text);
        schema_put(&json, slice_text(types[i].type), NULL);
        assert_slice(buffer_slice(&text), types[i].schema);
        buffer_clear(&text);
        json = json_to(&text);
        example_put(&json, slice_text(types[i].type));
        assert_slice(buffer_slice(&text), types[i].example);
        buffer_free(&text);
    }
}

/* With line ends where it is not deep, so that a change of one call is one of a few lines. */
static void write_lines(struct slice json, struct buffer *out)
{
    enum { DEEP = 5 };
    unsigned depth  = 0;
    bool     quoted = false;

    for (size_t i = 0; i < json.size; i++) {
        char c = json.data[i];
        buffer_add_byte(out, c);
        if (c == '"' && json.data[i - 1] != '\\') quoted = !quoted;
        if (quoted) continue;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        if (depth <= DEEP && (c == ',' || c == '{')) buffer_add_byte(out, '\n');
    }
    buffer_add_byte(out, '\n');
}

static void the_document_in_docs_is_the_one_the_tables_make(void **state)
{
    struct buffer made = { 0 }, json = { 0 };

    (void)state;
    openapi_write(rows, row_count, &json);
    write_lines(buffer_slice(&json), &made);
    assert_document("docs/openapi.json", buffer_slice(&made));
    buffer_free(&json);
    buffer_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_that_is_offered_says_what_it_takes_and_gives),
        cmocka_unit_test(every_name_in_a_path_or_query_is_declared),
        cmocka_unit_test(a_query_that_may_be_repeated_is_a_list),
        cmocka_unit_test(a_form_has_a_media_type_and_a_type),
        cmocka_unit_test(a_type_is_a_schema_and_an_example_of_it),
        cmocka_unit_test(the_document_in_docs_is_the_one_the_tables_make),
    };

    rows = service_routes(&row_count);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

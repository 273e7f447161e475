/* openapi_document.c -- every call that is offered, and what they share. */
#include <string.h>

#include "api/ground/ground.h"
#include "api/service/describe.h"
#include "core/base/text.h"

/* By the rules of HTTP, whatever the path is. */
#define BEFORE_A_ROUTE                                                    \
    "request_timeout method_not_allowed uri_too_long expectation_failed " \
    "headers_too_large version_not_supported"

#define TAGS                                                                                   \
    "[{\"name\":\"app\",\"description\":\"An account's networks, devices and consents.\"},"    \
    "{\"name\":\"audit\",\"description\":\"The log, and what it proves.\"},"                   \
    "{\"name\":\"operator\",\"description\":\"Vendors, accounts, addresses, tokens.\"},"       \
    "{\"name\":\"service\",\"description\":\"Whether it runs, this document, the web app.\"}," \
    "{\"name\":\"vendor\",\"description\":\"What vendors' servers report and set.\"}]"
#define SECURITY                                                                                  \
    "{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"A session's "         \
    "token, a vendor's API key, or a token that an operator handed out.\"},"                      \
    "\"webhookSignature\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":"                       \
    "\"webhook-signature\",\"description\":\"Standard Webhooks 1.0, with webhook-id and "         \
    "webhook-timestamp.\"},"                                                                      \
    "\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"__Host-piot\",\"description\":" \
    "\"The token of a browser that signed in with cookie. Over http to this machine itself its "  \
    "name is piot.\"},"                                                                           \
    "\"operatorCookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":"                         \
    "\"__Host-piot-operator\",\"description\":\"The same, of the operator's page; or "            \
    "piot-operator.\"},"                                                                          \
    "\"ticket\":{\"type\":\"apiKey\",\"in\":\"query\",\"name\":\"ticket\",\"description\":"       \
    "\"From POST tickets, for a page that can send no header.\"}}"
#define PARAMETERS                                                                          \
    "{\"x-correlator\":{\"name\":\"x-correlator\",\"in\":\"header\",\"description\":"       \
    "\"Echoed; made if absent.\",\"schema\":{\"type\":\"string\",\"maxLength\":256}},"      \
    "\"Idempotency-Key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"description\":"  \
    "\"The same key and body get the first answer.\",\"schema\":{\"type\":\"string\"}},"    \
    "\"If-Match\":{\"name\":\"If-Match\",\"in\":\"header\",\"description\":\"An ETag: the " \
    "write is refused if that has changed.\",\"schema\":{\"type\":\"string\"}}}"

#define VALUE                                                                           \
    "{\"description\":\"Any JSON: what it may be, the thing model of a device says.\"," \
    "\"anyOf\":[{\"type\":\"string\"},{\"type\":\"number\"},{\"type\":\"boolean\"},"    \
    "{\"type\":\"array\",\"items\":{}},"                                                \
    "{\"type\":\"object\",\"additionalProperties\":true,\"nullable\":true}]}"

static void put_info(struct json *json)
{
    json_name(json, "info");
    json_object(json);
    json_put_text(json, "title", SLICE("piot, the PIoT aggregation service"));
    json_put_text(json, "version", SLICE(PIOTD_VERSION));
    json_put_text(json, "description",
                  SLICE("What may be called, by whom, and what comes back. Every write answers "
                        "X-Log-Position; every read waits with ?after= until that is folded."));
    json_object_end(json);
}

/* -- the calls --------------------------------------------------------------------------- */

static bool is_of_path(const struct route *row, const char *path)
{
    return row->handle != not_offered && !strcmp(row->path, path);
}

/* A rest of a path is a parameter like others. */
static void put_path(struct json *json, const char *path)
{
    struct buffer name = { 0 };
    const char   *rest = strstr(path, "…");

    buffer_add(&name, (struct slice){ path, rest ? (size_t)(rest - path) : strlen(path) });
    if (rest) buffer_add(&name, slice_text(rest + strlen("…")));
    json_name_slice(json, buffer_slice(&name));
    buffer_free(&name);
}

/* Rows of one path stand together under it, where the first of them comes. */
static void put_paths(struct json *json, const struct route *rows, size_t count)
{
    json_name(json, "paths");
    json_object(json);
    for (size_t i = 0; i < count; i++) {
        bool is_first = rows[i].handle != not_offered;
        for (size_t n = 0; n < i; n++) is_first &= !is_of_path(&rows[n], rows[i].path);
        if (!is_first) continue;
        put_path(json, rows[i].path);
        json_object(json);
        for (size_t n = i; n < count; n++)
            if (is_of_path(&rows[n], rows[i].path)) openapi_put_call(json, &rows[n]);
        json_object_end(json);
    }
    json_object_end(json);
}

/* -- what they share --------------------------------------------------------------------- */

static void put_shapes(struct json *json)
{
    size_t                   count;
    const struct wire_shape *shapes = wire_shapes(&count);

    json_name(json, "schemas");
    json_object(json);
    json_put_raw(json, "Value", SLICE(VALUE));
    for (size_t i = 0; i < count; i++) {
        if (shapes[i].kind == WIRE_part) continue;
        json_name_slice(json, slice_text(shapes[i].name));
        schema_put_shape(json, &shapes[i], false);
    }
    json_object_end(json);
}

static void put_error_example(struct json *json, const struct problem_shape *shape)
{
    static const struct id instance = { { 'q', 1, 0x89, 0x0a, 0x5d, 0xac, 0x96, 0x77, 0x4b, 0xbc,
                                          0xce, 0xb3, 2, 9, 0x9a, 0x80, 0x57 } };
    struct arena           arena    = { 0 };
    struct buffer          body     = { 0 };

    problem_write(&body, shape, (struct slice){ 0 }, instance, (struct slice){ 0 });
    json_name_slice(json, problem_code(&arena, shape->name));
    json_object(json);
    json_put_text(json, "summary", slice_text(shape->sentence));
    json_put_raw(json, "value", buffer_slice(&body));
    json_object_end(json);
    buffer_free(&body);
    arena_free(&arena);
}

/* Of those that some call may end in: a refusal that only vendors' events meet is none. */
static bool is_used(const struct route *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].handle != not_offered && openapi_may_end_in(&rows[i], name)) return true;
    struct slice words = SLICE(BEFORE_A_ROUTE), word;
    while ((word = word_next(&words)).size)
        if (slice_equal(word, slice_text(name))) return true;
    return false;
}

static void put_examples(struct json *json, const struct route *rows, size_t count)
{
    json_name(json, "examples");
    json_object(json);
    for (enum problem problem = NO_PROBLEM + 1; problem < PROBLEM_COUNT; problem++)
        if (is_used(rows, count, problem_shape(problem)->name))
            put_error_example(json, problem_shape(problem));
    for (enum refusal refusal = ACCEPTED + 1; refusal < REFUSAL_COUNT; refusal++) {
        struct problem_shape shape = problem_of_refusal(refusal);
        if (refusal != REFUSED_not_found && is_used(rows, count, shape.name))
            put_error_example(json, &shape);
    }
    json_object_end(json);
}

static void put_before_a_route(struct json *json)
{
    struct slice words = SLICE(BEFORE_A_ROUTE);

    json_name(json, "responses");
    json_object(json);
    json_name(json, "BeforeARoute");
    json_object(json);
    json_put_text(json, "description", SLICE("What HTTP itself does not allow."));
    openapi_put_error(json, words);
    json_object_end(json);
    json_object_end(json);
}

void openapi_write(const struct route *rows, size_t count, struct buffer *out)
{
    struct json json = json_to(out);

    json_object(&json);
    json_put_text(&json, "openapi", SLICE("3.0.3"));
    put_info(&json);
    json_put_raw(&json, "servers", SLICE("[{\"url\":\"/\"}]"));
    json_put_raw(&json, "security", SLICE("[{\"bearer\":[]}]"));
    json_put_raw(&json, "tags", SLICE(TAGS));
    put_paths(&json, rows, count);
    json_name(&json, "components");
    json_object(&json);
    put_shapes(&json);
    put_before_a_route(&json);
    put_examples(&json, rows, count);
    json_put_raw(&json, "parameters", SLICE(PARAMETERS));
    json_put_raw(&json, "securitySchemes", SLICE(SECURITY));
    json_object_end(&json);
    json_object_end(&json);
}

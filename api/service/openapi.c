/* openapi.c -- one call, in OpenAPI 3.0.3.
 *
 * Its answers are its success, then each status that one of its codes has. Some codes every
 * call of a kind may end in; they are in the table below. Those that are answered before a
 * route is found, by the rules of HTTP, stand under "default". */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "api/service/describe.h"
#include "core/base/text.h"

enum { CODES_MAX = 48, PATH_TEXT_MAX = 128 };

/* -- which codes ------------------------------------------------------------------------- */

static bool is_any(const struct route *route) { return route != NULL; }
static bool is_proven(const struct route *route) { return route->right != RIGHT_NONE; }
static bool is_deep(const struct route *route) { return strchr(route->path, '{') != NULL; }
static bool is_vendor_s(const struct route *route) { return (route->right & RIGHT_VENDOR) != 0; }
static bool has_body(const struct route *route) { return route->body_max > 0; }
static bool is_write(const struct route *route) { return route->method != HTTP_GET; }
static bool has_range(const struct route *route)
{
    return route_waits(route) || route_knows_query(route, SLICE("limit"));
}

static const struct {
    bool (*applies)(const struct route *route);
    const char *codes;
} implied[] = {
    { is_any, "invalid_argument too_many_requests internal unavailable" },
    { is_proven, "unauthenticated permission_denied" },
    { is_vendor_s, "vendor_not_approved" },
    { is_deep, "not_found" },
    { has_body, "content_too_large unsupported_media_type" },
    { is_write, "idempotency_key_reused precondition_failed" },
    { has_range, "out_of_range" },
};

struct codes {
    struct problem_shape items[CODES_MAX];
    size_t               count;
};

static void codes_add(struct codes *codes, struct slice words)
{
    struct slice word;

    while ((word = word_next(&words)).size) {
        struct problem_shape shape;
        bool                 known = false;
        if (memchr(word.data, ':', word.size)) continue; /* another answer: see other_answer() */
        ensure(wire_problem(word, &shape) && codes->count < CODES_MAX);
        for (size_t i = 0; i < codes->count; i++)
            known |= !strcmp(codes->items[i].name, shape.name);
        if (!known) codes->items[codes->count++] = shape;
    }
}

/* All that a call may end in. */
static void codes_of(struct codes *codes, const struct route *route)
{
    for (size_t i = 0; i < COUNT(implied); i++)
        if (implied[i].applies(route)) codes_add(codes, slice_text(implied[i].codes));
    codes_add(codes, slice_text(wire_answer(route->handle)->codes));
}

bool openapi_may_end_in(const struct route *route, const char *name)
{
    struct codes codes = { .count = 0 };

    codes_of(&codes, route);
    for (size_t i = 0; i < codes.count; i++)
        if (!strcmp(codes.items[i].name, name)) return true;
    return false;
}

/* "503:Readiness" among the codes: that status has this body instead of an error's. */
static struct slice other_answer(const char *codes, unsigned status)
{
    struct slice words = slice_text(codes), word;
    char         start[8];

    snprintf(start, sizeof start, "%u:", status);
    while ((word = word_next(&words)).size)
        if (slice_starts(word, slice_text(start)))
            return (struct slice){ word.data + strlen(start), word.size - strlen(start) };
    return (struct slice){ 0 };
}

/* -- answers ----------------------------------------------------------------------------- */

static void put_form(struct json *json, struct wire_form form)
{
    json_name_slice(json, form.media_type);
    json_object(json);
    json_name(json, "schema");
    schema_put(json, form.type, NULL);
    if (!slice_equal(form.type, SLICE("text"))) {
        json_name(json, "example");
        example_put(json, form.type);
    }
    json_object_end(json);
}

static void put_content(struct json *json, const char *answer)
{
    struct slice     words = slice_text(answer);
    struct wire_form form;

    if (!strcmp(answer, "nothing")) return;
    json_name(json, "content");
    json_object(json);
    while ((form = form_next(&words)).type.size) put_form(json, form);
    json_object_end(json);
}

/* `status` 0: of all of them. */
static void put_error_content(struct json *json, const struct codes *codes, unsigned status)
{
    struct arena arena = { 0 };

    json_name(json, "content");
    json_object(json);
    json_name(json, "application/json");
    json_object(json);
    json_name(json, "schema");
    schema_put(json, SLICE("Error"), NULL);
    json_name(json, "examples");
    json_object(json);
    for (size_t i = 0; i < codes->count; i++) {
        if (status && codes->items[i].http != status) continue;
        struct slice code = problem_code(&arena, codes->items[i].name);
        json_name_slice(json, code);
        json_object(json);
        json_put_text(json, "$ref",
                      arena_print(&arena, "#/components/examples/%.*s", (int)code.size, code.data));
        json_object_end(json);
    }
    json_object_end(json);
    json_object_end(json);
    json_object_end(json);
    arena_free(&arena);
}

void openapi_put_error(struct json *json, struct slice names)
{
    struct codes codes = { .count = 0 };

    codes_add(&codes, names);
    put_error_content(json, &codes, 0);
}

/* Opens it; the content follows. */
static void put_answer(struct json *json, unsigned status, const char *meaning)
{
    char number[8];

    snprintf(number, sizeof number, "%u", status);
    json_name_slice(json, slice_text(number));
    json_object(json);
    json_put_text(json, "description", slice_text(meaning));
}

static const char *title_of(const struct codes *codes, unsigned status)
{
    for (size_t i = 0; i < codes->count; i++)
        if (codes->items[i].http == status) return codes->items[i].title;
    return NULL;
}

/* All but the success that is usual. */
static void put_others(struct json *json, const struct route *route, const struct codes *codes,
                       const char *names)
{
    for (unsigned status = 200; status < 600; status++) {
        const char  *title = title_of(codes, status);
        struct slice other = other_answer(names, status);

        if (!title && !other.size) continue;
        if (!title) title = status < 300 ? route->meaning : "Not now";
        put_answer(json, status, title);
        if (other.size) {
            json_name(json, "content");
            json_object(json);
            put_form(json, (struct wire_form){ SLICE("application/json"), other });
            json_object_end(json);
        } else put_error_content(json, codes, status);
        json_object_end(json);
    }
}

static void put_responses(struct json *json, const struct route *route,
                          const struct wire_answer *answer)
{
    struct codes codes = { .count = 0 };

    codes_of(&codes, route);
    json_name(json, "responses");
    json_object(json);
    put_answer(json, (unsigned)route->success, route->meaning);
    put_content(json, answer->answer);
    json_object_end(json);
    if (route->method == HTTP_GET) {
        json_name(json, "304");
        json_raw(json, SLICE("{\"description\":\"As you have it already: see ETag.\"}"));
    }
    put_others(json, route, &codes, answer->codes);
    json_name(json, "default");
    json_raw(json, SLICE("{\"$ref\":\"#/components/responses/BeforeARoute\"}"));
    json_object_end(json);
}

/* -- what a call takes ------------------------------------------------------------------- */

/* The type's schema; of a query that may be repeated, that of a list. */
static void put_parameter_schema(struct json *json, const char *type, bool repeats)
{
    char list[64];

    snprintf(list, sizeof list, repeats ? "[%s]" : "%s", type);
    json_name(json, "schema");
    schema_put(json, slice_text(list), NULL);
}

static void put_parameter(struct json *json, struct slice name, bool in_path, bool repeats)
{
    const struct wire_parameter *parameter = wire_parameter(name);

    ensure(parameter != NULL);
    json_object(json);
    json_put_text(json, "name", name);
    json_put_text(json, "in", in_path ? SLICE("path") : SLICE("query"));
    if (in_path) json_put_flag(json, "required", true);
    json_put_text(json, "description", slice_text(parameter->meaning));
    put_parameter_schema(json, parameter->type, repeats);
    json_object_end(json);
}

/* The name in the braces at the front, with "…" of a rest of a path left out. */
static struct slice braced(const char *at)
{
    size_t size = strcspn(at + 1, "}");
    bool   rest = size > 3 && !memcmp(at + 1 + size - 3, "…", 3);

    return (struct slice){ at + 1, size - (rest ? 3 : 0) };
}

static void put_header_ref(struct json *json, const char *ref)
{
    json_object(json);
    json_put_text(json, "$ref", slice_text(ref));
    json_object_end(json);
}

static void put_parameters(struct json *json, const struct route *route)
{
    struct slice queries = slice_text(route->queries), query;
    bool         repeats;

    json_name(json, "parameters");
    json_array(json);
    for (const char *at = route->path; (at = strchr(at, '{')); at++)
        put_parameter(json, braced(at), true, false);
    while ((query = query_next(&queries, &repeats)).size)
        put_parameter(json, query, false, repeats);
    if (route_waits(route)) put_parameter(json, SLICE("after"), false, false);
    put_header_ref(json, "#/components/parameters/x-correlator");
    if (is_write(route)) put_header_ref(json, "#/components/parameters/Idempotency-Key");
    if (is_write(route)) put_header_ref(json, "#/components/parameters/If-Match");
    json_array_end(json);
}

/* "" is what the intent's fields make. */
static void put_request_body(struct json *json, const struct route *route, const char *body)
{
    struct slice     words = slice_text(body);
    struct wire_form form  = form_next(&words);

    json_name(json, "requestBody");
    json_object(json);
    json_name(json, "content");
    json_object(json);
    do {
        json_name_slice(json, form.media_type);
        json_object(json);
        json_name(json, "schema");
        schema_put_body(json, route->intent, form.type);
        json_name(json, "example");
        example_put_body(json, route->intent, form.type);
        json_object_end(json);
    } while ((form = form_next(&words)).type.size);
    json_object_end(json);
    json_object_end(json);
}

/* -- a call ------------------------------------------------------------------------------ */

const char *openapi_method(enum http_method method)
{
    switch (method) {
    /* clang-format off */
    case HTTP_GET:    return "get";
    case HTTP_POST:   return "post";
    case HTTP_PUT:    return "put";
    case HTTP_PATCH:  return "patch";
    case HTTP_DELETE: return "delete";
    default:          break;
        /* clang-format on */
    }
    impossible("a route of no method");
}

/* "/app/v1/me" is of "app"; what has no such start is of "service". */
struct slice openapi_tag(const struct route *route)
{
    size_t size = strcspn(route->path + 1, "/");

    return strncmp(route->path + 1 + size, "/v1", 3) ? SLICE("service")
                                                     : (struct slice){ route->path + 1, size };
}

/* "patch_app_v1_me": letters, digits and lines under. */
static void put_operation_id(struct json *json, const struct route *route)
{
    char   name[PATH_TEXT_MAX + 16];
    size_t size = (size_t)snprintf(name, sizeof name, "%s", openapi_method(route->method));

    for (const char *at = route->path; *at && size + 1 < sizeof name; at++)
        if (isalnum((unsigned char)*at)) name[size++] = *at;
        else if (name[size - 1] != '_' && *at != '}') name[size++] = '_';
    if (name[size - 1] == '_') size--;
    json_put_text(json, "operationId", (struct slice){ name, size });
}

static bool may_sign(const struct route *route) { return route->may_sign; }
static bool takes_ticket(const struct route *route)
{
    return route_knows_query(route, SLICE("ticket"));
}
static bool is_for_app(const struct route *route)
{
    return is_proven(route) && slice_equal(openapi_tag(route), SLICE("app"));
}
static bool is_for_operator(const struct route *route)
{
    return is_proven(route) && slice_equal(openapi_tag(route), SLICE("operator"));
}

/* What proves who calls: one of them. */
static const struct {
    bool (*applies)(const struct route *route);
    const char *name; /* in components/securitySchemes */
} proofs[] = {
    { is_proven, "bearer" },    { may_sign, "webhookSignature" },
    { is_for_app, "cookie" },   { is_for_operator, "operatorCookie" },
    { takes_ticket, "ticket" },
};

static void put_security(struct json *json, const struct route *route)
{
    json_name(json, "security");
    json_array(json);
    for (size_t i = 0; i < COUNT(proofs); i++) {
        if (!proofs[i].applies(route)) continue;
        json_object(json);
        json_put_raw(json, proofs[i].name, SLICE("[]"));
        json_object_end(json);
    }
    json_array_end(json);
}

void openapi_put_call(struct json *json, const struct route *route)
{
    const struct wire_answer *answer = wire_answer(route->handle);

    ensure(answer != NULL);
    json_name(json, openapi_method(route->method));
    json_object(json);
    put_operation_id(json, route);
    json_put_text(json, "summary", slice_text(route->meaning));
    json_name(json, "tags");
    json_array(json);
    json_text(json, openapi_tag(route));
    json_array_end(json);
    put_security(json, route);
    put_parameters(json, route);
    if (has_body(route)) put_request_body(json, route, answer->body);
    put_responses(json, route, answer);
    json_object_end(json);
}

/* pages.c -- the calls and the errors, described for machines and for people.
 *
 * All is made from the same tables as the calls themselves. The two that tell of every call
 * take some 20 ms, and anybody may ask for them: they are made once, the first time, and are
 * the program's from then on. No page has a script, or anything of others.
 *
 * THREADS   Handlers run on any loop; pages_make() in one of them, while the others wait. */
#include <pthread.h>
#include <string.h>

#include "api/call/query.h"
#include "api/call/show.h"
#include "api/service/describe.h"
#include "api/service/routes.h"
#include "api/service/service_internal.h"
#include "core/base/text.h"

#define POLICY                                                                    \
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; " \
    "frame-ancestors 'none'"

static const char STYLE[] =
    ":root{color-scheme:light dark;--line:#ccc;--quiet:#595959}\n"
    "@media(prefers-color-scheme:dark){:root{--line:#555;--quiet:#b0b0b0}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72ch;margin:0 auto;padding:16px}\n"
    "h1{font-size:28px}h2{font-size:20px;margin-top:48px}\n"
    "h3{font:600 16px/1.5 ui-monospace,monospace;border-top:1px solid var(--line);"
    "padding-top:16px;overflow-wrap:anywhere}\n"
    "pre{overflow-x:auto;border:1px solid var(--line);border-radius:4px;padding:8px;"
    "font-size:14px;white-space:pre-wrap;overflow-wrap:anywhere}\n"
    "p.codes{font-size:14px;color:var(--quiet)}\n";

static struct kept_page {
    struct buffer body;
    uint64_t      tag;
} openapi, docs;
static pthread_once_t made = PTHREAD_ONCE_INIT;
static void           pages_make(void);

static void answer_page(struct call *call, const char *type, struct slice page, uint64_t tag)
{
    request_header(call->request, "Content-Security-Policy", SLICE(POLICY));
    request_header(call->request, "Cache-Control", SLICE("public, max-age=300"));
    if (!query_unchanged(call, tag)) call_answer(call, 200, type, page);
}

static void answer_kept(struct call *call, const char *type, const struct kept_page *page)
{
    ensure(!pthread_once(&made, pages_make));
    answer_page(call, type, buffer_slice(&page->body), page->tag);
}

void pages_get_openapi(struct call *call) { answer_kept(call, "application/json", &openapi); }

void pages_get_docs(struct call *call) { answer_kept(call, "text/html; charset=utf-8", &docs); }

void pages_get_style(struct call *call)
{
    answer_page(call, "text/css; charset=utf-8", slice_text(STYLE), show_tag(slice_text(STYLE)));
}

/* -- HTML -------------------------------------------------------------------------------- */

static void put(struct buffer *page, const char *html) { buffer_add(page, slice_text(html)); }

static void put_text(struct buffer *page, struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '<') put(page, "&lt;");
        else if (text.data[i] == '&') put(page, "&amp;");
        else buffer_add_byte(page, text.data[i]);
}

static void put_head(struct buffer *page, struct slice title)
{
    put(page, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
              "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    put_text(page, title);
    put(page, "</title>\n<link rel=\"stylesheet\" href=\"/docs.css\">\n<main>\n<h1>");
    put_text(page, title);
    put(page, "</h1>\n");
}

static void put_code_link(struct buffer *page, const char *name)
{
    struct arena arena = { 0 };
    struct slice kebab = text_kebab(&arena, slice_text(name));
    struct slice code  = problem_code(&arena, name);

    buffer_print(page, "<a href=\"/errors/%.*s\">%.*s</a> ", (int)kebab.size, kebab.data,
                 (int)code.size, code.data);
    arena_free(&arena);
}

/* A call by its method and path, the place in /docs that tells of it. */
static void put_call_name(struct buffer *page, const struct route *route)
{
    for (const char *at = openapi_method(route->method); *at; at++)
        buffer_add_byte(page, (char)(*at - 'a' + 'A'));
    buffer_add_byte(page, ' ');
    put_text(page, slice_text(route->path));
}

/* -- the calls --------------------------------------------------------------------------- */

static void put_example(struct buffer *page, const char *what, struct slice json)
{
    put(page, "<p>");
    put(page, what);
    put(page, "</p>\n<pre>");
    put_text(page, json);
    put(page, "</pre>\n");
}

static void put_body_and_answer(struct buffer *page, const struct route *route,
                                const struct wire_answer *answer)
{
    struct buffer text = { 0 };
    struct json   json = json_to(&text);
    struct slice  body = slice_text(answer->body), said = slice_text(answer->answer);

    if (route->body_max) {
        example_put_body(&json, route->intent, form_next(&body).type);
        put_example(page, "It takes", buffer_slice(&text));
        buffer_clear(&text);
    }
    if (strcmp(answer->answer, "nothing") != 0) {
        struct wire_form form = form_next(&said);
        bool             bare = slice_equal(form.type, SLICE("text"));
        json                  = json_to(&text);
        if (!bare) example_put(&json, form.type);
        put_example(page, "and answers", bare ? form.media_type : buffer_slice(&text));
    }
    buffer_free(&text);
}

static void put_call(struct buffer *page, const struct route *route)
{
    struct slice queries = slice_text(route->queries), query;
    bool         repeats;

    put(page, "<h3>");
    put_call_name(page, route);
    put(page, "</h3>\n<p>");
    put_text(page, slice_text(route->meaning));
    put(page, "</p>\n<ul>\n");
    while ((query = query_next(&queries, &repeats)).size) {
        put(page, "<li><code>?");
        put_text(page, query);
        put(page, "=</code> ");
        put_text(page, slice_text(wire_parameter(query)->meaning));
        if (repeats) put(page, " (may be repeated)");
        put(page, "</li>\n");
    }
    put(page, "</ul>\n");
    put_body_and_answer(page, route, wire_answer(route->handle));
    put(page, "<p class=\"codes\">It may end in ");
    for (enum problem problem = NO_PROBLEM + 1; problem < PROBLEM_COUNT; problem++)
        if (openapi_may_end_in(route, problem_shape(problem)->name))
            put_code_link(page, problem_shape(problem)->name);
    for (enum refusal refusal = ACCEPTED + 1; refusal < REFUSAL_COUNT; refusal++)
        if (refusal != REFUSED_not_found && openapi_may_end_in(route, refusal_shape(refusal)->name))
            put_code_link(page, refusal_shape(refusal)->name);
    put(page, "</p>\n");
}

static void put_calls(struct buffer *page, const struct route *rows, size_t count)
{
    static const char *const tags[] = { "app", "vendor", "operator", "audit", "service" };

    put_head(page, SLICE("What may be called"));
    put(page, "<p>The same for machines is <a href=\"/openapi.json\">/openapi.json</a>.</p>\n");
    for (size_t i = 0; i < COUNT(tags); i++) {
        buffer_print(page, "<h2>%s</h2>\n", tags[i]);
        for (size_t n = 0; n < count; n++)
            if (rows[n].handle != not_offered &&
                slice_equal(openapi_tag(&rows[n]), slice_text(tags[i])))
                put_call(page, &rows[n]);
    }
    put(page, "</main>\n</html>\n");
}

static void pages_make(void)
{
    size_t              count;
    const struct route *rows = service_routes(&count);

    openapi_write(rows, count, &openapi.body);
    openapi.tag = show_tag(buffer_slice(&openapi.body));
    put_calls(&docs.body, rows, count);
    docs.tag = show_tag(buffer_slice(&docs.body));
}

/* -- the errors -------------------------------------------------------------------------- */

/* "not-found" is not_found; anything else that is no name in kebab-case is none of ours. */
static struct slice snake_of(struct arena *arena, struct slice kebab)
{
    struct slice name = arena_copy(arena, kebab);
    char        *at   = (char *)(uintptr_t)name.data;

    for (size_t i = 0; i < name.size; i++) at[i] = at[i] == '-' ? '_' : at[i] == '_' ? '-' : at[i];
    return name;
}

static void put_error(struct buffer *page, const struct problem_shape *shape)
{
    size_t              count;
    const struct route *rows = service_routes(&count);

    buffer_print(page, "<p>HTTP status %u, %s.</p>\n<p>", shape->http, shape->title);
    put_text(page, slice_text(shape->sentence));
    put(page, "</p>\n<h2>Where it is met</h2>\n<ul>\n");
    for (size_t i = 0; i < count; i++) {
        if (rows[i].handle == not_offered || !openapi_may_end_in(&rows[i], shape->name)) continue;
        put(page, "<li><code>");
        put_call_name(page, &rows[i]);
        put(page, "</code></li>\n");
    }
    put(page, "</ul>\n<p><a href=\"/docs\">All calls</a></p>\n</main>\n</html>\n");
}

void pages_get_error(struct call *call)
{
    struct problem_shape shape;
    struct buffer        page = { 0 };

    if (!wire_problem(snake_of(call->arena, call_parameter(call, "code")), &shape)) {
        call_fail(call, PROBLEM_not_found, "There is no such code.");
        return;
    }
    put_head(&page, problem_code(call->arena, shape.name));
    put_error(&page, &shape);
    answer_page(call, "text/html; charset=utf-8", buffer_slice(&page),
                show_tag(buffer_slice(&page)));
    buffer_free(&page);
}

/* describe.h -- what stands in requests and answers, as the tables declare it, and the
 * documents that are made of it: /openapi.json and the pages for people.
 *
 * A room of handlers declares in its shapes.def the objects of its answers, and of the
 * bodies that no intent describes, and in its answers.def what each handler takes and gives:
 *
 *     SHAPE(name, meaning, members)
 *     PART(name, meaning, members) the same, of what is only ever written out within others:
 *                                  it may be null, or its members join an intent's
 *     SAID(name, meaning, members) the same, of a body: a MAY that is null is as if left out
 *     OPEN(name, meaning, members) the same, of what may have any other members beside these
 *     EVENT(name, meaning, members) a CloudEvent that vendors report: CloudEvents' extension
 *                                  attributes may stand beside these, and vendors' reports.def
 *                                  says what data are with each type
 *     MUST(type, name, meaning)    always there
 *     MAY(type, name, meaning)     there if there is something to say
 *     OR(type, name, meaning)      the same, instead of a MAY above it or along with such a one:
 *                                  examples are without
 *     NIL(type, name, meaning)     always there, and may be null
 *     ANSWER(handler, codes, body, answer)
 *
 * codes: the problems and refusals it may end in, besides those that its row in routes.def
 * already implies (openapi.c says which); "503:Readiness" says that this status has that body.
 * body: what the whole body is, if no intent describes it; or the shape whose members join the
 * intent's. answer: what comes back; "nothing" is an empty answer. Either may have several
 * forms, with blanks between: a TYPE, as application/json; MEDIA/TYPE=TYPE; or MEDIA/TYPE alone,
 * of what is no JSON, which nothing validates.
 * Queries and parameters of paths are declared in parameters.def, once for all rooms.
 *
 * A type is one of
 *
 *     id:KIND  text  text=EXAMPLE  instant  position  whole  number  flag  any
 *     moment             an instant that callers give, in any form of RFC 3339
 *     one:A|B  one:LIST  a word of these, or of that list of states.def
 *     row:VIEW           what an auditor sees of a row of projections/views.def
 *     NAME               a shape, which begins with a capital; or Value: any JSON, as the thing
 *                        model of a device has it
 *     report             the data of what a vendor reports
 *     either:TYPE|TYPE   one of these
 *     [TYPE]  {TYPE}     a list; an object whose names are a thing model's own
 *     items:TYPE         a page of a list: {"items":[…]}
 *     lines:TYPE         a text of lines, each of which is one
 *
 * The stories hold every answer against the document (tests/stories/document.mjs), so what
 * a handler writes and what is declared here cannot part.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_API_SERVICE_DESCRIBE_H
#define PIOT_API_SERVICE_DESCRIBE_H

#include "api/call/router.h"
#include "core/base/json.h"

enum need { NEED_must, NEED_may, NEED_or, NEED_nil };
struct member {
    enum need   need;
    const char *type, *name, *meaning;
};
enum wire_kind { WIRE_closed, WIRE_part, WIRE_said, WIRE_open, WIRE_event };
struct wire_shape {
    const char          *name, *meaning;
    const struct member *members;
    size_t               count;
    enum wire_kind       kind;
    const char          *others; /* the type of members that have no row; NULL: there are none */
};
const struct wire_shape *wire_shapes(size_t *count);
const struct wire_shape *wire_shape(struct slice name); /* NULL: none */

struct wire_report {
    const char       *type; /* what that of the event ends with */
    enum intent_type  intent;
    struct wire_shape more;    /* what is in the data besides the intent's fields */
    const char       *example; /* of the data */
};
const struct wire_report *wire_reports(size_t *count);

struct wire_answer {
    handler    *handle;
    const char *codes, *body, *answer;
};
const struct wire_answer *wire_answer(handler *handle); /* NULL: its row is missing */

struct wire_parameter {
    const char *name, *type, *meaning;
};
const struct wire_parameter *wire_parameter(struct slice name); /* NULL: its row is missing */

/* -- describe_schema.c ---------------------------------------------------------------- */

/* A schema of OpenAPI 3.0.3 for a type; "" has to be nothing's. */
void schema_put(struct json *json, struct slice type, const char *meaning);
/* The same, into an open object; of no named type. */
void schema_put_in(struct json *json, struct slice type);
void schema_put_words(struct json *json, const struct words *words);

/* -- describe_objects.c --------------------------------------------------------------- */

/* The schema, written out, of all members of a shape. */
void schema_put_shape(struct json *json, const struct wire_shape *shape, bool nullable);
/* Of a row of a view, into an open object. */
void schema_put_row(struct json *json, struct slice view);
/* Of a body: the intent's fields (INTENT_NONE: none), and what `type` adds, "" nothing. */
void schema_put_body(struct json *json, enum intent_type intent, struct slice type);
/* The type of a field that is no state. */
const char *wire_field_type(const struct field *field);

/* -- describe_example.c --------------------------------------------------------------- */

/* A value that the schema allows. */
void example_put(struct json *json, struct slice type);
void example_put_body(struct json *json, enum intent_type intent, struct slice type);

/* -- openapi.c ---------------------------------------------------------------------------- */

/* "get": {…}, of a row that is offered. */
void openapi_put_call(struct json *json, const struct route *route);
/* Is that code, in snake_case, among those it may end in? */
bool openapi_may_end_in(const struct route *route, const char *name);
/* The content of an error that has one of these codes. */
void openapi_put_error(struct json *json, struct slice codes);
/* "app", "vendor", "operator", "audit" or "service": who it is for. */
struct slice openapi_tag(const struct route *route);
const char  *openapi_method(enum http_method method); /* "get" */

/* -- openapi_document.c --------------------------------------------------------------------- */

/* The whole document; what is part of the contract and not offered yet is left out. */
void openapi_write(const struct route *rows, size_t count, struct buffer *out);

/* -- codes: problems and refusals alike ------------------------------------------------- */

/* By its name in snake_case. False: there is none. */
bool wire_problem(struct slice name, struct problem_shape *shape);
/* The first blank-separated word, taken off the front; nothing: there are no more. */
struct slice word_next(struct slice *words);
/* A form of a body or an answer, taken off the front. */
struct wire_form {
    struct slice media_type, type; /* type empty: there are no more */
};
struct wire_form form_next(struct slice *words);
/* The same of a route's queries: without the * of one that `repeats`. */
struct slice query_next(struct slice *queries, bool *repeats);

#endif

/* answer.c -- ending a call: with what was asked for, or with why not. */
#include <stdarg.h>
#include <stdio.h>

#include "api/call/call.h"
#include "api/call/origin.h"
#include "core/base/report.h"
#include "core/wire/media_type.h"

enum { SENTENCE_MAX = 400 };

/* Every answer goes out here, but for that a read failed. */
void call_answer(struct call *call, int status, const char *content_type, struct slice body)
{
    if (call_read_failed(call)) return;
    call_rate_tell(call);
    request_answer(call->request, status, content_type, body);
}

void call_answer_json(struct call *call, int status, struct buffer *body)
{
    struct buffer held = *body;

    *body = (struct buffer){ 0 };
    call_answer(call, status, "application/json", buffer_slice(&held));
    buffer_free(&held);
}

void call_answer_empty(struct call *call) { call_answer(call, 204, NULL, (struct slice){ 0 }); }

/* WoT clients, and whoever asks for it by name, get RFC 9457's own type, unless they like
 * plain JSON better. */
static const char *problem_type(const struct http_head *head, struct arena *arena)
{
    static const char *const wanted[] = { "application/problem+json", "application/td+json" };
    struct slice    accept = head ? http_header_all(head, "Accept", arena) : (struct slice){ 0 };
    struct accepted json   = accept_of(accept, "application/json");

    for (size_t i = 0; i < COUNT(wanted); i++) {
        struct accepted problem = accept_of(accept, wanted[i]);
        if (problem.named && problem.weight && problem.weight >= json.weight) return wanted[0];
    }
    return "application/json";
}

static void send_problem(struct call *call, const struct problem_shape *shape, struct slice message)
{
    struct buffer body = { 0 };

    problem_write(&body, shape, message, call->id, call->ground->public_url);
    call_rate_tell(call);
    request_answer(call->request, (int)shape->http, problem_type(call->request->head, call->arena),
                   buffer_slice(&body));
    buffer_free(&body);
}

static void answer_problem(struct call *call, const struct problem_shape *shape,
                           struct slice message)
{
    if (!call_read_failed(call)) send_problem(call, shape, message);
}

void call_refuse(struct call *call, enum refusal refusal)
{
    struct problem_shape shape = problem_of_refusal(refusal);

    answer_problem(call, &shape, (struct slice){ 0 });
}

void call_fail(struct call *call, enum problem problem, const char *format, ...)
{
    char    sentence[SENTENCE_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    answer_problem(call, problem_shape(problem), slice_text(sentence));
}

void call_fail_field(struct call *call, const struct bad_field *bad)
{
    answer_problem(call, problem_shape(PROBLEM_invalid_argument),
                   bad_field_sentence(call->arena, bad, "The body"));
}

void call_busy(struct call *call, const char *sentence)
{
    request_header(call->request, "Retry-After", SLICE("1"));
    answer_problem(call, problem_shape(PROBLEM_unavailable), slice_text(sentence));
}

/* -- when a read failed --------------------------------------------------------------- */

static void report_broken(const struct call *call, struct status why)
{
    char id[ID_TEXT_MAX];

    id_text(call->id, id);
    report(REPORT_ERROR, "api", "%s: %s", id, why.text);
}

/* What stands in the head by now was made of what could not be read: a tag, a link. */
void call_broken(struct call *call, struct status why)
{
    report_broken(call, why);
    request_headers_forget(call->request);
    request_header(call->request, "x-correlator", call->correlator);
    origin_add_headers(call->request, call->ground);
    send_problem(call, problem_shape(PROBLEM_internal), (struct slice){ 0 });
}

bool call_read_failed(struct call *call)
{
    struct status failure = reader_failure(call->reader);

    if (failure.code != STATUS_OK) call_broken(call, failure);
    return failure.code != STATUS_OK;
}

void call_stream_begin(struct call *call, int status, const char *content_type)
{
    call_rate_tell(call);
    request_stream_begin(call->request, status, content_type);
}

void call_stream_end(struct call *call)
{
    if (reader_failure(call->reader).code == STATUS_OK) request_stream_end(call->request);
    else call_stream_cut(call, OK);
}

void call_stream_cut(struct call *call, struct status why)
{
    if (why.code == STATUS_OK) why = reader_failure(call->reader);
    if (why.code != STATUS_OK) report_broken(call, why);
    request_stream_cut(call->request);
}

struct slice call_error_body(struct loop *loop, struct request *request, struct arena *arena,
                             int status, const char *why, const char **content_type)
{
    struct problem_shape shape = *problem_shape(problem_for_status(status));
    struct buffer        body  = { 0 };
    struct id            id;
    struct slice         text;

    id         = loop_new_id(loop, ID_request);
    shape.http = (unsigned)status;
    request_header(request, "x-correlator", call_correlator(request->head, arena, id));
    origin_add_headers(request, loop->ground);
    problem_write(&body, &shape, slice_text(why), id, loop->ground->public_url);
    text = arena_copy(arena, buffer_slice(&body));
    buffer_free(&body);
    *content_type = problem_type(request->head, arena);
    return text;
}

/* past.c -- accounts and networks as of a moment, what changed between two, and why a
 * device is where it is.
 *
 * The past is folded again for each answer, which may take longer than a loop has: a thread
 * of its own does it, the historian, so that nobody who signs in waits behind an auditor. */
#include "replay/past/past.h"
#include "api/audit/audit.h"
#include "api/audit/historian.h"

enum { PAST_EVENTS_MAX = 200 * 1000 }; /* folded for one answer: some seconds */

struct past_question {
    struct job    job;
    struct call  *call;
    struct id     subject;
    struct moment from, to; /* as-of asks for `to` alone */
    struct buffer answer;
    struct status status;
    struct status (*write)(const struct past *past, const struct past_question *question,
                           struct json *json);
};

static struct status past_answer_as_of(const struct past          *past,
                                       const struct past_question *question, struct json *json)
{
    return replay_as_of(past, question->subject, question->to, json);
}

static struct status past_answer_diff(const struct past *past, const struct past_question *question,
                                      struct json *json)
{
    return replay_diff(past, question->subject, question->from, question->to, json);
}

static struct status past_answer_why(const struct past *past, const struct past_question *question,
                                     struct json *json)
{
    return replay_why(past, question->subject, json);
}

/* -- on the historian's thread and back ---------------------------------------------------- */

static void past_question_work(struct job *job)
{
    struct past_question *question = (struct past_question *)job; /* its first member */
    struct past           past     = {
                      .reader     = call_reader(question->call),
                      .vault      = audit_vault(question->call),
                      .nothing    = job->tool,
                      .events_max = PAST_EVENTS_MAX,
    };
    struct json json = json_to(&question->answer);

    question->status = question->write(&past, question, &json);
}

static void past_question_answer(struct job *job)
{
    struct past_question *question = (struct past_question *)job;
    struct call          *call     = question->call;
    struct buffer         body     = question->answer;
    struct status         status   = question->status;

    if (status.code == STATUS_OK) {
        call_answer_json(call, 200, &body);
        return;
    }
    buffer_free(&body);
    if (status.code == STATUS_NOT_FOUND) call_fail(call, PROBLEM_not_found, "%s", status.text);
    else if (status.code == STATUS_INVALID)
        call_fail(call, PROBLEM_invalid_argument, "%s", status.text);
    else if (status.code == STATUS_LIMIT) call_fail(call, PROBLEM_out_of_range, "%s", status.text);
    else call_broken(call, status);
}

static void past_question_show(struct call *call, uint64_t position)
{
    struct past_question *question = call->own;

    (void)position; /* what is asked for lies before it */
    if (!worker_submit(&historian_chore, &question->job))
        call_busy(call, "Too many questions about the past are waiting.");
}

/* -- reading the request ----------------------------------------------------------------------- */

static bool read_moment(struct call *call, const char *name, bool required, struct moment *moment)
{
    struct slice text = call_query(call, name);

    *moment = MOMENT_LAST;
    if (!text.data && !required) return true;
    if (text.data && moment_parse(text, moment)) return true;
    call_fail(call, PROBLEM_invalid_argument,
              "Query %s has to be a position, such as 1/123, or an instant of RFC 3339.", name);
    return false;
}

static struct past_question *past_question_new(struct call *call)
{
    struct past_question *question = arena_new(call->arena, struct past_question);

    question->job  = (struct job){ .work = past_question_work,
                                   .done = past_question_answer,
                                   .loop = call->loop };
    question->call = call;
    call->own      = question;
    return question;
}

static void past_read_as_of(struct call *call, const char *name, enum id_kind kind)
{
    struct past_question *question = past_question_new(call);

    question->write = past_answer_as_of;
    if (call_parameter_id(call, name, kind, &question->subject) &&
        read_moment(call, "at", false, &question->to))
        audit_read(call, question->subject, past_question_show);
}

void audit_account(struct call *call) { past_read_as_of(call, "accountId", ID_account); }

void audit_network(struct call *call) { past_read_as_of(call, "networkId", ID_network); }

void audit_account_diff(struct call *call)
{
    struct past_question *question = past_question_new(call);

    question->write = past_answer_diff;
    if (call_parameter_id(call, "accountId", ID_account, &question->subject) &&
        read_moment(call, "from", true, &question->from) &&
        read_moment(call, "to", false, &question->to))
        audit_read(call, question->subject, past_question_show);
}

void audit_device_why(struct call *call)
{
    struct past_question *question = past_question_new(call);

    question->write = past_answer_why;
    if (call_parameter_id(call, "deviceId", ID_device, &question->subject))
        audit_read(call, question->subject, past_question_show);
}

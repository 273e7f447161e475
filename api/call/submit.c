#include "api/call/submit.h"

#include <stdlib.h>
#include <string.h>

#include "api/call/idempotency.h"
#include "api/call/query.h"
#include "api/call/router.h"
#include "core/base/text.h"

/* -- in the turn ------------------------------------------------------------------------- */

static struct submission *submission_of(struct ledger_request *request) { return request->context; }

static enum refusal on_check(struct ledger_request *request, struct reader *reader)
{
    struct submission *submission = submission_of(request);
    uint64_t           position   = 0;

    if (submission->changed && submission->if_match) {
        if (!submission->changed(submission, reader, &position)) return REFUSED_not_found;
        if (submission->if_match != IF_MATCH_ANY && submission->if_match != position)
            return REFUSED_precondition_failed;
    }
    return submission->check ? submission->check(submission, reader) : ACCEPTED;
}

static void on_make(struct ledger_request *request, struct batch *batch)
{
    struct submission *submission = submission_of(request);

    submission->make(submission, batch);
}

/* Outcomes do not live to see the loop again. */
static uint64_t last_position(const struct ledger_request *request)
{
    uint64_t position = 0;

    for (size_t i = 0; i < request->count; i++)
        if (request->items[i].outcome.count)
            position =
                request->items[i].outcome.events[request->items[i].outcome.count - 1].position;
    return position;
}

static enum refusal first_refusal(const struct ledger_request *request)
{
    for (size_t i = 0; i < request->count; i++)
        if (request->items[i].outcome.refusal) return request->items[i].outcome.refusal;
    return ACCEPTED;
}

static void on_answer(struct ledger_request *request, struct reader *reader)
{
    struct submission *submission = submission_of(request);
    struct reply       reply      = { .status       = submission->call->route->success,
                                      .content_type = "application/json" };

    if ((request->count == 1 || submission->then) && !submission->itemized && !request->refusal)
        request->refusal = first_refusal(request);
    if (request->refusal) return; /* the refusal is the answer */
    if (submission->then) {
        submission->position = last_position(request);
        return;
    }
    if (submission->write) submission->write(submission, reader, &reply);
    struct kept_reply kept = {
        .status       = (uint64_t)reply.status,
        .content_type = slice_text(reply.content_type),
        .location     = reply.location,
        .etag         = reply.etag,
        .body         = buffer_slice(&reply.body),
        .cookie       = reply.cookie,
    };
    idempotency_encode(&kept, &request->reply);
    buffer_free(&reply.body);
}

/* -- back on the loop -------------------------------------------------------------------- */

static void finish(void *argument)
{
    struct submission     *submission = argument;
    struct call           *call       = submission->call;
    struct ledger_request *request    = &submission->request;
    struct buffer          kept       = request->reply; /* the call may end with its answer */

    call->loop->under_way--;
    if (request->failure.code == STATUS_LIMIT) {
        call_busy(call, request->failure.text);
    } else if (request->failure.code != STATUS_OK) {
        call_busy(call, "The outcome is unknown: repeat with the same Idempotency-Key.");
    } else {
        request_header(call->request, "X-Log-Position",
                       position_for(call, submission->position ? submission->position
                                                               : request->position));
        if (request->replayed) request_header(call->request, "Idempotent-Replayed", SLICE("true"));
        if (request->refusal) call_refuse(call, request->refusal);
        else if (submission->then) submission->then(submission);
        else idempotency_answer(call, buffer_slice(&kept));
    }
    buffer_free(&kept);
}

static void on_done(struct ledger_request *request)
{
    struct submission *submission = submission_of(request);

    ensure(server_post(submission->call->loop->server, finish, submission));
}

/* -- making one ---------------------------------------------------------------------------- */

/* A list of tags never matches here but for its only member: writers hold one. */
static uint64_t if_match_of(const struct call *call)
{
    struct slice text = http_header(call->request->head, "If-Match");
    uint64_t     position;

    if (!text.size) return 0;
    if (slice_equal(text, SLICE("*"))) return IF_MATCH_ANY;
    if (text.size > 2 && text.data[0] == '"' && text.data[text.size - 1] == '"' &&
        text_u64((struct slice){ text.data + 1, text.size - 2 }, &position) && position)
        return position;
    return IF_MATCH_NEVER;
}

struct submission *submit_new(struct call *call, size_t count)
{
    struct submission *submission = arena_new(call->arena, struct submission);

    ensure(count <= REQUEST_ITEMS_MAX && id_given(call->idempotency.caller));
    submission->call     = call;
    submission->if_match = if_match_of(call);
    submission->request  = (struct ledger_request){
         .items           = arena_array(call->arena, struct ledger_item, count),
         .count           = count,
         .correlation     = call->correlator,
         .traceparent     = call->traceparent,
         .caller          = call->idempotency.caller,
         .idempotency_key = call->idempotency.key,
         .body_hash       = call->idempotency.request,
         .context         = submission,
         .check           = on_check,
         .answer          = on_answer,
         .done            = on_done,
    };
    return submission;
}

struct intent *submit_intent(struct submission *submission, size_t index, enum intent_type type,
                             struct id stream)
{
    ensure(index < submission->request.count);
    struct intent *intent = &submission->request.items[index].intent;

    *intent = (struct intent){
        .type   = type,
        .stream = stream,
        .actor  = caller_actor(&submission->call->credentials.caller),
    };
    return intent;
}

void submit_send(struct submission *submission)
{
    struct call           *call    = submission->call;
    struct ledger_request *request = &submission->request;

    if (call_read_failed(call)) return; /* what it asks for was made of that */
    if (submission->make) request->make = on_make;
    request->bytes = arena_size(call->arena);
    if (call->loop->under_way < LOOP_UNDER_WAY_MAX &&
        ledger_submit(call->ground->ledger, request)) {
        call->loop->under_way++;
        return;
    }
    call_busy(call, ledger_why_later(call->ground->ledger));
}

struct submission *submit_body(struct call *call, struct id stream, const char *const *others)
{
    const struct shape *shape = intent_shape(call->route->intent);
    const struct node  *body  = call_body(call);
    struct submission  *submission;
    struct intent      *intent;
    struct bad_field    bad;

    if (!body) return NULL;
    submission = submit_new(call, 1);
    intent     = submit_intent(submission, 0, call->route->intent, stream);
    if (json_read_intent(shape, body, others, call->arena, intent_body(intent, shape), &bad))
        return submission;
    call_fail_field(call, &bad);
    return NULL;
}

struct slice etag_text(struct arena *arena, uint64_t changed)
{
    return arena_print(arena, "%llu", (unsigned long long)changed);
}

/* -- without a caller ------------------------------------------------------------------------ */

struct quiet {
    struct ledger_request request;
    struct ledger_item    item;
    struct arena          arena;
};

static void on_quiet_done(struct ledger_request *request)
{
    struct quiet *quiet = request->context;

    buffer_free(&request->reply);
    arena_free(&quiet->arena);
    free(quiet);
}

bool submit_quietly(struct ground *ground, const struct intent *intent)
{
    struct quiet *quiet = calloc(1, sizeof *quiet);
    struct buffer bytes = { 0 };

    ensure(quiet != NULL);
    quiet->request = (struct ledger_request){
        .items   = &quiet->item,
        .count   = 1,
        .context = quiet,
        .done    = on_quiet_done,
    };
    intent_encode(intent, &bytes); /* the codec is a deep copy */
    struct slice held = arena_copy(&quiet->arena, buffer_slice(&bytes));
    buffer_free(&bytes);
    ensure(intent_decode(held, &quiet->arena, &quiet->item.intent).code == STATUS_OK);
    quiet->item.intent.actor        = intent->actor;
    quiet->item.intent.on_behalf_of = intent->on_behalf_of;
    quiet->item.intent.causation    = intent->causation;
    quiet->item.intent.occurred_at  = intent->occurred_at;
    if (ledger_submit(ground->ledger, &quiet->request)) return true;
    on_quiet_done(&quiet->request);
    return false;
}

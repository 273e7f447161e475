/* outcome.c -- from an answer, or none, to what the ledger is told. */
#include <stdlib.h>

#include "api/courier/courier_internal.h"
#include "core/base/report.h"
#include "core/base/text.h"

static struct ground *attempt_ground(const struct attempt *attempt)
{
    return attempt->courier->ground;
}

static uint32_t courier_random(void)
{
    uint32_t random;

    crypto_random(&random, sizeof random);
    return random;
}

/* -- what the attempt's intent is ----------------------------------------------------- */

static struct intent *outcome_intent(struct attempt *attempt, enum intent_type type)
{
    struct intent *intent = &attempt->items[0].intent;

    ensure(attempt->state == ATTEMPT_SENDING && !attempt->request.count); /* it is settled once */
    *intent                = (struct intent){ .type      = type,
                                              .stream    = attempt->row.stream,
                                              .actor     = { ACTOR_SYSTEM, NO_ID },
                                              .causation = name_carried(attempt->delivery) };
    attempt->request.count = 1;
    return intent;
}

/* What is kept of an answer: text, if it is any, without half a character at its end. */
static struct slice outcome_said(const struct attempt *attempt)
{
    struct slice said = buffer_slice(&attempt->posting.answer);
    size_t       half = 0;

    if (said.size > ANSWER_KEPT) said.size = ANSWER_KEPT;
    while (said.size && half++ < 4 && !text_utf8(said)) said.size--;
    return text_utf8(said) ? said : (struct slice){ 0 };
}

static uint64_t outcome_latency_ms(const struct attempt *attempt)
{
    return (uint64_t)(attempt->posting.took_us / MILLISECOND);
}

static void outcome_delivered(struct attempt *attempt)
{
    ensure(attempt->posting.status / 100 == 2 && attempt->number == attempt->row.attempt + 1);
    outcome_intent(attempt, INTENT_note_delivered)->note_delivered = (struct note_delivered){
        .delivery    = attempt->delivery,
        .vendor      = attempt->queue->vendor,
        .command     = attempt->row.command,
        .attempt     = attempt->number,
        .http_status = (uint64_t)attempt->posting.status,
        .latency_ms  = outcome_latency_ms(attempt),
        .answer      = outcome_said(attempt)
    };
    attempt->request.count += response_read(attempt, &attempt->items[1].intent);
    ensure(attempt->request.count < COUNT(attempt->items));
}

static void outcome_note_dead(struct attempt *attempt, struct slice why)
{
    uint64_t status = (uint64_t)attempt->posting.status;

    ensure(why.size > 0 && attempt->number >= attempt->row.attempt);
    if (attempt->number == attempt->row.attempt) status = attempt->row.http_status; /* the last */
    outcome_intent(attempt, INTENT_note_dead)->note_dead = (struct note_dead){
        .delivery    = attempt->delivery,
        .vendor      = attempt->queue->vendor,
        .command     = attempt->row.command,
        .attempt     = attempt->number,
        .http_status = status,
        .reason      = why,
        .latency_ms  = outcome_latency_ms(attempt),
        .answer      = outcome_said(attempt)
    };
}

static void outcome_deferred(struct attempt *attempt, struct slice why, int64_t next_at)
{
    ensure(why.size > 0 && next_at > 0);
    outcome_intent(attempt, INTENT_note_deferred)->note_deferred = (struct note_deferred){
        .delivery    = attempt->delivery,
        .vendor      = attempt->queue->vendor,
        .command     = attempt->row.command,
        .attempt     = attempt->number,
        .http_status = (uint64_t)attempt->posting.status,
        .reason      = why,
        .next_at     = next_at,
        .latency_ms  = outcome_latency_ms(attempt),
        .answer      = outcome_said(attempt),
        .ours        = attempt->posting.ours
    };
}

/* -- failing ------------------------------------------------------------------------- */

static struct slice outcome_why(struct attempt *attempt)
{
    if (!attempt->posting.status) return slice_text(attempt->posting.why);
    return arena_print(&attempt->arena, "answered %d", attempt->posting.status);
}

static int64_t sooner(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t outcome_asked(const struct attempt *attempt, int64_t now_us)
{
    int64_t asked = retry_after_us(&attempt->posting.retry_after, now_us);

    ensure(asked >= 0);
    return asked;
}

/* When it is tried again: its own wait, or longer if the endpoint asked for it. A pause it
 * asked for may end at any moment, and then it goes. */
static int64_t outcome_next_try(const struct attempt *attempt, int64_t now_us)
{
    const struct settings *settings = attempt_ground(attempt)->settings;
    struct backoff         backoff  = { settings->webhook_retry_first, settings->webhook_retry_max,
                                        (unsigned)settings->webhook_retry_factor };
    uint64_t               attempts = attempt->number;
    int64_t                asked    = sooner(outcome_asked(attempt, now_us), backoff.max_us);

    if (attempt->posting.ours) { /* it ends when it ends, and that is soon noticed */
        attempts       = 1 + attempt->queue->ours.failures + attempt->queue->ours.rests;
        backoff.max_us = sooner(backoff.max_us, OURS_WAIT);
    }
    int64_t wait = backoff_us(&backoff, attempts, courier_random());
    ensure(wait >= 0 && wait <= settings->webhook_retry_max);
    return now_us + (asked > wait && !attempt->pauses ? asked : wait);
}

/* Both: one that waited for an endpoint for days still gets its tries. What was our own fault
 * takes away neither. */
static bool outcome_is_final(const struct attempt *attempt, int64_t now_us)
{
    const struct settings     *settings = attempt_ground(attempt)->settings;
    const struct delivery_row *row      = &attempt->row;
    int64_t                    held_up  = (int64_t)row->excused;

    if (row->held_up_at) held_up += now_us - row->held_up_at;
    return attempt->webhook.tried == FOR_A_TIME && !attempt->posting.ours &&
           attempt->number >= settings->webhook_attempts_min &&
           now_us - row->owed_since - held_up >= settings->webhook_tried_for;
}

static void outcome_failed(struct attempt *attempt, int64_t now_us)
{
    int64_t next_at = outcome_next_try(attempt, now_us);

    ensure(attempt->posting.status / 100 != 2 && next_at >= now_us);
    if (outcome_is_final(attempt, now_us)) outcome_note_dead(attempt, outcome_why(attempt));
    else if (id_given(attempt->webhook.command) && next_at >= attempt->webhook.valid_until)
        outcome_note_dead(attempt, SLICE("no time is left to try the command again"));
    else outcome_deferred(attempt, outcome_why(attempt), next_at);
}

/* Whose fault it was: 4xx is about this webhook, but for those that are about when. That one
 * fails again, while others get through, is not about the endpoint. */
static void outcome_judge_endpoint(struct attempt *attempt, int64_t now_us)
{
    struct vendor_queue *queue   = attempt->queue;
    struct breaker      *breaker = &queue->breaker;
    uint64_t             status  = (uint64_t)attempt->posting.status;

    if (status / 100 == 2 || status == 410 || webhook_is_refused(status)) {
        queue->worked = true;
        breaker_worked(breaker);
    } else if (!attempt->row.attempt || !queue->worked || breaker_tries(breaker)) {
        breaker_failed(breaker, now_us, courier_random());
    }
    if (attempt->row.attempt) queue->retries_work = status / 100 == 2;
}

static void outcome_judge(struct attempt *attempt, int64_t now_us)
{
    struct breaker *breaker = &attempt->queue->breaker;
    int             status  = attempt->posting.status;
    int64_t         asked   = outcome_asked(attempt, now_us);
    int64_t         most    = attempt_ground(attempt)->settings->webhook_retry_max;

    attempt->queue->answered_at = clock_monotonic_us();
    if (attempt->posting.ours) {
        breaker_failed(&attempt->queue->ours, now_us, courier_random());
        return;
    }
    breaker_worked(&attempt->queue->ours);
    outcome_judge_endpoint(attempt, now_us);
    if (attempt->pauses)
        breaker_pause(breaker, now_us + sooner(asked ? asked : PAUSE_USUAL, PAUSE_MAX));
    else if ((status == 429 || status == 503) && asked)
        breaker_rest(breaker, now_us + sooner(asked, most));
}

/* -- 410 ----------------------------------------------------------------------------- */

/* A request of its own: it stands in another stream, and depends on whether the vendor
 * has set another endpoint meanwhile. */
struct ending {
    struct ledger_request request;
    struct ledger_item    item;
    struct slice          url; /* the endpoint that said so */
    struct arena          arena;
};

static enum refusal ending_check(struct ledger_request *request, struct reader *reader)
{
    struct ending    *ending = request->context;
    struct id         none   = NO_ID;
    struct vendor_row vendor;

    return view_get_vendor(reader, ending->item.intent.stream, none, &ending->arena, &vendor) &&
                   slice_equal(vendor.endpoint, ending->url)
               ? ACCEPTED
               : REFUSED_endpoint_missing;
}

static void ending_done(struct ledger_request *request)
{
    struct ending *ending = request->context;

    ensure(&ending->request == request);
    arena_free(&ending->arena);
    free(ending);
}

static void outcome_end_endpoint(const struct attempt *attempt)
{
    struct ending *ending = calloc(1, sizeof *ending);

    ensure(ending != NULL);
    ensure(attempt->posting.status == 410 && id_given(attempt->event.id));
    ending->url         = arena_copy(&ending->arena, slice_text(attempt->posting.url));
    ending->item.intent = (struct intent){ .type      = INTENT_end_endpoint,
                                           .stream    = attempt->queue->vendor,
                                           .actor     = { ACTOR_SYSTEM, NO_ID },
                                           .causation = attempt->event.id };
    ending->item.intent.end_endpoint.reason = SLICE("it answered 410 Gone");
    ending->request                         = (struct ledger_request){ .items   = &ending->item,
                                                                       .count   = 1,
                                                                       .check   = ending_check,
                                                                       .done    = ending_done,
                                                                       .context = ending };
    if (!ledger_submit(attempt_ground(attempt)->ledger, &ending->request))
        ending_done(&ending->request); /* the next webhook will be answered the same */
}

/* -- telling ------------------------------------------------------------------------- */

/* On the writer's thread. */
static void outcome_on_done(struct ledger_request *request)
{
    struct attempt *attempt = request->context;

    ensure(&attempt->request == request && attempt->state == ATTEMPT_TELLING);
    buffer_free(&request->reply);
    ensure(queue_push(attempt->courier->recorded, attempt)); /* it has room for all attempts */
}

void outcome_tell(struct attempt *attempt)
{
    ensure(attempt->state != ATTEMPT_TELLING && attempt->request.count > 0);
    attempt->request.items   = attempt->items;
    attempt->request.done    = outcome_on_done;
    attempt->request.context = attempt;
    attempt->state           = ATTEMPT_TELLING;
    if (!ledger_submit(attempt_ground(attempt)->ledger, &attempt->request))
        attempt->state = ATTEMPT_TO_RECORD;
}

void outcome_settle(struct attempt *attempt, int64_t now_us)
{
    ensure(attempt->number == attempt->row.attempt + 1); /* it was made */
    if (attempt->posting.late) { /* or not at all: the ledger takes it out by itself */
        attempt_free(attempt, ATTEMPT_SETTLED);
        return;
    }
    attempt->request.correlation = attempt->event.correlation;
    attempt->request.traceparent = attempt->event.traceparent;
    outcome_judge(attempt, now_us);
    if (attempt->posting.ours) attempt->number = attempt->row.attempt;
    if (attempt->posting.status == 410)
        outcome_end_endpoint(attempt); /* first, so that nothing follows */
    if (attempt->posting.status / 100 == 2) outcome_delivered(attempt);
    else outcome_failed(attempt, now_us);
    attempt->request.count += endpoint_health_changes(
        attempt, now_us, &attempt->items[attempt->request.count].intent);
    outcome_tell(attempt);
}

void outcome_dead(struct attempt *attempt, const char *why)
{
    ensure(attempt->number == attempt->row.attempt); /* it was not made */
    outcome_note_dead(attempt, arena_copy(&attempt->arena, slice_text(why)));
    outcome_tell(attempt);
}

/* It waits on, if that is what the ledger was told. */
static enum attempt_end outcome_end(const struct attempt *attempt)
{
    const struct note_deferred *deferred = &attempt->items[0].intent.note_deferred;
    uint64_t                    refusals = attempt->row.refusals;

    if (attempt->items[0].intent.type != INTENT_note_deferred) return ATTEMPT_SETTLED;
    refusals += webhook_is_refused(deferred->http_status);
    attempt->owed->next_at = deferred->next_at;
    attempt->owed->passed  = owed_is_passed(attempt->courier, refusals);
    return ATTEMPT_WAITS;
}

void outcome_heard(struct attempt *attempt)
{
    ensure(attempt->state == ATTEMPT_TELLING && attempt->request.count > 0);
    attempt->state = ATTEMPT_TO_RECORD;
    if (attempt->request.failure.code == STATUS_LIMIT) return; /* it is told again */
    if (attempt->request.failure.code != STATUS_OK) attempt->courier->halted = true;
    else ensure(attempt->items[0].outcome.refusal == ACCEPTED); /* else we would never end */
    if (attempt->request.count > 1 && attempt->items[1].outcome.refusal) {
        char text[ID_TEXT_MAX];
        id_text(attempt->delivery, text);
        report(REPORT_NOTICE, "courier", "the answer to %s was refused: %s", text,
               refusal_shape(attempt->items[1].outcome.refusal)->name);
    }
    attempt_free(attempt, outcome_end(attempt));
}

/* outcome.c -- from an answer, or none, to what the ledger is told. */
#include <stdlib.h>

#include "api/courier/courier_internal.h"
#include "core/base/report.h"

static struct ground *ground_of(const struct letter *letter) { return letter->courier->ground; }

static uint32_t chance(void)
{
    uint32_t random;

    crypto_random(&random, sizeof random);
    return random;
}

/* -- what the letter's intent is ----------------------------------------------------- */

static struct intent *first_intent(struct letter *letter, enum intent_type type)
{
    struct intent *intent = &letter->items[0].intent;

    *intent           = (struct intent){ .type      = type,
                                         .stream    = letter->row.stream,
                                         .actor     = { ACTOR_SYSTEM, NO_ID },
                                         .causation = name_carried(letter->delivery) };
    letter->ask.count = 1;
    return intent;
}

static void note_delivered(struct letter *letter)
{
    first_intent(letter, INTENT_note_delivered)->note_delivered = (struct note_delivered){
        .delivery    = letter->delivery,
        .vendor      = letter->line->vendor,
        .command     = letter->row.command,
        .attempt     = letter->attempt,
        .http_status = (uint64_t)letter->posting.status
    };
    letter->ask.count += answer_read(letter, &letter->items[1].intent);
}

static void note_dead(struct letter *letter, struct slice why)
{
    uint64_t status = (uint64_t)letter->posting.status;

    if (letter->attempt == letter->row.attempt) status = letter->row.http_status; /* the last */
    first_intent(letter, INTENT_note_dead)->note_dead = (struct note_dead){
        .delivery    = letter->delivery,
        .vendor      = letter->line->vendor,
        .attempt     = letter->attempt,
        .http_status = status,
        .reason      = why
    };
}

static void note_deferred(struct letter *letter, struct slice why, int64_t next_at)
{
    first_intent(letter, INTENT_note_deferred)->note_deferred = (struct note_deferred){
        .delivery    = letter->delivery,
        .vendor      = letter->line->vendor,
        .attempt     = letter->attempt,
        .http_status = (uint64_t)letter->posting.status,
        .reason      = why,
        .next_at     = next_at
    };
}

/* -- failing ------------------------------------------------------------------------- */

static struct slice why_of(struct letter *letter)
{
    if (!letter->posting.status) return slice_text(letter->posting.why);
    return arena_print(&letter->arena, "answered %d", letter->posting.status);
}

/* When it is tried again: its own wait, or longer if the endpoint asked for it. */
static int64_t next_try(const struct letter *letter, int64_t now_us)
{
    const struct settings *settings = ground_of(letter)->settings;
    int64_t wait  = backoff_us(settings->webhook_retry_first, settings->webhook_retry_max,
                               letter->attempt, chance());
    int64_t asked = letter->posting.retry_after_us;

    if (asked > settings->webhook_retry_max) asked = settings->webhook_retry_max;
    return now_us + (asked > wait ? asked : wait);
}

static void fail_it(struct letter *letter, int64_t now_us)
{
    int64_t next_at = next_try(letter, now_us);

    if (letter->attempt >= ground_of(letter)->settings->webhook_attempts_max)
        note_dead(letter, why_of(letter));
    else if (id_given(letter->webhook.command) && next_at >= letter->webhook.valid_until)
        note_dead(letter, SLICE("no time is left to try the command again"));
    else note_deferred(letter, why_of(letter), next_at);
}

/* Whose fault it was: 4xx is about this webhook, but for those that are about when. */
static void judge(struct letter *letter, int64_t now_us)
{
    struct breaker *breaker = &letter->line->breaker;
    int             status  = letter->posting.status;
    bool            later   = status == 408 || status == 425 || status == 429;
    int64_t         asked   = letter->posting.retry_after_us;
    int64_t         most    = ground_of(letter)->settings->webhook_retry_max;

    if (status / 100 == 2 || (status / 100 == 4 && !later)) breaker_worked(breaker);
    else breaker_failed(breaker, now_us, chance());
    if ((status == 429 || status == 503) && asked)
        breaker_pause(breaker, now_us + (asked < most ? asked : most));
}

/* -- 410 ----------------------------------------------------------------------------- */

/* An ask of its own: it stands in another stream, and depends on whether the vendor
 * has set another endpoint meanwhile. */
struct ending {
    struct ask      ask;
    struct ask_item item;
    struct slice    url; /* the endpoint that said so */
    struct arena    arena;
};

static enum refusal ending_check(struct ask *ask, struct reader *reader)
{
    struct ending    *ending = ask->context;
    struct id         none   = NO_ID;
    struct vendor_row vendor;

    return view_get_vendor(reader, ending->item.intent.stream, none, &ending->arena, &vendor) &&
                   slice_equal(vendor.endpoint, ending->url)
               ? ACCEPTED
               : REFUSED_endpoint_missing;
}

static void ending_done(struct ask *ask)
{
    struct ending *ending = ask->context;

    arena_free(&ending->arena);
    free(ending);
}

static void end_endpoint(const struct letter *letter)
{
    struct ending *ending = calloc(1, sizeof *ending);

    ensure(ending != NULL);
    ending->url         = arena_copy(&ending->arena, slice_text(letter->posting.url));
    ending->item.intent = (struct intent){ .type      = INTENT_end_endpoint,
                                           .stream    = letter->line->vendor,
                                           .actor     = { ACTOR_SYSTEM, NO_ID },
                                           .causation = letter->event.id };
    ending->item.intent.end_endpoint.reason = SLICE("it answered 410 Gone");
    ending->ask                             = (struct ask){ .items   = &ending->item,
                                                            .count   = 1,
                                                            .check   = ending_check,
                                                            .done    = ending_done,
                                                            .context = ending };
    if (!ledger_submit(ground_of(letter)->ledger, &ending->ask))
        ending_done(&ending->ask); /* the next webhook will be answered the same */
}

/* -- telling ------------------------------------------------------------------------- */

/* On the writer's thread. */
static void on_done(struct ask *ask)
{
    struct letter *letter = ask->context;

    buffer_free(&ask->reply);
    ensure(queue_push(letter->courier->told, letter)); /* it has room for all letters */
}

void outcome_tell(struct letter *letter)
{
    letter->ask.items   = letter->items;
    letter->ask.done    = on_done;
    letter->ask.context = letter;
    letter->state       = LETTER_TELLING;
    if (!ledger_submit(ground_of(letter)->ledger, &letter->ask)) letter->state = LETTER_UNTOLD;
}

void outcome_settle(struct letter *letter, int64_t now_us)
{
    letter->ask.correlation = letter->event.correlation;
    letter->ask.traceparent = letter->event.traceparent;
    judge(letter, now_us);
    if (letter->posting.status == 410) end_endpoint(letter); /* first, so that nothing follows */
    if (letter->posting.status / 100 == 2) note_delivered(letter);
    else fail_it(letter, now_us);
    outcome_tell(letter);
}

void outcome_dead(struct letter *letter, const char *why)
{
    note_dead(letter, arena_copy(&letter->arena, slice_text(why)));
    outcome_tell(letter);
}

void outcome_heard(struct letter *letter)
{
    letter->state = LETTER_UNTOLD;
    if (letter->ask.failure.code != STATUS_OK) letter->courier->halted = true;
    else ensure(letter->items[0].outcome.refusal == ACCEPTED); /* else we would never end */
    if (letter->ask.count > 1 && letter->items[1].outcome.refusal) {
        char text[ID_TEXT_MAX];
        id_text(letter->delivery, text);
        report(REPORT_NOTICE, "courier", "the answer to %s was refused: %s", text,
               refusal_shape(letter->items[1].outcome.refusal)->name);
    }
    letter_free(letter);
}

/* turn.c -- one intent, one request: decided, appended, folded, answered. */
#include "core/ledger/turn.h"

#include <stdlib.h>
#include <string.h>

#include "core/facts/names.h"

static int64_t turn_now(struct ledger *ledger) { return clock_now(ledger->settings.clock); }

/* The commit's list of events, for whoever wakes streams and webhooks. */
static void turn_note_commit(struct ledger *ledger, const struct event *event)
{
    struct commit *commit   = &ledger->commit;
    struct reader *registry = batch_reader(ledger->batch);

    if (commit->count == ledger->commit_room) {
        ledger->commit_room = ledger->commit_room ? 2 * ledger->commit_room : TURN_ITEMS_MAX;
        commit->events      = realloc(commit->events, ledger->commit_room * sizeof *commit->events);
        ensure(commit->events != NULL);
    }
    ensure(!commit->count || event->position == commit->last.number + 1); /* no gaps */
    commit->last = log_position(registry, event->position);
    if (!commit->count) commit->first = commit->last;
    commit->events[commit->count++] = (struct commit_event){
        .position  = commit->last,
        .type      = event->type,
        .stream    = event->stream,
        .concerned = concerned_by(event, registry, &ledger->scratch),
    };
}

static struct status turn_append(struct ledger *ledger, struct event *event, int64_t now_us)
{
    ensure(id_given(event->id) && id_given(event->stream) && !event->position);
    TRY(log_append(ledger->log, ledger->batch, now_us, &ledger->arena, event));
    ensure(event->position == log_last(ledger->log) && event->version > 0);
    fold_registry.apply(ledger->batch, &ledger->scratch, event);
    for (const struct fold *const *fold = ledger->settings.folds; *fold; fold++)
        (*fold)->apply(ledger->batch, &ledger->scratch, event);
    turn_note_commit(ledger, event);
    arena_reset(&ledger->scratch);
    return OK;
}

static void chain_add(struct ledger *ledger, struct chain *chain, const struct event *event)
{
    if (chain->count == chain->room) {
        size_t        room   = chain->room ? 2 * chain->room : 4;
        struct event *events = arena_array(&ledger->arena, struct event, room);
        if (chain->count) memcpy(events, chain->events, chain->count * sizeof *events);
        chain->events = events;
        chain->room   = room;
    }
    ensure(chain->count < CHAIN_MAX);
    chain->events[chain->count++] = *event;
}

static struct status turn_happen(struct ledger *ledger, struct chain *chain,
                                 const struct ledger_request *request, int64_t now_us)
{
    for (size_t i = 0; i < ledger->decision->count; i++) {
        struct event *event = &ledger->decision->events[i];
        struct intent next[FOLLOW_UPS_MAX];

        if (request) {
            event->correlation = request->correlation;
            event->traceparent = request->traceparent;
        }
        TRY(turn_append(ledger, event, now_us));
        chain_add(ledger, chain, event);
        size_t count = follow_ups(event, next);
        ensure(count <= FOLLOW_UPS_MAX && chain->last + count <= CHAIN_WAITING_MAX);
        for (size_t n = 0; n < count; n++) {
            ensure(id_equal(next[n].causation, event->id));
            ensure(!id_equal(next[n].stream, event->stream)); /* else it is one decision */
            chain->waiting[chain->last++] = next[n];
        }
    }
    return OK;
}

static enum refusal turn_rule(struct ledger *ledger, const struct intent *intent, int64_t now_us)
{
    struct ruling ruling = { .registry = batch_reader(ledger->batch),
                             .policy   = ledger->settings.policy,
                             .intent   = intent,
                             .now_us   = now_us,
                             .ids      = &ledger->ids,
                             .arena    = &ledger->arena,
                             .out      = ledger->decision };

    ledger->decision->count = 0;
    atomic_fetch_add_explicit(&ledger->intents, 1, memory_order_relaxed);
    enum refusal no = decide(&ruling);
    ensure(!no || !ledger->decision->count); /* what rules.h promises */
    for (size_t i = 0; i < ledger->decision->count; i++)
        ensure(id_equal(ledger->decision->events[i].stream, intent->stream));
    return no;
}

/* The stream of the event that it follows from. */
static struct id chain_cause_of(const struct chain *chain, const struct intent *follow_up)
{
    size_t i = 0;

    while (i < chain->count && !id_equal(chain->events[i].id, follow_up->causation)) i++;
    ensure(i < chain->count);
    return chain->events[i].stream;
}

/* rules.h promises that it never is. What it follows from must not become true alone. */
static struct status follow_up_refused(const struct chain *chain, const struct intent *follow_up,
                                       enum refusal no)
{
    char from[ID_TEXT_MAX], to[ID_TEXT_MAX];

    id_text(chain_cause_of(chain, follow_up), from);
    id_text(follow_up->stream, to);
    return failed(STATUS_CORRUPT,
                  "%s, which follows in %s from what happened in %s, was refused: %s",
                  intent_shape(follow_up->type)->name, to, from, refusal_shape(no)->name);
}

static struct status turn_follow_up(struct ledger *ledger, struct chain *chain,
                                    const struct ledger_request *request, int64_t now_us)
{
    ensure(chain->first < chain->last);
    struct intent next = chain->waiting[chain->first++];
    enum refusal  no   = turn_rule(ledger, &next, now_us);

    TRY(reader_failure(batch_reader(ledger->batch))); /* else that may be why */
    if (no) return follow_up_refused(chain, &next, no);
    return turn_happen(ledger, chain, request, now_us);
}

struct status turn_decide(struct ledger *ledger, const struct intent *intent,
                          const struct ledger_request *request, int64_t now_us,
                          struct outcome *outcome)
{
    struct chain *chain = ledger->chain;

    ensure(!outcome->count && !outcome->refusal); /* it is fresh */
    chain->events = NULL;
    chain->count = chain->room = chain->first = chain->last = 0;
    outcome->refusal                                        = turn_rule(ledger, intent, now_us);
    if (outcome->refusal) {
        atomic_fetch_add_explicit(&ledger->refusals, 1, memory_order_relaxed);
        return reader_failure(batch_reader(ledger->batch));
    }
    TRY(turn_happen(ledger, chain, request, now_us));
    while (chain->first < chain->last) TRY(turn_follow_up(ledger, chain, request, now_us));
    ensure(chain->first == chain->last && chain->count <= CHAIN_MAX);
    outcome->events = chain->events;
    outcome->count  = chain->count;
    return reader_failure(batch_reader(ledger->batch));
}

/* -- requests ----------------------------------------------------------------- */

static struct status turn_item(struct ledger *ledger, struct ledger_request *request,
                               struct ledger_item *item)
{
    struct idempotency_row before = { 0 };

    ensure(!item->stored_result.size || item->deduplication_key.size);
    item->outcome = (struct outcome){ 0 };
    if (item->deduplication_key.size)
        TRY(idempotency_find(ledger, batch_reader(ledger->batch), IDEMPOTENCY_ITEM, request->caller,
                             item->deduplication_key, &ledger->arena, &before));
    if (before.found) {
        item->outcome.duplicate     = true;
        item->outcome.stored_result = before.value;
        return OK;
    }
    TRY(turn_decide(ledger, &item->intent, request, turn_now(ledger), &item->outcome));
    if (item->outcome.refusal || !item->deduplication_key.size) return OK;
    return idempotency_keep(ledger, IDEMPOTENCY_ITEM, request->caller, item->deduplication_key,
                            &request->body_hash, name_system(), item->stored_result);
}

static void turn_refuse_all(struct ledger_request *request, enum refusal refusal)
{
    ensure(refusal != ACCEPTED);
    request->refusal = refusal;
    for (size_t i = 0; i < request->count; i++)
        request->items[i].outcome = (struct outcome){ .refusal = refusal };
}

/* Was this key answered before? Then that is the answer, or the body differs. */
static struct status turn_answered_before(struct ledger *ledger, struct ledger_request *request,
                                          bool *settled)
{
    struct idempotency_row before = { 0 };

    *settled = false;
    if (!request->idempotency_key.size) return OK;
    TRY(idempotency_find(ledger, batch_reader(ledger->batch), IDEMPOTENCY_ANSWER, request->caller,
                         request->idempotency_key, &ledger->arena, &before));
    enum idempotency_match match = idempotency_match(&before, &request->body_hash);
    if (match == IDEMPOTENCY_NEW) return OK;
    *settled = true;
    if (match == IDEMPOTENCY_REUSED) {
        turn_refuse_all(request, REFUSED_idempotency_key_reused);
        if (request->answer) request->answer(request, batch_reader(ledger->batch));
        return OK;
    }
    ensure(!request->reply.size);
    request->replayed = true;
    buffer_add(&request->reply, before.value);
    atomic_fetch_add_explicit(&ledger->replays, 1, memory_order_relaxed);
    return OK;
}

/* The account that an answer is about; the system if it is about none. */
static struct id turn_subject(const struct ledger_request *request)
{
    if (id_given(request->subject)) return request->subject;
    for (size_t i = 0; i < request->count; i++)
        for (size_t n = 0; n < request->items[i].outcome.count; n++) {
            const struct event *event = &request->items[i].outcome.events[n];
            struct id           owner = event_owner(event);

            if (id_kind(event->stream) == ID_account) return event->stream;
            if (id_kind(owner) == ID_account) return owner;
        }
    return name_system();
}

static void turn_make_change(struct ledger *ledger, struct ledger_request *request)
{
    uint64_t last = log_last(ledger->log);

    batch_allow(ledger->batch, change_shape(request->change)->families);
    request->make(request, ledger->batch);
    batch_allow(ledger->batch, BATCH_ANY);
    ensure(log_last(ledger->log) == last); /* no event tells of it */
}

/* Only items that are done once however often they are sent: the process may end between. */
static bool turn_may_part(const struct ledger_request *request)
{
    if (request->decided) return true; /* it is under way */
    for (size_t i = 0; i < request->count; i++)
        if (!request->items[i].deduplication_key.size) return false;
    return true;
}

size_t turn_part(const struct ledger *ledger, const struct ledger_request *request)
{
    size_t left = request->count - request->decided;
    size_t part = clock_monotonic_us() - ledger->others_us < OTHERS_WRITE_FOR ? SHORT_PART_ITEMS
                                                                              : PART_ITEMS_MAX;

    return left > part && turn_may_part(request) ? part : left;
}

/* What the service asks for itself, the caller of nobody, waits for nobody. */
static void turn_note_others(struct ledger *ledger, const struct ledger_request *request,
                             size_t until)
{
    if (until < request->count) ledger->parted = request->caller;
    else if (id_given(request->caller) && !id_equal(request->caller, ledger->parted))
        ledger->others_us = clock_monotonic_us();
}

/* The turn's memory ends with it, and the request goes on: what the answer needs is kept. */
static void turn_end_part(struct ledger_request *request, size_t part)
{
    struct id subject = turn_subject(request);

    if (id_kind(subject) == ID_account) request->subject = subject;
    for (size_t i = request->decided - part; i < request->decided; i++) {
        struct outcome *outcome = &request->items[i].outcome;

        outcome->stored_result = arena_copy(&request->kept, outcome->stored_result);
        outcome->events        = NULL;
        outcome->count         = 0;
    }
}

/* Is it to be decided at all? If not, that has been answered. */
static struct status turn_begin(struct ledger *ledger, struct ledger_request *request,
                                bool *goes_on)
{
    struct reader *reader = batch_reader(ledger->batch);
    bool           settled;
    enum refusal   no;

    TRY(turn_answered_before(ledger, request, &settled));
    *goes_on = !settled;
    if (settled) return OK;
    ensure(request->count <= REQUEST_ITEMS_MAX && !request->refusal && !request->replayed);
    no = request->check ? request->check(request, reader) : ACCEPTED;
    if (no) turn_refuse_all(request, no);
    if (no && request->answer) request->answer(request, reader);
    request->accepted = !no && !request->count && request->change;
    *goes_on          = !no;
    return reader_failure(reader);
}

static struct status turn_end(struct ledger *ledger, struct ledger_request *request)
{
    if (request->answer) request->answer(request, batch_reader(ledger->batch));
    if (!request->accepted || !request->idempotency_key.size) return OK;
    return idempotency_keep(ledger, IDEMPOTENCY_ANSWER, request->caller, request->idempotency_key,
                            &request->body_hash, turn_subject(request),
                            buffer_slice(&request->reply));
}

struct status turn_request(struct ledger *ledger, struct ledger_request *request, size_t part)
{
    size_t count = batch_count(ledger->batch), size = batch_size(ledger->batch);
    size_t until   = request->decided + part;
    bool   goes_on = true;

    ensure(until <= request->count);
    turn_note_others(ledger, request, until);
    if (!request->decided) TRY(turn_begin(ledger, request, &goes_on));
    if (!goes_on) {
        request->decided = request->count;
        return OK;
    }
    for (; request->decided < until; request->decided++) {
        struct ledger_item *item = &request->items[request->decided];
        TRY(turn_item(ledger, request, item));
        request->accepted |= item->outcome.refusal == ACCEPTED;
    }
    if (request->accepted && request->change) turn_make_change(ledger, request);
    if (until < request->count) turn_end_part(request, part);
    else TRY(turn_end(ledger, request));
    even_out(ledger, request->even, count, size);
    return reader_failure(batch_reader(ledger->batch));
}

/* -- timers ------------------------------------------------------------------- */

/* Each event that ends what a timer waits for cancels the timer too, or an erasure comes
 * nearer; one that fires for nothing would fire forever. */
static struct status timer_fires_for_nothing(const struct intent *due, enum refusal no)
{
    char stream[ID_TEXT_MAX];

    id_text(due->stream, stream);
    return failed(STATUS_CORRUPT, "the timer for %s in %s leads to nothing: %s",
                  intent_shape(due->type)->name, stream,
                  no ? refusal_shape(no)->name : "no event comes of it");
}

/* One at a time, each after the one before it was folded: what a timer brings may
 * cancel another that was due as well, as the end of a grant does to its commands. */
struct status turn_timers(struct ledger *ledger, int64_t now_us, size_t *fired)
{
    struct reader *reader = batch_reader(ledger->batch);
    struct intent  due;

    *fired = 0;
    if (now_us < ledger->timers_from) ledger->timers_from = 0; /* the clock went back */
    while (*fired < TIMERS_TURN_MAX &&
           ledger->settings.timers->due(reader, ledger->timers_from, now_us, &ledger->arena, &due,
                                        1)) {
        struct outcome outcome = { 0 };
        TRY(turn_decide(ledger, &due, NULL, now_us, &outcome));
        if (!outcome.count) return timer_fires_for_nothing(&due, outcome.refusal);
        (*fired)++;
    }
    ensure(*fired <= TIMERS_TURN_MAX && ledger->timers_from <= now_us);
    if (*fired < TIMERS_TURN_MAX) ledger->timers_from = now_us; /* what is set is set for later */
    return reader_failure(reader);
}

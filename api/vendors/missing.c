#include "api/vendors/missing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/vendors/cloudevent.h"
#include "api/vendors/sequence.h"

/* -- what has come ------------------------------------------------------------------------- */

struct note {
    struct ledger_request request;
    struct ground        *ground;
    struct id             vendor;
    int64_t               now_us;
    bool                  gap; /* more is missing than before */
    size_t                count;
    uint64_t              numbers[];
};

static void note_in_turn(struct ledger_request *request, struct batch *batch)
{
    struct note    *note  = request->context;
    struct arena    arena = { 0 };
    struct sequence sequence;

    reader_note(batch_reader(batch),
                sequence_get(batch_reader(batch), note->vendor, &arena, &sequence));
    size_t   gaps = sequence.count;
    uint64_t last = gaps ? sequence.gaps[gaps - 1].to : 0;
    for (size_t i = 0; i < note->count; i++)
        sequence_take(&sequence, note->numbers[i], note->now_us);
    sequence_put(batch, note->vendor, &sequence);
    note->gap = sequence.count > gaps ||
                (sequence.count && sequence.gaps[sequence.count - 1].to != last);
    arena_free(&arena);
}

static void note_done(struct ledger_request *request)
{
    struct note *note = request->context;

    if (note->gap) chore_wake_row(note->ground, &missing_chore);
    free(note);
}

void missing_note(struct ground *ground, struct id vendor, const uint64_t *numbers, size_t count)
{
    size_t       size = sizeof(struct note) + count * sizeof *numbers;
    struct note *note = calloc(1, size);

    ensure(note != NULL && count > 0);
    note->ground  = ground;
    note->vendor  = vendor;
    note->now_us  = clock_now(&ground->clock);
    note->count   = count;
    note->request = (struct ledger_request){ .change  = CHANGE_note_sequence,
                                             .make    = note_in_turn,
                                             .done    = note_done,
                                             .context = note,
                                             .caller  = vendor,
                                             .bytes   = size };
    memcpy(note->numbers, numbers, count * sizeof *numbers);
    if (!ledger_submit(ground->ledger, &note->request)) free(note);
}

/* -- asking for what has not --------------------------------------------------------------- */

/* A gap to be asked for. */
struct asking {
    struct id  vendor;
    struct gap gap;
    char       from[CLOUDEVENT_SEQUENCE_SIZE + 1], to[CLOUDEVENT_SEQUENCE_SIZE + 1];
};

static void end_gap(struct chore_request *request, struct batch *batch)
{
    const struct asking *asking = request->context;
    struct arena         arena  = { 0 };
    struct sequence      sequence;

    reader_note(batch_reader(batch),
                sequence_get(batch_reader(batch), asking->vendor, &arena, &sequence));
    sequence_drop(&sequence, asking->gap.from, asking->gap.to);
    sequence_put(batch, asking->vendor, &sequence);
    arena_free(&arena);
}

static struct chore_request request_of(struct asking *asking)
{
    struct chore_request request = { .change = CHANGE_end_gap, .make = end_gap, .context = asking };

    snprintf(asking->from, sizeof asking->from, "%020llu", (unsigned long long)asking->gap.from);
    snprintf(asking->to, sizeof asking->to, "%020llu", (unsigned long long)asking->gap.to);
    request.item.intent = (struct intent){ .type   = INTENT_request_events,
                                           .stream = asking->vendor,
                                           .actor  = { ACTOR_SYSTEM, NO_ID } };
    request.item.intent.request_events.from_sequence = slice_text(asking->from);
    request.item.intent.request_events.to_sequence   = slice_text(asking->to);
    return request;
}

/* Those that are due, some of them; when the next one will be. */
static struct status find_due(struct ground *ground, struct asking *asking, size_t *count,
                              int64_t *due_us)
{
    struct arena    arena  = { 0 };
    int64_t         now_us = clock_now(&ground->clock);
    struct status   status = OK;
    struct cursor  *rows   = sequence_open(reader_new(ground->store, &arena));
    struct sequence sequence;
    struct id       vendor;

    *count  = 0;
    *due_us = INT64_MAX;
    while (sequence_next(rows, &vendor, &sequence, &status))
        for (size_t i = 0; i < sequence.count; i++) {
            int64_t due = sequence.gaps[i].since + ground->settings->missing_after;
            if (due <= now_us && *count < CHORE_REQUESTS_MAX)
                asking[(*count)++] = (struct asking){ .vendor = vendor, .gap = sequence.gaps[i] };
            else if (due < *due_us) *due_us = due;
        }
    struct status closed = cursor_close(rows);
    arena_free(&arena);
    return status.code == STATUS_OK ? closed : status;
}

static int64_t missing_step(struct chore *chore)
{
    struct ground       *ground = chore_ground(chore);
    struct asking        asking[CHORE_REQUESTS_MAX];
    struct chore_request requests[CHORE_REQUESTS_MAX];
    size_t               count  = 0;
    int64_t              due_us = INT64_MAX, rest;
    struct status        status = find_due(ground, asking, &count, &due_us);

    for (size_t i = 0; i < count; i++) requests[i] = request_of(&asking[i]);
    if (status.code == STATUS_OK && count) status = chore_submit_all(chore, requests, count);
    if (status.code != STATUS_OK) {
        chore_report(chore, "vendors are not asked for what is missing", status);
        return MINUTE;
    }
    if (due_us == INT64_MAX) return CHORE_UNTIL_WOKEN;
    rest = due_us - clock_now(&ground->clock);
    return rest > 0 ? rest : 0;
}

const struct chore_row missing_chore = {
    .name = "missing",
    .step = missing_step,
};

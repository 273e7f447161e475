#include "replay/receipt/receipt.h"

#include "projections/projection.h"

#include <stdlib.h>
#include <string.h>

const char *receipt_status(enum event_type type)
{
    switch (type) {
    /* clang-format off */
    case EVENT_consent_requested: return "dpv:ConsentRequested";
    case EVENT_consent_granted:
    case EVENT_consent_changed:   return "dpv:ConsentGiven"; /* changed: less of it */
    case EVENT_consent_renewed:   return "dpv:RenewedConsentGiven";
    case EVENT_consent_expired:   return "dpv:ConsentExpired";
    case EVENT_consent_withdrawn: return "dpv:ConsentWithdrawn";
    case EVENT_consent_revoked:   return "dpv:ConsentRevoked";
    default:                      return NULL;
        /* clang-format on */
    }
}

/* -- what the events amount to ---------------------------------------------------- */

static struct status follows(const struct receipt *receipt, size_t index, struct id consent)
{
    const struct event *event  = &receipt->events[index].event;
    const struct event *first  = &receipt->events[0].event;
    bool                begins = event->type == EVENT_consent_requested;
    bool                grants = event->type == EVENT_consent_granted;

    if ((!receipt_status(event->type) && event->type != EVENT_withdrawal_acknowledged) ||
        begins != (index == 0) || grants != (index == 1))
        return failed(STATUS_CORRUPT,
                      "event %zu: a question, its grant and what became of it are "
                      "expected, in this order",
                      index + 1);
    if (!id_given(event->id) || !id_equal(event_field_id(event, "consent"), consent) ||
        !id_equal(event->stream, first->stream) ||
        !id_equal(event_field_id(event, "vendor"), event_field_id(first, "vendor")))
        return failed(STATUS_CORRUPT, "event %zu is of another consent", index + 1);
    if (index && event->position <= receipt->events[index - 1].event.position)
        return failed(STATUS_CORRUPT, "event %zu stands before the one it follows", index + 1);
    return OK;
}

/* What a grant was made smaller to is part of what it was. */
static struct status shrink(struct receipt_claim *claim, const struct consent_changed *to)
{
    for (size_t i = 0; i < to->capabilities.count; i++)
        if (!texts_have(claim->capabilities, to->capabilities.items[i]))
            return failed(STATUS_CORRUPT, "a grant that was changed covers more than before");
    claim->capabilities = to->capabilities;
    claim->expires_at   = to->expires_at;
    return OK;
}

struct status receipt_claim(const struct receipt *receipt, struct receipt_claim *claim)
{
    struct id consent = NO_ID;

    if (receipt->count < 2) return failed(STATUS_CORRUPT, "there is no question with its grant");
    consent = event_field_id(&receipt->events[0].event, "consent");
    for (size_t i = 0; i < receipt->count; i++) TRY(follows(receipt, i, consent));
    *claim = (struct receipt_claim){
        .consent      = consent,
        .account      = receipt->events[0].event.stream,
        .asked        = &receipt->events[0].event.consent_requested,
        .granted      = &receipt->events[1].event.consent_granted,
        .capabilities = receipt->events[1].event.consent_granted.capabilities,
    };
    if (id_kind(claim->consent) != ID_consent || id_kind(claim->account) != ID_account ||
        id_kind(claim->granted->vendor) != ID_vendor ||
        id_kind(claim->granted->device) != ID_device)
        return failed(STATUS_CORRUPT, "it does not say who granted what to whom");
    for (size_t i = 0; i < claim->granted->capabilities.count; i++)
        if (!texts_have(claim->asked->capabilities, claim->granted->capabilities.items[i]))
            return failed(STATUS_CORRUPT, "more was granted than was asked for");
    for (size_t i = 0; i < receipt->count; i++) {
        const struct event *event = &receipt->events[i].event;

        if (receipt_status(event->type)) claim->last = event->type;
        if (event->type == EVENT_consent_granted)
            claim->expires_at = event->consent_granted.expires_at;
        if (event->type == EVENT_consent_changed) TRY(shrink(claim, &event->consent_changed));
        if (event->type == EVENT_consent_renewed)
            claim->expires_at = event->consent_renewed.expires_at;
        if (event->type == EVENT_consent_withdrawn || event->type == EVENT_consent_revoked)
            claim->ended_at = event->recorded_at;
    }
    return OK;
}

struct status receipt_add(struct receipt *receipt, struct slice envelope, uint64_t leaf_index,
                          struct arena *arena)
{
    struct receipt_event *it = &receipt->events[receipt->count];

    if (receipt->count == RECEIPT_EVENTS_MAX)
        return failed(STATUS_CORRUPT, "it has more than %d events", RECEIPT_EVENTS_MAX);
    it->envelope = envelope;
    TRY(event_decode(envelope, arena, &it->event));
    it->event.position = leaf_index + 1;
    receipt->count++;
    return OK;
}

/* -- gathering ---------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

    return first < second ? -1 : first > second;
}

/* Where they stand: the first two, and the last ones. Events are listed by their names,
 * which rise with the clock; if that was set back, positions know better. */
static size_t positions_of(struct reader *reader, struct id consent, struct arena *arena,
                           uint64_t positions[RECEIPT_EVENTS_MAX])
{
    struct id ids[RECEIPT_EVENTS_MAX], after = NO_ID;
    size_t    found, count                   = 0;

    do {
        found = view_list_consent_event(reader, consent, after, ids, COUNT(ids));
        for (size_t i = 0; i < found; i++) {
            struct consent_event_row row;

            after = ids[i];
            if (!view_get_consent_event(reader, consent, after, arena, &row)) continue;
            if (count == RECEIPT_EVENTS_MAX) {
                count--;
                memmove(positions + 2, positions + 3, (count - 2) * sizeof *positions);
            }
            positions[count++] = row.position;
        }
    } while (found == COUNT(ids));
    qsort(positions, count, sizeof *positions, compare);
    return count;
}

static struct status add_from_log(struct reader *reader, struct merkle *tree, uint64_t position,
                                  uint64_t size, struct arena *arena, struct receipt *receipt)
{
    struct log_record record;

    if (position > size)
        return failed(STATUS_CONFLICT, "the last checkpoint does not reach %llu yet",
                      (unsigned long long)position);
    TRY(log_read_record(reader, position, arena, &record));
    TRY(receipt_add(receipt, record.envelope, position - 1, arena));
    return merkle_inclusion(tree, reader, position - 1, size,
                            &receipt->events[receipt->count - 1].proof);
}

static struct status open_notice(struct reader *reader, struct vault *vault, uint64_t position,
                                 struct arena *arena, struct receipt *receipt)
{
    struct event asked;

    TRY(log_read(reader, vault, position, arena, &asked));
    if (asked.forgotten || !asked.consent_requested.notice_text.size)
        return failed(STATUS_INVALID, "its person is forgotten");
    receipt->notice_text = asked.consent_requested.notice_text;
    receipt->notice_salt = asked.consent_requested.notice_salt;
    return OK;
}

struct status receipt_gather(struct reader *reader, struct vault *vault, struct merkle *tree,
                             struct id consent, struct slice checkpoint, struct arena *arena,
                             struct receipt *receipt)
{
    uint64_t             positions[RECEIPT_EVENTS_MAX];
    size_t               count = positions_of(reader, consent, arena, positions);
    struct slice         text, signatures;
    struct checkpoint    head;
    struct receipt_claim claim;
    struct vendor_row    vendor;

    TRY(reader_failure(reader));
    if (count < 2) return failed(STATUS_NOT_FOUND, "it was never granted");
    TRY(note_split(checkpoint, &text, &signatures));
    TRY(checkpoint_parse(text, &head));
    receipt->count      = 0;
    receipt->checkpoint = checkpoint;
    receipt->partition  = reader_partition(reader);
    for (size_t i = 0; i < count; i++)
        TRY(add_from_log(reader, tree, positions[i], head.size, arena, receipt));
    ensure(receipt->count == count);
    TRY(receipt_claim(receipt, &claim));
    TRY(open_notice(reader, vault, positions[0], arena, receipt));
    if (view_get_vendor(reader, claim.granted->vendor, NO_ID, arena, &vendor))
        receipt->names.vendor = vendor.name;
    return reader_failure(reader);
}

/* timers.c -- what has to be asked when its time comes.
 *
 * A consent, a command or an account that is erased has at most one thing it waits for.
 * Every intent that a timer brings leads to an event that cancels the timer, or brings
 * that event nearer, so none is left behind; and the timers are a fold, so none is lost.
 */
#include "projections/projection.h"

enum { DUE_KEY = 'd', SUBJECT_KEY = 's' };
_Static_assert((int)DUE_KEY != SUBJECT_KEY, "the two lists stay apart");
_Static_assert(sizeof(uint32_t) + 1 + sizeof(uint64_t) + ID_SIZE <= KEY_MAX, "the longer key");

static struct key due_key(struct batch *batch, int64_t due_us, struct id subject)
{
    struct key key = batch_key(batch);

    key_add_byte(&key, DUE_KEY);
    key_add_u64(&key, (uint64_t)due_us);
    key_add_id(&key, subject);
    return key;
}

static struct key subject_key(struct batch *batch, struct id subject)
{
    struct key key = batch_key(batch);

    key_add_byte(&key, SUBJECT_KEY);
    key_add_id(&key, subject);
    return key;
}

void timer_cancel(struct batch *batch, struct arena *scratch, struct id subject)
{
    struct key    key    = subject_key(batch, subject);
    struct slice  due    = { NULL, 0 };
    uint64_t      due_us = 0;
    struct status status = reader_get(batch_reader(batch), FAMILY_timers, key_slice(&key), scratch,
                                      &due);

    if (status.code == STATUS_OK && due.data && !key_read_u64(&due, &due_us))
        status = failed(STATUS_CORRUPT, "a timer's instant is too short");
    reader_note(batch_reader(batch), status);
    AS_WRITTEN(batch, !due.size);            /* nothing behind it */
    AS_WRITTEN(batch, !due.data == !due_us); /* it waits for an instant, or is not there */
    AS_WRITTEN(batch, due_us <= INT64_MAX);
    if (!due_us) return;
    batch_erase(batch, FAMILY_timers, key_slice(&key));
    key = due_key(batch, (int64_t)due_us, subject);
    batch_erase(batch, FAMILY_timers, key_slice(&key));
}

void timer_set(struct batch *batch, struct arena *scratch, struct id subject, int64_t due_us,
               const struct intent *intent)
{
    struct key    key   = due_key(batch, due_us, subject);
    struct key    due   = { .size = 0 };
    struct buffer value = { 0 };

    ensure(due_us > 0 && id_given(intent->stream));
    timer_cancel(batch, scratch, subject);
    intent_encode(intent, &value);
    batch_put(batch, FAMILY_timers, key_slice(&key), buffer_slice(&value));
    buffer_free(&value);
    key_add_u64(&due, (uint64_t)due_us);
    key = subject_key(batch, subject);
    batch_put(batch, FAMILY_timers, key_slice(&key), key_slice(&due));
}

/* -- for the ledger: what is due -------------------------------------------- */

/* Timers that are over leave erased rows; most lie beyond `until`. */
static struct cursor *by_due(struct reader *reader, int64_t from_us, int64_t until_us)
{
    struct key prefix = reader_key(reader), from, before;

    ensure(from_us >= 0 && until_us >= 0);
    key_add_byte(&prefix, DUE_KEY);
    from = before = prefix;
    key_add_u64(&from, (uint64_t)from_us);
    key_add_u64(&before, (uint64_t)until_us + 1);
    return cursor_open_before(reader, FAMILY_timers, key_slice(&prefix), key_slice(&from),
                              key_slice(&before));
}

static struct status due_of(const struct cursor *cursor, int64_t *due_us)
{
    struct slice rest = cursor_key(cursor);
    uint32_t     partition;
    uint8_t      letter;
    uint64_t     due;

    if (!key_read_u32(&rest, &partition) || !key_read_byte(&rest, &letter) ||
        !key_read_u64(&rest, &due))
        return failed(STATUS_CORRUPT, "a timer's key is too short");
    *due_us = (int64_t)due;
    return OK;
}

int64_t timers_next(struct reader *reader, int64_t from_us, int64_t until_us)
{
    struct cursor *cursor = by_due(reader, from_us, until_us);
    int64_t        due_us = INT64_MAX;

    if (cursor_next(cursor)) reader_note(reader, due_of(cursor, &due_us));
    reader_note(reader, cursor_close(cursor));
    return due_us;
}

size_t timers_due(struct reader *reader, int64_t from_us, int64_t until_us, struct arena *arena,
                  struct intent *intents, size_t max)
{
    struct cursor *cursor = by_due(reader, from_us, until_us);
    struct status  status = OK;
    size_t         count  = 0;

    ensure(max > 0);
    while (count < max && status.code == STATUS_OK && cursor_next(cursor)) {
        status = intent_decode(arena_copy(arena, cursor_value(cursor)), arena, &intents[count]);
        count += status.code == STATUS_OK;
    }
    reader_note(reader, status);
    reader_note(reader, cursor_close(cursor));
    ensure(count <= max);
    return count;
}

/* -- the fold ----------------------------------------------------------------- */

/* An instant of none means: never. */
static void set_or_cancel(struct batch *batch, struct arena *scratch, struct id subject,
                          int64_t due_us, const struct intent *intent)
{
    PROMISED(batch, due_us >= 0);
    if (due_us > 0) timer_set(batch, scratch, subject, due_us, intent);
    else timer_cancel(batch, scratch, subject);
}

/* clang-format off */
#define LATER(event, due, ...)                                                        \
    &(struct intent){ .type = INTENT_##due, .stream = (event)->stream, .due = { __VA_ARGS__ } }
/* clang-format on */

static void consent_waits(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct consent_requested  *requested = &event->consent_requested;
    const struct consent_reopened   *reopened  = &event->consent_reopened;
    const struct consent_denied     *denied    = &event->consent_denied;
    const struct consent_granted    *granted   = &event->consent_granted;
    const struct consent_changed    *changed   = &event->consent_changed;
    const struct consent_renewed    *renewed   = &event->consent_renewed;
    const struct consent_withdrawn  *withdrawn = &event->consent_withdrawn;
    const struct consent_revoked    *revoked   = &event->consent_revoked;
    const struct withdrawal_overdue *overdue   = &event->withdrawal_overdue;
    struct id                        consent   = event_field_id(event, "consent");

    PROMISED(batch, id_kind(consent) == ID_consent);
    PROMISED(batch, id_kind(event->stream) == ID_account);
    switch (event->type) {
    case EVENT_consent_requested:
        set_or_cancel(batch, scratch, consent, requested->lapses_at,
                      LATER(event, lapse_consent, .consent = consent));
        break;
    case EVENT_consent_reopened:
        set_or_cancel(batch, scratch, consent, reopened->lapses_at,
                      LATER(event, lapse_consent, .consent = consent));
        break;
    case EVENT_consent_denied:
        set_or_cancel(batch, scratch, consent, denied->undo_until,
                      LATER(event, settle_denial, .consent = consent));
        break;
    case EVENT_consent_granted:
        set_or_cancel(batch, scratch, consent, granted->expires_at,
                      LATER(event, expire_consent, .consent = consent));
        break;
    case EVENT_consent_changed:
        set_or_cancel(batch, scratch, consent, changed->expires_at,
                      LATER(event, expire_consent, .consent = consent));
        break;
    case EVENT_consent_renewed:
        set_or_cancel(batch, scratch, consent, renewed->expires_at,
                      LATER(event, expire_consent, .consent = consent));
        break;
    case EVENT_consent_withdrawn:
        set_or_cancel(batch, scratch, consent, withdrawn->acknowledge_by,
                      LATER(event, note_overdue, .consent = consent));
        break;
    case EVENT_consent_revoked:
        set_or_cancel(batch, scratch, consent, revoked->acknowledge_by,
                      LATER(event, note_overdue, .consent = consent));
        break;
    case EVENT_withdrawal_overdue:
        set_or_cancel(batch, scratch, consent, overdue->acknowledge_by,
                      LATER(event, note_overdue, .consent = consent));
        break;
    default: impossible("apply() passes no other on");
    }
}

static void command_waits(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct command_requested *it = &event->command_requested;

    PROMISED(batch, id_kind(it->command) == ID_command);
    PROMISED(batch, it->valid_until > 0); /* else it would wait forever */
    set_or_cancel(batch, scratch, it->command, it->valid_until,
                  LATER(event, time_out_command, .command = it->command));
}

/* Due at once, and again until the account is erased: each firing ends a bit of it. */
static void erasing(struct batch *batch, struct arena *scratch, const struct event *event)
{
    PROMISED(batch, id_kind(event->stream) == ID_account);
    set_or_cancel(batch, scratch, event->stream, event->recorded_at,
                  LATER(event, go_on_erasing, .none_ = { 0 }));
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    switch (event->type) {
    case EVENT_consent_requested:
    case EVENT_consent_reopened:
    case EVENT_consent_denied:
    case EVENT_consent_granted:
    case EVENT_consent_changed:
    case EVENT_consent_renewed:
    case EVENT_consent_withdrawn:
    case EVENT_consent_revoked:
    case EVENT_withdrawal_overdue: consent_waits(batch, scratch, event); break;
    case EVENT_denial_settled:
    case EVENT_consent_lapsed:
    case EVENT_consent_expired:
    case EVENT_withdrawal_acknowledged:
        timer_cancel(batch, scratch, event_field_id(event, "consent"));
        break;
    case EVENT_command_requested: command_waits(batch, scratch, event); break;
    case EVENT_command_succeeded:
    case EVENT_command_failed:
    case EVENT_command_expired:
    case EVENT_command_cancelled:
    case EVENT_command_superseded:
    case EVENT_command_timed_out:
        timer_cancel(batch, scratch, event_field_id(event, "command"));
        break;
    case EVENT_account_erasure_requested: erasing(batch, scratch, event); break;
    case EVENT_account_erased: timer_cancel(batch, scratch, event->stream); break;
    default: break; /* nothing waits for it, and it waits for nothing */
    }
}

const struct fold fold_timers = {
    .name         = "timers",
    .families     = { FAMILY_timers },
    .family_count = 1,
    .apply        = apply,
};

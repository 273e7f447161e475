/* projection.h -- the questions answered in advance, and who keeps them.
 *
 * Each fold owns one family and lives in a file of its name. Readers ask through
 * view_get_NAME() with any reader, through view_list_NAME() for what rises by id and
 * view_fall_NAME() for the newest first: the store's for the present, a batch's within
 * the turn, a snapshot's for an unmoving picture.
 *
 * A thing's row is made by the event that tells of its beginning. An event about
 * a thing that never began is a defect of the log, which is verify's to name; a
 * fold skips it. Personal fields that are forgotten leave their part of a row
 * empty. The instants in a row are recorded-at, but for what a device reported:
 * there it is the instant the report is about.
 *
 * THREADS   Reading: any thread. Folding: the owner of the batch.
 * MEMORY    Rows have their text and lists in the caller's arena.
 * ERRORS    As core/store/record.h: a failed read is noted with the reader.
 */
#ifndef PIOT_PROJECTION_H
#define PIOT_PROJECTION_H

#include "core/facts/event.h"
#include "core/facts/intent.h"
#include "core/facts/names.h"
#include "core/facts/states.h"
#include "core/store/fold.h"
#include "core/store/record.h"

#define FIELD(type, name, meaning)          FIELD_MEMBER(type, name)
#define PERSONAL(type, name, meaning)       FIELD_MEMBER(type, name)
#define INTERNAL(type, name, meaning)       FIELD_MEMBER(type, name)
#define STATE(type, name, meaning)          STATE_MEMBER(type, name)
#define PERSONAL_STATE(type, name, meaning) STATE_MEMBER(type, name)
/* clang-format off */
#define VIEW(family, letter, name, keys, uses, ...)                      \
    struct name##_row { char none_[1]; __VA_ARGS__ };                         \
    uses(name)
#define GET(name)                                                             \
    bool view_get_##name(struct reader *reader, struct id first, struct id second, \
                         struct arena *arena, struct name##_row *row);
#define PUT(name)                                                             \
    void view_put_##name(struct batch *batch, struct id first, struct id second,   \
                         const struct name##_row *row);
#define ERASE(name)                                                           \
    void view_erase_##name(struct batch *batch, struct id first, struct id second);
#define LIST(name)                                                            \
    size_t view_list_##name(struct reader *reader, struct id first, struct id after, \
                            struct id *seconds, size_t max);
/* clang-format on */
#define FALL(name)                                                                    \
    size_t view_fall_##name(struct reader *reader, struct id first, struct id before, \
                            struct id *seconds, size_t max);
#include "projections/views.def"
#undef FALL
#undef LIST
#undef ERASE
#undef PUT
#undef GET
#undef VIEW
#undef PERSONAL_STATE
#undef STATE
#undef INTERNAL
#undef PERSONAL
#undef FIELD

/* The record type of the rows with that letter, for those who treat all rows alike;
 * NULL: no view has such rows. */
const struct record_type *view_type(enum family family, char letter);

/* Would a view be another if the log had lost the values of this report? Folding the reports
 * that are needed gives the views that folding all of them gives, and what is not needed
 * never will be again. `report`: of a passing type, opened. */
bool view_needs_report(struct reader *reader, const struct event *report, struct arena *arena);

extern const struct fold fold_accounts, fold_networks, fold_devices, fold_consents, fold_commands,
    fold_vendors, fold_tokens, fold_figures, fold_outbox, fold_timers;
/* All of them, in the order they run; ends at NULL. */
extern const struct fold *const all_folds[];

/* For a fold: what it wrote into a row, checked where it reads the row again. The store may
 * have been damaged since, so it is a status and no mistake of ours: the turn, or the
 * replay, stops as after a read that failed. */
static inline bool as_written(struct reader *reader, bool holds, const char *what)
{
    if (!holds)
        reader_note(reader, failed(STATUS_CORRUPT, "a row is not as it was written: %s", what));
    return holds;
}
#define AS_WRITTEN(batch, condition) as_written(batch_reader(batch), (condition), #condition)

/* What the rule saw to before it had the event happen, held against the row it changes, if
 * there is one; likewise, for the log may have been altered. Instants are compared only if
 * both are recorded-at: those rise, but the clock the others come from may be set. */
static inline bool promised(struct batch *batch, bool holds, const char *what)
{
    if (!holds)
        reader_note(batch_reader(batch),
                    failed(STATUS_CORRUPT, "an event does not follow from the log before it: %s",
                           what));
    return holds;
}
#define PROMISED(batch, condition) promised((batch), (condition), #condition)

/* For a fold: runs what follows for each second id listed under `first`; it may erase
 * the row it is at. */
#define EACH_LISTED(batch, name, first, second, ...)                                    \
    do {                                                                                \
        struct id some_[32], after_ = NO_ID;                                            \
        size_t    count_;                                                               \
        do {                                                                            \
            count_ = view_list_##name(batch_reader(batch), (first), after_, some_, 32); \
            for (size_t i_ = 0; i_ < count_; i_++) {                                    \
                struct id second = after_ = some_[i_];                                  \
                __VA_ARGS__;                                                            \
            }                                                                           \
        } while (count_ == 32);                                                         \
    } while (0)

/* -- timers ---------------------------------------------------------------- */

/* Rows of the timers family: 'd', due (u64), subject -> the intent, as
 * intent_encode() writes it; 's', subject -> due (u64). One timer a subject at a
 * time; setting another replaces it; cancelling none is no mistake. */
void timer_set(struct batch *batch, struct arena *scratch, struct id subject, int64_t due_us,
               const struct intent *intent);
void timer_cancel(struct batch *batch, struct arena *scratch, struct id subject);

/* When the earliest timer from then to then is due; INT64_MAX: there is none. */
int64_t timers_next(struct reader *reader, int64_t from_us, int64_t until_us);
/* What is due from then to then, both included, the longest due first, at most `max`. */
size_t timers_due(struct reader *reader, int64_t from_us, int64_t until_us, struct arena *arena,
                  struct intent *intents, size_t max);

#endif

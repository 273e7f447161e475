/* folding.h -- between the files of the registry's fold.
 *
 * Each event has a function registry_NAME() that says what it means for
 * decisions, or that it means nothing; a new event does not link until somebody
 * has written it.
 */
#ifndef PIOT_FOLDING_H
#define PIOT_FOLDING_H

#include "core/facts/event.h"
#include "core/facts/names.h"
#include "core/rules/registry_write.h"

struct folding {
    struct batch  *batch;
    struct reader *reader;
    struct arena  *arena;
    struct id      stream; /* of the event */
};

/* clang-format off */
#define EVENT(tag, name, ...) \
    void registry_##name(struct folding *on, const struct name *fields);
/* clang-format on */
#include "core/facts/events.def"
#undef EVENT

/* What the rule saw to before it had this happen, checked where it is folded. The log may
 * have been damaged since, so it is a status and no mistake of ours: whoever folds stops,
 * as after a read that failed. */
static inline bool promised(struct folding *on, bool holds, const char *what)
{
    if (!holds)
        reader_note(on->reader,
                    failed(STATUS_CORRUPT, "an event does not follow from the log before it: %s",
                           what));
    return holds;
}
#define PROMISED(on, condition) promised((on), (condition), #condition)

/* Reads a record, which has to be there, into a variable of the name `it`, lets what follows
 * run on that, and puts it back. */
#define CHANGE(on, name, it, first, second, ...)                                                   \
    do {                                                                                           \
        struct name##_record it;                                                                   \
        if (promised((on), registry_get_##name((on)->reader, (first), (second), (on)->arena, &it), \
                     #name " is known")) {                                                         \
            __VA_ARGS__;                                                                           \
            registry_put_##name((on)->batch, (first), (second), &it);                              \
        }                                                                                          \
    } while (0)

/* Likewise; one that is not there starts empty. */
#define BEGIN_OR_CHANGE(on, name, it, first, second, ...)                       \
    do {                                                                        \
        struct name##_record it;                                                \
        registry_get_##name((on)->reader, (first), (second), (on)->arena, &it); \
        __VA_ARGS__;                                                            \
        registry_put_##name((on)->batch, (first), (second), &it);               \
    } while (0)

enum { EACH_AT_ONCE = 32 }; /* ids read in one go: what a person has of most things */
/* Runs `what` for every second id under `first`; it may erase the record it is at. */
#define EACH(on, name, first, second, ...)                                                     \
    do {                                                                                       \
        struct id some_[EACH_AT_ONCE], after_ = NO_ID;                                         \
        size_t    count_;                                                                      \
        do {                                                                                   \
            count_ = registry_list_##name((on)->reader, (first), after_, some_, EACH_AT_ONCE); \
            for (size_t i_ = 0; i_ < count_; i_++) {                                           \
                struct id second = after_ = some_[i_];                                         \
                __VA_ARGS__;                                                                   \
            }                                                                                  \
        } while (count_ == EACH_AT_ONCE);                                                      \
    } while (0)
#define DROP_ALL(on, name, first) \
    EACH(on, name, first, each, registry_erase_##name((on)->batch, (first), each))

/* Is an account neither erased nor about to be? */
static inline bool account_lives(const struct account_record *account)
{
    return account_state_may_become(account->status, ACCOUNT_erasing);
}

/* -- fold_session.c, for all whom nobody is signed in to any more ---------------------------- */

/* Ends all sessions of the event's account. */
void registry_drop_sessions(struct folding *on);

/* An event that decisions need not know of, and why. */
#define MEANS_NOTHING(name, why)                                        \
    void registry_##name(struct folding *on, const struct name *fields) \
    {                                                                   \
        (void)on, (void)fields, (void)(why);                            \
    }

#endif

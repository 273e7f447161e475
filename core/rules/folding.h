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
    void registry_##name(struct folding *on, const struct name *told);
/* clang-format on */
#include "core/facts/events.def"
#undef EVENT

/* Reads a record, lets `change` run on `it`, and puts it back; one that is not
 * there starts empty. */
#define CHANGING(on, name, first, second, ...)                                  \
    do {                                                                        \
        struct name##_record it;                                                \
        registry_get_##name((on)->reader, (first), (second), (on)->arena, &it); \
        __VA_ARGS__;                                                            \
        registry_put_##name((on)->batch, (first), (second), &it);               \
    } while (0)

/* An event that decisions need not know of, and why. */
#define MEANS_NOTHING(name, why)                                      \
    void registry_##name(struct folding *on, const struct name *told) \
    {                                                                 \
        (void)on, (void)told, (void)(why);                            \
    }

#endif

#include "core/facts/states.h"

#define WORD(name, text)        [name] = { text, sizeof text - 1 },
#define STEP(name, text, after) WORD(name, text)
#define STATES(list, none, meaning, ...) \
    static const struct slice list##_texts[] = { [none] = { "", 0 }, __VA_ARGS__ };
#include "core/facts/states.def"
#undef STATES
#undef STEP
#undef WORD

#define AFTER(state)            (1u << state)
#define WORD(name, text)        [name] = 0,
#define STEP(name, text, after) [name] = after,
/* clang-format off */
#define STATES(list, none, meaning, ...)                                                   \
    static const unsigned list##_after[] = { [none] = 0, __VA_ARGS__ };                    \
    _Static_assert(COUNT(list##_after) <= 8 * sizeof(unsigned), "a bit for each");         \
    const struct words list##_words = { list##_texts, list##_after, COUNT(list##_texts) };
/* clang-format on */
#include "core/facts/states.def"
#undef STATES
#undef STEP
#undef WORD
#undef AFTER

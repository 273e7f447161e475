/* states.h -- what state a thing is in: enums, and the text of each value.
 *
 * For each list of states.def there are
 *
 *     enum NAME                    whose first value, 0, says that there is no state
 *     NAME_text(value)             as it is stored and shown; of 0 the empty text
 *     NAME_of(text)                the other way round; 0: it is not one of the list
 *     NAME_may_become(from, to)    is there such a step in the life that the list tells?
 *
 * Everything inside compares enums. Text becomes one where it comes in: the codec
 * (core/base/shape.h) for stored bytes, NAME_of() for a query or somebody's answer.
 * A decision made on a state is a switch without a default, so that a new state does
 * not compile until everybody who decides has considered it.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_STATES_H
#define PIOT_STATES_H

#include "core/base/shape.h"

#define WORD(name, text)                 name,
#define STEP(name, text, after)          name,
#define STATES(list, none, meaning, ...) enum list { none, __VA_ARGS__ };
#include "core/facts/states.def"
#undef STATES
#undef STEP
#undef WORD

/* The codec reads and writes states of any list as unsigned numbers. */
#define STATES(list, none, meaning, ...)                               \
    extern const struct words list##_words;                            \
    _Static_assert(sizeof(enum list) == sizeof(unsigned), "an int");   \
    static inline struct slice list##_text(enum list state)            \
    {                                                                  \
        return words_text(&list##_words, state);                       \
    }                                                                  \
    static inline enum list list##_of(struct slice text)               \
    {                                                                  \
        return (enum list)words_find(&list##_words, text);             \
    }                                                                  \
    static inline bool list##_may_become(enum list from, enum list to) \
    {                                                                  \
        return words_may_become(&list##_words, from, to);              \
    }
#include "core/facts/states.def"
#undef STATES

#endif

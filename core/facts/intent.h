/* intent.h -- what a caller asks for. */
#ifndef PIOT_INTENT_H
#define PIOT_INTENT_H

#include "core/base/shape.h"
#include "core/facts/actor.h"
#include "core/facts/states.h"

#define BODY(type, name, max, meaning)       FIELD_MEMBER(type, name)
#define MAY(type, name, max, meaning)        FIELD_MEMBER(type, name)
#define GIVEN(type, name, meaning)           FIELD_MEMBER(type, name)
#define BODY_STATE(type, name, max, meaning) STATE_MEMBER(type, name)
#define GIVEN_STATE(type, name, meaning)     STATE_MEMBER(type, name)
#define INTENT(name, stream, meaning, ...) \
    struct name {                          \
        char none_[1];                     \
        __VA_ARGS__                        \
    };
#include "core/facts/intents.def"
#undef INTENT
#undef GIVEN_STATE
#undef BODY_STATE
#undef GIVEN
#undef MAY
#undef BODY

enum intent_type {
    INTENT_NONE,
#define INTENT(name, ...) INTENT_##name,
#include "core/facts/intents.def"
#undef INTENT
};

struct intent {
    enum intent_type type;
    struct id        stream; /* the one that decides */
    struct actor     actor;  /* already proven by whoever submits it */
    struct id        on_behalf_of;
    struct id        causation;   /* the event it follows from; none: a request */
    int64_t          occurred_at; /* claimed by the caller; 0: now */
    union {
#define INTENT(name, ...) struct name name;
#include "core/facts/intents.def"
#undef INTENT
    };
};

const struct shape *intent_shape(enum intent_type type);
/* The kind of stream that decides it; ID_NONE: whichever its cause stands in. */
enum id_kind        intent_stream_kind(enum intent_type type);
static inline void *intent_body(struct intent *intent, const struct shape *shape)
{
    return (char *)intent + shape->offset;
}

/* Type, stream and fields, for the timers family; an intent from there is the
 * system's own. */
void                   intent_encode(const struct intent *intent, struct buffer *out);
must_use struct status intent_decode(struct slice bytes, struct arena *arena,
                                     struct intent *intent);

#endif

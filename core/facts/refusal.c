#include "core/facts/refusal.h"

static const struct refusal_shape shapes[] = {
    [ACCEPTED] = { "accepted", 200, "OK", "" },
/* clang-format off */
#define REFUSAL(name, http, title, sentence)                                  \
    [REFUSED_##name] = { #name, http, title, sentence },
/* clang-format on */
#include "core/facts/refusals.def"
#undef REFUSAL
};

const struct refusal_shape *refusal_shape(enum refusal refusal)
{
    ensure(refusal > ACCEPTED && refusal < REFUSAL_COUNT);
    return &shapes[refusal];
}

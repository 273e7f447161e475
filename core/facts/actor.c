#include "core/facts/actor.h"

const char *actor_kind_name(enum actor_kind kind)
{
    switch (kind) {
    /* clang-format off */
    case ACTOR_SYSTEM:     return "system";
    case ACTOR_OPERATOR:   return "operator";
    case ACTOR_AUDITOR:    return "auditor";
    case ACTOR_VENDOR:     return "vendor";
    case ACTOR_SUBSCRIBER: return "subscriber";
        /* clang-format on */
    }
    impossible("an actor of an undeclared kind");
}

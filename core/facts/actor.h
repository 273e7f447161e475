/* actor.h -- who did it. */
#ifndef PIOT_ACTOR_H
#define PIOT_ACTOR_H

#include "core/base/ids.h"

/* stored in events: never renumbered */
enum actor_kind {
    ACTOR_SYSTEM     = 0, /* a timer, a follow-up, the courier */
    ACTOR_OPERATOR   = 1,
    ACTOR_AUDITOR    = 2,
    ACTOR_VENDOR     = 3, /* id: the vendor */
    ACTOR_SUBSCRIBER = 4, /* id: the account */
};
struct actor {
    enum actor_kind kind;
    struct id       id; /* operators and auditors: their token */
};
const char *actor_kind_name(enum actor_kind kind);

#endif

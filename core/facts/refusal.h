/* refusal.h -- the rules' answer when it is "no". */
#ifndef PIOT_REFUSAL_H
#define PIOT_REFUSAL_H

#include "core/base/base.h"

enum refusal {
    ACCEPTED = 0,
#define REFUSAL(name, http, title, sentence) REFUSED_##name,
#include "core/facts/refusals.def"
#undef REFUSAL
    REFUSAL_COUNT,
};

struct refusal_shape {
    const char *name;     /* snake_case; SCREAMING on the wire */
    unsigned    http;     /* the status that carries it */
    const char *title;    /* of that status */
    const char *sentence; /* for people */
};
const struct refusal_shape *refusal_shape(enum refusal refusal); /* not of ACCEPTED */

#endif

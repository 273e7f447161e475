/* media_type.h -- media types and what a caller accepts, as HTTP and CloudEvents write
 * them (RFC 9110, 8.3.1 and 12.5.1).
 *
 *     Content-Type: Application/JSON; charset=utf-8
 *     Accept: text/html, application/json;q=0.5
 *
 * Types and subtypes are compared without case; parameters other than q are read over,
 * quoted or not. A header that stands on several lines is joined with commas before it
 * comes here.
 *
 * THREADS   Pure.
 * ERRORS    A malformed type is none at all. A malformed range of Accept is passed over;
 *           an Accept without a well-formed one is as if absent.
 */
#ifndef PIOT_CORE_WIRE_MEDIA_TYPE_H
#define PIOT_CORE_WIRE_MEDIA_TYPE_H

#include "core/base/base.h"

/* Whether `text` names `type`, with or without parameters. */
bool media_type_is(struct slice text, const char *type);
/* application/json, text/json, or any type whose subtype ends with +json. */
bool media_type_is_json(struct slice text);

enum { ACCEPT_WEIGHT_MAX = 1000 }; /* q=1, and what has no q */

struct accepted {
    unsigned weight; /* in thousandths; 0: not acceptable */
    bool     named;  /* in full, not by a wildcard or by silence */
};
/* How welcome `type` is. The closest range decides: the type in full, before the type
 * with parameters (we offer none, and do not refuse for their sake), before the wildcard
 * of its subtypes, before that of all types. Empty or absent: everything is welcome. */
struct accepted accept_of(struct slice accept, const char *type);
/* The most welcome of `types`, the first of those that are equally so; `count`: none is
 * acceptable. */
size_t accept_choose(struct slice accept, const char *const *types, size_t count);

#endif

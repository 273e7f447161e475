/* filter.h -- which deliveries are meant, as queries and bodies say it.
 *
 * THREADS   Any; no state.
 */
#ifndef PIOT_API_DELIVERIES_FILTER_H
#define PIOT_API_DELIVERIES_FILTER_H

#include "api/call/call.h"
#include "projections/projection.h"

struct delivery_filter {
    enum delivery_state status;   /* DELIVERY_none: any */
    struct slice        kind;     /* "grant-created"; nothing: any */
    int64_t             from, to; /* when it was owed; `to` 0: no end */
};
bool delivery_fits(const struct delivery_filter *filter, const struct delivery_row *row);

/* Where to begin to look: deliveries are in the order of their names, which are made a moment
 * before what they name is recorded. None owed at that instant or before has a later name. */
#define DELIVERY_NAMED_AHEAD SECOND
struct id delivery_owed_by(int64_t at_us);

/* On the wire one that was taken back is cancelled. */
struct slice  delivery_state_shown(enum delivery_state state);
must_use bool delivery_state_read(struct slice text, enum delivery_state *state);
/* "grant-created" of a type with this service's prefix, or without; nothing of nothing. */
struct slice delivery_kind(struct call *call, struct slice type);

#endif

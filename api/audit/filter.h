/* filter.h -- which events an auditor asked for, read from the query.
 *
 *     after until     positions: what comes behind the one, up to and with the other
 *     from to         instants of recorded-at: at the one or later, before the other
 *     account device network vendor    ids: events of its stream, and those that name it
 *     type            piot.v1.device-added, or device-added
 *     actor           an id, or one of system operator auditor vendor subscriber
 *     correlator      an x-correlator
 *
 * All that are given have to fit. With `from` and `to` half open, a month's reads laid
 * end to end have each event once.
 *
 * THREADS   Pure, once read.
 * MEMORY    In the call's arena, for as long as the call.
 */
#ifndef PIOT_AUDIT_FILTER_H
#define PIOT_AUDIT_FILTER_H

#include "api/audit/narrow.h"
#include "api/call/call.h"

struct filter {
    uint64_t            after, until;                     /* 0, UINT64_MAX: not given */
    int64_t             from_us, to_us;                   /* 0, INT64_MAX: not given */
    struct id           account, device, network, vendor; /* none: not given */
    const struct shape *type;                             /* NULL: not given */
    struct actor        actor;                            /* id none: of that kind */
    bool                by_actor;
    struct slice        correlator; /* nothing: not given */
};

/* False: 400 has been answered, naming the query. */
must_use bool filter_read(struct call *call, struct filter *filter);
/* The one the read is about, for the record of it; none: no single one. */
struct id filter_subject(const struct filter *filter);
/* A trail of everything that fits by its place and its ids, at `last` at most. */
must_use struct status filter_narrow(const struct filter *filter, struct reader *reader,
                                     uint64_t last, struct narrow *narrow);
/* Does an event on that trail fit by what it says? */
bool filter_fits(const struct filter *filter, const struct event *event);

#endif

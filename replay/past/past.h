/* past.h -- what an account, a network or a device was at a moment, what changed between
 * two, and why a device is where it is: answers for auditors, as JSON.
 *
 * The account's stream, merged with those of the vendors it deals with, is folded from its
 * first event to the moment with the very folds that run live, into a batch over a store
 * that is empty and stays so. Nothing is asked of the live views.
 *
 * THREADS   Any number at a time may share reader, vault and `nothing`.
 * MEMORY    The rows of one account, until the call returns.
 * ERRORS    STATUS_NOT_FOUND  there was no such thing then, or never; or the log does not
 *                             reach the moment: the sentence says which
 *           STATUS_INVALID    the id is of another kind, or the moments are the wrong way
 *                             round
 *           STATUS_LIMIT      more than `events_max` events would have to be folded
 *           STATUS_CORRUPT, STATUS_IO as the log's
 *           On an error nothing was written.
 */
#ifndef PIOT_REPLAY_PAST_PAST_H
#define PIOT_REPLAY_PAST_PAST_H

#include "core/base/json.h"
#include "replay/fold/moment.h"

struct past {
    struct reader *reader;
    struct vault  *vault;      /* NULL: personal fields stay shut, so they can leak nowhere */
    struct store  *nothing;    /* from past_open_nothing() */
    uint64_t       events_max; /* for callers who must not be kept; 0: any number */
};
/* The empty store in memory that every answer about this log is worked out over. Opening
 * one takes longer than an answer: keep it. */
must_use struct status past_open_nothing(struct store **nothing, const struct reader *log);

/* {"position","at"} and, of an account, {"account":{"accountId",…},"networks":[…],
 * "gateways":[…],"devices":[…],"consents":[…],"commands":[…],"vendors":[…]}; of a network,
 * {"network":{…},"gateways","devices","vendors"}; of a device, {"device":{…},"consents",
 * "commands","vendors"}. Rows have the fields of projections/views.def, camelCase; each
 * list rises by id. Devices that were removed are listed no more, but can be asked for.
 * "forgottenReports", behind "at": how many reports until then have lost their values, so that
 * a value shown may be one observed before these. */
must_use struct status replay_as_of(const struct past *past, struct id subject, struct moment at,
                                    struct json *json);

/* {"from","fromAt","to","toAt","subject","changes":[{"kind","id","change","fields":[{"name",
 * "from","to"}]}]}: `change` is "added", "removed" or "changed", and what was not there has
 * no "from", what is gone no "to". Values are told name by name: "reported.on". The
 * subject has to be there at one of the two moments. "forgottenReports", behind "subject", is
 * as of the second. */
must_use struct status replay_diff(const struct past *past, struct id subject, struct moment from,
                                   struct moment to, struct json *json);

/* {"device","account","consent","detection","events":[{"position","time","type","stream",
 * "actor":{"kind","id"},"data":{…},"follows":{"position","by"},"why"}]}: the events that led
 * to the device, and those that ended it, in order. `follows` names the event it follows
 * from, `by` "causation" where the event itself says so, else the id both have:
 * "detection", "consent", "claim" or "device". `why` is a sentence. */
must_use struct status replay_why(const struct past *past, struct id device, struct json *json);

#endif

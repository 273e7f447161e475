/* sequence.h -- which of a vendor's numbered events have not come.
 *
 * A vendor may number its events 1, 2, 3 … in the CloudEvents extension `sequence`. When a
 * number is left out there is a gap, from then until what is missing comes late, or has been
 * asked for. It counts as come whatever was decided about it: a refused event would be refused
 * again. Where a vendor began is not known, so its first number is taken for that.
 *
 *     sequences    vendor -> the highest number; of each gap: from, to, since
 *
 * No event tells of these rows. A store that is restored has those of then, and so asks for
 * what has been lost since.
 *
 * THREADS   Taking and putting: the turn's. Reading: any.
 * ERRORS    STATUS_CORRUPT: a row is not as written.
 */
#ifndef PIOT_API_VENDORS_SEQUENCE_H
#define PIOT_API_VENDORS_SEQUENCE_H

#include "core/store/store.h"

/* With more, the last one is stretched: what came within is asked for again, which is done only
 * once. */
enum { GAPS_MAX = 32 };

struct sequence {
    bool     begun; /* some number has come */
    uint64_t last;  /* the highest */
    size_t   count;
    struct gap {
        uint64_t from, to; /* both missing */
        int64_t  since;
    } gaps[GAPS_MAX]; /* rising */
};

void sequence_take(struct sequence *sequence, uint64_t number, int64_t now_us);
/* Whatever is missing there is waited for no more. */
void sequence_drop(struct sequence *sequence, uint64_t from, uint64_t to);

must_use struct status sequence_get(struct reader *reader, struct id vendor, struct arena *arena,
                                    struct sequence *sequence);
void sequence_put(struct batch *batch, struct id vendor, const struct sequence *sequence);

/* Each vendor's, in the order of their ids. */
struct cursor *sequence_open(struct reader *reader);
/* False: there are no more, or `status` says what is wrong. */
must_use bool sequence_next(struct cursor *cursor, struct id *vendor, struct sequence *sequence,
                            struct status *status);

#endif

/* limit.h -- how often one caller may ask.
 *
 * A token bucket for each caller, in a table of fixed size: a caller that has been
 * quiet long enough for its bucket to be full again needs no row, so rows are
 * simply reused. When all rows of a set are busy the fullest one gives way.
 *
 * THREADS   Any: of callers who are known each loop has a table, of tries to sign in and
 *           of vendors' events there is one for all.
 */
#ifndef PIOT_API_CALL_LIMIT_H
#define PIOT_API_CALL_LIMIT_H

#include "core/base/base.h"

enum { LIMIT_ROWS = 8192, LIMIT_WAYS = 4 };

struct limit_rate {
    double   per_second;
    uint64_t burst;
};
struct limit_verdict {
    bool     allowed;
    uint64_t limit;     /* the burst */
    uint64_t remaining; /* whole requests left now */
    uint64_t reset_s;   /* until the bucket is full again, or until one more is allowed */
};

struct limits;
struct limits *limits_open(void);
void           limits_close(struct limits *limits);
/* Takes so many from the bucket of `who` (any bytes: an id, an address). Who takes more than
 * there is left, of one at least, gets them, and the next has to wait until that is made up for:
 * else what is larger than a burst would never get in. */
struct limit_verdict limit_take(struct limits *limits, struct slice who, struct limit_rate rate,
                                uint64_t count, int64_t now_us);
/* One that was taken just now is put back. */
void limit_give_back(struct limits *limits, struct slice who, int64_t now_us);

#endif

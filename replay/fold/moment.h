/* moment.h -- a moment of the log, as people name it: a position, or an instant.
 *
 * An instant means the last event that was recorded then or before: recorded-at decides,
 * which rises with the position.
 *
 * THREADS   Pure, or the reader's.
 * ERRORS    STATUS_NOT_FOUND  the log does not reach that far, or had not begun
 *           STATUS_INVALID    it is of another partition than the log
 */
#ifndef PIOT_REPLAY_FOLD_MOMENT_H
#define PIOT_REPLAY_FOLD_MOMENT_H

#include "core/log/log.h"

struct moment {
    struct position position; /* number 0: the instant decides; partition 0: the log's */
    int64_t         at_us;
};
/* Now: the last event there is. */
#define MOMENT_LAST ((struct moment){ .at_us = INT64_MAX })

/* "1/123", "123", or an instant of RFC 3339. False: neither. */
bool moment_parse(struct slice text, struct moment *moment);

/* Which event that is, and when it was recorded. */
must_use struct status moment_settle(struct reader *reader, struct moment moment,
                                     struct position *position, int64_t *at_us);

#endif

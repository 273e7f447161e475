/* moment.h -- a moment of the log, as people name it: a position, or an instant.
 *
 * On the wire a position is "partition/position". An instant means the last event that
 * was recorded then or before: recorded-at decides, which rises with the position.
 *
 * THREADS   Pure, or the reader's.
 * ERRORS    STATUS_NOT_FOUND  the log does not reach that far, or had not begun
 */
#ifndef PIOT_REPLAY_FOLD_MOMENT_H
#define PIOT_REPLAY_FOLD_MOMENT_H

#include "core/log/log.h"

struct moment {
    uint64_t position; /* 0: the instant decides */
    int64_t  at_us;
};
/* Now: the last event there is. */
#define MOMENT_LAST ((struct moment){ 0, INT64_MAX })

/* "1/123", "123", or an instant of RFC 3339. False: neither. */
bool moment_parse(struct slice text, struct moment *moment);

/* Which event that is, and when it was recorded. */
must_use struct status moment_settle(struct reader *reader, struct moment moment,
                                     uint64_t *position, int64_t *at_us);

/* "1/123" and its NUL. */
enum { MOMENT_TEXT_MAX = 32 };
void moment_text(uint64_t position, char text[MOMENT_TEXT_MAX]);

#endif

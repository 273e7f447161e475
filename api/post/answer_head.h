/* answer_head.h -- what the lines of an answer's head say.
 *
 * THREADS   Pure.
 * MEMORY    A value points into its line.
 */
#ifndef PIOT_API_POST_ANSWER_HEAD_H
#define PIOT_API_POST_ANSWER_HEAD_H

#include "core/base/clock.h"

#define RETRY_AFTER_MAX (365 * DAY) /* whoever asks for more means "never" */

/* Is it "name: value" of that name, in whatever case? The value has no blanks around it. */
must_use bool head_line_read(struct slice line, const char *name, struct slice *value);

/* Retry-After (RFC 9110, 10.2.3): a number of seconds, however long, or one of the three dates
 * of HTTP. */
struct retry_after {
    int64_t wait_us; /* from now on; 0: it names an instant, or nothing */
    int64_t at_us;   /* the instant; 0: it names none */
};
/* What is neither asks for nothing. */
struct retry_after retry_after_read(struct slice value);
/* How long that is from `now_us` on, at most RETRY_AFTER_MAX; 0: nothing, or it is past. */
int64_t retry_after_us(const struct retry_after *asked, int64_t now_us);

#endif

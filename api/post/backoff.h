/* backoff.h -- how long to wait before trying again, and when to leave a
 * vendor's endpoint alone altogether.
 *
 * A webhook that failed waits by itself, longer each time. An endpoint that fails
 * again and again has its breaker opened: nothing is sent to it, so that it can
 * recover and holds up nobody; then one webhook at a time tries it, until one gets
 * through or the breaker opens again for longer.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_API_POST_BACKOFF_H
#define PIOT_API_POST_BACKOFF_H

#include "core/base/clock.h"

enum { BREAKER_FAILURES = 5 };          /* in a row open it: no accident any more */
#define BREAKER_REST_FIRST (5 * SECOND) /* about a restart of a server */
#define BREAKER_REST_MAX   (5 * MINUTE) /* how late we may notice that it is back */

/* The wait after try number `attempt` (from 1): first_us, doubled each time, at most
 * max_us; of that between a half and the whole, as `random` says, so that what failed
 * together does not come back together. */
int64_t backoff_us(int64_t first_us, int64_t max_us, uint64_t attempt, uint32_t random);

struct breaker {
    unsigned failures;   /* in a row */
    unsigned rests;      /* how often it opened since something got through */
    int64_t  open_until; /* nothing is sent before this */
};
/* How many webhooks may be under way now, of at most `max`. */
size_t breaker_room(const struct breaker *breaker, int64_t now_us, size_t max);
/* The endpoint took a webhook, or at least had something to say about it. */
void breaker_worked(struct breaker *breaker);
/* It gave no answer, or one that is about itself. */
void breaker_failed(struct breaker *breaker, int64_t now_us, uint32_t random);
/* It asked for a pause. */
void breaker_pause(struct breaker *breaker, int64_t until_us);

#endif

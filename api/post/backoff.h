/* backoff.h -- how long to wait before trying again, and when to leave a
 * vendor's endpoint alone altogether.
 *
 * A webhook that failed waits by itself, longer each time. An endpoint that fails
 * again and again has its breaker opened: nothing is sent to it, so that it can
 * recover and holds up nobody; then one webhook at a time tries it, until one gets
 * through or the breaker opens again for longer. A vendor that calls us may be back:
 * then one tries it at once.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_API_POST_BACKOFF_H
#define PIOT_API_POST_BACKOFF_H

#include "core/base/clock.h"

enum { BREAKER_FAILURES = 5 };          /* in a row open it: no accident any more */
#define BREAKER_REST_FIRST (5 * SECOND) /* about a restart of a server */
#define BREAKER_REST_MAX \
    (30 * SECOND)                  /* how late we may notice that it is back: a command
                                            * lives about as long */
#define BREAKER_HEARD_EVERY SECOND /* vendors that are down may go on calling us all the time */

/* The wait after try number `attempt` (from 1): first_us, times `factor` with each, at most
 * max_us; of that between a half and the whole, as `random` says, so that what failed
 * together does not come back together. */
struct backoff {
    int64_t  first_us, max_us;
    unsigned factor; /* 1: it stays the same */
};
int64_t backoff_us(const struct backoff *backoff, uint64_t attempt, uint32_t random);

struct breaker {
    unsigned failures;     /* in a row */
    unsigned rests;        /* how often it opened since something got through */
    int64_t  open_until;   /* nothing is sent before these: it failed, */
    int64_t  asked_until;  /* it asked for time, */
    int64_t  paused_until; /* or for nothing until it is heard of */
    int64_t  heard_at;     /* when that was last of use */
};
/* How many webhooks may be under way now, of at most `max`. */
size_t breaker_room(const struct breaker *breaker, int64_t now_us, size_t max);
/* Until when there is no room; 0: there is. */
int64_t breaker_until(const struct breaker *breaker, int64_t now_us);
/* Is it being tried whether it works again? */
bool breaker_tries(const struct breaker *breaker);
/* The endpoint took a webhook, or at least had something to say about it. */
void breaker_worked(struct breaker *breaker);
/* It gave no answer, or one that is about itself. */
void breaker_failed(struct breaker *breaker, int64_t now_us, uint32_t random);
/* It asked for time. */
void breaker_rest(struct breaker *breaker, int64_t until_us);
/* … for that much, unless it is heard of. */
void breaker_pause(struct breaker *breaker, int64_t until_us);
/* Whose endpoint it is has called us. */
void breaker_heard(struct breaker *breaker, int64_t now_us);

#endif

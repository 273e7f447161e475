/* clock.h -- the one door through which time enters.
 *
 * Instants are microseconds since 1970-01-01T00:00:00Z, leap seconds not
 * counted; on the wire RFC 3339, UTC, milliseconds.
 *
 * THREADS   A clock may be read by any thread. A fake one is set by one.
 */
#ifndef PIOT_CLOCK_H
#define PIOT_CLOCK_H

#include "core/base/base.h"

#define MILLISECOND INT64_C(1000)
#define SECOND      INT64_C(1000000)
#define MINUTE      (60 * SECOND)
#define HOUR        (60 * MINUTE)
#define DAY         (24 * HOUR)

struct clock {
    int64_t (*now_us)(const struct clock *clock);
    int64_t fixed_us; /* what a fake clock says */
};
struct clock          clock_real(void);
struct clock          clock_fake(int64_t at_us);
static inline int64_t clock_now(const struct clock *clock) { return clock->now_us(clock); }

/* For durations only: CLOCK_MONOTONIC. */
int64_t clock_monotonic_us(void);

enum { INSTANT_TEXT_MAX = 32 };
/* "2026-11-22T16:03:07.123Z", and a NUL. Cuts microseconds off. An instant outside
 * the years 0000 to 9999, which no text can say, is written as the nearest inside. */
void instant_text(int64_t at_us, char text[INSTANT_TEXT_MAX]);
/* RFC 3339 with any offset and at most 9 digits of fraction, of which 6 are kept;
 * years 1970 to 9999. A leap second (":60") may end a month in UTC and reads as the
 * second after it. */
bool instant_parse(struct slice text, int64_t *at_us);
/* A whole number and its unit: "500ms", "30s", "15m", "24h", "7d". */
bool span_parse(struct slice text, int64_t *span_us);

#endif

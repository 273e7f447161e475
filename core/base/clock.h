/* clock.h -- the one door through which time enters.
 *
 * Instants are microseconds since 1970-01-01T00:00:00Z, leap seconds not
 * counted; on the wire RFC 3339, UTC, milliseconds.
 *
 * A STEADY CLOCK  begins with what the machine's wall clock says and goes on with
 * CLOCK_BOOTTIME, which nobody can set, and which counts the time that the machine is
 * suspended, as CLOCK_MONOTONIC does not. So a wall clock that is set wrong is not believed;
 * how far it is off is clock_step(), and what to do then is the caller's. The kernel slews
 * both at the same rate (adjtime(3), NTP), so slewing is no step and never adds up. What may
 * add up in a long life are small steps that are right: a leap second, a time server's first
 * word. Therefore clock_follow() draws near to the wall clock, 500 ppm of the time that has
 * passed at most. That is as fast as adjtime(3) slews: whoever steps the wall clock a little
 * again and again moves us no faster than by slewing it, which we would not see either.
 *
 * THREADS   A clock may be read, and clock_accept() called, by any thread. A steady one is
 *           followed by one thread, a fake one set by one.
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
    int64_t         fixed_us;    /* what a fake clock says, but for what was accepted */
    _Atomic int64_t stepped_us;  /* how far a fake one's wall clock was set off */
    _Atomic int64_t offset_us;   /* of a steady one: what it adds to the time since boot */
    int64_t         followed_us; /* when it was followed last, since boot */
};
struct clock          clock_real(void); /* the wall clock, whatever it says */
struct clock          clock_steady(void);
struct clock          clock_fake(int64_t at_us); /* a steady one, for tests */
static inline int64_t clock_now(const struct clock *clock) { return clock->now_us(clock); }

/* How far the wall clock is ahead of a steady clock; less than 0: behind. */
int64_t clock_step(const struct clock *clock);
/* To be called now and then while that is little enough: see above. */
void clock_follow(struct clock *clock);
/* Somebody who knows says that it is `now_us`. If the wall clock says the same, give or take
 * `within_us`, the steady clock takes over what the wall clock says. False: nothing was
 * changed. `wall_us` is what it says, `step_us` how far the steady clock was from that. */
must_use bool clock_accept(struct clock *clock, int64_t now_us, int64_t within_us, int64_t *wall_us,
                           int64_t *step_us);

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

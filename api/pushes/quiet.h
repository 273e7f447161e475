/* quiet.h -- whether it is in somebody's quiet hours, and when those end.
 *
 * Their hours are a local time. The C library keeps one zone for the whole process, so the
 * zone's file is read here, without it (RFC 8536, its 64-bit block). Debian's files name each
 * change of the clocks up to the year 2037; later than the last, that one's time is taken. A
 * zone without a file here is taken for UTC.
 *
 * THREADS   Any; reads a file.
 */
#ifndef PIOT_API_PUSHES_QUIET_H
#define PIOT_API_PUSHES_QUIET_H

#include "core/base/clock.h"

/* How far local time is ahead of UTC there, at that instant. `file`: what a zone's file has in
 * it. 0 if it is not one. */
int64_t zone_offset(struct slice file, int64_t at_us);

/* When the quiet hours end that `now_us` is in; 0: it is in none. `zone` is an IANA name, none:
 * UTC. The hours are "HH:MM"; none: there are none. They may go on over midnight. What it says is
 * no later than it is: when the clocks change meanwhile, it is to be asked again then. */
int64_t quiet_until(struct slice zone, struct slice from, struct slice to, int64_t now_us);

#endif

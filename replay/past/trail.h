/* trail.h -- the positions of several streams and ids, merged into one rising list.
 *
 * A trail ends at a position. What is added while one walks has its past, too: the next
 * position is always the least that was not given yet, so a stream that joins late is
 * first brought up to where the others are. What stands in several lists comes once,
 * unless it was given before the list that has it joined.
 *
 * THREADS   The reader's.
 * MEMORY    About 2 KiB a list; positions are read 256 at a time.
 * ERRORS    STATUS_LIMIT: there are more than `count_max`; else as the log's.
 */
#ifndef PIOT_REPLAY_PAST_TRAIL_H
#define PIOT_REPLAY_PAST_TRAIL_H

#include "core/log/log.h"

struct trail;
/* `until`: the last one it may give; UINT64_MAX: no end but the log's. `count_max`: how many
 * it may give; 0: any number. */
struct trail *trail_open(struct reader *reader, uint64_t until, uint64_t count_max);
void          trail_close(struct trail *trail);

/* Adding again what is there already does nothing. */
void trail_add_stream(struct trail *trail, struct id stream);
void trail_add_index(struct trail *trail, struct id id); /* events elsewhere that name it */

/* The next position; 0: there is none. */
must_use struct status trail_next(struct trail *trail, uint64_t *position);

#endif

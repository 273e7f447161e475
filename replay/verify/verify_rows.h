/* verify_rows.h -- the rows that lead to events, checked beside the walk over the log. */
#ifndef PIOT_REPLAY_VERIFY_VERIFY_ROWS_H
#define PIOT_REPLAY_VERIFY_VERIFY_ROWS_H

#include "replay/fold/replay.h"

struct rows_walk;
struct rows_walk *rows_walk_open(struct reader *reader, struct findings *findings);
/* The next event of the log. */
void rows_walk_add(struct rows_walk *walk, const struct event *event);
/* After the last: are the rows those that the events want, of so many streams? */
must_use struct status rows_walk_end(struct rows_walk *walk, uint64_t streams);
void                   rows_walk_close(struct rows_walk *walk);

#endif

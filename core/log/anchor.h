/* anchor.h -- the small file that remembers how far the log had come.
 *
 * The last signed checkpoint, in a file apart from the log, best on another disk: a log
 * that lost its end, was rolled back or replaced is noticed at the next start. It is
 * written after the batch is durable and before the checkpoint is shown to anybody, so
 * nobody outside has ever seen a checkpoint that the anchor does not know.
 *
 * THREADS   One at a time; of several processes one wins.
 * MEMORY    Notes are in the caller's arena.
 * ERRORS    STATUS_NOT_FOUND  there is no anchor
 *           STATUS_CONFLICT   it is not the one that was there before: another process
 *                             has written it, and both would sign a log
 *           STATUS_CORRUPT    damaged, not signed by the log's key, or the log is not the
 *                             one that it knows; the sentence says what is missing
 *           STATUS_IO         the disk failed
 */
#ifndef PIOT_ANCHOR_H
#define PIOT_ANCHOR_H

#include "core/log/checkpoint.h"

/* The note in the file. */
must_use struct status anchor_read(const char *path, struct arena *arena, struct slice *note);
/* Compare and swap: writes `now`, atomically and synced, if the file holds `was`; data
 * NULL: if there is none. */
must_use struct status anchor_swap(const char *path, struct slice was, struct slice now);
/* Does the log that `reader` sees reach the note in its anchor, signed by its key, with
 * the root there? */
must_use struct status anchor_reached(struct slice note, const struct note_key *key,
                                      struct reader *reader);
/* Is no checkpoint in the log's own rows beyond the anchor? Each was shown to the world,
 * and put into the anchor before. `note` data NULL: there is no anchor, so there may be
 * no checkpoint. */
must_use struct status anchor_covers(struct slice note, struct reader *reader);
/* Both, of the anchor at `path`: may this log be served? `note`: the anchor's; data NULL:
 * there is none. */
must_use struct status anchor_check(const char *path, const struct note_key *key,
                                    struct reader *reader, struct arena *arena, struct slice *note);

#endif

/* verify_archive.h -- the files beside archived events, held against the store's tree. */
#ifndef PIOT_REPLAY_VERIFY_VERIFY_ARCHIVE_H
#define PIOT_REPLAY_VERIFY_VERIFY_ARCHIVE_H

#include "replay/fold/replay.h"

/* The log's own tiles and events are not doubted here: one that cannot be read ends the look
 * with a finding. */
must_use struct status verify_archive(struct reader *reader, const struct replay_checks *checks,
                                      struct findings *findings);

#endif

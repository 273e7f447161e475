/* verify_archive.h -- the files beside archived events, held against the store's tree. */
#ifndef PIOT_VERIFY_ARCHIVE_H
#define PIOT_VERIFY_ARCHIVE_H

#include "replay/replay.h"

/* Of a log that is whole: its own tiles and events are not doubted here. */
must_use struct status verify_archive(struct reader *reader,
                                      const struct replay_checks *checks,
                                      struct findings *findings);

#endif

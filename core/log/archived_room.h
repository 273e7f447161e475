/* archived_room.h -- between the files of the archive. */
#ifndef PIOT_ARCHIVED_ROOM_H
#define PIOT_ARCHIVED_ROOM_H

#include "core/log/archived.h"

/* "FOLDER/tile/entries/…" into `path`, which has room for PATH_MAX. */
must_use struct status archived_path(char *path, const char *folder, uint64_t index);
/* Holds that bundle from `folder`, and the leaf hashes that its entries must have. */
must_use struct status archived_hold(struct archived_bundle *bundle, struct reader *reader,
                                     uint32_t partition, const char *folder, uint64_t index);
/* One of what is held. */
must_use struct status archived_take(const struct archived_bundle *bundle, unsigned place,
                                     struct log_record *record);
void archived_row_put(struct batch *batch, uint32_t partition, const char *folder,
                      uint64_t through);

#endif

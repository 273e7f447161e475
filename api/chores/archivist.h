/* archivist.h -- old events go from the store to the archive, in the background.
 *
 * What is older than settings.archive_after is written to settings.archive_folder with what
 * proves it, synced and read back by this thread (archived_advance(), core/log/archived.h);
 * the writer only takes the rows away, which is some hundred erasures in one of its turns.
 * After that it rests, so that a long past is archived beside the work of the day. How far
 * it is stands in the store: a kill costs nothing but checking some files again.
 *
 * A folder that is another than last time has to hold the whole archive already; it is
 * read once from end to end, and is then the one that reads go to.
 *
 * It ends between two bundles' writes at the latest.
 */
#ifndef PIOT_API_CHORES_ARCHIVIST_H
#define PIOT_API_CHORES_ARCHIVIST_H

#include "api/ground/chore.h"

extern const struct chore_row archivist_chore;

/* The last archived position, for /metrics; 0: none, or nobody can tell. Any thread. */
uint64_t archivist_position(struct ground *ground);

#endif

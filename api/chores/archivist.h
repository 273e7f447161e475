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
 * THREADS   One of its own.
 */
#ifndef PIOT_API_CHORES_ARCHIVIST_H
#define PIOT_API_CHORES_ARCHIVIST_H

#include "api/service/service.h"

struct archivist;
/* Starts the thread, once the ledger has, if a folder is set; else *archivist is NULL. */
must_use struct status archivist_start(struct archivist **archivist, struct service *service);
/* Ends it, between two bundles' writes at the latest; before the ledger is stopped. NULL is
 * fine. */
void archivist_stop(struct archivist *archivist);
/* Frees it, when the ledger asks nothing of it any more. NULL is fine. */
void archivist_close(struct archivist *archivist);
/* The last archived position, for /metrics; 0: none, or nobody can tell. */
uint64_t archivist_position(struct service *service);

#endif

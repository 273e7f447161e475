/* scratch.h -- a directory for what is only needed meanwhile, in $TMPDIR or /tmp.
 *
 * It goes away when the work is done, and also when the program is asked to end:
 * SIGINT, SIGTERM and SIGHUP are taken by a thread that removes it and ends the
 * program with 128 + the signal's number.
 *
 * THREADS   One scratch at a time; opened before other threads start, which then leave
 *           those signals alone.
 * ERRORS    STATUS_IO: the directory cannot be made.
 */
#ifndef PIOT_CLI_TOOL_SCRATCH_H
#define PIOT_CLI_TOOL_SCRATCH_H

#include "core/store/store.h"

must_use struct status scratch_open(const char **path); /* valid until scratch_close() */
void                   scratch_close(void);

/* A store with every family, in a scratch directory of its own, for what is in that log. */
must_use struct status scratch_store_open(struct store **store, const struct reader *log);
void                   scratch_store_close(struct store *store);

/* Removes any folder with all that is in it; what resists is still there. */
void scratch_remove(const char *path);

#endif

/* export_lines.h -- the events of a log as lines of CloudEvents, in a file.
 *
 * THREADS   One.
 */
#ifndef PIOT_CLI_KEEP_EXPORT_LINES_H
#define PIOT_CLI_KEEP_EXPORT_LINES_H

#include "core/log/log.h"

/* The first `size` events into `path`, 0600, which is there whole or not at all. `vault`
 * NULL: personal fields are left out. Passwords, secrets and hashes always are. */
must_use struct status export_lines(struct reader *reader, struct vault *vault, uint64_t size,
                                    const char *path);

#endif

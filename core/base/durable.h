/* durable.h -- small files that are there whole or not at all.
 *
 * Bytes go into PATH.new, which is synced and only then given its name, and the
 * folder is synced after that: a power cut leaves the old file or the new one.
 * What a crash left as PATH.new is swept away by the next write.
 *
 * THREADS   One at a time for each path.
 * ERRORS    STATUS_IO        with the path and what errno says
 *           STATUS_CONFLICT  DURABLE_NEW, and the file exists
 *           STATUS_INVALID   the path is too long
 *           STATUS_NOT_FOUND (of reading) there is none
 *           STATUS_CORRUPT   (of reading) it is no file, or larger than it can be
 */
#ifndef PIOT_CORE_BASE_DURABLE_H
#define PIOT_CORE_BASE_DURABLE_H

#include "core/base/buffer.h"
#include "core/base/clock.h"

enum durable_mode { DURABLE_NEW, DURABLE_REPLACE };

/* open(2), with O_CLOEXEC, and mode 0600 for what is made. While no descriptor is to be had it
 * waits for one, for up to DURABLE_WAIT: a shortage that passes is no broken disk. -1: errno. */
#define DURABLE_WAIT (10 * SECOND)
int durable_open(const char *path, int flags);

/* Mode 0600. */
must_use struct status durable_write(const char *path, struct slice bytes, enum durable_mode mode);
/* Adds the whole file to `bytes`, if it has no more than `size_max`. */
must_use struct status durable_read(const char *path, size_t size_max, struct buffer *bytes);
/* A file or folder gets another name, atomically; what has that name is replaced, but
 * for a folder that is not empty. */
must_use struct status durable_rename(const char *from, const char *to);
/* All levels of it that are missing, each with mode 0700; one that exists is left as it is. */
must_use struct status durable_folder(const char *path);
/* "FOLDER/NAME" into `path`, which has room for PATH_MAX. */
must_use struct status durable_join(char *path, const char *folder, const char *name);
/* Is `path` the folder itself, or in it? Links are followed; the last name of either need not
 * be there yet. */
must_use struct status durable_within(const char *path, const char *folder, bool *within);
/* STATUS_IO: "reading PATH: why". */
must_use struct status durable_failed(const char *doing, const char *path);

#endif

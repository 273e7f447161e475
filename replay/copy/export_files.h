/* export_files.h -- many files below one folder, for export.c.
 *
 * A file comes under another name first and is then renamed: whoever reads meanwhile sees
 * it whole. Nothing is synced one by one; files_sync() is for all.
 */
#ifndef PIOT_REPLAY_COPY_EXPORT_FILES_H
#define PIOT_REPLAY_COPY_EXPORT_FILES_H

#include "core/base/base.h"

#include <limits.h>

struct files {
    const char *folder;
    char        made[PATH_MAX]; /* the folder below it that was last seen to be there */
    uint64_t    written, kept;
};
void files_open(struct files *files, const char *folder);
bool files_have(const struct files *files, const char *path);
/* Unless it is there with these bytes. Folders on the way are made. */
must_use struct status files_put(struct files *files, const char *path, struct slice bytes);
/* Removes all files of the folder at `path`, if there is one, but that named `number`. */
must_use struct status files_drop_but(struct files *files, const char *path, unsigned number);
must_use struct status files_sync(struct files *files);

#endif

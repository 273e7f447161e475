/* backup.h -- copies of a store that are made while it serves, and coming back from them.
 *
 * A copy is made in two steps. store_freeze() makes a second store beside the first, which
 * costs links instead of bytes and stands still from then on; families that are not
 * to be copied are dropped from it. store_backup() then adds what the frozen store has
 * and the folder has not: RocksDB never changes a table, so tables that an earlier
 * copy brought are not written again.
 *
 *     FOLDER   RocksDB's backup engine's: meta/ID, private/ID/…, shared_checksum/…
 *
 * A copy appears in the list when it is whole and synced. What a killed one left behind
 * is swept away by the next.
 *
 * What the list does not promise is that every byte is still good: each file's checksum
 * is held against it when it is restored, and nothing that differs comes back.
 *
 * THREADS   Freezing: any thread, while others write. A folder: one at a time.
 * MEMORY    Lists are in the caller's arena.
 * ERRORS    STATUS_CORRUPT    a file of the copy is not what was written
 *           STATUS_NOT_FOUND  there is no copy, or none of that number
 *           STATUS_CONFLICT   the place to restore to is taken
 *           STATUS_IO         the disk failed or is full
 */
#ifndef PIOT_STORE_BACKUP_H
#define PIOT_STORE_BACKUP_H

#include "core/store/store.h"

/* `path`, on the same disk as the store, is swept first if a kill left one there. The
 * frozen store has the families asked for, as they were committed at one moment. */
must_use struct status store_freeze(struct store *store, const char *path,
                                    const bool families[FAMILY_COUNT], struct store **frozen);
/* Closes it and takes its files away. */
must_use struct status store_thaw(struct store *frozen, const char *path);

/* `number`: of the new copy; they rise. The folder is made unless it is there. */
must_use struct status store_backup(struct store *frozen, const char *folder, uint32_t *number);

struct stored_backup {
    uint32_t number;
    int64_t  taken_us; /* to the second */
    uint64_t size;     /* bytes it takes to restore; shared ones counted again */
};
/* The number of the next. */
must_use struct status store_backup_next(const char *folder, uint32_t *number);
/* Oldest first; none in a folder that is missing. */
must_use struct status store_backups(const char *folder, struct arena *arena,
                                     struct stored_backup **backups, size_t *count);
/* Takes all but the newest `keep` away, with the tables that only they had. */
must_use struct status store_backups_keep(const char *folder, uint32_t keep);

/* Copies one back into `path`, which must not exist, or be an empty folder. After a failure
 * what is there is of no use: store_remove(). */
must_use struct status store_restore(const char *folder, uint32_t number, const char *path);
/* Takes the files of a closed store away, and the folder. None is fine. */
must_use struct status store_remove(const char *path);

#endif

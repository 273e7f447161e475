/* backup.h -- backups of the log: taken while it grows, held against their checkpoint, and
 * never brought back so that the log would fork.
 *
 *     FOLDER/store/        the copies (core/store/backup.h)
 *     FOLDER/notes/N       what was in the anchor when copy N was taken, a signed checkpoint
 *     FOLDER/log.key.pub   the key that signed it
 *     FOLDER/archive/      old events that are in the store no more (core/log/archived.h),
 *                          once for all copies: archived files never change
 *
 * A copy holds the log: events, ciphertexts, the rows that lead to events, the tree. It
 * does not hold what is folded from it, which is in plain text and is folded again; nor
 * leases, which are forgotten after a day; nor the answers kept for repeats, so a
 * request that is repeated over a restore is done again. It is offered once its note is
 * there, so a killed backup never is.
 *
 * What opens it is elsewhere: the vault, log.key and the anchor are no part of it. The vault
 * is copied into another folder, where only the newest copy is kept: it has every key
 * that older backups need, but for those destroyed since. So who was forgotten stays so
 * when an old backup comes back. A destroyed key is gone from the copy with the next
 * backup; until then, and on whatever the copy was on, only a new master key ends it.
 *
 * THREADS   Taking: any thread, while the ledger works. One writes into a folder at a time.
 * MEMORY    Lists are in the caller's arena.
 * ERRORS    STATUS_CONFLICT   somebody else writes into the folder; it holds another log's
 *                             backups; nothing has been signed yet; the place is taken; the
 *                             archive to live with is another log's, or knows later events
 *           STATUS_INVALID    the vault's copy would lie with the log's, or the archive with
 *                             its copy; after a loss, the archive would be the old log's
 *           STATUS_NOT_FOUND  there is no such backup; the archive is where it was no more
 *           STATUS_CORRUPT    it is not what was written
 *           STATUS_IO         the disk failed or is full
 */
#ifndef PIOT_REPLAY_COPY_BACKUP_H
#define PIOT_REPLAY_COPY_BACKUP_H

#include "core/log/anchor.h"
#include "replay/fold/replay.h"

enum { BACKUPS_KEPT_MAX = 10000 }; /* of one folder: RocksDB reads all their lists */

struct backup {
    uint32_t        number;   /* rising; how it is called */
    int64_t         taken_us; /* to the second */
    uint64_t        size;     /* bytes without the archive; shared ones counted again */
    struct position position; /* of its checkpoint: it has at least these events */
    struct slice    note;
};

struct backup_order {
    struct store             *store;
    struct vault             *vault; /* NULL: is not copied */
    const struct note_key    *key;   /* the log's */
    const struct fold *const *folds; /* whose families are left out */
    struct slice              note;  /* in the anchor now; data NULL: none yet */
    const char               *folder;
    const char               *vault_folder; /* for `vault` */
    const char               *scratch;      /* a free name on the store's own disk */
    uint32_t                  keep;         /* the newest so many; 0: all */
};
must_use struct status backup_take(const struct backup_order *order, struct arena *arena,
                                   struct backup *taken);

/* How the next one will be called. */
must_use struct status backup_next(const char *folder, uint32_t *number);

/* Oldest first; none in a folder that is missing or empty. */
must_use struct status backup_list(const char *folder, struct arena *arena, struct backup **backups,
                                   size_t *count);

struct restore_order {
    const char               *folder;
    uint32_t                  number; /* 0: the newest */
    const char               *path;   /* of the store, which must not be there */
    struct vault             *vault;  /* to look only: may be NULL */
    const struct note_key    *key;
    const struct fold *const *folds;
    struct slice              anchor;      /* data NULL: there is none at hand */
    bool                      accept_loss; /* what the anchor knows and the backup lacks */
    bool                      look_only;   /* nothing is folded, nothing stays at `path` */
    const char               *archive;     /* where archived events come to be, outside of
                                          `folder`: what is missing there is brought from the
                                          backup. NULL: all of them have to be in the folder
                                          where they were */
    const struct progress    *progress;
    struct findings          *findings;
};
enum restore_verdict {
    RESTORED,        /* the store is at `path`, all views folded, and reaches the anchor */
    RESTORED_SHORT,  /* the same with a loss that was accepted: to be signed by a new key
                        only; the rows of checkpoints by the old one are left out */
    RESTORE_DAMAGED, /* the findings say where; nothing is at `path` */
    RESTORE_SHORT,   /* it does not reach the anchor; nothing is at `path` */
    RESTORE_UNSURE,  /* there is no anchor to hold it against; nothing is at `path` */
};
struct restored {
    enum restore_verdict verdict;
    struct backup        from;
    struct verification  log;
    int64_t              last_us;  /* when its last event was recorded */
    uint64_t             anchored; /* how far the anchor knows the log; 0: no anchor */
    uint64_t             archived; /* the last archived event; 0: none */
    struct slice         archive;  /* the folder they are in */
    bool                 uncopied; /* none of them is in the backup, which is of before backups
                                      had the archive */
    char                 why[252]; /* of RESTORE_SHORT: the anchor's check */
};
/* Copies into PATH.restoring, checks the log by itself, against the backup's checkpoint
 * and the anchor, brings its archive, folds all views, and only then gives it its name.
 * The archive that is checked is the one in the folder that is given, if it is whole there,
 * or in none, where it was; else the backup's own. Looking only, it is the backup's own if
 * there is one. */
must_use struct status backup_restore(const struct restore_order *order, struct arena *arena,
                                      struct restored *restored);

#endif

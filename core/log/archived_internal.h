/* archived_internal.h -- between the files of the archive. */
#ifndef PIOT_CORE_LOG_ARCHIVED_INTERNAL_H
#define PIOT_CORE_LOG_ARCHIVED_INTERNAL_H

#include "core/log/archived.h"

/* -- files ---------------------------------------------------------------------- */

struct tile_path archived_bundle_path(uint64_t index);
/* "FOLDER/tile/…" into `file`, which has room for PATH_MAX. */
must_use struct status archived_path(char *file, const char *folder, const struct tile_path *path);
/* A new file, synced, and dropped from the system's memory: what is read next comes from
 * the disk. Folders on the way are made. */
must_use struct status archived_put(const char *folder, const char *file, struct slice bytes);

/* -- bundles -------------------------------------------------------------------- */

/* Holds that bundle from `folder`, and the leaf hashes that its entries must have. */
must_use struct status archived_hold(struct archived_bundle *bundle, struct reader *reader,
                                     const char *folder, uint64_t index);
/* One of what is held. */
must_use struct status archived_take(const struct archived_bundle *bundle, unsigned place,
                                     struct log_record *record);
void                   archived_row_put(struct batch *batch, const char *folder, uint64_t through);

/* -- tiles and checkpoint ------------------------------------------------------- */

struct archived_tree {
    struct reader    *reader;
    const char       *folder;
    struct merkle    *merkle;
    struct arena      arena;
    struct slice      note, note_there; /* the log's last checkpoint, and the folder's */
    struct checkpoint last, there;      /* of them; size 0: none */
};
/* STATUS_CONFLICT: in the folder is the archive of another log or history. Its checkpoint may
 * be beyond this log: archived_tree_within() says. */
must_use struct status archived_tree_open(struct archived_tree *tree, struct reader *reader,
                                          const char *folder);
void                   archived_tree_close(struct archived_tree *tree);
/* STATUS_CONFLICT: the folder's checkpoint is beyond the log's end. */
must_use struct status archived_tree_within(const struct archived_tree *tree);

/* What is done with a file that is there already. */
enum archived_present { ARCHIVED_CHECKED, ARCHIVED_TRUSTED };
/* The tiles of the bundles `first` and on, through the event `through`, and of the newer
 * of the two checkpoints. What is written is read back. */
must_use struct status archived_tree_put(struct archived_tree *tree, uint64_t first,
                                         uint64_t through, enum archived_present present);
/* When all it speaks of is on the disk: the log's checkpoint, unless the folder has one as
 * new. */
must_use struct status archived_tree_sign(struct archived_tree *tree);
/* All of them as they are in the folder. */
must_use struct status archived_tree_check(struct archived_tree *tree, uint64_t through,
                                           const struct note_key *key);

#endif

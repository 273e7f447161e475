/* archived.h -- old envelopes in plain files, out of the store.
 *
 *     FOLDER/tile/entries/<index>   TILE_WIDTH envelopes: a full bundle, named and laid
 *                                   out as C2SP tlog-tiles has it (tile_path.h, bundle.h)
 *     FOLDER/checkpoint             a signed head of the log, at or beyond the last of them
 *     FOLDER/tile/0/<index>         their leaf hashes, and what of that head's right edge
 *                                   fills no tile
 *     FOLDER/tile/<level>/<index>   above: all of that head's
 *
 * So the folder proves itself: the way from each event in it to the signed root is there.
 * A checkpoint never makes place for an older one; tiles of an earlier right edge stay.
 *
 * Row, in the batch that takes the envelopes' own rows away:
 *
 *     meta   "archived" -> how far (u64), FOLDER
 *
 * Hashes, indexes and ciphertexts stay in the store: the level-0 tile has the leaf hash of
 * every archived event, so that each proof stays and no envelope from a file is believed;
 * and what is sealed there can still be forgotten, which a file on some other disk could
 * not. log_read*() and log_scan*() come here for a row that is gone: their callers notice
 * nothing. The end of the log is never archived, since it is where the log goes on.
 *
 * The file of a bundle or a tile is written once and never again. Whoever copies the folder
 * has a copy, and archived_copy() makes one that costs only what is new.
 *
 * THREADS   Any, with any reader. Writing into a folder: one at a time.
 * MEMORY    A bundle is kept with whoever walks; it starts as { 0 }.
 * ERRORS    STATUS_NOT_FOUND  the event is not archived
 *           STATUS_CORRUPT    a file is lost or is not what was archived; it is named
 *           STATUS_CONFLICT   the folder has the archive of another log, of another history
 *                             of this one, or a checkpoint beyond its end
 *           STATUS_IO         the disk or the store failed
 */
#ifndef PIOT_ARCHIVED_H
#define PIOT_ARCHIVED_H

#include "core/base/buffer.h"
#include "core/log/checkpoint.h"
#include "core/log/log.h"
#include "core/log/tile_path.h"

struct archived {
    uint64_t     through; /* the last archived position, counted in whole bundles; 0: none */
    struct slice folder;  /* in the arena, with a NUL behind it */
};
must_use struct status archived_look(struct reader *reader, struct arena *arena,
                                     struct archived *archived);

/* -- reading ------------------------------------------------------------------ */

struct archived_bundle {
    bool          held;
    uint64_t      index;
    struct buffer file; /* its path */
    struct buffer bytes;
    struct slice  entries[TILE_WIDTH];
    struct hash   leaves[TILE_WIDTH]; /* as the tree has them */
};
/* The event there, without its ciphertext, held against its leaf hash; the slices are
 * valid until the bundle's next use. */
must_use struct status archived_record(struct archived_bundle *bundle, struct reader *reader,
                                       uint64_t position, struct log_record *record);
void                   archived_release(struct archived_bundle *bundle);

/* -- archiving ----------------------------------------------------------------- */

struct archiving {
    struct reader         *reader;
    const char            *folder;    /* absolute: the store remembers it */
    const struct note_key *key;       /* the log's; NULL: not at hand */
    int64_t                before_us; /* what was recorded then or before */
    /* archived_drop() with this folder, in the writer's turn, to its end. */
    struct status (*drop)(void *context, uint64_t through);
    void *context;
};
struct archived_step {
    bool     moved;   /* the archive was elsewhere, and is in this folder from now on */
    bool     more;    /* events were archived, and more may be due */
    uint64_t through; /* the last archived one */
};
/* The next part of what is due: writes, and only then drops. A folder that is another than
 * last time has to have the whole archive, and one that lacks its tiles gets them. */
must_use struct status archived_advance(const struct archiving *archiving,
                                        struct archived_step   *step);

/* -- its parts: first due, then write, then drop ------------------------------- */

enum { ARCHIVED_AT_ONCE = 16 }; /* bundles between two syncs: 4096 events, a megabyte or two */

/* How far the archive may come now, at most ARCHIVED_AT_ONCE bundles further than it is:
 * full bundles below a signed checkpoint, recorded at `before_us` or before. */
must_use struct status archived_due(struct reader *reader, int64_t before_us, uint64_t *through);
/* Writes what is archived next, up to `through`, into `folder` with its tiles, syncs it, and
 * reads it back from the disk; then the log's last checkpoint. A file that is there already
 * is left as it is and has to be right. */
must_use struct status archived_write(struct reader *reader, const char *folder, uint64_t through);
/* Brings what is archived and not in `folder` there, and tiles and checkpoint for it. A file
 * that is there already is left, and not read. */
must_use struct status archived_copy(struct reader *reader, const char *folder);
/* Reads all files up to `through`: does `folder` have the archive, and its tree, signed by
 * `key` (NULL: by whom is not asked)? It may have gone on: its checkpoint beyond the end of a
 * log that is older is no fault here. */
must_use struct status archived_check(struct reader *reader, const char *folder, uint64_t through,
                                      const struct note_key *key);
/* May this log live with `folder` from now on? STATUS_CONFLICT: it is another's, or its
 * checkpoint is beyond the log's end. No bundle or tile is read. */
must_use struct status archived_belongs(struct reader *reader, const char *folder);
/* Takes the rows up to `through` away, which archived_write() has written, or which are in
 * a folder that was moved. May be done twice. */
must_use struct status archived_drop(struct batch *batch, const char *folder, uint64_t through);

/* The same in a batch of its own, where nobody else writes. */
must_use struct status archived_drop_alone(struct store *store, const char *folder,
                                           uint64_t through);

/* -- the tree beside the entries, for who checks it ---------------------------- */

/* The note in the folder; data NULL: there is none. */
must_use struct status archived_note(const char *folder, struct arena *arena, struct slice *note);
/* What it says, whoever signed it; size 0: it is not one. */
must_use struct status archived_note_read(struct slice note, struct checkpoint *checkpoint);

/* Which tiles a folder has that holds the events up to `through` and a checkpoint of
 * `size`, from the bundle `first` and above level 0 from what is new since `from`. */
struct archived_tiles {
    uint64_t first, through, from, size;
    unsigned level;  /* the walk's own, as is */
    uint64_t passed; /* this: they start at 0 */
};
bool archived_tiles_next(struct archived_tiles *tiles, struct tile_path *path);
/* Does its file hold the hashes of the tree, as many as the path says? Of one that the tree
 * reaches in part or not at all, as many as there are. */
must_use struct status archived_tile_check(struct merkle *tree, struct reader *reader,
                                           const char *folder, const struct tile_path *path);

#endif

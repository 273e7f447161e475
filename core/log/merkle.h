/* merkle.h -- the Merkle tree over the log, and what can be proved with it.
 *
 * The tree of RFC 6962, 2.1 (and RFC 9162, 2.1): leaf = SHA-256(0x00 ‖ envelope),
 * node = SHA-256(0x01 ‖ left ‖ right). Leaf 0 is the event at position 1, so a log
 * that has come to position N has a tree of size N.
 *
 * It is kept as tiles (C2SP tlog-tiles): the tile (level, index) holds the hashes of
 * TILE_WIDTH complete subtrees of 256^level leaves each. Rows, in the batch of the turn:
 *
 *     tiles     level (u8), index (u64) -> TILE_WIDTH hashes
 *
 * Only full tiles are stored. The right edge, fewer than TILE_WIDTH hashes a level, is in
 * memory; opening makes it again from the last leaf hashes of the log and the tiles
 * below. So the tree costs 32 bytes and one hash an event, and is a fold like any other.
 *
 * The appender's edge runs ahead of what is committed; readers see the edge as it was
 * published last. An edge of one size serves every smaller one, since hashes are
 * only added.
 *
 * THREADS   merkle_add(), merkle_rewind(), merkle_publish(): the appender's. All else: any,
 *           with any reader that sees at least what was published.
 * MEMORY    Two edges, 64 KiB each. Proofs are the caller's.
 * ERRORS    STATUS_CORRUPT   a tile is missing or of the wrong size
 *           STATUS_INVALID   a size or index beyond the tree; the sentence says which
 *           STATUS_IO        the store failed
 */
#ifndef PIOT_MERKLE_H
#define PIOT_MERKLE_H

#include "core/log/proof.h"
#include "core/store/store.h"

enum {
    TILE_WIDTH  = 256, /* hashes in a full tile, C2SP tlog-tiles */
    TILE_LEVELS = 8,   /* 256^8 leaves: more than positions can count */
};

struct merkle;
/* As far as `reader` sees the log. */
must_use struct status merkle_open(struct merkle **tree, struct reader *reader);
void                   merkle_close(struct merkle *tree);

/* -- growing: the appender's ------------------------------------------------- */

/* The next leaf; a tile that it fills is put into the batch. */
void merkle_add(struct merkle *tree, struct batch *batch, const struct hash *leaf);
/* Forgets what was added since the last commit: the edge as `reader` sees it. */
must_use struct status merkle_rewind(struct merkle *tree, struct reader *reader);
/* After a commit: from now on readers see the appender's edge. */
void merkle_publish(struct merkle *tree);

/* -- asking ------------------------------------------------------------------ */

uint64_t merkle_size(struct merkle *tree); /* published */

/* The root of the first `size` leaves; of none: the hash of nothing. */
must_use struct status merkle_root(struct merkle *tree, struct reader *reader, uint64_t size,
                                   struct hash *root);
/* That leaf `index` is in the tree of `size` (RFC 6962, 2.1.1); index < size. */
must_use struct status merkle_inclusion(struct merkle *tree, struct reader *reader, uint64_t index,
                                        uint64_t size, struct proof *proof);
/* That the tree of `from` is the beginning of that of `to` (RFC 6962, 2.1.2);
 * from <= to. Between a tree and itself, and from nothing, the proof is empty. */
must_use struct status merkle_consistency(struct merkle *tree, struct reader *reader, uint64_t from,
                                          uint64_t to, struct proof *proof);
/* The first `width` hashes of a tile, full or of the edge; 1 <= width <= TILE_WIDTH. */
must_use struct status merkle_tile(struct merkle *tree, struct reader *reader, unsigned level,
                                   uint64_t index, unsigned width, struct hash hashes[TILE_WIDTH]);

#endif

/* verify_tiles.h -- the tree, grown once more beside the walk over the log. */
#ifndef PIOT_REPLAY_VERIFY_VERIFY_TILES_H
#define PIOT_REPLAY_VERIFY_VERIFY_TILES_H

#include "replay/fold/replay.h"
#include "replay/verify/source.h"

struct tree_walk;
struct tree_walk *tree_walk_open(const struct record_source *source,
                                 const struct replay_checks *checks, struct findings *findings);
/* The leaf of the next event: checks the tile it fills and the checkpoints of its size. */
must_use struct status tree_walk_add(struct tree_walk *walk, const struct hash *leaf);
/* After the last: what is left over, and the root of all. */
must_use struct status tree_walk_end(struct tree_walk *walk, struct hash *root);
void                   tree_walk_close(struct tree_walk *walk);

#endif

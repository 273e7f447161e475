/* merkle_look.h -- one tile at a time, for merkle.c and merkle_proof.c. */
#ifndef PIOT_MERKLE_LOOK_H
#define PIOT_MERKLE_LOOK_H

#include "core/log/merkle.h"

/* Who walks a tree mostly wants the tile it had last. */
struct look {
    struct merkle *tree;
    struct reader *reader;
    bool           held;
    unsigned       level;
    uint64_t       index;
    struct hash    hashes[TILE_WIDTH];
};
/* Holds the tile: all of it, or what the edge has of it. */
must_use struct status look_tile(struct look *look, unsigned level, uint64_t index);

#endif

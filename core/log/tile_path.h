/* tile_path.h -- the names of tiles and bundles of entries (C2SP tlog-tiles).
 *
 *     tile/<level>/<index>[.p/<width>]      hashes
 *     tile/entries/<index>[.p/<width>]      entries
 *
 * The level is decimal, without leading zeros, below 64. The index comes in groups of
 * three digits, each but the last behind an "x", with no group more than it needs: 5 is
 * "005", 1234067 is "x001/x234/067". A width from 1 to 255 says that only so many are
 * meant; without one all TILE_WIDTH are.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_TILE_PATH_H
#define PIOT_TILE_PATH_H

#include "core/log/merkle.h"

enum {
    TILE_PATH_MAX  = 64, /* bytes, with the NUL: an index has seven groups at most */
    TILE_LEVEL_MAX = 63, /* of a path that is well formed; trees have TILE_LEVELS */
};

struct tile_path {
    bool     entries; /* a bundle of entries; `level` is 0 */
    unsigned level;
    uint64_t index;
    unsigned width; /* 1 to TILE_WIDTH */
};

/* What follows "tile/", exactly; false: it is no such path. */
must_use bool tile_path_parse(struct slice text, struct tile_path *path);
/* The whole, "tile/" included. */
void tile_path_text(const struct tile_path *path, char text[TILE_PATH_MAX]);
/* The group of digits alone, with its width. */
void tile_index_text(uint64_t index, unsigned width, char text[TILE_PATH_MAX]);

/* Does a tree of `size` leaves have all that the path asks for? */
must_use bool tile_path_within(const struct tile_path *path, uint64_t size);
/* How many hashes of the tile a tree of `size` leaves has: 0 to TILE_WIDTH. */
unsigned tile_width_of(unsigned level, uint64_t index, uint64_t size);

#endif

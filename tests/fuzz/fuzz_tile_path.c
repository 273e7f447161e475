/* Is there more than one path to a tile, or one to a tile that cannot be?
 *
 * The input is eight bytes, the size of a tree, and what follows "tile/". What is read has to
 * be written the same, and a tree has all of a tile if it has as many of its hashes.
 * A planted bug that the corpus found: groups of zeros before the others.
 */
#include "core/log/tile_path.h"
#include "tests/world/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice     rest   = input_of(data, size);
    uint64_t         leaves = input_number(&rest, 8);
    struct tile_path path;
    char             text[TILE_PATH_MAX] = "";

    if (!tile_path_parse(rest, &path)) return 0;
    tile_path_text(&path, text);
    ensure(slice_starts(slice_text(text), SLICE("tile/")));
    ensure(slice_equal(slice_text(text + sizeof "tile/" - 1), rest));
    ensure(path.width >= 1 && path.width <= TILE_WIDTH && path.level <= TILE_LEVEL_MAX);
    ensure(tile_path_within(&path, leaves) ==
           (tile_width_of(path.level, path.index, leaves) >= path.width));
    return 0;
}

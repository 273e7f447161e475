#include "core/log/tile_path.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum { GROUP_DIGITS = 3, GROUP = 1000, TILE_BITS = 8 };

/* -- reading ----------------------------------------------------------------------- */

/* What stands before the next slash, taken off the front; the slash goes with it. */
static struct slice take_part(struct slice *rest)
{
    const char  *slash = rest->size ? memchr(rest->data, '/', rest->size) : NULL;
    struct slice part  = { rest->data, slash ? (size_t)(slash - rest->data) : rest->size };
    size_t       gone  = part.size + (slash != NULL);

    *rest = (struct slice){ rest->data + gone, rest->size - gone };
    return part;
}

/* Three digits, put behind the index as it is. */
static bool take_group(struct slice part, uint64_t *index)
{
    uint64_t group = 0;

    if (part.size != GROUP_DIGITS) return false;
    for (size_t i = 0; i < GROUP_DIGITS; i++) {
        if (part.data[i] < '0' || part.data[i] > '9') return false;
        group = group * 10 + (uint64_t)(part.data[i] - '0');
    }
    return !__builtin_mul_overflow(*index, (uint64_t)GROUP, index) &&
           !__builtin_add_overflow(*index, group, index);
}

/* The groups with an "x", then `last`: the one without. */
static bool take_groups(struct slice *rest, uint64_t *index, struct slice *last)
{
    struct slice part = take_part(rest);

    for (*index = 0; part.size && part.data[0] == 'x'; part = take_part(rest)) {
        struct slice digits = { part.data + 1, part.size - 1 };
        if (!take_group(digits, index) || *index == 0) return false;
    }
    *last = part;
    return true;
}

static bool take_width(struct slice *rest, struct slice *last, unsigned *width)
{
    static const char mark[] = ".p";
    uint64_t          number;

    *width = TILE_WIDTH;
    if (last->size != GROUP_DIGITS + sizeof mark - 1) return true;
    if (memcmp(last->data + GROUP_DIGITS, mark, sizeof mark - 1) != 0) return false;
    last->size = GROUP_DIGITS;
    if (!text_u64(*rest, &number) || number < 1 || number >= TILE_WIDTH) return false;
    *rest  = (struct slice){ rest->data + rest->size, 0 };
    *width = (unsigned)number;
    return true;
}

bool tile_path_parse(struct slice text, struct tile_path *path)
{
    struct slice rest = text, level = take_part(&rest), last;
    uint64_t     number = 0;

    if (!text.size || text.size >= TILE_PATH_MAX || text.data[text.size - 1] == '/') return false;
    path->entries = slice_equal(level, SLICE("entries"));
    if (!path->entries && (!text_u64(level, &number) || number > TILE_LEVEL_MAX)) return false;
    path->level = (unsigned)number;
    return take_groups(&rest, &path->index, &last) && take_width(&rest, &last, &path->width) &&
           take_group(last, &path->index) && rest.size == 0;
}

/* -- writing ------------------------------------------------------------------------- */

void tile_index_text(uint64_t index, unsigned width, char text[TILE_PATH_MAX])
{
    uint64_t above = index / GROUP, weight = 1;
    int      size = 0;

    while (above / weight >= GROUP) weight *= GROUP;
    for (; above; weight /= GROUP) {
        size += snprintf(text + size, TILE_PATH_MAX - (size_t)size, "x%03u/",
                         (unsigned)(above / weight % GROUP));
        if (weight == 1) break;
    }
    size += snprintf(text + size, TILE_PATH_MAX - (size_t)size, "%03u", (unsigned)(index % GROUP));
    if (width < TILE_WIDTH)
        size += snprintf(text + size, TILE_PATH_MAX - (size_t)size, ".p/%u", width);
    ensure(size < TILE_PATH_MAX);
}

void tile_path_text(const struct tile_path *path, char text[TILE_PATH_MAX])
{
    char index[TILE_PATH_MAX];
    int  size;

    ensure(path->width >= 1 && path->width <= TILE_WIDTH);
    tile_index_text(path->index, path->width, index);
    if (path->entries) size = snprintf(text, TILE_PATH_MAX, "tile/entries/%.48s", index);
    else size = snprintf(text, TILE_PATH_MAX, "tile/%u/%.48s", path->level, index);
    ensure(size > 0 && size < TILE_PATH_MAX);
}

/* -- what there is --------------------------------------------------------------------- */

unsigned tile_width_of(unsigned level, uint64_t index, uint64_t size)
{
    uint64_t hashes = level < TILE_LEVELS ? size >> TILE_BITS * level : 0;

    if (index < hashes / TILE_WIDTH) return TILE_WIDTH;
    return index == hashes / TILE_WIDTH ? (unsigned)(hashes % TILE_WIDTH) : 0;
}

bool tile_path_within(const struct tile_path *path, uint64_t size)
{
    return path->width <= tile_width_of(path->level, path->index, size);
}

/* merkle_proof.c -- roots and proofs, made from complete subtrees.
 *
 * Any range that RFC 6962 hashes begins at a multiple of every power of two in its
 * length, so it falls apart into complete subtrees, the largest first; each of those
 * is one run of hashes within one tile.
 */
#include "core/log/merkle_look.h"

#include <string.h>

enum { TILE_HEIGHT = 8 }; /* of 256 hashes */

/* The complete subtree of 2^height leaves, the `index`th of its kind. */
static struct status subtree(struct look *look, unsigned height, uint64_t index, struct hash *hash)
{
    unsigned level = height / TILE_HEIGHT, within = height % TILE_HEIGHT;
    uint64_t first = index << within; /* among the level's hashes */

    TRY(look_tile(look, level, first / TILE_WIDTH));
    *hash = hash_row(&look->hashes[first % TILE_WIDTH], (size_t)1 << within);
    return OK;
}

static unsigned height_of(uint64_t count) { return 63 - (unsigned)__builtin_clzll(count); }

/* MTH(D[from:from + count]), count > 0. The parts are found from the left and joined
 * from the right. */
static struct status range(struct look *look, uint64_t from, uint64_t count, struct hash *hash)
{
    struct hash parts[64];
    size_t      found = 0;

    ensure(count > 0);
    while (count) {
        unsigned height = height_of(count);

        TRY(subtree(look, height, from >> height, &parts[found++]));
        from += UINT64_C(1) << height;
        count -= UINT64_C(1) << height;
    }
    *hash = parts[--found];
    while (found) *hash = hash_node(&parts[--found], hash);
    return OK;
}

static struct status too_large(const char *what, uint64_t asked, uint64_t size)
{
    return failed(STATUS_INVALID, "%s %llu is beyond the tree, which has %llu leaves", what,
                  (unsigned long long)asked, (unsigned long long)size);
}

struct status merkle_root(struct merkle *tree, struct reader *reader, uint64_t size,
                          struct hash *root)
{
    struct look look = { .tree = tree, .reader = reader };
    uint64_t    all  = merkle_size(tree);

    if (size > all) return too_large("size", size, all);
    if (size == 0) {
        *root = crypto_sha256((struct slice){ 0 });
        return OK;
    }
    return range(&look, 0, size, root);
}

/* The largest power of two below count, count > 1. */
static uint64_t split(uint64_t count) { return UINT64_C(1) << height_of(count - 1); }

/* Both proofs walk from the root down, and list what they pass by from the bottom up. */
struct passed {
    uint64_t from, count;
};

static struct status list(struct look *look, const struct passed *passed, size_t count,
                          struct proof *proof)
{
    while (count--)
        TRY(range(look, passed[count].from, passed[count].count, &proof->hashes[proof->count++]));
    return OK;
}

struct status merkle_inclusion(struct merkle *tree, struct reader *reader, uint64_t index,
                               uint64_t size, struct proof *proof)
{
    struct look   look = { .tree = tree, .reader = reader };
    struct passed passed[PROOF_MAX];
    uint64_t      all = merkle_size(tree), from = 0;
    size_t        count = 0;

    proof->count = 0;
    if (size > all) return too_large("size", size, all);
    if (index >= size) return too_large("index", index, size);
    while (size > 1) {
        uint64_t left = split(size);

        if (index - from < left) {
            passed[count++] = (struct passed){ from + left, size - left };
            size            = left;
        } else {
            passed[count++] = (struct passed){ from, left };
            from += left;
            size -= left;
        }
    }
    return list(&look, passed, count, proof);
}

struct status merkle_consistency(struct merkle *tree, struct reader *reader, uint64_t from,
                                 uint64_t to, struct proof *proof)
{
    struct look   look = { .tree = tree, .reader = reader };
    struct passed passed[PROOF_MAX];
    uint64_t      all = merkle_size(tree), at = 0, size = to;
    size_t        count = 0;

    proof->count = 0;
    if (to > all) return too_large("size", to, all);
    if (from > to) return too_large("size", from, to);
    if (from == 0 || from == to) return OK;
    while (from - at != size) { /* SUBPROOF: `at` to `at + size` holds the old tree's end */
        uint64_t left = split(size);

        if (from - at <= left) {
            passed[count++] = (struct passed){ at + left, size - left };
            size            = left;
        } else {
            passed[count++] = (struct passed){ at, left };
            at += left;
            size -= left;
        }
    }
    if (at > 0) TRY(range(&look, at, size, &proof->hashes[proof->count++]));
    return list(&look, passed, count, proof);
}

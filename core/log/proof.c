#include "core/log/proof.h"

#include <string.h>

enum { ROW_MAX = 256 };

struct hash hash_leaf(struct slice leaf)
{
    static const char lead[] = { 0 };

    return crypto_sha256_two(SLICE_OF(lead), leaf);
}

struct hash hash_node(const struct hash *left, const struct hash *right)
{
    char bytes[1 + 2 * SHA256_SIZE] = { 1 };

    memcpy(bytes + 1, left->bytes, SHA256_SIZE);
    memcpy(bytes + 1 + SHA256_SIZE, right->bytes, SHA256_SIZE);
    return crypto_sha256(SLICE_OF(bytes));
}

struct hash hash_row(const struct hash *hashes, size_t count)
{
    struct hash row[ROW_MAX / 2];

    ensure(count > 0 && count <= ROW_MAX && (count & (count - 1)) == 0);
    if (count == 1) return *hashes;
    for (size_t i = 0; i < count / 2; i++) row[i] = hash_node(&hashes[2 * i], &hashes[2 * i + 1]);
    for (count /= 2; count > 1; count /= 2)
        for (size_t i = 0; i < count / 2; i++) row[i] = hash_node(&row[2 * i], &row[2 * i + 1]);
    return row[0];
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, SHA256_SIZE) == 0;
}

/* `fn` and `sn` are the text's names: a node's place in its level, and the last place
 * there. */
bool proof_includes(const struct proof *proof, const struct hash *leaf, uint64_t index,
                    uint64_t size, const struct hash *root)
{
    uint64_t    fn = index, sn = size - 1;
    struct hash r = *leaf;

    if (index >= size) return false;
    for (size_t i = 0; i < proof->count; i++) {
        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            r = hash_node(&proof->hashes[i], &r);
            while (!(fn & 1) && fn) fn >>= 1, sn >>= 1;
        } else {
            r = hash_node(&r, &proof->hashes[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash_equal(&r, root);
}

/* Steps 3 to 7, with the first hash of the path already known. */
static bool leads_to_both(const struct proof *proof, size_t next, struct hash first, uint64_t from,
                          const struct hash *from_root, uint64_t to, const struct hash *to_root)
{
    uint64_t    fn = from - 1, sn = to - 1;
    struct hash fr = first, sr = first;

    while (fn & 1) fn >>= 1, sn >>= 1;
    for (; next < proof->count; next++) {
        const struct hash *c = &proof->hashes[next];

        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            fr = hash_node(c, &fr);
            sr = hash_node(c, &sr);
            while (!(fn & 1) && fn) fn >>= 1, sn >>= 1;
        } else {
            sr = hash_node(&sr, c);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash_equal(&fr, from_root) && hash_equal(&sr, to_root);
}

bool proof_is_consistent(const struct proof *proof, uint64_t from, const struct hash *from_root,
                         uint64_t to, const struct hash *to_root)
{
    struct hash nothing = crypto_sha256((struct slice){ 0 });

    if (from > to) return false;
    if (from == to) return proof->count == 0 && hash_equal(from_root, to_root);
    if (from == 0) return proof->count == 0 && hash_equal(from_root, &nothing);
    if (proof->count == 0) return false;
    if ((from & (from - 1)) == 0) /* the old tree is a node of the new: its root leads */
        return leads_to_both(proof, 0, *from_root, from, from_root, to, to_root);
    return leads_to_both(proof, 1, proof->hashes[0], from, from_root, to, to_root);
}

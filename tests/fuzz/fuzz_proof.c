/* Does any proof but the one that RFC 6962 gives prove that a leaf is in a small tree, or that
 * one tree continues another? And does any proof at all upset a tree of any size?
 *
 * The input says what is to be proven of a tree of up to 64 leaves, and of which hashes the
 * proof is made: those of the true one, out of their order or not, leaves and roots. The
 * true one is made by the definition of the RFC, which is not how the product makes it.
 *
 * Planted bugs that the corpus found: an inclusion that did not come to the root, one that
 * forgot the last node of a level, a consistency that did not look at the older root, and
 * one of a tree with itself that took any proof.
 */
#include "core/log/proof.h"
#include "tests/world/input.h"

enum { LEAVES = 64 };

static struct hash leaf(uint64_t index)
{
    uint8_t byte = (uint8_t)index;

    return hash_leaf((struct slice){ (const char *)&byte, 1 });
}

/* RFC 6962, 2.1: the largest power of two below `count`. */
static uint64_t split(uint64_t count)
{
    uint64_t half = 1;

    while (half * 2 < count) half *= 2;
    return half;
}

static struct hash root(uint64_t first, uint64_t count)
{
    if (count == 0) return crypto_sha256((struct slice){ "", 0 });
    if (count == 1) return leaf(first);
    uint64_t    half  = split(count);
    struct hash left  = root(first, half);
    struct hash right = root(first + half, count - half);
    return hash_node(&left, &right);
}

static void add(struct proof *proof, uint64_t first, uint64_t count)
{
    proof->hashes[proof->count++] = root(first, count);
}

/* 2.1.1: PATH(index, D[first:first + count]) */
static void path(struct proof *proof, uint64_t index, uint64_t first, uint64_t count)
{
    if (count == 1) return;
    uint64_t half = split(count);
    if (index < half) {
        path(proof, index, first, half);
        add(proof, first + half, count - half);
    } else {
        path(proof, index - half, first + half, count - half);
        add(proof, first, half);
    }
}

/* 2.1.2: SUBPROOF(from, D[first:first + count], known) */
static void subproof(struct proof *proof, uint64_t from, uint64_t first, uint64_t count, bool known)
{
    if (from == count) {
        if (!known) add(proof, first, count);
        return;
    }
    uint64_t half = split(count);
    if (from <= half) {
        subproof(proof, from, first, half, known);
        add(proof, first + half, count - half);
    } else {
        subproof(proof, from - half, first + half, count - half, false);
        add(proof, first, half);
    }
}

static struct proof offered(struct slice *rest, const struct proof *given)
{
    struct proof proof = { .count = input_byte(rest) % (PROOF_MAX + 1u) };

    for (size_t i = 0; i < proof.count; i++) {
        uint8_t pick = input_byte(rest);

        if (pick < 128 && given->count) proof.hashes[i] = given->hashes[pick % given->count];
        else if (pick < 192) proof.hashes[i] = leaf(pick % LEAVES);
        else proof.hashes[i] = root(0, pick % LEAVES);
    }
    return proof;
}

static bool same(const struct proof *a, const struct proof *b)
{
    return a->count == b->count && memcmp(a->hashes, b->hashes, a->count * sizeof *a->hashes) == 0;
}

static void fuzz_inclusion(struct slice *rest)
{
    uint64_t     size = 1 + input_byte(rest) % LEAVES, index = input_byte(rest) % size;
    struct proof given = { 0 };
    struct hash  at = leaf(index), top = root(0, size);

    path(&given, index, 0, size);
    struct proof proof = offered(rest, &given);
    ensure(proof_includes(&given, &at, index, size, &top));
    ensure(proof_includes(&proof, &at, index, size, &top) == same(&proof, &given));
    ensure(!proof_includes(&proof, &at, size, size, &top));
}

static void fuzz_consistency(struct slice *rest)
{
    uint64_t     to = 1 + input_byte(rest) % LEAVES, from = 1 + input_byte(rest) % to;
    struct proof given = { 0 };
    struct hash  old = root(0, from), top = root(0, to), wrong = leaf(LEAVES);

    subproof(&given, from, 0, to, true);
    struct proof proof = offered(rest, &given);
    ensure(proof_is_consistent(&given, from, &old, to, &top));
    ensure(proof_is_consistent(&proof, from, &old, to, &top) == same(&proof, &given));
    ensure(!proof_is_consistent(&given, from, &wrong, to, &top));
    ensure(!proof_is_consistent(&given, from, &old, to, &wrong));
}

static void fuzz_any(struct slice *rest)
{
    uint64_t     first = input_number(rest, 8), second = input_number(rest, 8);
    struct proof given = { 0 };
    struct proof proof = offered(rest, &given);
    struct hash  top = leaf(LEAVES), other = leaf(LEAVES + 1);

    ensure(!proof_includes(&proof, &top, first, second, &other));
    if (first && first != second) ensure(!proof_is_consistent(&proof, first, &top, second, &other));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(struct slice *) = { fuzz_inclusion, fuzz_consistency, fuzz_any };
    struct slice rest                            = input_of(data, size);

    kinds[input_byte(&rest) % COUNT(kinds)](&rest);
    return 0;
}

/* proof.h -- hashing and checking in a Merkle tree, for whoever has no log at hand.
 *
 * What is here needs nothing but the bytes it is given: a receipt, a witness and an
 * auditor's tool stand on it.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_PROOF_H
#define PIOT_PROOF_H

#include "core/base/crypto.h"

enum { PROOF_MAX = 65 }; /* hashes in a proof: one a bit of a size, and one */

struct proof {
    size_t      count;
    struct hash hashes[PROOF_MAX]; /* in the order of RFC 6962, from the leaf upwards */
};

/* RFC 6962, 2.1: SHA-256(0x00 ‖ leaf) and SHA-256(0x01 ‖ left ‖ right). */
struct hash hash_leaf(struct slice leaf);
struct hash hash_node(const struct hash *left, const struct hash *right);
/* The root over `count` complete subtrees of one size, side by side; a power of two. */
struct hash hash_row(const struct hash *hashes, size_t count);
bool        hash_equal(const struct hash *a, const struct hash *b);

/* Does the proof lead from the leaf's hash at `index`, counted from 0, to the root of
 * the tree of `size` leaves? RFC 9162, 2.1.3.2. */
must_use bool proof_includes(const struct proof *proof, const struct hash *leaf, uint64_t index,
                             uint64_t size, const struct hash *root);
/* Is the tree of `from` leaves the beginning of that of `to`? RFC 9162, 2.1.4.2; beyond
 * it, between a tree and itself, and from nothing, the proof is empty. */
must_use bool proof_is_consistent(const struct proof *proof, uint64_t from,
                                  const struct hash *from_root, uint64_t to,
                                  const struct hash *to_root);

#endif

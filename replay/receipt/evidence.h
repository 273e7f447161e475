/* evidence.h -- a proof with all that is needed to check it, as one piece.
 *
 * As JSON, hashes in base64:
 *
 *     {"position": "1/17", "index": 16, "size": 40, "leaf": …, "hashes": [ … ],
 *      "root": …, "checkpoint": "…"}
 *     {"from": 17, "to": 40, "fromRoot": …, "hashes": [ … ], "root": …, "checkpoint": "…"}
 *
 * The first says that the event whose leaf hash that is stands at its place in the log of
 * `size` events, the second that the log of `from` events is the beginning of the one of
 * `to`. `checkpoint` is the signed note of that size; where it is left out, whoever
 * checks has to bring one.
 *
 * THREADS   Making: as the tree's readers. All else is pure.
 * MEMORY    Notes are borrowed.
 * ERRORS    STATUS_INVALID  a position or size is beyond the tree; the sentence says which
 *           STATUS_CORRUPT  it proves nothing: the sentence says why
 */
#ifndef PIOT_REPLAY_RECEIPT_EVIDENCE_H
#define PIOT_REPLAY_RECEIPT_EVIDENCE_H

#include "core/base/json.h"
#include "core/log/checkpoint.h"

enum evidence_kind { EVIDENCE_INCLUSION, EVIDENCE_CONSISTENCY };

struct evidence {
    enum evidence_kind kind;
    uint32_t           partition; /* of the log, for whoever writes it */
    uint64_t           index;     /* inclusion: of the leaf, from 0 */
    uint64_t           from;      /* consistency: the smaller size */
    uint64_t           size;      /* of the tree that `root` is of */
    struct hash        leaf;      /* inclusion */
    struct hash        from_root; /* consistency */
    struct hash        root;
    struct proof       proof;
    struct slice       checkpoint; /* the note of `size`; nothing: none */
};

must_use struct status evidence_inclusion(struct merkle *tree, struct reader *reader,
                                          uint64_t position, uint64_t size,
                                          struct evidence *evidence);
must_use struct status evidence_consistency(struct merkle *tree, struct reader *reader,
                                            uint64_t from, uint64_t to, struct evidence *evidence);
void                   evidence_write(const struct evidence *evidence, struct json *json);

/* Does it prove what it says, of the log whose key that is? `note`: the checkpoint to
 * hold it against, in place of its own; nothing: its own. */
must_use struct status evidence_check(const struct evidence *evidence, const struct note_key *key,
                                      struct slice note);

#endif

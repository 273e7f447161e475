/* checkpoint.h -- the signed head of the log (C2SP tlog-checkpoint).
 *
 *     <origin>
 *     <size, decimal>
 *     <root, base64>
 *
 *     — <origin> <signature>
 *
 * A signed note whose text says how large the tree is and what its root is. The origin
 * names the log and is its key's name. Rows:
 *
 *     checkpoints   size -> the note
 *
 * The key is a file of its own, PATH, mode 0600, one line: a signer key as note.h has
 * it; PATH.pub, which holds no secret, is the verifier key to hand to auditors. A witness
 * has one of its own, which cosigns.
 *
 * THREADS   Pure; the rows as the reader's and batch's.
 * MEMORY    A checkpoint's origin points into its note.
 * ERRORS    STATUS_CORRUPT    no checkpoint, not signed by that key, another root than
 *                             the log's, a log that is shorter
 *           STATUS_NOT_FOUND  no key's file
 *           STATUS_INVALID    the file holds no key or one of another kind, or others may
 *                             read it
 *           STATUS_IO         the disk failed
 */
#ifndef PIOT_CHECKPOINT_H
#define PIOT_CHECKPOINT_H

#include "core/log/merkle.h"
#include "core/log/note.h"

struct checkpoint {
    struct slice origin;
    uint64_t     size;
    struct hash  root;
};

/* Adds the signed note. */
void checkpoint_sign(const struct note_signer *signer, uint64_t size, const struct hash *root,
                     struct buffer *note);
/* Reads the text of a note, whoever signed it. */
must_use struct status checkpoint_parse(struct slice text, struct checkpoint *checkpoint);
/* Reads a note that `key` signed and whose origin is the key's name. */
must_use struct status checkpoint_open(struct slice note, const struct note_key *key,
                                       struct checkpoint *checkpoint);

/* Does the log that `reader` sees reach the checkpoint, with its root there? The sentence
 * says how many events are missing. */
must_use struct status checkpoint_check(struct reader *reader, const struct checkpoint *checkpoint);

/* -- rows -------------------------------------------------------------------------- */

void checkpoint_put(struct batch *batch, uint64_t size, struct slice note);
/* The largest one; data NULL: there is none. */
must_use struct status checkpoint_last(struct reader *reader, struct arena *arena,
                                       struct slice *note);

/* -- the key ------------------------------------------------------------------------ */

/* The signer in the file, of that algorithm. `origin` given: makes the files with that name
 * if there are none; an empty one makes up a name, "piot-" and 16 hex digits. */
must_use struct status checkpoint_key_open(const char *path, const char *origin,
                                           enum note_algorithm algorithm,
                                           struct note_signer *signer);
/* The verifier key in a file such as PATH.pub. */
must_use struct status checkpoint_key_read(const char *public_path, struct note_key *key);

#endif

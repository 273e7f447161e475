/* note.h -- signed notes: a text, and lines that say who signed it (C2SP signed-note).
 *
 *     <text, which ends with a newline>
 *     <empty line>
 *     — <name> <base64 of key id (4), signature>
 *
 * Two kinds of signature are known. Ed25519 (algorithm 1) is over the text. A witness's
 * cosignature/v1 (algorithm 4, C2SP tlog-cosignature) is over "cosignature/v1", a line
 * with a time, and the text; its bytes are the key id, the time (u64, seconds) and the
 * signature. A key's id is the first 4 bytes of SHA-256(name ‖ "\n" ‖ algorithm ‖ key).
 *
 *     verifier key   name+hex key id+base64(algorithm ‖ public key)
 *     signer key     PRIVATE+KEY+name+hex key id+base64(algorithm ‖ seed)
 *
 * THREADS   Pure, but for note_signer_new()'s chance.
 * MEMORY    Keys hold no pointers. Who is done with a signer wipes it (crypto_wipe()).
 *           Slices given back point into the note.
 * ERRORS    STATUS_CORRUPT   no note, no signature by that key, or a wrong one
 *           STATUS_INVALID   a key's text is none, or none we know
 */
#ifndef PIOT_NOTE_H
#define PIOT_NOTE_H

#include "core/base/buffer.h"
#include "core/base/crypto.h"

enum note_algorithm { NOTE_ED25519 = 1, NOTE_COSIGNATURE = 4 };

enum {
    NOTE_NAME_MAX       = 127,
    NOTE_KEY_ID_SIZE    = 4,
    NOTE_MAX            = 64 * 1024, /* bytes of a note we read: proofs stand in none */
    NOTE_SIGNATURES_MAX = 100,       /* lines we look at */
};

struct note_key {
    char                name[NOTE_NAME_MAX + 1];
    enum note_algorithm algorithm;
    uint8_t             id[NOTE_KEY_ID_SIZE];
    uint8_t             public_key[ED25519_KEY_SIZE];
};
struct note_signer {
    struct note_key key;
    uint8_t         seed[ED25519_KEY_SIZE];
};

/* No blanks, no "+", UTF-8, 1 to NOTE_NAME_MAX bytes: what a key may be called. */
bool note_name_is_good(struct slice name);
void note_signer_new(struct note_signer *signer, struct slice name,
                     enum note_algorithm algorithm); /* `name` is good */

must_use struct status note_signer_parse(struct slice text, struct note_signer *signer);
must_use struct status note_key_parse(struct slice text, struct note_key *key);
void note_signer_text(const struct note_signer *signer, struct buffer *out); /* no newline */
void note_key_text(const struct note_key *key, struct buffer *out);

/* Adds the text, the empty line and the signer's line. The text ends with a newline. */
void note_sign(const struct note_signer *signer, struct slice text, struct buffer *note);
/* A witness's line for the text of a note, as of `time_s` (seconds since 1970). */
void note_cosign(const struct note_signer *signer, struct slice text, uint64_t time_s,
                 struct buffer *line);

/* Takes a note apart without asking who signed it. */
must_use struct status note_split(struct slice note, struct slice *text, struct slice *signatures);
/* The text, if `key` signed it. `time_s`: a cosignature's time; 0 for Ed25519. */
must_use struct status note_open(struct slice note, const struct note_key *key, struct slice *text,
                                 uint64_t *time_s);

#endif

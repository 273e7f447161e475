/* witness_memory.h -- what a witness has cosigned, and the rule by which it goes on: a
 * checkpoint is cosigned only if it continues the last one of its log (C2SP tlog-witness).
 *
 *     FOLDER/witness.key         its signer key, and .pub: its verifier key (checkpoint.h)
 *     FOLDER/<hex>.checkpoint    of each log, the last checkpoint it cosigned, as the log
 *                                signed it; <hex> is the SHA-256 of the origin
 *
 * A checkpoint is on disk before its cosignature is made. So whatever ends the process,
 * there never are two of one size that it has cosigned with different roots.
 *
 * THREADS   One. Of several processes in one folder one wins, for as long as it lives.
 * ERRORS    STATUS_INVALID   no good name, or a key of another kind
 *           STATUS_CONFLICT  another process witnesses in that folder
 *           STATUS_CORRUPT   what it remembers of a log is damaged, or signed by no key that
 *                            was given for it
 *           STATUS_IO        the disk failed
 */
#ifndef PIOT_CLI_WITNESS_WITNESS_MEMORY_H
#define PIOT_CLI_WITNESS_WITNESS_MEMORY_H

#include "core/base/buffer.h"
#include "core/log/checkpoint.h"

enum {
    WITNESS_PROOF_MAX   = 63,        /* hashes in a request, by the text */
    WITNESS_REQUEST_MAX = 80 * 1024, /* bytes: those, and the longest note */
};

struct witness_memory;
/* `logs`: keys of the logs it knows; several may have one name: a log that changed its key.
 * `name`: of its own key, if that has to be made; "": one is made up. */
must_use struct status witness_memory_open(struct witness_memory **memory, const char *folder,
                                           const char *name, const struct note_key *logs,
                                           size_t count);
void                   witness_memory_close(struct witness_memory *memory); /* NULL is fine */
const struct note_key *witness_memory_key(const struct witness_memory *memory);

struct witness_answer {
    unsigned      status; /* of HTTP */
    bool          fork;   /* what was shown cannot be of the log that it knows */
    struct buffer body;   /* 200: a cosignature's line; 409: the size; else why, in words */
    const char   *type;   /* of the body */
    char          origin[NOTE_NAME_MAX + 1]; /* once it is one that is known */
    uint64_t      size;
};
/* Answers POST /add-checkpoint. An error: the disk failed, so nobody knows what it holds;
 * nothing may be answered, and the memory may only be closed. */
must_use struct status witness_memory_add(struct witness_memory *memory, struct slice request,
                                          uint64_t time_s, struct witness_answer *answer);
void                   witness_answer_free(struct witness_answer *answer);

#endif

/* import.h -- a log out of its copy: the same events, the same hashes, the same root.
 *
 * THREADS   One at a time.
 * ERRORS    STATUS_CORRUPT   the copy is not the log of its checkpoint: the sentence says
 *                            where it is not
 *           STATUS_CONFLICT  `into` has events already
 *           STATUS_IO        the copy cannot be read, or the store not written
 */
#ifndef PIOT_REPLAY_COPY_IMPORT_H
#define PIOT_REPLAY_COPY_IMPORT_H

#include "replay/fold/replay.h"
#include "replay/verify/published.h"

struct import_job {
    const struct published   *from;
    struct slice              note; /* its checkpoint, and what that says */
    const struct checkpoint  *head;
    struct store             *into;  /* an empty one; unfinished after an error */
    struct vault             *vault; /* the keys of its personal fields, which nobody changes */
    const struct fold *const *folds; /* as of replay_rebuild() */
    const struct progress    *progress;
    uint64_t                  events; /* out */
    bool                      bare;   /* out: there were no ciphertexts */
};
/* Appends every record, with all its rows and tiles; compares the root; puts the
 * checkpoint's row; folds all views. */
must_use struct status replay_import(struct import_job *job);

#endif

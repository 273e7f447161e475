/* export.h -- the log as plain files, which any web server serves and any client of C2SP
 * tlog-tiles reads.
 *
 *     FOLDER/checkpoint, tile/…         as published.h has them
 *     FOLDER/personal/…                 with ciphertexts
 *     FOLDER/log.key.pub                the key that the checkpoint is signed with
 *
 * Everything up to the checkpoint, and nothing beyond. What is there already with the same
 * bytes is kept, so that an export which was cut short is taken up again, and one of last
 * month costs only what has happened since. The checkpoint comes last, when all that it
 * speaks of is on the disk: whoever reads meanwhile finds the old one with its tiles.
 * FOLDER is made for us alone, 0700; the files in it are for whoever is let in.
 *
 * THREADS   One at a time for each folder.
 * ERRORS    STATUS_CONFLICT  in FOLDER is another log, or a later state of this one
 *           STATUS_INVALID   in FOLDER are ciphertexts, and none are wanted
 *           STATUS_IO        it cannot be written
 *           STATUS_CORRUPT   the log does not reach its checkpoint, or is damaged
 */
#ifndef PIOT_REPLAY_COPY_EXPORT_H
#define PIOT_REPLAY_COPY_EXPORT_H

#include "core/log/checkpoint.h"
#include "replay/fold/replay.h"

struct export_job {
    struct reader         *reader;
    struct slice           note; /* the checkpoint, signed by `key` */
    const struct note_key *key;
    const char            *folder;
    bool                   ciphertexts; /* of personal fields: they stay sealed */
    const struct progress *progress;
    uint64_t               events, written, kept; /* out: files of either kind */
};
must_use struct status replay_export(struct export_job *job);

#endif

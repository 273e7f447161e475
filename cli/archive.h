/* archive.h -- a data directory, looked into without disturbing it.
 *
 *     DIR/store    the log and everything folded from it
 *     DIR/vault    the keys of personal data
 *     DIR/anchor   how far the log had come, as a signed checkpoint
 *     DIR/log.key.pub   the key that it is signed with
 *
 * Read-only opening takes no lock and changes nothing, also while piotd runs: what is
 * seen is the state of that moment and stays so. piotd may tidy a file away while it is
 * being opened, so that is tried a few times; later on, a large store may lose one that
 * is still needed, which then is a STATUS_IO.
 *
 * The anchor is read before the store is opened: a piotd that runs meanwhile can only
 * bring the log further than that.
 *
 * THREADS   As the store's.
 * MEMORY    The caller owns the archive; what it opened goes with archive_close().
 * ERRORS    STATUS_NOT_FOUND  there is no such directory, or no store in it
 *           STATUS_CONFLICT   (for writing) a piotd has it open
 *           STATUS_CORRUPT    damaged: the sentence says where
 *           STATUS_IO         it cannot be read
 */
#ifndef PIOT_CLI_ARCHIVE_H
#define PIOT_CLI_ARCHIVE_H

#include "core/log/anchor.h"
#include "core/log/log.h"
#include "core/store/store.h"

/* What CHOICES_OF_A_DIRECTORY fills. */
struct archive_options {
    const char *data, *vault, *anchor;
    const char *key; /* text of a verifier key, or a file's path; NULL: log.key.pub */
};

enum archive_use {
    ARCHIVE_LOG,    /* read-only, without the vault: personal fields stay shut */
    ARCHIVE_ALL,    /* read-only, with the vault */
    ARCHIVE_TRY,    /* the same, and views of another version as they are */
    ARCHIVE_WRITE,  /* for rebuilding: with the vault, and the lock */
};

struct archive {
    struct store *store;
    struct vault *vault; /* NULL: not asked for */
    struct slice  anchor;       /* the note as it was before; data NULL: none */
    struct slice  anchor_after; /* and after the store was opened */
    struct note_key key;
    bool          keyed;        /* `key` is filled */
    struct arena  arena;
};
must_use struct status archive_open(struct archive *archive,
                                    const struct archive_options *options,
                                    enum archive_use use);
void archive_close(struct archive *archive);

/* A verifier key, by its text or by the path of a file that holds it. */
must_use struct status archive_key(const char *given, struct note_key *key);
/* A checkpoint that somebody kept in a file. STATUS_INVALID: `key` did not sign it. */
must_use struct status archive_read_checkpoint(const char *path, const struct note_key *key,
                                               struct arena *arena, struct slice *note,
                                               struct checkpoint *head);
/* The newest checkpoint of the log; the note is in the archive's arena. */
must_use struct status archive_head(struct archive *archive, struct slice *note,
                                    struct checkpoint *head);

/* Has a process the store locked? */
bool archive_in_use(const struct archive_options *options);
/* Changes whenever a file of the store does, for who waits for more. */
uint64_t archive_mark(const struct archive_options *options);

#endif

/* directory.h -- a data directory, looked into without disturbing it.
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
 * MEMORY    The caller owns the directory; what it opened goes with directory_close().
 * ERRORS    STATUS_NOT_FOUND  there is no such directory, or no store in it
 *           STATUS_CONFLICT   (for writing) a piotd has it open
 *           STATUS_CORRUPT    damaged: the sentence says where
 *           STATUS_IO         it cannot be read
 */
#ifndef PIOT_CLI_TOOL_DIRECTORY_H
#define PIOT_CLI_TOOL_DIRECTORY_H

#include "core/log/anchor.h"
#include "core/log/log.h"
#include "core/store/store.h"

/* What CHOICES_OF_A_DIRECTORY fills. */
struct directory_options {
    const char *data, *vault, *anchor;
    const char *key; /* text of a verifier key, or a file's path; NULL: log.key.pub */
};

enum directory_use {
    DIRECTORY_LOG,   /* read-only, without the vault: personal fields stay shut */
    DIRECTORY_ALL,   /* read-only, with the vault */
    DIRECTORY_TRY,   /* the same, and views of another version as they are */
    DIRECTORY_WRITE, /* for rebuilding: with the vault, and the lock */
};

struct directory {
    struct store   *store;
    struct vault   *vault;        /* NULL: not asked for */
    struct slice    anchor;       /* the note as it was before; data NULL: none */
    struct slice    anchor_after; /* and after the store was opened */
    struct note_key key;
    bool            keyed; /* `key` is filled */
    struct arena    arena;
};
must_use struct status directory_open(struct directory               *directory,
                                      const struct directory_options *options,
                                      enum directory_use              use);
void                   directory_close(struct directory *directory);

/* A verifier key, by its text or by the path of a file that holds it. */
must_use struct status directory_key(const char *given, struct note_key *key);
/* A checkpoint that somebody kept in a file. STATUS_INVALID: `key` did not sign it. */
must_use struct status directory_read_checkpoint(const char *path, const struct note_key *key,
                                                 struct arena *arena, struct slice *note,
                                                 struct checkpoint *head);
/* The newest checkpoint of the log; the note is in the directory's arena. */
must_use struct status directory_head(struct directory *directory, struct slice *note,
                                      struct checkpoint *head);

/* Has a process the store locked? */
bool directory_in_use(const struct directory_options *options);
/* Changes whenever a file of the store does, for who waits for more. */
uint64_t directory_mark(const struct directory_options *options);

#endif

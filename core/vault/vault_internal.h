/* vault_internal.h -- what the vault's files share, and nobody else needs. */
#ifndef PIOT_CORE_VAULT_VAULT_INTERNAL_H
#define PIOT_CORE_VAULT_VAULT_INTERNAL_H

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/store/store.h"
#include "core/vault/vault.h"
#include "core/vault/vault_cache.h"

enum {
    WRAPPED_SIZE = 1 + AES_NONCE_SIZE + AES_KEY_SIZE + AES_TAG_SIZE,
    MASTERS_MAX  = 2, /* the one that is, and one that is about to be */
};
enum mark { KEY_DESTROYED = 0, KEY_WRAPPED = 1 };
/* Rows that are no owner's; they sort before all that are. */
enum row { ROW_CHANGES = 0, ROW_MASTER = 1, ROWS_OWN };

struct vault {
    struct store       *store;
    struct batch       *batch; /* NULL: read-only */
    struct vault_cache *cache;
    _Atomic uint64_t    changes; /* under `changing`; read by anybody */
    uint64_t            least;   /* changes it must have seen: its anchor's, and its log's */
    bool                marked;  /* there was an anchor */
    char                anchor[PATH_MAX];                 /* "": in memory */
    char                master[PATH_MAX], next[PATH_MAX]; /* the files' paths; as above */
    pthread_mutex_t     changing;               /* rows: a key made or destroyed, a rotation */
    pthread_rwlock_t    turning;                /* over what follows, and the rows under it */
    uint8_t             wrapping[AES_KEY_SIZE]; /* what the master key gives */
    uint8_t             hashing[AES_KEY_SIZE];
    uint64_t            number;    /* of the master key, from 1 */
    bool                unsettled; /* files may still hold keys as the one before wrapped them */
};

/* -- vault.c, for vault_rotate.c -------------------------------------------------- */

/* Commits the batch as one more change. Under `changing`. */
must_use struct status vault_commit(struct vault *vault, struct batch *batch);
must_use struct status vault_write_anchor(const struct vault *vault);

/* -- vault_rotate.c, for vault.c -------------------------------------------------- */

struct master {
    uint8_t bytes[AES_KEY_SIZE];
    bool    is_next;
};
/* Reads the master key's files, before the store is opened; makes the first one. */
must_use struct status vault_master_read_all(struct vault *vault, const char *path, bool read_only,
                                             struct master masters[MASTERS_MAX], size_t *count);
/* With the store open: which of them are the keys under? Finishes what a kill left. */
must_use struct status vault_master_choose(struct vault *vault, const struct master *masters,
                                           size_t count);

#endif

/* secrets.h -- the signing secrets of a vendor that are good now.
 *
 * The view says which there are, and is asked every time, so that one that was removed
 * is good for nothing from the commit on. The secrets themselves stand sealed in the
 * log; what was opened once is kept in a small table of each thread, wiped when it is
 * overwritten and when the thread ends. A secret never changes under its name.
 *
 * THREADS   Any; each has a table of its own.
 * MEMORY    The caller wipes what it got: secrets_wipe().
 * ERRORS    A status: the log or the vault could not be read.
 */
#ifndef PIOT_API_COURIER_SECRETS_H
#define PIOT_API_COURIER_SECRETS_H

#include "core/store/store.h"
#include "core/vault/vault.h"
#include "core/wire/webhook_signature.h"

enum {
    SECRETS_MAX       = 16,   /* of one vendor: what the setting vendor_keys_max can be at most */
    SECRETS_KEPT      = 1024, /* opened: 120 KiB a thread */
    SECRETS_KEPT_WAYS = 4,
};

struct secrets {
    size_t        count;
    struct secret items[SECRETS_MAX]; /* the oldest key first */
    struct id     keys[SECRETS_MAX];  /* their names */
};
/* A vendor that is unknown, or whose secrets were forgotten, has none. */
must_use struct status secrets_of(struct reader *reader, struct vault *vault, struct id vendor,
                                  struct arena *arena, struct secrets *secrets);
void                   secrets_wipe(struct secrets *secrets);

#endif

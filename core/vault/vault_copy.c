/* vault_copy.c -- a vault for another place, as it is at one moment. */
#include "core/base/durable.h"
#include "core/store/backup.h"
#include "core/vault/vault_internal.h"
#include "core/vault/vault_mark.h"
#include "core/vault/vault_master.h"

#include <stdio.h>
#include <unistd.h>

/* Nothing changes meanwhile: the master key is the one that all keys are under. */
static struct status copy_still(struct vault *vault, const char *keys, const char *key,
                                const char *anchor)
{
    uint8_t       master[AES_KEY_SIZE];
    struct status status;

    TRY(store_checkpoint(vault->store, keys));
    TRY(vault_master_read(vault->master, NULL, master));
    status = durable_write(key, SLICE_OF(master), DURABLE_NEW);
    crypto_wipe(master, sizeof master);
    TRY(status);
    return vault_mark_write(anchor, vault->changes);
}

static struct status copy_into(struct vault *vault, const char *folder)
{
    char          keys[PATH_MAX], key[PATH_MAX], anchor[PATH_MAX];
    struct status status;

    TRY(durable_join(keys, folder, "keys"));
    TRY(durable_join(key, folder, "master.key"));
    TRY(durable_join(anchor, folder, "anchor"));
    TRY(store_remove(keys)); /* what a kill left */
    (void)unlink(key);
    TRY(durable_folder(folder));
    ensure(pthread_mutex_lock(&vault->changing) == 0);
    status = copy_still(vault, keys, key, anchor);
    ensure(pthread_mutex_unlock(&vault->changing) == 0);
    return status;
}

/* Under another name until it is whole. */
struct status vault_copy(struct vault *vault, const char *path)
{
    char draft[PATH_MAX];

    ensure(vault->batch != NULL && vault->anchor[0]);
    if (access(path, F_OK) == 0) return failed(STATUS_CONFLICT, "%s is there already", path);
    if ((size_t)snprintf(draft, sizeof draft, "%s.new", path) >= sizeof draft)
        return failed(STATUS_INVALID, "the path of the vault's copy is too long");
    TRY(copy_into(vault, draft));
    return durable_rename(draft, path);
}

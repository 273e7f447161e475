/* vault_master.h -- the file all other keys depend on, for this room.
 *
 * ERRORS    STATUS_NOT_FOUND  there is none, and none may be made
 *           STATUS_CORRUPT    it is gone or cut while the keys under it are there
 *           STATUS_INVALID    others may read it, or it is not ours
 *           STATUS_IO         the disk failed
 */
#ifndef PIOT_CORE_VAULT_VAULT_MASTER_H
#define PIOT_CORE_VAULT_VAULT_MASTER_H

#include "core/vault/vault.h"

/* Reads the file at `path`; makes it if `folder` is given and has no "keys" yet. */
must_use struct status vault_master_read(const char *path, const char *folder,
                                         uint8_t key[AES_KEY_SIZE]);

#endif

/* vault_mark.h -- the file that remembers how many changes the vault has seen.
 *
 *     piot vault 1
 *     <changes>
 *     <SHA-256 of the lines above, hex>
 *
 * Text, so that an operator at a bad hour can read it. Written atomically and synced.
 *
 * THREADS   One at a time.
 * ERRORS    STATUS_NOT_FOUND  there is none
 *           STATUS_CORRUPT    damaged
 *           STATUS_IO         the disk failed
 */
#ifndef PIOT_CORE_VAULT_VAULT_MARK_H
#define PIOT_CORE_VAULT_VAULT_MARK_H

#include "core/base/base.h"

must_use struct status vault_mark_read(const char *path, uint64_t *changes);
must_use struct status vault_mark_write(const char *path, uint64_t changes);

#endif

/* vault_cache.h -- the keys that were used lately, unwrapped, for this room.
 *
 * THREADS   Any.
 * MEMORY    At most VAULT_CACHE_MAX keys, 4 MiB when full; a key that goes is
 *           wiped. Callers wipe the copies they get.
 */
#ifndef PIOT_CORE_VAULT_VAULT_CACHE_H
#define PIOT_CORE_VAULT_VAULT_CACHE_H

#include "core/vault/vault.h"

struct vault_cache;
struct vault_cache *vault_cache_open(void);
void                vault_cache_close(struct vault_cache *cache);

bool vault_cache_get(struct vault_cache *cache, struct id owner, uint8_t key[AES_KEY_SIZE]);

/* A key read from the store may be destroyed before it gets here. So whoever reads
 * one asks for the moment first, and if any key was dropped since then, it is not
 * kept: a destroyed key never comes back. */
uint64_t vault_cache_moment(struct vault_cache *cache);
void vault_cache_put(struct vault_cache *cache, struct id owner, const uint8_t key[AES_KEY_SIZE],
                     uint64_t moment);
void vault_cache_drop(struct vault_cache *cache, struct id owner);

#endif

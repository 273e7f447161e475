/* vault_cache.c -- in a set, the key used longest ago makes room. One lock serves all: it
 * is held for a copy of 32 bytes, and sealing itself happens outside.
 */
#include "core/vault/vault_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/tables.h"

enum { WAYS = 8 };
_Static_assert(VAULT_CACHE_MAX % WAYS == 0, "no set is cut");

struct entry {
    struct id owner;
    uint8_t   key[AES_KEY_SIZE];
    uint64_t  used; /* when, in uses of the cache */
};

struct vault_cache {
    pthread_mutex_t lock;
    uint64_t        uses, moment;
    struct entry    entries[VAULT_CACHE_MAX];
};

struct vault_cache *vault_cache_open(void)
{
    struct vault_cache *cache = calloc(1, sizeof *cache);

    ensure(cache && pthread_mutex_init(&cache->lock, NULL) == 0);
    return cache;
}

void vault_cache_close(struct vault_cache *cache)
{
    if (!cache) return;
    for (size_t i = 0; i < VAULT_CACHE_MAX; i++)
        if (id_given(cache->entries[i].owner))
            crypto_wipe(&cache->entries[i], sizeof(struct entry));
    ensure(pthread_mutex_destroy(&cache->lock) == 0);
    free(cache);
}

static void lock(struct vault_cache *cache) { ensure(pthread_mutex_lock(&cache->lock) == 0); }

static void unlock(struct vault_cache *cache) { ensure(pthread_mutex_unlock(&cache->lock) == 0); }

static double lateness(const void *row, int64_t now_us)
{
    (void)now_us;
    return (double)((const struct entry *)row)->used;
}

static struct cache rows_of(struct vault_cache *cache)
{
    return (struct cache){ cache->entries, sizeof *cache->entries, VAULT_CACHE_MAX / WAYS, WAYS,
                           lateness };
}

static struct entry *find(struct vault_cache *cache, struct id owner)
{
    struct cache rows = rows_of(cache);

    return cache_find(&rows, owner);
}

bool vault_cache_get(struct vault_cache *cache, struct id owner, uint8_t key[AES_KEY_SIZE])
{
    lock(cache);
    struct entry *entry = find(cache, owner);
    if (entry) {
        entry->used = ++cache->uses;
        memcpy(key, entry->key, AES_KEY_SIZE);
    }
    unlock(cache);
    return entry != NULL;
}

uint64_t vault_cache_moment(struct vault_cache *cache)
{
    lock(cache);
    uint64_t moment = cache->moment;
    unlock(cache);
    return moment;
}

void vault_cache_put(struct vault_cache *cache, struct id owner, const uint8_t key[AES_KEY_SIZE],
                     uint64_t moment)
{
    ensure(id_given(owner));
    lock(cache);
    if (cache->moment == moment) {
        struct cache  rows  = rows_of(cache);
        struct entry *entry = cache_place(&rows, owner, 0);

        entry->used = ++cache->uses;
        memcpy(entry->key, key, AES_KEY_SIZE);
    }
    unlock(cache);
}

void vault_cache_drop(struct vault_cache *cache, struct id owner)
{
    lock(cache);
    struct entry *entry = find(cache, owner);
    if (entry) crypto_wipe(entry, sizeof *entry);
    cache->moment++;
    unlock(cache);
}

/* vault_cache.c -- a table of small sets, as processors have them.
 *
 * An owner's hash names its set, and in a set the key used longest ago makes way.
 * That needs no lists and no memory beyond the table. One lock serves all: it is
 * held for a copy of 32 bytes, and sealing itself happens outside.
 */
#include "core/vault/vault_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { WAYS = 8, SETS = VAULT_CACHE_MAX / WAYS };
_Static_assert(WAYS *SETS == VAULT_CACHE_MAX && (SETS & (SETS - 1)) == 0, "no set is cut");

struct entry {
    struct id owner; /* none: free */
    uint8_t   key[AES_KEY_SIZE];
    uint64_t  used; /* when, in uses of the cache */
};

struct vault_cache {
    pthread_mutex_t lock;
    uint64_t        uses, moment;
    struct entry    entries[SETS][WAYS];
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
    for (size_t set = 0; set < SETS; set++)
        for (size_t way = 0; way < WAYS; way++)
            if (id_given(cache->entries[set][way].owner))
                crypto_wipe(&cache->entries[set][way], sizeof(struct entry));
    ensure(pthread_mutex_destroy(&cache->lock) == 0);
    free(cache);
}

static void lock(struct vault_cache *cache) { ensure(pthread_mutex_lock(&cache->lock) == 0); }

static void unlock(struct vault_cache *cache) { ensure(pthread_mutex_unlock(&cache->lock) == 0); }

static struct entry *set_of(struct vault_cache *cache, struct id owner)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

    for (size_t i = 0; i < ID_SIZE; i++) hash = (hash ^ owner.bytes[i]) * UINT64_C(1099511628211);
    return cache->entries[(hash ^ hash >> 32) % SETS];
}

static struct entry *find(struct vault_cache *cache, struct id owner)
{
    struct entry *set = set_of(cache, owner);

    for (size_t way = 0; way < WAYS; way++)
        if (id_equal(set[way].owner, owner)) return &set[way];
    return NULL;
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

/* The owner's own entry, else a free one, else the one used longest ago; a free
 * one was never used. */
static struct entry *make_way(struct vault_cache *cache, struct id owner)
{
    struct entry *own = find(cache, owner), *set = set_of(cache, owner), *oldest = set;

    for (size_t way = 1; way < WAYS; way++)
        if (set[way].used < oldest->used) oldest = &set[way];
    return own ? own : oldest;
}

void vault_cache_put(struct vault_cache *cache, struct id owner, const uint8_t key[AES_KEY_SIZE],
                     uint64_t moment)
{
    ensure(id_given(owner));
    lock(cache);
    if (cache->moment == moment) {
        struct entry *entry = make_way(cache, owner);

        crypto_wipe(entry, sizeof *entry);
        entry->owner = owner;
        entry->used  = ++cache->uses;
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

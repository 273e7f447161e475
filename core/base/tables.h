/* tables.h -- the house's two hash tables: one that grows, and one that forgets.
 *
 * A map holds pointers to what its user keeps elsewhere, in an arena as a rule, and
 * grows as they become more; nothing is taken out but all at once. The user hashes its
 * keys, by table_hash(), and compares them:
 *
 *     for (size_t at = 0; (entry = map_next(&map, hash, &at)) != NULL;)
 *         if (same(entry->key, key)) return entry;
 *
 * A cache has as many rows as its user gives it, forever. They stand in sets, as
 * processors have them: a name's hash says its set, and in a full set the row that is
 * worth least makes room. So it needs no lists, and its memory is its rows.
 *
 * THREADS   Who shares a map or a cache has a lock around it.
 * MEMORY    A map's slots are its own, 16 bytes each, at most three in four in use;
 *           its entries are the user's, and so are the rows of a cache.
 */
#ifndef PIOT_TABLES_H
#define PIOT_TABLES_H

#include "core/base/ids.h"

/* Quick and well spread, also over keys that are alike at the front; no secret in it, so
 * where a stranger may choose the keys, hash what a key of crypto.h made of them. */
uint64_t table_hash(uint64_t seed, struct slice key);

/* -- that grows: all zero to begin with ----------------------------------------------- */

struct map {
    struct map_slot {
        uint64_t hash;
        void    *entry; /* NULL: free. It is in the first slot from its hash on that was free */
    } * slots;
    size_t room, count; /* room is a power of two, or 0 */
};
/* The entries that were added under that hash, one at a call, NULL after the last; `at`
 * is 0 at the first call, and the map stays as it is meanwhile. */
static inline void *map_next(const struct map *map, uint64_t hash, size_t *at)
{
    if (!map->count) return NULL;
    for (;;) {
        const struct map_slot *slot = &map->slots[(hash + (*at)++) & (map->room - 1)];
        if (!slot->entry || slot->hash == hash) return slot->entry;
    }
}
/* Every entry, in no order; otherwise as map_next(). */
void *map_each(const struct map *map, size_t *at);
void  map_add(struct map *map, uint64_t hash, void *entry);
void  map_clear(struct map *map); /* keeps its room */
void  map_free(struct map *map);

/* -- that forgets --------------------------------------------------------------------- */

struct cache {
    void  *rows; /* sets * ways of them, each begins with its name, a struct id: none, free */
    size_t row_size, sets, ways;
    double (*worth)(const void *row, int64_t now_us); /* of a row that is not free */
};
/* NULL: it has no row. */
void *cache_find(const struct cache *cache, struct id name);
/* Its row, or one made free for it, which is all zero but for the name. */
void *cache_place(const struct cache *cache, struct id name, int64_t now_us);

#endif

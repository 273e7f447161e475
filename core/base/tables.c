#include "core/base/tables.h"

#include <stdlib.h>

#include "core/base/crypto.h"

enum { SLOTS_FIRST = 256 };

/* Multiplying carries what differs upwards, shifting brings it down again. */
static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t word_at(const char *data)
{
    uint64_t word;

    memcpy(&word, data, sizeof word);
    return word;
}

/* FNV-1a over words, with a last stir: keys are long and alike at the front. What is left of
 * the last word is read with what comes before it. */
uint64_t table_hash(uint64_t seed, struct slice key)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ seed ^ key.size;
    size_t   at   = 0;

    for (; at + 8 <= key.size; at += 8) hash = hash_word(hash, word_at(key.data + at));
    if (at && at < key.size) hash = hash_word(hash, word_at(key.data + key.size - 8));
    else
        for (; at < key.size; at++) hash = hash_word(hash, (uint8_t)key.data[at]);
    return hash_word(hash, 0);
}

/* -- that grows ----------------------------------------------------------------------- */

void *map_each(const struct map *map, size_t *at)
{
    while (*at < map->room) {
        void *entry = map->slots[(*at)++].entry;
        if (entry) return entry;
    }
    return NULL;
}

static void put(struct map *map, struct map_slot added)
{
    size_t at = added.hash;

    while (map->slots[at & (map->room - 1)].entry) at++;
    map->slots[at & (map->room - 1)] = added;
}

static void grow(struct map *map)
{
    struct map wider = { .room = map->room ? 2 * map->room : SLOTS_FIRST };

    wider.count = map->count;
    wider.slots = calloc(wider.room, sizeof *wider.slots);
    ensure(wider.slots != NULL);
    for (size_t i = 0; i < map->room; i++)
        if (map->slots[i].entry) put(&wider, map->slots[i]);
    free(map->slots);
    *map = wider;
}

void map_add(struct map *map, uint64_t hash, void *entry)
{
    ensure(entry != NULL);
    if (4 * (map->count + 1) > 3 * map->room) grow(map);
    put(map, (struct map_slot){ hash, entry });
    map->count++;
}

void map_clear(struct map *map)
{
    if (map->count) memset(map->slots, 0, map->room * sizeof *map->slots);
    map->count = 0;
}

void map_free(struct map *map)
{
    free(map->slots);
    *map = (struct map){ 0 };
}

/* -- that forgets --------------------------------------------------------------------- */

static void *row_at(const struct cache *cache, struct id name, size_t way)
{
    size_t set = table_hash(0, id_slice(&name)) % cache->sets;

    ensure(id_given(name));
    return (char *)cache->rows + (set * cache->ways + way) * cache->row_size;
}

static bool is_named(const void *row, struct id name)
{
    return memcmp(row, name.bytes, ID_SIZE) == 0;
}

void *cache_find(const struct cache *cache, struct id name)
{
    char *row = row_at(cache, name, 0);

    for (size_t way = 0; way < cache->ways; way++, row += cache->row_size)
        if (is_named(row, name)) return row;
    return NULL;
}

/* A free row is worth less than any other. */
static double worth_of(const struct cache *cache, const void *row, int64_t now_us)
{
    return *(const uint8_t *)row ? cache->worth(row, now_us) : -1;
}

void *cache_place(const struct cache *cache, struct id name, int64_t now_us)
{
    char  *row = cache_find(cache, name), *least = row_at(cache, name, 0);
    double worth = worth_of(cache, least, now_us);

    if (row) return row;
    row = least;
    for (size_t way = 1; way < cache->ways; way++) {
        row += cache->row_size;
        double other = worth_of(cache, row, now_us);
        if (other < worth) least = row, worth = other;
    }
    crypto_wipe(least, cache->row_size); /* rows may hold secrets */
    memcpy(least, name.bytes, ID_SIZE);
    return least;
}

#include "core/store/overlay.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLOTS_FIRST = 1024,
    ROW_COST    = 8, /* bytes that RocksDB adds to a row, about */
};

/* FNV-1a over words, with a last stir: keys are long and alike at the front. */
static uint64_t hash_of(enum family family, struct slice key)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)family;
    size_t   at   = 0;

    for (; at + 8 <= key.size; at += 8) {
        uint64_t word;
        memcpy(&word, key.data + at, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    for (; at < key.size; at++) hash = (hash ^ (uint8_t)key.data[at]) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

static struct change *find(const struct overlay *overlay, enum family family, struct slice key,
                           uint64_t hash)
{
    if (!overlay->count) return NULL;
    struct change *change = overlay->slots[hash & (overlay->slot_count - 1)];

    while (change &&
           !(change->hash == hash && change->family == family && slice_equal(change->key, key)))
        change = change->next_in_slot;
    return change;
}

const struct change *overlay_find(const struct overlay *overlay, enum family family,
                                  struct slice key)
{
    return find(overlay, family, key, hash_of(family, key));
}

static void grow(struct overlay *overlay)
{
    size_t          old   = overlay->slot_count;
    struct change **slots = overlay->slots;

    overlay->slot_count = old ? 2 * old : SLOTS_FIRST;
    overlay->slots      = calloc(overlay->slot_count, sizeof(struct change *));
    ensure(overlay->slots != NULL);
    for (size_t i = 0; i < old; i++)
        for (struct change *change = slots[i], *next; change; change = next) {
            size_t slot          = change->hash & (overlay->slot_count - 1);
            next                 = change->next_in_slot;
            change->next_in_slot = overlay->slots[slot];
            overlay->slots[slot] = change;
        }
    free(slots);
}

static struct change *add(struct overlay *overlay, enum family family, struct slice key,
                          uint64_t hash)
{
    if (overlay->count >= overlay->slot_count) grow(overlay);
    struct change *change = arena_new(&overlay->arena, struct change);
    size_t         slot   = hash & (overlay->slot_count - 1);

    change->key               = arena_copy(&overlay->arena, key);
    change->family            = family;
    change->hash              = hash;
    change->next_in_slot      = overlay->slots[slot];
    change->next_in_family    = overlay->families[family];
    overlay->slots[slot]      = change;
    overlay->families[family] = change;
    overlay->family_counts[family]++;
    overlay->count++;
    overlay->bytes += key.size + ROW_COST;
    return change;
}

void overlay_set(struct overlay *overlay, enum family family, struct slice key, struct slice value)
{
    uint64_t       hash   = hash_of(family, key);
    struct change *change = find(overlay, family, key, hash);

    if (!change) change = add(overlay, family, key, hash);
    overlay->bytes += value.size;
    if (!value.data) {
        change->value = value;
    } else if (change->value.data && value.size <= change->value.size) {
        if (value.size) memcpy((char *)change->value.data, value.data, value.size);
        change->value.size = value.size;
    } else {
        change->value = arena_copy(&overlay->arena, value);
    }
}

static int by_key(const void *a, const void *b)
{
    const struct change *const *first = a, *const *second = b;

    return slice_compare((*first)->key, (*second)->key);
}

const struct change **overlay_sorted(const struct overlay *overlay, enum family family,
                                     struct slice prefix, size_t *count)
{
    const struct change **sorted;

    *count = 0;
    sorted = malloc((overlay->family_counts[family] + 1) * sizeof(const struct change *));
    ensure(sorted != NULL);
    for (const struct change *c = overlay->families[family]; c; c = c->next_in_family)
        if (slice_starts(c->key, prefix)) sorted[(*count)++] = c;
    qsort(sorted, *count, sizeof(const struct change *), by_key);
    return sorted;
}

void overlay_clear(struct overlay *overlay)
{
    if (overlay->count) memset(overlay->slots, 0, overlay->slot_count * sizeof(struct change *));
    memset(overlay->families, 0, sizeof overlay->families);
    memset(overlay->family_counts, 0, sizeof overlay->family_counts);
    overlay->count = overlay->bytes = 0;
    arena_reset(&overlay->arena);
}

void overlay_free(struct overlay *overlay)
{
    free(overlay->slots);
    arena_free(&overlay->arena);
    *overlay = (struct overlay){ 0 };
}

#include "core/store/overlay.h"

#include <stdlib.h>
#include <string.h>

enum { ROW_COST = 8 }; /* bytes that RocksDB adds to a row, about */

static struct change *find(const struct overlay *overlay, enum family family, struct slice key,
                           uint64_t hash)
{
    struct change *change;
    size_t         at = 0;

    do change = map_next(&overlay->map, hash, &at);
    while (change && !(change->family == family && slice_equal(change->key, key)));
    return change;
}

const struct change *overlay_find(const struct overlay *overlay, enum family family,
                                  struct slice key)
{
    return find(overlay, family, key, table_hash(family, key));
}

static struct change *add(struct overlay *overlay, enum family family, struct slice key,
                          uint64_t hash)
{
    struct change *change = arena_new(&overlay->arena, struct change);

    change->key               = arena_copy(&overlay->arena, key);
    change->family            = family;
    change->next_in_family    = overlay->families[family];
    overlay->families[family] = change;
    map_add(&overlay->map, hash, change);
    overlay->family_counts[family]++;
    overlay->bytes += key.size + ROW_COST;
    return change;
}

void overlay_set(struct overlay *overlay, enum family family, struct slice key, struct slice value)
{
    uint64_t       hash   = table_hash(family, key);
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
    map_clear(&overlay->map);
    memset(overlay->families, 0, sizeof overlay->families);
    memset(overlay->family_counts, 0, sizeof overlay->family_counts);
    overlay->bytes = 0;
    arena_reset(&overlay->arena);
}

void overlay_free(struct overlay *overlay)
{
    map_free(&overlay->map);
    arena_free(&overlay->arena);
    *overlay = (struct overlay){ 0 };
}

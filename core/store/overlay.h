/* overlay.h -- what a batch has changed so far, one entry a key.
 *
 * RocksDB's own write batch with index searches a skip list on every put and
 * keeps each overwritten value; of a turn's changes many touch the same few rows,
 * and few are read again. A hash table finds those in one step, and only the
 * last word on a key goes into the log and the memtable.
 *
 * Keys are as RocksDB knows them (rocks_key()). Not for other rooms.
 *
 * MEMORY    Keys and values live in the overlay's arena until overlay_clear().
 */
#ifndef PIOT_STORE_OVERLAY_H
#define PIOT_STORE_OVERLAY_H

#include "core/base/tables.h"
#include "core/store/store.h"

struct change {
    struct slice   key, value; /* value data NULL: the key is erased */
    enum family    family;
    struct change *next_in_family; /* newest first */
};

struct overlay {
    struct map     map; /* of struct change */
    size_t         bytes;
    struct change *families[FAMILY_COUNT];
    size_t         family_counts[FAMILY_COUNT];
    struct arena   arena;
};

/* `value.data` NULL erases. */
void overlay_set(struct overlay *overlay, enum family family, struct slice key, struct slice value);
/* NULL: the batch has not touched the key. */
const struct change *overlay_find(const struct overlay *overlay, enum family family,
                                  struct slice key);
/* The changes of a family whose keys start with `prefix`, in the keys' order; the
 * caller frees the array. What is set later does not show in it. */
const struct change **overlay_sorted(const struct overlay *overlay, enum family family,
                                     struct slice prefix, size_t *count);
void                  overlay_clear(struct overlay *overlay);
void                  overlay_free(struct overlay *overlay);

#endif

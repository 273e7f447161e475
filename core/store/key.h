/* key.h -- building and reading the keys of the store.
 *
 * A key is put together from parts whose order as bytes is their order in
 * meaning: numbers big endian, ids as their 17 bytes, text last.
 *
 * THREADS   Pure.
 * ERRORS    More than KEY_MAX bytes is ensure(): text is limited at the door.
 */
#ifndef PIOT_KEY_H
#define PIOT_KEY_H

#include "core/base/ids.h"

enum { KEY_MAX = 320 };
#define PARTITION_ONE UINT32_C(1) /* on one machine there is one */

struct key {
    size_t  size;
    uint8_t bytes[KEY_MAX];
};
struct key   key_new(uint32_t partition);
void         key_add_byte(struct key *key, uint8_t byte);
void         key_add_u32(struct key *key, uint32_t value);
void         key_add_u64(struct key *key, uint64_t value);
void         key_add_id(struct key *key, struct id id);
void         key_add_bytes(struct key *key, struct slice bytes);
struct slice key_slice(const struct key *key);

/* Reading back, from the front; false when too few bytes are left. */
bool key_read_byte(struct slice *rest, uint8_t *byte);
bool key_read_u32(struct slice *rest, uint32_t *value);
bool key_read_u64(struct slice *rest, uint64_t *value);
bool key_read_id(struct slice *rest, struct id *id);

#endif

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

#include <endian.h>
#include <string.h>

#include "core/base/ids.h"

enum { KEY_MAX = 320 };

struct key {
    size_t  size;
    uint8_t bytes[KEY_MAX];
};

/* Here, because every row of every event is reached by a key or two. */
static inline uint8_t *key_room(struct key *key, size_t size)
{
    ensure(key->size <= KEY_MAX && size <= KEY_MAX - key->size);
    key->size += size;
    return key->bytes + key->size - size;
}
static inline void key_add_byte(struct key *key, uint8_t byte) { *key_room(key, 1) = byte; }
static inline void key_add_u32(struct key *key, uint32_t value)
{
    uint32_t big = htobe32(value);

    memcpy(key_room(key, sizeof big), &big, sizeof big);
}
static inline void key_add_u64(struct key *key, uint64_t value)
{
    uint64_t big = htobe64(value);

    memcpy(key_room(key, sizeof big), &big, sizeof big);
}
static inline void key_add_id(struct key *key, struct id id)
{
    memcpy(key_room(key, ID_SIZE), id.bytes, ID_SIZE);
}
static inline void key_add_bytes(struct key *key, struct slice bytes)
{
    uint8_t *room = key_room(key, bytes.size);

    if (bytes.size) memcpy(room, bytes.data, bytes.size);
}
/* Each key of a store begins with its partition. Bytes past its size are never read, so they
 * are not cleared. */
static inline struct key key_new(uint32_t partition)
{
    struct key key;

    key.size = 0;
    key_add_u32(&key, partition);
    return key;
}
static inline struct slice key_slice(const struct key *key)
{
    return (struct slice){ (const char *)key->bytes, key->size };
}

/* Reading back, from the front; false when too few bytes are left. */
bool key_read_byte(struct slice *rest, uint8_t *byte);
bool key_read_u32(struct slice *rest, uint32_t *value);
bool key_read_u64(struct slice *rest, uint64_t *value);
bool key_read_id(struct slice *rest, struct id *id);

#endif

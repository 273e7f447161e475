/* key.c -- keys are built in place and read from the front. */
#include "core/store/key.h"

#include <string.h>

static uint8_t *key_room(struct key *key, size_t size)
{
    ensure(key->size <= KEY_MAX && size <= KEY_MAX - key->size);
    uint8_t *room = key->bytes + key->size;
    key->size += size;
    return room;
}

static void number_write(uint8_t *out, uint64_t value, size_t size)
{
    for (size_t at = size; at-- > 0; value >>= 8)
        out[at] = (uint8_t)(value & 0xff);
}

struct key key_new(uint32_t partition)
{
    struct key key;
    key.size = 0; /* the bytes past it are never read, so they are not cleared */
    key_add_u32(&key, partition);
    return key;
}

void key_add_byte(struct key *key, uint8_t byte) { *key_room(key, 1) = byte; }

void key_add_u32(struct key *key, uint32_t value) { number_write(key_room(key, 4), value, 4); }

void key_add_u64(struct key *key, uint64_t value) { number_write(key_room(key, 8), value, 8); }

void key_add_id(struct key *key, struct id id)
{
    memcpy(key_room(key, ID_SIZE), id.bytes, ID_SIZE);
}

void key_add_bytes(struct key *key, struct slice bytes)
{
    uint8_t *room = key_room(key, bytes.size);
    if (bytes.size)
        memcpy(room, bytes.data, bytes.size);
}

struct slice key_slice(const struct key *key)
{
    ensure(key->size <= KEY_MAX);
    return (struct slice){ (const char *)key->bytes, key->size };
}

/* The next `size` bytes, or NULL; `rest` moves only when they are there. */
static const uint8_t *rest_take(struct slice *rest, size_t size)
{
    if (rest->size < size)
        return NULL;
    const uint8_t *taken = (const uint8_t *)rest->data;
    rest->data += size;
    rest->size -= size;
    return taken;
}

static bool number_read(struct slice *rest, uint64_t *value, size_t size)
{
    const uint8_t *bytes = rest_take(rest, size);
    if (!bytes)
        return false;
    *value = 0;
    for (size_t at = 0; at < size; at++)
        *value = *value << 8 | bytes[at];
    return true;
}

bool key_read_byte(struct slice *rest, uint8_t *byte)
{
    const uint8_t *bytes = rest_take(rest, 1);
    if (bytes)
        *byte = bytes[0];
    return bytes != NULL;
}

bool key_read_u32(struct slice *rest, uint32_t *value)
{
    uint64_t wide;
    bool     there = number_read(rest, &wide, 4);
    if (there)
        *value = (uint32_t)wide;
    return there;
}

bool key_read_u64(struct slice *rest, uint64_t *value)
{
    uint64_t wide;
    bool     there = number_read(rest, &wide, 8);
    if (there)
        *value = wide;
    return there;
}

bool key_read_id(struct slice *rest, struct id *id)
{
    const uint8_t *bytes = rest_take(rest, ID_SIZE);
    if (bytes)
        memcpy(id->bytes, bytes, ID_SIZE);
    return bytes != NULL;
}

/* key.c -- keys are read from the front. */
#include "core/store/key.h"

#include <string.h>

/* The next `size` bytes, or NULL; `rest` moves only when they are there. */
static const uint8_t *rest_take(struct slice *rest, size_t size)
{
    if (rest->size < size) return NULL;
    const uint8_t *taken = (const uint8_t *)rest->data;
    rest->data += size;
    rest->size -= size;
    return taken;
}

static bool number_read(struct slice *rest, uint64_t *value, size_t size)
{
    const uint8_t *bytes = rest_take(rest, size);
    if (!bytes) return false;
    *value = 0;
    for (size_t at = 0; at < size; at++) *value = *value << 8 | bytes[at];
    return true;
}

bool key_read_byte(struct slice *rest, uint8_t *byte)
{
    const uint8_t *bytes = rest_take(rest, 1);
    if (bytes) *byte = bytes[0];
    return bytes != NULL;
}

bool key_read_u32(struct slice *rest, uint32_t *value)
{
    uint64_t wide;
    bool     there = number_read(rest, &wide, 4);
    if (there) *value = (uint32_t)wide;
    return there;
}

bool key_read_u64(struct slice *rest, uint64_t *value)
{
    uint64_t wide;
    bool     there = number_read(rest, &wide, 8);
    if (there) *value = wide;
    return there;
}

bool key_read_id(struct slice *rest, struct id *id)
{
    const uint8_t *bytes = rest_take(rest, ID_SIZE);
    if (bytes) memcpy(id->bytes, bytes, ID_SIZE);
    return bytes != NULL;
}

/* packed.c -- looking before unpacking.
 *
 * msgpack-c makes room for as many items as an array says it has, before it looks
 * whether they are there: five altered bytes ask for a hundred gigabytes. So the
 * heads are walked first; each item takes a byte at least, which is bound enough.
 */
#include "core/base/packed.h"

/* What follows a head: so many bytes that belong to it, so many items inside it. */
struct after {
    uint64_t bytes, items;
};

static bool take_number(struct slice *rest, size_t width, uint64_t *number)
{
    if (rest->size < width) return false;
    *number = 0;
    for (size_t i = 0; i < width; i++) *number = *number << 8 | (uint8_t)rest->data[i];
    *rest = (struct slice){ rest->data + width, rest->size - width };
    return true;
}

/* Of the types our shapes use; there are no floats and no extensions in them. */
static bool take_head(struct slice *rest, struct after *after)
{
    uint64_t head;

    *after = (struct after){ 0 };
    if (!take_number(rest, 1, &head)) return false;
    switch (head) {
    case 0xc0: /* nil, false, true */
    case 0xc2:
    case 0xc3: return true;
    case 0xc4: /* bytes, text */
    case 0xc5:
    case 0xc6: return take_number(rest, 1u << (head - 0xc4), &after->bytes);
    case 0xd9:
    case 0xda:
    case 0xdb: return take_number(rest, 1u << (head - 0xd9), &after->bytes);
    case 0xcc: /* numbers, without and with a sign */
    case 0xcd:
    case 0xce:
    case 0xcf: after->bytes = UINT64_C(1) << (head - 0xcc); return true;
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3: after->bytes = UINT64_C(1) << (head - 0xd0); return true;
    case 0xdc: /* arrays, maps */
    case 0xdd: return take_number(rest, 2u << (head - 0xdc), &after->items);
    case 0xde:
    case 0xdf:
        if (!take_number(rest, 2u << (head - 0xde), &after->items)) return false;
        after->items *= 2;
        return true;
    default: break;
    }
    if (head >= 0x80 && head < 0x90)
        after->items = 2 * (head & 15);
    else if (head >= 0x90 && head < 0xa0)
        after->items = head & 15;
    else if (head >= 0xa0 && head < 0xc0)
        after->bytes = head & 31;
    return head < 0xc0 || head >= 0xe0;
}

static bool is_whole(struct slice rest)
{
    uint64_t items = 1; /* still to come */

    while (items > 0) {
        struct after after;

        if (!take_head(&rest, &after) || after.bytes > rest.size) return false;
        rest = (struct slice){ rest.data + after.bytes, rest.size - (size_t)after.bytes };
        items += after.items - 1;
        if (items > rest.size) return false;
    }
    return rest.size == 0;
}

bool unpack(struct slice bytes, msgpack_zone *zone, msgpack_object *root)
{
    return is_whole(bytes) &&
           msgpack_unpack(bytes.data, bytes.size, NULL, zone, root) == MSGPACK_UNPACK_SUCCESS;
}

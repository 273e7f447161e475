/* address.c -- IANA's special-purpose registries (RFC 6890), as tables.
 *
 * For IPv6 the rule is turned round: only 2000::/3 was ever given out, so what no
 * row names and lies outside of it is reserved. */
#include "core/wire/address.h"

#include <string.h>

struct block {
    uint8_t  address[16];
    unsigned bits;
    enum address_class class;
};

/* Earlier rows win. */
static const struct block blocks_4[] = {
    { { 0 }, 8, ADDRESS_UNSPECIFIED }, /* "this network" */
    { { 10 }, 8, ADDRESS_PRIVATE },
    { { 100, 64 }, 10, ADDRESS_SHARED },
    { { 127 }, 8, ADDRESS_LOOPBACK },
    { { 169, 254 }, 16, ADDRESS_LINK_LOCAL },
    { { 172, 16 }, 12, ADDRESS_PRIVATE },
    { { 192, 0, 0 }, 24, ADDRESS_RESERVED },   /* IETF protocols */
    { { 192, 0, 2 }, 24, ADDRESS_RESERVED },   /* documentation */
    { { 192, 88, 99 }, 24, ADDRESS_RESERVED }, /* relays of 6to4, given up */
    { { 192, 168 }, 16, ADDRESS_PRIVATE },
    { { 198, 18 }, 15, ADDRESS_RESERVED },      /* benchmarks */
    { { 198, 51, 100 }, 24, ADDRESS_RESERVED }, /* documentation */
    { { 203, 0, 113 }, 24, ADDRESS_RESERVED },  /* documentation */
    { { 224 }, 4, ADDRESS_MULTICAST },
    { { 255, 255, 255, 255 }, 32, ADDRESS_MULTICAST },
    { { 240 }, 4, ADDRESS_RESERVED },
};

static const struct block blocks_6[] = {
    { { 0 }, 128, ADDRESS_UNSPECIFIED },
    { { [15] = 1 }, 128, ADDRESS_LOOPBACK },
    { { 0xfc }, 7, ADDRESS_PRIVATE },
    { { 0xfe, 0x80 }, 10, ADDRESS_LINK_LOCAL },
    { { 0xfe, 0xc0 }, 10, ADDRESS_PRIVATE }, /* site-local, given up */
    { { 0xff }, 8, ADDRESS_MULTICAST },
    { { 0x20, 0x01, 0 }, 23, ADDRESS_RESERVED },          /* IETF protocols, Teredo */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32, ADDRESS_RESERVED }, /* documentation */
    { { 0x20, 0x02 }, 16, ADDRESS_RESERVED },             /* 6to4: an IPv4 address in disguise */
    { { 0x3f, 0xff }, 20, ADDRESS_RESERVED },             /* documentation */
    { { 0x20 }, 3, ADDRESS_PUBLIC },
};

/* IPv6 prefixes of 96 bits whose last four bytes are an IPv4 address. */
static const uint8_t wraps_4[][12] = {
    { [10] = 0xff, [11] = 0xff }, /* ::ffff:0:0/96, mapped */
    { 0x00, 0x64, 0xff, 0x9b },   /* 64:ff9b::/96, NAT64 */
};

static bool in_block(const uint8_t *address, const struct block *block)
{
    unsigned whole = block->bits / 8, rest = block->bits % 8;

    if (memcmp(address, block->address, whole) != 0) return false;
    return !rest || (address[whole] ^ block->address[whole]) >> (8 - rest) == 0;
}

static enum address_class look_up(const uint8_t *address, const struct block *blocks, size_t count,
                                  enum address_class otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (in_block(address, &blocks[i])) return blocks[i].class;
    return otherwise;
}

enum address_class address_class(struct slice address)
{
    const uint8_t *bytes = (const uint8_t *)address.data;

    ensure(address.size == 4 || address.size == 16);
    if (address.size == 4) return look_up(bytes, blocks_4, COUNT(blocks_4), ADDRESS_PUBLIC);
    for (size_t i = 0; i < COUNT(wraps_4); i++)
        if (memcmp(bytes, wraps_4[i], sizeof wraps_4[i]) == 0)
            return address_class((struct slice){ address.data + sizeof wraps_4[i], 4 });
    return look_up(bytes, blocks_6, COUNT(blocks_6), ADDRESS_RESERVED);
}

bool address_is_held(enum address_class class)
{
    switch (class) {
    case ADDRESS_PUBLIC:
    case ADDRESS_PRIVATE:
    case ADDRESS_SHARED:
    case ADDRESS_RESERVED: return true;
    case ADDRESS_LOOPBACK:
    case ADDRESS_LINK_LOCAL:
    case ADDRESS_MULTICAST:
    case ADDRESS_UNSPECIFIED: return false;
    }
    impossible("an address of no class");
}

bool address_is_seen(enum address_class class)
{
    return class == ADDRESS_PUBLIC || class == ADDRESS_RESERVED;
}

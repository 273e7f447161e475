/* packed.c -- taking items from stored bytes.
 *
 * Numbers without a sign, text, bytes, arrays and maps all begin alike: small ones have
 * a head that holds the number or the length, larger ones a head that tells the width of
 * what follows it. (The MessagePack specification, "Formats".)
 */
#include "core/base/packed.h"

#include <string.h>

struct kind {
    uint8_t fixed, fixed_count; /* the heads that hold the number */
    uint8_t wide, wide_count;   /* the heads that tell a width, each twice the one before */
    uint8_t width;              /* of the first of these, in bytes */
};

static const struct kind UNSIGNED = { 0x00, 128, 0xcc, 4, 1 };
static const struct kind TEXT     = { 0xa0, 32, 0xd9, 3, 1 };
static const struct kind BYTES    = { 0x00, 0, 0xc4, 3, 1 };
static const struct kind ARRAY    = { 0x90, 16, 0xdc, 2, 2 };
static const struct kind MAP      = { 0x80, 16, 0xde, 2, 2 };

enum {
    NIL          = 0xc0,
    NO           = 0xc2,
    YES          = 0xc3,
    SIGNED       = 0xd0, /* a byte wide; then two, four and eight */
    SIGNED_LAST  = 0xd3,
    NEGATIVE     = 0xe0, /* -32, and so on to -1 */
    NEGATIVE_MIN = 32,
};

struct packed packed_open(struct slice bytes)
{
    const uint8_t *at = (const uint8_t *)bytes.data;

    return (struct packed){ at, bytes.size ? at + bytes.size : at, true };
}

static uint64_t packed_fail(struct packed *from)
{
    from->at   = from->end;
    from->good = false;
    return 0;
}

static size_t left(const struct packed *from) { return (size_t)(from->end - from->at); }

static uint64_t take_bytes(struct packed *from, unsigned width)
{
    uint64_t number = 0;

    if (left(from) < width) return packed_fail(from);
    while (width--) number = number << 8 | *from->at++;
    return number;
}

static inline uint64_t take(struct packed *from, struct kind kind)
{
    uint64_t head = take_bytes(from, 1);

    if (from->good && head - kind.fixed < kind.fixed_count) return head - kind.fixed;
    head -= kind.wide;
    if (!from->good || head >= kind.wide_count) return packed_fail(from);
    unsigned width  = (unsigned)kind.width << head;
    uint64_t least  = head ? UINT64_C(1) << 4 * width : kind.fixed_count;
    uint64_t number = take_bytes(from, width);
    return number < least ? packed_fail(from) : number;
}

uint64_t packed_u64(struct packed *from) { return take(from, UNSIGNED); }

/* Of a negative number all bits are turned, which gives how far below -1 it is. */
static int64_t take_signed(struct packed *from)
{
    unsigned head = (unsigned)take_bytes(from, 1) - SIGNED, bits = 8u << head;
    uint64_t least = head ? UINT64_C(1) << (bits / 2 - 1) : NEGATIVE_MIN;
    uint64_t below = take_bytes(from, bits / 8) ^ UINT64_MAX >> (64 - bits);

    if (!from->good || below < least || below >> (bits - 1)) return (int64_t)packed_fail(from);
    return -1 - (int64_t)below;
}

int64_t packed_i64(struct packed *from)
{
    unsigned head = left(from) ? *from->at : 0;

    if (head >= NEGATIVE) return (int64_t)take_bytes(from, 1) - 0x100;
    if (head >= SIGNED && head <= SIGNED_LAST) return take_signed(from);
    uint64_t number = packed_u64(from);
    return (int64_t)(number > INT64_MAX ? packed_fail(from) : number);
}

bool packed_flag(struct packed *from)
{
    uint64_t head = take_bytes(from, 1);

    if (head != NO && head != YES) packed_fail(from);
    return head == YES;
}

bool packed_nil(struct packed *from)
{
    bool nil = left(from) && *from->at == NIL;

    if (nil) from->at++;
    return nil;
}

static inline struct slice take_body(struct packed *from, struct kind kind)
{
    uint64_t     size = take(from, kind);
    struct slice body = { (const char *)from->at, (size_t)size };

    if (size > left(from)) size = packed_fail(from);
    if (size == 0) return (struct slice){ 0 };
    from->at += size;
    return body;
}

struct slice packed_text(struct packed *from) { return take_body(from, TEXT); }

struct slice packed_bytes(struct packed *from) { return take_body(from, BYTES); }

struct id packed_id(struct packed *from)
{
    struct slice bytes = packed_bytes(from);
    struct id    id    = NO_ID;

    if (bytes.size == 0) return id;
    if (bytes.size == ID_SIZE) memcpy(id.bytes, bytes.data, ID_SIZE);
    if (bytes.size == ID_SIZE && id_kind_known(id_kind(id))) return id;
    packed_fail(from);
    return NO_ID;
}

size_t packed_array(struct packed *from)
{
    uint64_t count = take(from, ARRAY);

    return (size_t)(count > left(from) ? packed_fail(from) : count);
}

size_t packed_map(struct packed *from)
{
    uint64_t pairs = take(from, MAP);

    return (size_t)(pairs > left(from) / 2 ? packed_fail(from) : pairs);
}

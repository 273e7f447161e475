/* text_base64.c -- RFC 4648 in both alphabets.
 *
 * Every byte string has exactly one text and every other text is refused, so a
 * signature or a token cannot be respelled and pass for a new one.
 */
#include "core/base/text.h"

struct alphabet {
    char digits[65];
    bool padded;
};
static const struct alphabet STANDARD = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true
};
static const struct alphabet URL = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false
};

static struct slice encode(struct arena *arena, const struct alphabet *alphabet, struct slice bytes)
{
    const unsigned char *from = (const unsigned char *)bytes.data;
    char                *text = arena_array(arena, char, (bytes.size / 3 + 1) * 4), *to = text;
    size_t               left = bytes.size;

    for (; left >= 3; left -= 3, from += 3) {
        *to++ = alphabet->digits[from[0] >> 2];
        *to++ = alphabet->digits[(from[0] & 3) << 4 | from[1] >> 4];
        *to++ = alphabet->digits[(from[1] & 15) << 2 | from[2] >> 6];
        *to++ = alphabet->digits[from[2] & 63];
    }
    if (left) {
        unsigned second = left == 2 ? from[1] : 0;

        *to++ = alphabet->digits[from[0] >> 2];
        *to++ = alphabet->digits[(from[0] & 3) << 4 | second >> 4];
        if (left == 2) *to++ = alphabet->digits[(second & 15) << 2];
        for (; alphabet->padded && left < 3; left++) *to++ = '=';
    }
    return (struct slice){ text, (size_t)(to - text) };
}

static int digit_value(const struct alphabet *alphabet, char digit)
{
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    if (digit == alphabet->digits[62]) return 62;
    if (digit == alphabet->digits[63]) return 63;
    return -1;
}

static bool decode(struct arena *arena, const struct alphabet *alphabet, struct slice text,
                   struct slice *bytes)
{
    uint8_t *out;
    size_t   size = text.size, written = 0;
    uint32_t bits = 0;
    unsigned held = 0; /* how many of `bits` wait for more */

    if (alphabet->padded) {
        if (size % 4) return false;
        for (int i = 0; i < 2 && size && text.data[size - 1] == '='; i++) size--;
    }
    if (size % 4 == 1) return false; /* six bits are no byte */

    out = arena_array(arena, uint8_t, size / 4 * 3 + 2);
    for (size_t i = 0; i < size; i++) {
        int value = digit_value(alphabet, text.data[i]);

        if (value < 0) return false;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[written++] = (uint8_t)(bits >> held);
        }
    }
    if (bits & ((1U << held) - 1)) return false; /* stray bits after the last byte */
    *bytes = (struct slice){ (const char *)out, written };
    return true;
}

struct slice text_base64(struct arena *arena, struct slice bytes)
{
    return encode(arena, &STANDARD, bytes);
}

struct slice text_base64url(struct arena *arena, struct slice bytes)
{
    return encode(arena, &URL, bytes);
}

bool text_unbase64(struct arena *arena, struct slice text, struct slice *bytes)
{
    return decode(arena, &STANDARD, text, bytes);
}

bool text_unbase64url(struct arena *arena, struct slice text, struct slice *bytes)
{
    return decode(arena, &URL, text, bytes);
}

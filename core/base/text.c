#include "core/base/text.h"

#include <arpa/inet.h>
#include <string.h>

bool text_u64(struct slice text, uint64_t *value)
{
    uint64_t sum = 0;

    if (text.size == 0 || (text.size > 1 && text.data[0] == '0')) return false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned digit = (unsigned char)text.data[i] - '0';

        if (digit > 9 || sum > (UINT64_MAX - digit) / 10) return false;
        sum = 10 * sum + digit;
    }
    *value = sum;
    return true;
}

/* -- characters -- */

/* RFC 3629: the first byte tells the length and narrows the second, which is how
 * overlong forms, surrogates and everything past U+10FFFF are kept out. */
size_t text_character(struct slice rest, uint32_t *code)
{
    const unsigned char *at = (const unsigned char *)rest.data;
    unsigned char        first, low = 0x80, high = 0xBF;
    size_t               size;

    if (rest.size == 0) return 0;
    first = at[0];
    if (first < 0x80) return *code = first, 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
    if (rest.size < size || at[1] < low || at[1] > high) return 0;

    *code = (uint32_t)(first & (0x7F >> size)) << 6 | (at[1] & 0x3F);
    for (size_t i = 2; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
        *code = *code << 6 | (at[i] & 0x3F);
    }
    return size;
}

bool text_is_control(uint32_t code) { return code < 0x20 || (code >= 0x7F && code <= 0x9F); }

static bool well_formed(struct slice text, bool controls_allowed)
{
    uint32_t code = 0;

    for (size_t at = 0, size; at < text.size; at += size) {
        size = text_character((struct slice){ text.data + at, text.size - at }, &code);
        if (size == 0 || code == 0) return false;
        if (!controls_allowed && text_is_control(code)) return false;
    }
    return true;
}

bool text_utf8(struct slice text) { return well_formed(text, true); }
bool text_plain(struct slice text) { return well_formed(text, false); }

/* -- names that people see -- */

static bool turns_direction(uint32_t code)
{
    return code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

static bool ends_line(uint32_t code) { return code == 0x2028 || code == 0x2029; }

/* A blank, of any width, or nothing to be seen at all. */
static bool is_blank(uint32_t code)
{
    return code == ' ' || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200D) ||
           code == 0x202F || (code >= 0x205F && code <= 0x2064) || code == 0x3000 || code == 0xFEFF;
}

const char *text_name_fault(struct slice text)
{
    size_t   characters = 0;
    bool     blank      = true;
    uint32_t code       = 0;

    for (size_t at = 0, size; at < text.size; at += size, characters++) {
        size = text_character((struct slice){ text.data + at, text.size - at }, &code);
        if (!size) return "has to be UTF-8";
        if (text_is_control(code) || ends_line(code)) return "may not have control characters";
        if (turns_direction(code)) return "may not have characters that turn its direction";
        blank = blank && is_blank(code);
    }
    if (blank) return "may not be blank";
    return characters > NAME_CHARACTERS_MAX ? "has to be at most 64 characters" : NULL;
}
_Static_assert(NAME_CHARACTERS_MAX == 64, "as the sentence says");

/* -- percent -- */

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

bool text_unpercent(struct arena *arena, struct slice text, bool plus_is_space, struct slice *out)
{
    char        *plain = arena_array(arena, char, text.size); /* never longer than before */
    struct slice whole = { plain, 0 };

    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];

        if (byte == '%') {
            int high = i + 1 < text.size ? hex_value(text.data[i + 1]) : -1;
            int low  = i + 2 < text.size ? hex_value(text.data[i + 2]) : -1;

            if (high < 0 || low < 0) return false;
            byte = (char)(high << 4 | low);
            i += 2;
        } else if (byte == '+' && plus_is_space) {
            byte = ' ';
        }
        plain[whole.size++] = byte;
    }
    if (!text_utf8(whole)) return false;
    *out = whole;
    return true;
}

void text_percent(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            (c && strchr("-._~", c)))
            buffer_add_byte(out, c);
        else buffer_print(out, "%%%02X", (unsigned char)c);
    }
}

/* -- hexadecimal -- */

void text_hex(struct slice bytes, char *out)
{
    for (size_t i = 0; i < bytes.size; i++) {
        *out++ = "0123456789abcdef"[(unsigned char)bytes.data[i] >> 4];
        *out++ = "0123456789abcdef"[bytes.data[i] & 15];
    }
    *out = '\0';
}

bool text_unhex(struct slice text, uint8_t *bytes, size_t size)
{
    if (text.size % 2 || text.size / 2 != size) return false;
    for (size_t i = 0; i < text.size; i++)
        if (hex_value(text.data[i]) < 0) return false;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(hex_value(text.data[2 * i]) * 16 + hex_value(text.data[2 * i + 1]));
    return true;
}

/* -- addresses -- */

/* inet_pton is strict, but wants a NUL and would stop at one inside. */
static bool address_of(int family, struct slice text, void *address)
{
    char copy[INET6_ADDRSTRLEN];

    if (text.size == 0 || text.size >= sizeof copy || memchr(text.data, '\0', text.size))
        return false;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return inet_pton(family, copy, address) == 1;
}

bool text_ipv4(struct slice text, uint8_t address[4])
{
    uint8_t found[4];

    if (!address_of(AF_INET, text, found)) return false;
    memcpy(address, found, sizeof found);
    return true;
}

bool text_ipv6(struct slice text, uint8_t address[16])
{
    uint8_t found[16];

    if (!address_of(AF_INET6, text, found)) return false;
    memcpy(address, found, sizeof found);
    return true;
}

bool text_ipv6_prefix(struct slice text, uint8_t address[16], unsigned *length)
{
    const char *slash = text.size ? memchr(text.data, '/', text.size) : NULL;
    uint8_t     found[16];
    uint64_t    bits;
    size_t      before;

    if (!slash) return false;
    before = (size_t)(slash - text.data);
    if (!text_u64((struct slice){ slash + 1, text.size - before - 1 }, &bits) || bits > 128 ||
        !text_ipv6((struct slice){ text.data, before }, found))
        return false;
    for (unsigned bit = (unsigned)bits; bit < 128; bit++)
        if (found[bit / 8] & 0x80 >> bit % 8) return false;
    memcpy(address, found, sizeof found);
    *length = (unsigned)bits;
    return true;
}

/* -- words -- */

static char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? (char)(byte | 32) : byte; }

bool text_is_token_char(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool text_token(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!text_is_token_char(text.data[i])) return false;
    return text.size > 0;
}

bool text_same_word(struct slice a, struct slice b)
{
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i])) return false;
    return true;
}

struct slice text_kebab(struct arena *arena, struct slice snake)
{
    char *kebab = arena_array(arena, char, snake.size);

    for (size_t i = 0; i < snake.size; i++) kebab[i] = snake.data[i] == '_' ? '-' : snake.data[i];
    return (struct slice){ kebab, snake.size };
}

/* -- base64: RFC 4648 in both alphabets -------------------------------------------------
 * Every byte string has exactly one text and every other text is refused, so a signature or
 * a token cannot be respelled and pass for a new one. */

struct alphabet {
    char digits[65];
    bool padded;
};
static const struct alphabet BASE64 = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true
};
static const struct alphabet BASE64URL = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false
};

static struct slice base64_write(struct arena *arena, const struct alphabet *alphabet,
                                 struct slice bytes)
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

static int base64_digit(const struct alphabet *alphabet, char digit)
{
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    if (digit == alphabet->digits[62]) return 62;
    if (digit == alphabet->digits[63]) return 63;
    return -1;
}

static bool base64_read(struct arena *arena, const struct alphabet *alphabet, struct slice text,
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
        int value = base64_digit(alphabet, text.data[i]);

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
    return base64_write(arena, &BASE64, bytes);
}

struct slice text_base64url(struct arena *arena, struct slice bytes)
{
    return base64_write(arena, &BASE64URL, bytes);
}

bool text_unbase64(struct arena *arena, struct slice text, struct slice *bytes)
{
    return base64_read(arena, &BASE64, text, bytes);
}

bool text_unbase64url(struct arena *arena, struct slice text, struct slice *bytes)
{
    return base64_read(arena, &BASE64URL, text, bytes);
}

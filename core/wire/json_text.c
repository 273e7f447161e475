/* json_text.c -- the strings of JSON, out of their quotes and escapes. */
#include "core/wire/json_reading.h"

#include <string.h>

#include "core/base/text.h"

#define REPLACEMENT 0xFFFD

static bool is_plain(char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; }

static char *put_character(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
        *to++ = (char)(0x80 | (code & 63));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 63));
        *to++ = (char)(0x80 | (code & 63));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 63));
        *to++ = (char)(0x80 | (code >> 6 & 63));
        *to++ = (char)(0x80 | (code & 63));
    }
    return to;
}

/* The four digits of \u. */
static bool read_unit(struct reading *from, uint32_t *unit)
{
    uint8_t bytes[2];

    if (!text_unhex((struct slice){ from->at, strnlen(from->at, 4) }, bytes, sizeof bytes))
        return reading_malformed(from);
    *unit = (uint32_t)bytes[0] << 8 | bytes[1];
    from->at += 4;
    return true;
}

/* A character above U+FFFF is written in two halves, and half a one is none. */
static bool read_code(struct reading *from, uint32_t *code)
{
    uint32_t low = 0;

    if (!read_unit(from, code)) return false;
    if (*code >= 0xD800 && *code < 0xDC00 && from->at[0] == '\\' && from->at[1] == 'u') {
        char *half = from->at;
        from->at += 2;
        if (!read_unit(from, &low)) return false;
        if (low >= 0xDC00 && low < 0xE000)
            *code = 0x10000 + ((*code - 0xD800) << 10 | (low - 0xDC00));
        else from->at = half;
    }
    if (*code && (*code < 0xD800 || *code >= 0xE000)) return true;
    if (!from->forgiving)
        return reading_fail(from, *code ? "has half a character (a lone surrogate) in a text"
                                        : "has a NUL character (\\u0000) in a text");
    *code = REPLACEMENT;
    return true;
}

static bool read_escape(struct reading *from, char **to)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    uint32_t          code   = 0;
    const char       *letter = from->at[1] ? strchr(letters, from->at[1]) : NULL;

    if (from->at[1] == 'u') {
        from->at += 2;
        if (!read_code(from, &code)) return false;
        *to = put_character(*to, code);
        return true;
    }
    if (!letter) return reading_malformed(from);
    *(*to)++ = meant[letter - letters];
    from->at += 2;
    return true;
}

/* What is no plain ASCII, nor the text's end: escapes, characters of several bytes, and what
 * should not stand there. */
static bool read_special(struct reading *from, char **to)
{
    size_t   left = from->text.size - (size_t)(from->at - from->begin), size;
    uint32_t code = 0;

    if (*from->at == '\\') return read_escape(from, to);
    if (!left || ((unsigned char)*from->at < ' ' && !from->forgiving))
        return reading_malformed(from);
    size = text_character((struct slice){ from->at, left }, &code);
    if (!size && !from->forgiving)
        return reading_fail(from, "has bytes in a text that are not UTF-8");
    if (!size || !code) **to = '?', size = 1; /* as long as what it stands for */
    else memmove(*to, from->at, size);
    *to += size;
    from->at += size;
    return true;
}

/* Stretches that need nothing are moved whole, if they have to be. */
bool reading_text(struct reading *from, struct slice *text)
{
    char *to = ++from->at;

    text->data = to;
    while (*from->at != '"') {
        char *plain = from->at;
        while (is_plain(*from->at)) from->at++;
        if (to != plain) memmove(to, plain, (size_t)(from->at - plain));
        to += from->at - plain;
        if (*from->at != '"' && !read_special(from, &to)) return false;
    }
    from->at++;
    *to        = '\0';
    text->size = (size_t)(to - text->data);
    return true;
}

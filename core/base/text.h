/* text.h -- reading and writing small things as text.
 *
 * Every parser takes exactly the whole slice or says false; nothing is skipped,
 * trimmed or guessed, and results are untouched on false.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_TEXT_H
#define PIOT_TEXT_H

#include "core/base/arena.h"
#include "core/base/buffer.h"

bool text_u64(struct slice text, uint64_t *value); /* canonical decimal: no sign, no leading 0 */
bool text_utf8(struct slice text);                 /* well-formed UTF-8, no NUL, no surrogates */
bool text_plain(struct slice text);                /* UTF-8 without control characters */
/* How many bytes the well-formed character at the front takes, and which it is;
 * 0 for a broken one, and at the end. */
size_t text_character(struct slice rest, uint32_t *code);
bool   text_is_control(uint32_t code); /* C0, DEL and C1: what a terminal obeys */

/* A name that people see, in a sentence of ours among others: 1 to NAME_CHARACTERS_MAX
 * characters of UTF-8, not blank, none of them a control character, a line's end or one that
 * turns the text's direction (Bidi_Control of Unicode's PropList): what stands around a name
 * has to read as it was written. NULL: it is one; else what is wrong, "may not be blank". */
enum { NAME_CHARACTERS_MAX = 64 }; /* what a tile, a card and a sentence have room for */
const char *text_name_fault(struct slice text);

/* RFC 4648, 4 (with padding) and 5 (url, without). Strict: no blanks, no
 * missing padding, no stray bits. */
struct slice text_base64(struct arena *arena, struct slice bytes);
struct slice text_base64url(struct arena *arena, struct slice bytes);
bool         text_unbase64(struct arena *arena, struct slice text, struct slice *bytes);
bool         text_unbase64url(struct arena *arena, struct slice text, struct slice *bytes);

void text_hex(struct slice bytes, char *out); /* 2 × size lower-case digits and a NUL */
bool text_unhex(struct slice text, uint8_t *bytes, size_t size); /* either case, exactly `size` */

/* Percent-decoding of a path segment or query value (RFC 3986, 2.1). False for
 * a broken escape, an encoded NUL, or what is not UTF-8 afterwards. */
bool text_unpercent(struct arena *arena, struct slice text, bool plus_is_space, struct slice *out);

/* And back, at the end of `out`: all but letters, digits and "-._~" is encoded. */
void text_percent(struct buffer *out, struct slice text);

/* Addresses: canonical bytes from text. No zone, no brackets, no port. */
bool text_ipv4(struct slice text, uint8_t address[4]);
bool text_ipv6(struct slice text, uint8_t address[16]);
/* "2001:db8::/48": the address with the bits past `length` zero, else false. */
bool text_ipv6_prefix(struct slice text, uint8_t address[16], unsigned *length);

/* Words of protocols: a token of RFC 9110 (never empty), and a match of ASCII without case. */
bool text_is_token_char(char c);
bool text_token(struct slice text);
bool text_same_word(struct slice a, struct slice b);

/* snake_case to kebab-case, into the arena. */
struct slice text_kebab(struct arena *arena, struct slice snake);

#endif

/* decimal.h -- the numbers of JSON, none of them changed on the way.
 *
 * A number is its digits × 10^exponent; the digits have no zero at either end. So equal numbers
 * are equal fields, however they were written: 30, 30.0 and 3e1.
 *
 * A whole number keeps every digit, also those that a double or 64 bits have no room for. One
 * with a fraction is what computed it, a double: the nearest one, in the fewest digits that
 * give it back (0.1 and 0.10000000000000001 are the same). What no double comes near, 1e400 or
 * 1e-400, is not taken.
 *
 * THREADS   Pure.
 * MEMORY    The digits are in the text that was read, or in the arena.
 */
#ifndef PIOT_CORE_WIRE_DECIMAL_H
#define PIOT_CORE_WIRE_DECIMAL_H

#include "core/base/arena.h"

struct decimal {
    struct slice digits; /* 0: none */
    int          exponent;
    bool         negative;
};
enum decimal_fault { DECIMAL_FINE, DECIMAL_TOO_LARGE, DECIMAL_TOO_SMALL };

/* `text` is well-formed by RFC 8259, 6. */
must_use enum decimal_fault decimal_read(struct arena *arena, struct slice text,
                                         struct decimal *number);

/* As JSON, equal numbers alike: "30"; "0.1"; "1e+30". Gives the size. */
enum { DECIMAL_TEXT_MAX = 320 }; /* a sign, and the 309 digits of the largest whole number */
size_t decimal_text(const struct decimal *number, char text[DECIMAL_TEXT_MAX]);

bool decimal_is_whole(const struct decimal *number);
/* False: it is not whole, negative, or too large. */
bool decimal_u64(const struct decimal *number, uint64_t *value);
/* Less than 0, 0, more than 0: as a is less than b, equal, more. */
int decimal_compare(const struct decimal *a, const struct decimal *b);

/* What numbers can be counted off by: more than 0, with at most DECIMAL_STEP_DIGITS digits. */
enum { DECIMAL_STEP_DIGITS = 18 }; /* ten times such a number fits into 64 bits */
bool decimal_is_step(const struct decimal *number);
/* A number with a fraction counts with 15 digits, the most that a double keeps of every
 * decimal: 3 × 0.1 is 0.30000000000000004 to whoever computed it. */
bool decimal_is_multiple(const struct decimal *number, const struct decimal *step);

#endif

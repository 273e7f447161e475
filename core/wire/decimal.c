#include "core/wire/decimal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXPONENT_MAX  = 100000000, /* no text that we read is long enough to make up for more */
    EXACT_DIGITS  = DBL_DIG,   /* so many come back out of a double as they went in … */
    DOUBLE_DIGITS = 17,        /* … and so many give any double back */
    PRINTED_MAX   = 32,        /* "-1.2345678901234567e-308" */
    WRITTEN_OUT   = 21,        /* digits of a round number; a larger one gets an exponent */
    FIRST_ZEROS   = 3,         /* behind the point; with more, an exponent is shorter */
};

/* Where the point stands, counted from the first digit. */
static int point_of(const struct decimal *number)
{
    return (int)number->digits.size + number->exponent;
}

bool decimal_is_whole(const struct decimal *number) { return number->exponent >= 0; }

/* -- reading ------------------------------------------------------------------------------- */

static size_t count_digits(struct slice text, size_t from)
{
    size_t at = from;

    while (at < text.size && text.data[at] >= '0' && text.data[at] <= '9') at++;
    return at - from;
}

/* "e-5", or nothing. */
static int read_exponent(struct slice text)
{
    bool negative = text.size > 1 && text.data[1] == '-';
    int  exponent = 0;

    for (size_t i = 1; i < text.size && exponent < EXPONENT_MAX; i++)
        if (text.data[i] >= '0' && text.data[i] <= '9')
            exponent = 10 * exponent + (text.data[i] - '0');
    return negative ? -exponent : exponent;
}

static void strip_zeros(struct decimal *number)
{
    struct slice *digits = &number->digits;

    while (digits->size && *digits->data == '0') digits->data++, digits->size--;
    while (digits->size && digits->data[digits->size - 1] == '0')
        digits->size--, number->exponent++;
    if (!digits->size) *number = (struct decimal){ .exponent = 0 };
}

/* What the text says, whatever its size. */
static struct decimal read_exactly(struct arena *arena, struct slice text)
{
    struct decimal number = { .negative = *text.data == '-' };
    size_t         begin  = number.negative;
    size_t         whole = count_digits(text, begin), at = begin + whole;
    size_t         fraction = at < text.size && text.data[at] == '.' ? count_digits(text, ++at) : 0;

    number.digits = (struct slice){ text.data + begin, whole };
    if (fraction)
        number.digits = arena_print(arena, "%.*s%.*s", (int)whole, text.data + begin, (int)fraction,
                                    text.data + at);
    at += fraction;
    number.exponent = read_exponent((struct slice){ text.data + at, text.size - at }) -
                      (int)fraction;
    strip_zeros(&number);
    return number;
}

/* A double in so many digits, or fewer if the last ones are zeros. */
static struct decimal of_double(double value, int digits, char printed[PRINTED_MAX])
{
    int size = snprintf(printed, PRINTED_MAX, "%.*e", digits - 1, value);

    ensure(size > 0 && size < PRINTED_MAX);
    char          *first  = printed + (*printed == '-');
    struct decimal number = { .negative = *printed == '-',
                              .exponent = (int)strtol(strchr(first, 'e') + 1, NULL, 10) -
                                          (digits - 1) };
    first[1]              = first[0]; /* over the point */
    number.digits         = (struct slice){ first + 1, (size_t)digits };
    strip_zeros(&number);
    return number;
}

static bool gives_back(double value, int digits)
{
    char printed[PRINTED_MAX];

    snprintf(printed, sizeof printed, "%.*e", digits - 1, value);
    return strtod(printed, NULL) == value;
}

static struct decimal shortest(struct arena *arena, double value)
{
    char           printed[PRINTED_MAX];
    struct decimal number;
    int            digits = fabs(value) < DBL_MIN ? 1 : EXACT_DIGITS;

    while (digits < DOUBLE_DIGITS && !gives_back(value, digits)) digits++;
    number        = of_double(value, digits, printed);
    number.digits = arena_copy(arena, number.digits);
    return number;
}

/* Few digits, and far from where doubles become coarse: the nearest double reads as these. */
static bool is_shortest(const struct decimal *number)
{
    int point = point_of(number);

    return number->digits.size <= EXACT_DIGITS && point > DBL_MIN_10_EXP + EXACT_DIGITS &&
           point < DBL_MAX_10_EXP;
}

enum decimal_fault decimal_read(struct arena *arena, struct slice text, struct decimal *number)
{
    *number = read_exactly(arena, text);
    if (!number->digits.size || is_shortest(number)) return DECIMAL_FINE;
    if (decimal_is_whole(number) && point_of(number) < DBL_MAX_10_EXP) return DECIMAL_FINE;
    double value = strtod(arena_print(arena, "%.*s", (int)text.size, text.data).data, NULL);
    if (!isfinite(value)) return DECIMAL_TOO_LARGE;
    if (value == 0) return DECIMAL_TOO_SMALL;
    if (!decimal_is_whole(number)) *number = shortest(arena, value);
    return DECIMAL_FINE;
}

/* -- writing ------------------------------------------------------------------------------- */

static size_t put(char *text, size_t size, const char *bytes, size_t count)
{
    memcpy(text + size, bytes, count);
    return size + count;
}

static size_t put_zeros(char *text, size_t size, int count)
{
    for (; count > 0; count--) text[size++] = '0';
    return size;
}

static size_t put_with_exponent(const struct decimal *number, char *text, size_t size)
{
    struct slice digits   = number->digits;
    int          exponent = point_of(number) - 1;

    text[size++] = *digits.data;
    if (digits.size > 1) {
        text[size++] = '.';
        size         = put(text, size, digits.data + 1, digits.size - 1);
    }
    return size + (size_t)snprintf(text + size, DECIMAL_TEXT_MAX - size, "e%+03d", exponent);
}

/* A round number stays short. */
static bool wants_exponent(const struct decimal *number)
{
    int point = point_of(number);

    if (decimal_is_whole(number))
        return point > WRITTEN_OUT && number->digits.size <= DOUBLE_DIGITS;
    return point < -FIRST_ZEROS;
}

size_t decimal_text(const struct decimal *number, char text[DECIMAL_TEXT_MAX])
{
    struct slice digits = number->digits;
    int          point  = point_of(number);
    size_t       size   = 0, before;

    if (!digits.size) return put(text, 0, "0", 1);
    if (number->negative) text[size++] = '-';
    if (wants_exponent(number)) return put_with_exponent(number, text, size);
    if (decimal_is_whole(number))
        return put_zeros(text, put(text, size, digits.data, digits.size), number->exponent);
    before       = point > 0 ? (size_t)point : 0;
    size         = before ? put(text, size, digits.data, before) : put(text, size, "0", 1);
    text[size++] = '.';
    size         = put_zeros(text, size, -point);
    return put(text, size, digits.data + before, digits.size - before);
}

/* -- what they are to each other ----------------------------------------------------------- */

bool decimal_u64(const struct decimal *number, uint64_t *value)
{
    uint64_t sum = 0;

    if (number->negative || !decimal_is_whole(number) || point_of(number) > 20) return false;
    for (int i = 0; i < point_of(number); i++) {
        unsigned digit = (size_t)i < number->digits.size ? (unsigned)(number->digits.data[i] - '0')
                                                         : 0;
        if (sum > (UINT64_MAX - digit) / 10) return false;
        sum = 10 * sum + digit;
    }
    *value = sum;
    return true;
}

static int sign_of(const struct decimal *number)
{
    if (!number->digits.size) return 0;
    return number->negative ? -1 : 1;
}

int decimal_compare(const struct decimal *a, const struct decimal *b)
{
    int sign = sign_of(a), size = point_of(a) - point_of(b);

    if (sign != sign_of(b)) return sign - sign_of(b);
    return sign * (size ? size : slice_compare(a->digits, b->digits));
}

bool decimal_is_step(const struct decimal *number)
{
    return sign_of(number) > 0 && number->digits.size <= DECIMAL_STEP_DIGITS;
}

/* By hand, digit for digit: what is left when `step`, without its zeros, is taken off. The
 * number has no zero at its end, so one that ends before the step does is no multiple. */
bool decimal_is_multiple(const struct decimal *number, const struct decimal *step)
{
    char           printed[PRINTED_MAX], text[DECIMAL_TEXT_MAX];
    struct decimal counted = *number;
    uint64_t       whole = 0, left = 0;
    bool           good = decimal_u64(&(struct decimal){ .digits = step->digits }, &whole);

    ensure(good && decimal_is_step(step));
    if (!decimal_is_whole(number) && number->digits.size > EXACT_DIGITS) {
        text[decimal_text(number, text)] = '\0';
        counted                          = of_double(strtod(text, NULL), EXACT_DIGITS, printed);
    }
    if (!counted.digits.size) return true;
    for (size_t i = 0; i < counted.digits.size; i++)
        left = (10 * left + (unsigned)(counted.digits.data[i] - '0')) % whole;
    for (int zeros = counted.exponent - step->exponent; zeros > 0; zeros--)
        left = 10 * left % whole;
    return left == 0 && counted.exponent >= step->exponent;
}

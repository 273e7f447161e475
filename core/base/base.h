/* base.h -- the few words every other file uses: slice, status, ensure.
 *
 * Three kinds of "no" never mix. Our own mistake is ensure() and stops the
 * program. The world's failure -- disk, network, corrupt bytes -- is a struct
 * status, returned by value with a sentence. The rules' no is enum refusal
 * (core/facts/refusal.h), whose names clients may test.
 */
#ifndef PIOT_BASE_H
#define PIOT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes and how many. Never NUL-terminated by promise; never owned. A slice
 * whose data is NULL stands for "nothing there", which differs from empty. */
struct slice {
    const char *data;
    size_t      size;
};
#define SLICE(literal)  ((struct slice){ "" literal, sizeof(literal) - 1 })
#define SLICE_OF(array) ((struct slice){ (const char *)(array), sizeof(array) })
struct slice slice_text(const char *text); /* up to its NUL; NULL gives nothing */
bool         slice_equal(struct slice a, struct slice b);
/* Less than, equal to or greater than 0, as memcmp; a prefix sorts first. */
int  slice_compare(struct slice a, struct slice b);
bool slice_starts(struct slice all, struct slice with);

/* How a call says it failed for a reason outside the program: returned by
 * value, so the sentence travels with the code and nothing is left to free. */
enum status_code {
    STATUS_OK = 0,
    STATUS_IO,        /* disk or network; the outcome may be unknown */
    STATUS_CORRUPT,   /* stored bytes are not what was written */
    STATUS_CONFLICT,  /* somebody else was first */
    STATUS_LIMIT,     /* a named limit is reached; try later or with less */
    STATUS_NOT_FOUND, /* no such file, key or host */
    STATUS_INVALID,   /* an argument from outside is not well formed */
};
struct status {
    enum status_code code;
    char             text[252];
};
#define OK       ((struct status){ STATUS_OK, "" })
#define must_use __attribute__((warn_unused_result))
must_use struct status failed(enum status_code code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#ifdef __clang_analyzer__ /* reads a source alone: it is shown that what failed is not OK */
static inline struct status status_with(enum status_code code, struct status status)
{
    status.code = code;
    return status;
}
#define failed(code, ...) status_with(code, failed(code, __VA_ARGS__))
#endif
#define TRY(call)                                    \
    do {                                             \
        struct status tried_ = (call);               \
        if (tried_.code != STATUS_OK) return tried_; \
    } while (0)

/* No memory is left: says so and ends the process with 1. What was acknowledged is on disk, and
 * there is nothing else to do in its last moment. Any thread. */
_Noreturn void out_of_memory(void);

/* A mistake in the program itself: always on, always fatal. It says what was not so, and where. An
 * allocation that failed ends here, too, and then in out_of_memory(). */
_Noreturn void ensure_failed(const char *what, const char *file, int line);
/* clang-format off */
#define ensure(condition)                                                     \
    ((condition) ? (void)0 : ensure_failed(#condition, __FILE__, __LINE__))
/* clang-format on */
#define impossible(why) ensure_failed(why, __FILE__, __LINE__)

#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif

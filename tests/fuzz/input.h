/* input.h -- what a fuzzer or a corpus hands to a harness, and taking it apart.
 *
 * A harness, fuzz_NAME.c, asks one question of one reader: it ensures what has to hold
 * whatever the bytes are. The inputs that taught something are kept in corpus/NAME; corpus.c
 * runs them as a test, `./dev fuzz NAME` looks for more.
 *
 * MEMORY    What is taken points into the input, which ends where it ends: a byte further
 *           is found by the address sanitizer.
 */
#ifndef PIOT_FUZZ_INPUT_H
#define PIOT_FUZZ_INPUT_H

#include <string.h>

#include "core/base/base.h"

/* Ours: what has to hold is ensured, and 0 given back. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline struct slice input_of(const uint8_t *data, size_t size)
{
    return (struct slice){ (const char *)data, size };
}

static inline struct slice input_take(struct slice *rest, size_t size)
{
    struct slice taken = { rest->data, size < rest->size ? size : rest->size };

    *rest = (struct slice){ rest->data + taken.size, rest->size - taken.size };
    return taken;
}

/* 0 at the end. */
static inline uint8_t input_byte(struct slice *rest)
{
    struct slice byte = input_take(rest, 1);

    return byte.size ? (uint8_t)byte.data[0] : 0;
}

/* Big-endian; short at the end. */
static inline uint64_t input_number(struct slice *rest, size_t bytes)
{
    uint64_t number = 0;

    while (bytes--) number = number << 8 | input_byte(rest);
    return number;
}

/* Without its newline, which is taken as well. */
static inline struct slice input_line(struct slice *rest)
{
    const char  *end  = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
    struct slice line = input_take(rest, end ? (size_t)(end - rest->data) : rest->size);

    (void)input_take(rest, end != NULL);
    return line;
}

static inline bool slice_holds(struct slice all, struct slice part)
{
    return part.size <= all.size && memmem(all.data, all.size, part.data, part.size);
}

#endif

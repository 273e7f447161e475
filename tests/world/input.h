/* input.h -- what a fuzzer or a corpus hands to a harness, and taking it apart.
 *
 * A harness, fuzz_NAME.c, asks one question of one reader: it ensures what has to hold
 * whatever the bytes are. The inputs that taught something are kept in corpus/NAME; corpus.c
 * runs them as a test, `./dev fuzz NAME` looks for more.
 *
 * MEMORY    What is taken points into the input, which ends where it ends: a byte further
 *           is found by the address sanitizer.
 */
#ifndef PIOT_WORLD_INPUT_H
#define PIOT_WORLD_INPUT_H

#include <string.h>

#include "core/base/base.h"

/* Ours: what has to hold is ensured, and 0 given back. */
int          LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
struct slice input_of(const uint8_t *data, size_t size);
struct slice input_take(struct slice *rest, size_t size);

/* 0 at the end. */
uint8_t input_byte(struct slice *rest);

/* Big-endian; short at the end. */
uint64_t input_number(struct slice *rest, size_t bytes);

/* Without its newline, which is taken as well. */
struct slice input_line(struct slice *rest);
bool         slice_holds(struct slice all, struct slice part);

#endif

/* position.h -- where something stands: the log's partition, and a number in it.
 *
 * Positions are compared within one partition only. Inside one log its bare number does,
 * for whoever reads there knows the partition (core/store/store.h); what leaves it, to be
 * told or written down, has both. On the wire a position is opaque text.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_CORE_BASE_POSITION_H
#define PIOT_CORE_BASE_POSITION_H

#include "core/base/base.h"

struct position {
    uint32_t partition; /* 1, 2, 3, …; 0: none */
    uint64_t number;    /* 1, 2, 3, …; 0: before the first */
};

enum { POSITION_TEXT_MAX = 32 }; /* two numbers, a slash and a NUL */
/* "1/123", and a NUL. */
void position_text(struct position position, char text[POSITION_TEXT_MAX]);
/* Exactly what position_text() writes of one in a partition; else false, and `position`
 * stays as it is. */
bool position_parse(struct slice text, struct position *position);

#endif

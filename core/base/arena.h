/* arena.h -- memory for as long as one piece of work lasts.
 *
 * Whoever starts the work owns the arena; callees take from it and never give
 * back; arena_free() or arena_reset() ends it all at once. Zeroed before use.
 *
 * THREADS   An arena belongs to one thread at a time.
 * MEMORY    The first ARENA_FIRST bytes are one malloc; later blocks double up
 *           to ARENA_BLOCK_MAX. Reset keeps the first block.
 * ERRORS    Out of memory stops the program (ensure): a request that large
 *           was refused at the door.
 */
#ifndef PIOT_ARENA_H
#define PIOT_ARENA_H

#include "core/base/base.h"

enum { ARENA_FIRST = 4096, ARENA_BLOCK_MAX = 1 << 20 };

struct arena_block;
struct arena {
    struct arena_block *newest;
};

/* `size` zeroed bytes, aligned for any type. Never NULL, not even for 0. */
void *arena_take(struct arena *arena, size_t size);
#define arena_new(arena, type)          ((type *)arena_take((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_take_array((arena), sizeof(type), (count)))
void *arena_take_array(struct arena *arena, size_t each, size_t count);
/* A copy that lives as long as the arena; nothing stays nothing. */
struct slice arena_copy(struct arena *arena, struct slice bytes);
/* printf into the arena; the slice is followed by a NUL it does not count. */
struct slice arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t arena_size(const struct arena *arena); /* bytes of memory that it has */
void   arena_reset(struct arena *arena);
void   arena_free(struct arena *arena);

#endif

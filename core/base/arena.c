#include "core/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Under AddressSanitizer what is not taken is poisoned, so that reading past the
 * last piece, or anything after a reset, is caught as it would be with malloc. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(WATCHED)
#include <sanitizer/asan_interface.h>
#define forbid(from, size) ASAN_POISON_MEMORY_REGION((from), (size))
#define allow(from, size)  ASAN_UNPOISON_MEMORY_REGION((from), (size))
#else
#define forbid(from, size) ((void)0)
#define allow(from, size)  ((void)0)
#endif

struct arena_block {
    struct arena_block *older;
    size_t              room, used;
    alignas(max_align_t) char bytes[];
};

enum { FIRST_ROOM = ARENA_FIRST - sizeof(struct arena_block) };

static void grow(struct arena *arena, size_t size)
{
    struct arena_block *older = arena->newest, *block;
    size_t              room  = FIRST_ROOM;

    ensure(size < SIZE_MAX / 2);
    if (older) room = older->room < ARENA_BLOCK_MAX / 2 ? 2 * older->room : ARENA_BLOCK_MAX;
    if (room < size) room = size;
    block = malloc(sizeof *block + room);
    ensure(block != NULL);
    *block = (struct arena_block){ .older = older, .room = room };
    forbid(block->bytes, room);
    arena->newest = block;
}

/* `size` bytes as malloc left them. `align` is a power of two. */
static char *claim(struct arena *arena, size_t size, size_t align)
{
    struct arena_block *block = arena->newest;
    size_t              start = block ? (block->used + align - 1) & ~(align - 1) : 0;
    char               *bytes;

    if (!block || start > block->room || size > block->room - start) {
        grow(arena, size);
        block = arena->newest;
        start = 0;
    }
    block->used = start + size;
    bytes       = block->bytes + start;
    allow(bytes, size);
    return bytes;
}

void *arena_take(struct arena *arena, size_t size)
{
    return memset(claim(arena, size, alignof(max_align_t)), 0, size);
}

void *arena_take_array(struct arena *arena, size_t each, size_t count)
{
    ensure(each == 0 || count <= SIZE_MAX / each);
    return arena_take(arena, each * count);
}

struct slice arena_copy(struct arena *arena, struct slice bytes)
{
    char *copy;

    if (!bytes.data) return (struct slice){ 0 };
    copy = claim(arena, bytes.size, 1);
    memcpy(copy, bytes.data, bytes.size);
    return (struct slice){ copy, bytes.size };
}

struct slice arena_print(struct arena *arena, const char *format, ...)
{
    char    first_try[256]; /* most texts fit, and are then formatted only once */
    va_list args;
    size_t  size;
    char   *text;
    int     length;

    va_start(args, format);
    length = vsnprintf(first_try, sizeof first_try, format, args);
    va_end(args);
    ensure(length >= 0);
    size = (size_t)length;
    text = claim(arena, size + 1, 1);
    if (size < sizeof first_try) {
        memcpy(text, first_try, size + 1);
    } else {
        va_start(args, format);
        vsnprintf(text, size + 1, format, args);
        va_end(args);
    }
    return (struct slice){ text, size };
}

size_t arena_size(const struct arena *arena)
{
    size_t size = 0;

    for (const struct arena_block *block = arena->newest; block; block = block->older)
        size += sizeof *block + block->room;
    return size;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *block = arena->newest;

    while (block && (block->older || block->room > FIRST_ROOM)) {
        struct arena_block *older = block->older;

        free(block);
        block = older;
    }
    if (block) {
        block->used = 0;
        forbid(block->bytes, block->room);
    }
    arena->newest = block;
}

void arena_free(struct arena *arena)
{
    arena_reset(arena);
    free(arena->newest);
    arena->newest = NULL;
}

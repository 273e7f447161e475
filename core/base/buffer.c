#include "core/base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOM_MIN = 256 }; /* the first growth: a typical small answer fits */

void buffer_make_room(struct buffer *buffer, size_t more)
{
    size_t needed, room = buffer->room ? 2 * buffer->room : ROOM_MIN;

    if (more <= buffer->room - buffer->size) return;
    ensure(more < SIZE_MAX / 4 && buffer->size < SIZE_MAX / 4);
    needed = buffer->size + more;
    if (room < needed) room = needed;
    buffer->data = realloc(buffer->data, room);
    ensure(buffer->data != NULL);
    buffer->room = room;
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
    size_t  left = buffer->room - buffer->size;
    va_list args;
    int     length;

    va_start(args, format);
    length = vsnprintf(left ? buffer->data + buffer->size : NULL, left, format, args);
    va_end(args);
    ensure(length >= 0);
    if ((size_t)length >= left) { /* vsnprintf wants a place for its NUL as well */
        buffer_make_room(buffer, (size_t)length + 1);
        va_start(args, format);
        vsnprintf(buffer->data + buffer->size, (size_t)length + 1, format, args);
        va_end(args);
    }
    buffer->size += (size_t)length;
}

void buffer_clear(struct buffer *buffer) { buffer->size = 0; }

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){ 0 };
}

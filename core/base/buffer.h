/* buffer.h -- bytes that grow.
 *
 * THREADS   One at a time.
 * MEMORY    Starts as { 0 }; buffer_free() returns it to that. The slice of a
 *           buffer is valid until the buffer next grows.
 */
#ifndef PIOT_BUFFER_H
#define PIOT_BUFFER_H

#include <string.h>

#include "core/base/base.h"

struct buffer {
    char  *data;
    size_t size, room;
};
/* Room for so many more bytes behind the last. */
void buffer_make_room(struct buffer *buffer, size_t more);
/* Here, because an answer is made of hundreds of small pieces, most of which fit. */
static inline void buffer_add(struct buffer *buffer, struct slice bytes)
{
    if (bytes.size == 0) return;
    if (bytes.size > buffer->room - buffer->size) buffer_make_room(buffer, bytes.size);
    memcpy(buffer->data + buffer->size, bytes.data, bytes.size);
    buffer->size += bytes.size;
}
static inline void buffer_add_byte(struct buffer *buffer, char byte)
{
    if (buffer->size == buffer->room) buffer_make_room(buffer, 1);
    buffer->data[buffer->size++] = byte;
}
void buffer_print(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void                       buffer_clear(struct buffer *buffer); /* keeps the room */
void                       buffer_free(struct buffer *buffer);
static inline struct slice buffer_slice(const struct buffer *buffer)
{
    return (struct slice){ buffer->data ? buffer->data : "", buffer->size };
}

#endif

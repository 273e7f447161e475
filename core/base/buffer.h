/* buffer.h -- bytes that grow.
 *
 * THREADS   One at a time.
 * MEMORY    Starts as { 0 }; buffer_free() returns it to that. The slice of a
 *           buffer is good until the buffer next grows.
 */
#ifndef PIOT_BUFFER_H
#define PIOT_BUFFER_H

#include "core/base/base.h"

struct buffer {
    char  *data;
    size_t size, room;
};
void buffer_add(struct buffer *buffer, struct slice bytes);
void buffer_add_byte(struct buffer *buffer, char byte);
void buffer_print(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_clear(struct buffer *buffer); /* keeps the room */
void buffer_free(struct buffer *buffer);
static inline struct slice buffer_slice(const struct buffer *buffer)
{
    return (struct slice){ buffer->data ? buffer->data : "", buffer->size };
}

#endif

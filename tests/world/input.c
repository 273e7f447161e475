#include "tests/world/input.h"

struct slice input_of(const uint8_t *data, size_t size)
{
    return (struct slice){ (const char *)data, size };
}

struct slice input_take(struct slice *rest, size_t size)
{
    struct slice taken = { rest->data, size < rest->size ? size : rest->size };

    *rest = (struct slice){ rest->data + taken.size, rest->size - taken.size };
    return taken;
}

uint8_t input_byte(struct slice *rest)
{
    struct slice byte = input_take(rest, 1);

    return byte.size ? (uint8_t)byte.data[0] : 0;
}

uint64_t input_number(struct slice *rest, size_t bytes)
{
    uint64_t number = 0;

    while (bytes--) number = number << 8 | input_byte(rest);
    return number;
}

struct slice input_line(struct slice *rest)
{
    const char  *end  = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
    struct slice line = input_take(rest, end ? (size_t)(end - rest->data) : rest->size);

    (void)input_take(rest, end != NULL);
    return line;
}

bool slice_holds(struct slice all, struct slice part)
{
    return part.size <= all.size && memmem(all.data, all.size, part.data, part.size);
}

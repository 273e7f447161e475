#include "core/base/position.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

void position_text(struct position position, char text[POSITION_TEXT_MAX])
{
    snprintf(text, POSITION_TEXT_MAX, "%u/%llu", position.partition,
             (unsigned long long)position.number);
}

bool position_parse(struct slice text, struct position *position)
{
    const char *slash = text.size ? memchr(text.data, '/', text.size) : NULL;
    uint64_t    partition, number;

    if (!slash) return false;
    size_t before = (size_t)(slash - text.data);
    if (!text_u64((struct slice){ text.data, before }, &partition) || !partition ||
        partition > UINT32_MAX ||
        !text_u64((struct slice){ slash + 1, text.size - before - 1 }, &number))
        return false;
    *position = (struct position){ (uint32_t)partition, number };
    return true;
}

#include "cli/tool/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct status input_read(const char *path, size_t size_max, struct buffer *text)
{
    bool   standard = strcmp(path, "-") == 0;
    FILE  *file     = standard ? stdin : fopen(path, "re");
    char   block[1 << 16];
    size_t got;

    if (!file) return failed(STATUS_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    while (text->size <= size_max && (got = fread(block, 1, sizeof block, file)) > 0)
        buffer_add(text, (struct slice){ block, got });
    bool broken = ferror(file) != 0;
    if (!standard) fclose(file);
    if (broken) return failed(STATUS_IO, "cannot read %s to its end", path);
    if (text->size > size_max)
        return failed(STATUS_LIMIT, "%s has more than %zu bytes", path, size_max);
    return OK;
}

#include "core/base/base.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct slice slice_text(const char *text)
{
    return text ? (struct slice){ text, strlen(text) } : (struct slice){ 0 };
}

bool slice_equal(struct slice a, struct slice b)
{
    /* memcmp may not be given NULL, not even for no bytes at all. */
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int slice_compare(struct slice a, struct slice b)
{
    size_t both  = a.size < b.size ? a.size : b.size;
    int    order = both ? memcmp(a.data, b.data, both) : 0;

    return order ? order : (a.size > b.size) - (a.size < b.size);
}

bool slice_starts(struct slice all, struct slice with)
{
    return all.size >= with.size && slice_equal((struct slice){ all.data, with.size }, with);
}

struct status(failed)(enum status_code code, const char *format, ...)
{
    struct status status = { .code = code };
    va_list       args;

    ensure(code != STATUS_OK);
    va_start(args, format);
    vsnprintf(status.text, sizeof status.text, format, args);
    va_end(args);
    return status;
}

void out_of_memory(void)
{
    static const char said[] = "out of memory: it ends; what was acknowledged is on disk\n";

    /* Without stdio, which may want memory. If nobody reads it, there is no more to say. */
    (void)!write(STDERR_FILENO, said, sizeof said - 1);
    _exit(1);
}

/* Straight to standard error: whatever is broken, it may be the logger. */
void ensure_failed(const char *what, const char *file, int line)
{
    int cause = errno;

    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    if (cause == ENOMEM) out_of_memory();
    abort();
}

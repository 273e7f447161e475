#include "cli/tool/screen.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/text.h"

static const char *const paints[] = {
    [PAINT_NONE] = "\033[0m",  [PAINT_BOLD] = "\033[1m", [PAINT_DIM] = "\033[2m",
    [PAINT_GOOD] = "\033[32m", [PAINT_BAD] = "\033[31m", [PAINT_NOTE] = "\033[36m",
};

bool screen_is_terminal(FILE *file) { return isatty(fileno(file)) == 1; }

const char *screen_paint(FILE *file, enum paint paint)
{
    const char *unwanted = getenv("NO_COLOR");

    return screen_is_terminal(file) && (!unwanted || !*unwanted) ? paints[paint] : "";
}

void screen_sanitize(struct buffer *out, struct slice text)
{
    uint32_t code = 0;

    for (size_t at = 0, size; at < text.size; at += size ? size : 1) {
        struct slice rest = { text.data + at, text.size - at };
        size              = text_character(rest, &code);
        if (size && !text_is_control(code)) buffer_add(out, (struct slice){ rest.data, size });
        else buffer_add_byte(out, '?');
    }
}

size_t screen_width(struct slice text)
{
    size_t width = 0;

    for (size_t i = 0; i < text.size; i++) width += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return width;
}

void screen_put(FILE *file, struct slice text)
{
    if (fwrite(text.data, 1, text.size, file) == text.size && fflush(file) == 0) return;
    if (file == stdout) screen_complain("cannot write to standard output");
    exit(3);
}

void screen_complain(const char *format, ...)
{
    struct buffer line = { 0 };
    char          sentence[2048];
    va_list       args;

    va_start(args, format);
    int size = vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    ensure(size >= 0);
    buffer_print(&line, "%spiot:%s ", screen_paint(stderr, PAINT_BAD),
                 screen_paint(stderr, PAINT_NONE));
    screen_sanitize(&line, slice_text(sentence));
    buffer_add_byte(&line, '\n');
    fwrite(line.data, 1, line.size, stderr);
    buffer_free(&line);
}

/* -- progress -------------------------------------------------------------------------- */

static void screen_tell_progress(void *context, const char *what, uint64_t done, uint64_t all)
{
    (void)context;
    if (!screen_is_terminal(stderr)) return;
    fprintf(stderr, "\r\033[K%s %llu of %llu events (%llu %%)", what, (unsigned long long)done,
            (unsigned long long)all, (unsigned long long)(all ? 100 * done / all : 100));
    fflush(stderr);
}

const struct progress screen_progress = { screen_tell_progress, NULL };

void screen_progress_end(void)
{
    if (screen_is_terminal(stderr)) fputs("\r\033[K", stderr);
}

#include "core/base/report.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SENTENCE_MAX = 1024 }; /* a report is a sentence, not a dump */

static const struct level {
    const char *name, *colour;
    int         priority; /* sd-daemon(3) */
} levels[] = {
    [REPORT_ERROR]   = { "error", "\033[31m", 3 },
    [REPORT_WARNING] = { "warning", "\033[33m", 4 },
    [REPORT_NOTICE]  = { "notice", "\033[36m", 5 },
    [REPORT_DEBUG]   = { "debug", "\033[2m", 7 },
};

static atomic_uint           least_level = REPORT_NOTICE;
static atomic_bool           as_json;
static atomic_uint_least64_t counts[COUNT(levels)];

void report_set(struct report_settings settings)
{
    ensure(settings.level < COUNT(levels));
    atomic_store(&least_level, settings.level);
    atomic_store(&as_json, settings.json);
}

uint64_t report_count(enum report_level level)
{
    ensure(level < COUNT(levels));
    return atomic_load_explicit(&counts[level], memory_order_relaxed);
}

/* What came from outside may be in a sentence: it must neither start a line of
 * its own nor command the terminal. */
static void put_sanitized(struct buffer *line, struct slice sentence)
{
    uint32_t code = 0;

    for (size_t at = 0, size; at < sentence.size; at += size ? size : 1) {
        struct slice rest = { sentence.data + at, sentence.size - at };

        size = text_character(rest, &code);
        if (size && !text_is_control(code)) buffer_add(line, (struct slice){ rest.data, size });
        else buffer_add_byte(line, '?');
    }
}

static void put_json(struct buffer *line, const struct level *level, const char *room,
                     struct slice sentence)
{
    struct clock clock = clock_real();
    struct json  json  = json_to(line);

    json_object(&json);
    json_put_instant(&json, "time", clock_now(&clock));
    json_put_text(&json, "level", slice_text(level->name));
    json_put_text(&json, "room", slice_text(room));
    json_put_text(&json, "message", sentence);
    json_object_end(&json);
}

static void put_text(struct buffer *line, const struct level *level, const char *room,
                     struct slice sentence, bool coloured)
{
    struct clock clock = clock_real();
    char         now[INSTANT_TEXT_MAX];

    instant_text(clock_now(&clock), now);
    buffer_print(line, "%s %s%-7s%s %s: ", now, coloured ? level->colour : "", level->name,
                 coloured ? "\033[0m" : "", room);
    put_sanitized(line, sentence);
}

static void put_line(enum report_level level, const char *room, struct slice sentence)
{
    struct buffer line     = { 0 };
    bool          terminal = isatty(STDERR_FILENO);

    if (!terminal && getenv("INVOCATION_ID")) buffer_print(&line, "<%d>", levels[level].priority);
    if (atomic_load(&as_json)) put_json(&line, &levels[level], room, sentence);
    else put_text(&line, &levels[level], room, sentence, terminal);
    buffer_add_byte(&line, '\n');

    /* Nowhere is left to say that standard error is gone. */
    ssize_t written = write(STDERR_FILENO, line.data, line.size);
    (void)written;
    buffer_free(&line);
}

void report(enum report_level level, const char *room, const char *format, ...)
{
    int     error = errno; /* a caller may report first and look at it later */
    char    sentence[SENTENCE_MAX];
    va_list args;
    int     length;

    ensure(level < COUNT(levels));
    atomic_fetch_add_explicit(&counts[level], 1, memory_order_relaxed);
    if (level > atomic_load_explicit(&least_level, memory_order_relaxed)) return;
    va_start(args, format);
    length = vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    ensure(length >= 0);
    put_line(level, room, slice_text(sentence));
    errno = error;
}

/* settings_read.c -- settings from a file, the environment and the command line. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/settings/settings.h"
#include "core/base/report.h"

enum { FILE_SIZE_MAX = 1 << 20 }; /* a settings file larger than this is none */

static struct slice trimmed(struct slice text)
{
    while (text.size && isspace((unsigned char)text.data[0])) text.data++, text.size--;
    while (text.size && isspace((unsigned char)text.data[text.size - 1])) text.size--;
    return text;
}

static bool split(struct slice text, struct slice *name, struct slice *value)
{
    const char *equals = text.size ? memchr(text.data, '=', text.size) : NULL;

    if (!equals) return false;
    size_t before = (size_t)(equals - text.data);
    *name         = trimmed((struct slice){ text.data, before });
    *value        = trimmed((struct slice){ equals + 1, text.size - before - 1 });
    return true;
}

struct status settings_read_text(struct settings *settings, struct slice text, const char *from)
{
    for (int number = 1; text.size; number++) {
        const char  *end  = memchr(text.data, '\n', text.size);
        struct slice line = { text.data, end ? (size_t)(end - text.data) : text.size };
        size_t       used = line.size + (end ? 1 : 0);
        struct slice name, value;

        text = (struct slice){ text.data + used, text.size - used };
        line = trimmed(line);
        if (!line.size || line.data[0] == '#') continue;
        if (!split(line, &name, &value))
            return failed(STATUS_INVALID, "%s:%d: a line has to be name = value", from, number);
        struct status status = settings_set(settings, name, value);
        if (status.code != STATUS_OK)
            return failed(status.code, "%.80s:%d: %.160s", from, number, status.text);
    }
    return OK;
}

struct status settings_file(const char *path, struct buffer *text)
{
    char          piece[4096];
    size_t        got;
    FILE         *file   = fopen(path, "re");
    struct status status = OK;

    if (!file) return failed(STATUS_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    while ((got = fread(piece, 1, sizeof piece, file)) > 0 && text->size <= FILE_SIZE_MAX)
        buffer_add(text, (struct slice){ piece, got });
    if (ferror(file)) status = failed(STATUS_IO, "cannot read %s: %s", path, strerror(errno));
    else if (text->size > FILE_SIZE_MAX) status = failed(STATUS_LIMIT, "%s is too large", path);
    fclose(file);
    return status;
}

struct status settings_read_file(struct settings *settings, const char *path)
{
    struct buffer text   = { 0 };
    struct status status = settings_file(path, &text);

    if (status.code == STATUS_OK) status = settings_read_text(settings, buffer_slice(&text), path);
    buffer_free(&text);
    return status;
}

struct status settings_read_environment(struct settings *settings, const char *const *environment)
{
    for (; *environment; environment++) {
        struct slice name, value;
        char         lower[64];

        if (strncmp(*environment, "PIOT_", 5)) continue;
        if (!split(slice_text(*environment + 5), &name, &value)) continue;
        if (name.size > sizeof lower) name.size = sizeof lower;
        for (size_t i = 0; i < name.size; i++)
            lower[i] = (char)tolower((unsigned char)name.data[i]);
        name = (struct slice){ lower, name.size };
        if (!settings_have(name)) {
            report(REPORT_WARNING, "api", "no setting is named %.*s, as PIOT_… has it",
                   (int)name.size, lower);
            continue;
        }
        struct status status = settings_set(settings, name, value);
        if (status.code != STATUS_OK)
            return failed(status.code, "environment: %.200s", status.text);
    }
    return OK;
}

/* -- the command line ------------------------------------------------------------ */

struct line {
    int                count, at;
    const char *const *words;
};

/* The value of option `name`, either its own word or after "="; false: another option. */
static bool option(struct line *line, const char *name, const char **value)
{
    const char *word = line->words[line->at];
    size_t      size = strlen(name);

    if (strncmp(word, name, size)) return false;
    if (word[size] == '=') {
        *value = word + size + 1;
        return true;
    }
    if (word[size]) return false;
    *value = line->at + 1 < line->count ? line->words[++line->at] : NULL;
    return true;
}

static struct status one_option(struct settings *settings, struct line *line)
{
    const char  *value;
    struct slice name, text;

    if (option(line, "--config", &value)) /* read already, before this line */
        return value ? OK : failed(STATUS_INVALID, "--config FILE");
    if (option(line, "--data", &value))
        return value ? settings_set(settings, SLICE("data"), slice_text(value))
                     : failed(STATUS_INVALID, "--data DIR");
    if (option(line, "--listen", &value))
        return value ? settings_set(settings, SLICE("listen"), slice_text(value))
                     : failed(STATUS_INVALID, "--listen ADDRESS:PORT");
    if (option(line, "--set", &value)) {
        if (!value || !split(slice_text(value), &name, &text))
            return failed(STATUS_INVALID, "--set name=value");
        return settings_set(settings, name, text);
    }
    return failed(STATUS_INVALID, "piotd does not know %.64s: try --help", line->words[line->at]);
}

static struct status read_line(struct settings *settings, int count, const char *const *words)
{
    for (struct line line = { count, 1, words }; line.at < count; line.at++)
        TRY(one_option(settings, &line));
    return OK;
}

static struct status read_configs(struct settings *settings, int count, const char *const *words)
{
    for (struct line line = { count, 1, words }; line.at < count; line.at++) {
        const char *value = NULL;
        if (option(&line, "--config", &value) && value) TRY(settings_read_file(settings, value));
    }
    return OK;
}

struct status settings_start(struct settings *settings, int count, const char *const *arguments,
                             const char *const *environment, enum settings_task *task)
{
    settings_default(settings);
    *task = SETTINGS_RUN;
    for (int i = 1; i < count; i++) {
        if (!strcmp(arguments[i], "--help") || !strcmp(arguments[i], "-h")) *task = SETTINGS_HELP;
        if (!strcmp(arguments[i], "--version")) *task = SETTINGS_VERSION;
    }
    if (*task != SETTINGS_RUN) return OK;
    TRY(settings_read_environment(settings, environment));
    TRY(read_configs(settings, count, arguments));
    TRY(read_line(settings, count, arguments));
    return settings_check(settings);
}

#include "core/wire/bad_field.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/buffer.h"

static bool is_sign(char c) { return c == '.' || c == '[' || c == ']' || c == '\\'; }

bool bad_field_say(struct bad_field *bad, const char *name, const char *why, ...)
{
    va_list args;

    snprintf(bad->name, sizeof bad->name, "%s", name);
    va_start(args, why);
    vsnprintf(bad->why, sizeof bad->why, why, args);
    va_end(args);
    return false;
}

/* -- paths --------------------------------------------------------------------------------- */

void path_add(char path[BAD_NAME_MAX], struct slice member)
{
    size_t size = strlen(path);

    if (size && size + 1 < BAD_NAME_MAX) path[size++] = '.';
    for (size_t i = 0; i < member.size && size + 1 < BAD_NAME_MAX; i++) {
        if (is_sign(member.data[i])) path[size++] = '\\';
        if (size + 1 < BAD_NAME_MAX) path[size++] = member.data[i];
    }
    path[size] = '\0';
}

static size_t add_text(char path[BAD_NAME_MAX], size_t size, const char *text)
{
    while (*text && size + 1 < BAD_NAME_MAX) path[size++] = *text++;
    path[size] = '\0';
    return size;
}

static bool go_below(struct bad_field *bad, const char *above)
{
    char   below[BAD_NAME_MAX];
    size_t size = add_text(below, 0, above);

    if (*bad->name && *bad->name != '[') size = add_text(below, size, ".");
    add_text(below, size, bad->name);
    memcpy(bad->name, below, sizeof below);
    return false;
}

bool bad_field_inside(struct bad_field *bad, struct slice member)
{
    char above[BAD_NAME_MAX] = "";

    path_add(above, member);
    return go_below(bad, above);
}

bool bad_field_inside_item(struct bad_field *bad, size_t index)
{
    char above[BAD_NAME_MAX];

    snprintf(above, sizeof above, "[%zu]", index);
    return go_below(bad, above);
}

/* -- telling ------------------------------------------------------------------------------- */

struct slice bad_field_sentence(struct arena *arena, const struct bad_field *bad, const char *whole)
{
    return arena_print(arena, "%s %s.", *bad->name ? bad->name : whole, bad->why);
}

static void add_to_pointer(struct buffer *pointer, char c)
{
    if (c == '~') buffer_add(pointer, SLICE("~0"));
    else if (c == '/') buffer_add(pointer, SLICE("~1"));
    else buffer_add_byte(pointer, c);
}

struct slice bad_field_pointer(struct arena *arena, const struct bad_field *bad)
{
    struct buffer pointer = { 0 };
    struct slice  text    = { NULL, 0 };

    if (!*bad->name || strlen(bad->name) == BAD_NAME_MAX - 1) return text;
    if (*bad->name != '[') buffer_add_byte(&pointer, '/');
    for (const char *at = bad->name; *at; at++) {
        if (*at == '\\' && at[1]) add_to_pointer(&pointer, *++at);
        else if (*at == '.' || *at == '[') buffer_add_byte(&pointer, '/');
        else if (*at != ']') add_to_pointer(&pointer, *at);
    }
    text = arena_copy(arena, buffer_slice(&pointer));
    buffer_free(&pointer);
    return text;
}

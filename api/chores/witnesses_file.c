/* witnesses_file.c -- who is asked: a verifier key and a URL on each line. */
#include <stdlib.h>
#include <string.h>

#include "api/chores/witnesses_internal.h"
#include "api/post/endpoint.h"

static struct slice trimmed(struct slice text)
{
    while (text.size && strchr(" \t\r", text.data[text.size - 1])) text.size--;
    while (text.size && strchr(" \t", *text.data)) text.data++, text.size--;
    return text;
}

static bool is_known(const struct witness_list *list, const struct note_key *key)
{
    for (size_t i = 0; i < list->count; i++)
        if (memcmp(list->of[i]->key.public_key, key->public_key, ED25519_KEY_SIZE) == 0 ||
            strcmp(list->of[i]->key.name, key->name) == 0)
            return true;
    return false;
}

static struct status read_url(struct witness *witness, struct slice url)
{
    const char *why = endpoint_why_not(url);

    if (why) return failed(STATUS_INVALID, "the URL %s", why);
    if (memchr(url.data, '?', url.size)) return failed(STATUS_INVALID, "the URL has a query");
    while (url.data[url.size - 1] == '/') url.size--;
    buffer_print(&witness->url, "%.*s/add-checkpoint", (int)url.size, url.data);
    buffer_add_byte(&witness->url, '\0');
    return OK;
}

static struct status read_witness(const struct witness_list *list, struct witness *witness,
                                  struct slice line)
{
    const char  *blank = memchr(line.data, ' ', line.size);
    struct slice key   = { line.data, blank ? (size_t)(blank - line.data) : line.size };

    if (!blank) return failed(STATUS_INVALID, "a verifier key and a URL are expected");
    TRY(note_key_parse(key, &witness->key));
    if (witness->key.algorithm != NOTE_COSIGNATURE)
        return failed(STATUS_INVALID, "the key of %s is not one to cosign with", witness->key.name);
    if (is_known(list, &witness->key)) /* it would count twice */
        return failed(STATUS_INVALID, "%s, or its key, is there already", witness->key.name);
    return read_url(witness, trimmed((struct slice){ blank, line.size - key.size }));
}

static struct status read_line(struct witness_list *list, struct slice line)
{
    if (list->count == WITNESSES_MAX)
        return failed(STATUS_INVALID, "there are more than %d", WITNESSES_MAX);
    struct witness *witness = calloc(1, sizeof *witness);
    ensure(witness != NULL);
    struct status status = read_witness(list, witness, line);
    if (status.code == STATUS_OK) list->of[list->count++] = witness;
    else witness_free(witness);
    return status;
}

static struct status read_lines(struct witness_list *list, struct slice text, const char *from)
{
    for (int number = 1; text.size; number++) {
        const char  *end  = memchr(text.data, '\n', text.size);
        size_t       size = end ? (size_t)(end - text.data) : text.size;
        struct slice line = trimmed((struct slice){ text.data, size });

        size += end ? 1 : 0;
        text = (struct slice){ text.data + size, text.size - size };
        if (!line.size || *line.data == '#') continue;
        struct status status = read_line(list, line);
        if (status.code != STATUS_OK)
            return failed(status.code, "%.80s:%d: %.160s", from, number, status.text);
    }
    return OK;
}

static struct status read_file(struct witness_list *list, const char *from)
{
    struct buffer text   = { 0 };
    struct status status = settings_file(from, &text);

    if (status.code == STATUS_OK) status = read_lines(list, buffer_slice(&text), from);
    buffer_free(&text);
    TRY(status);
    if (list->needed <= list->count) return OK;
    return failed(STATUS_INVALID, "setting witnesses_needed is %zu, but %s names %zu", list->needed,
                  from, list->count);
}

struct status witness_list_read(const struct settings *settings, struct witness_list **out)
{
    struct witness_list *list   = calloc(1, sizeof *list);
    struct status        status = OK;

    ensure(list != NULL);
    list->needed = (size_t)settings->witnesses_needed;
    if (list->needed) status = read_file(list, settings->witnesses);
    *out = status.code == STATUS_OK ? list : NULL;
    if (!*out) witness_list_free(list);
    return status;
}

void witness_list_free(struct witness_list *list)
{
    for (size_t i = 0; list && i < list->count; i++) witness_free(list->of[i]);
    free(list);
}

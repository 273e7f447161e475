/* witnesses_file.c -- who is asked: a verifier key and a URL on each line. */
#include <string.h>

#include "api/chores/witnesses_internal.h"
#include "api/post/endpoint.h"

static struct slice trimmed(struct slice text)
{
    while (text.size && strchr(" \t\r", text.data[text.size - 1])) text.size--;
    while (text.size && strchr(" \t", *text.data)) text.data++, text.size--;
    return text;
}

static bool is_known(const struct witnesses *all, const struct note_key *key)
{
    for (size_t i = 0; i < all->count; i++)
        if (memcmp(all->list[i].key.public_key, key->public_key, ED25519_KEY_SIZE) == 0 ||
            strcmp(all->list[i].key.name, key->name) == 0)
            return true;
    return false;
}

static struct status read_url(struct witnesses *all, struct witness *witness, struct slice url)
{
    const char *why = endpoint_why_not(url);

    if (why) return failed(STATUS_INVALID, "the URL %s", why);
    if (memchr(url.data, '?', url.size)) return failed(STATUS_INVALID, "the URL has a query");
    while (url.data[url.size - 1] == '/') url.size--;
    witness->url = arena_print(&all->arena, "%.*s/add-checkpoint", (int)url.size, url.data).data;
    return OK;
}

static struct status read_line(struct witnesses *all, struct slice line)
{
    const char     *blank   = memchr(line.data, ' ', line.size);
    struct slice    key     = { line.data, blank ? (size_t)(blank - line.data) : line.size };
    struct witness *witness = &all->list[all->count];

    if (!blank) return failed(STATUS_INVALID, "a verifier key and a URL are expected");
    if (all->count == WITNESSES_MAX)
        return failed(STATUS_INVALID, "there are more than %d", WITNESSES_MAX);
    TRY(note_key_parse(key, &witness->key));
    if (witness->key.algorithm != NOTE_COSIGNATURE)
        return failed(STATUS_INVALID, "the key of %s is not one to cosign with", witness->key.name);
    if (is_known(all, &witness->key)) /* it would count twice */
        return failed(STATUS_INVALID, "%s, or its key, is there already", witness->key.name);
    TRY(read_url(all, witness, trimmed((struct slice){ blank, line.size - key.size })));
    witness->all = all;
    all->count++;
    return OK;
}

struct status witnesses_read(struct witnesses *all, struct slice text, const char *from)
{
    for (int number = 1; text.size; number++) {
        const char  *end  = memchr(text.data, '\n', text.size);
        size_t       size = end ? (size_t)(end - text.data) : text.size;
        struct slice line = trimmed((struct slice){ text.data, size });

        size += end ? 1 : 0;
        text = (struct slice){ text.data + size, text.size - size };
        if (!line.size || *line.data == '#') continue;
        struct status status = read_line(all, line);
        if (status.code != STATUS_OK)
            return failed(status.code, "%.80s:%d: %.160s", from, number, status.text);
    }
    return OK;
}

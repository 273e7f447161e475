/* lease_file.c -- see lease.h. */
#include "cli/operator/lease.h"

#include <string.h>

#include "core/base/text.h"
#include "core/wire/json_path.h"

static struct slice skip_blanks(struct slice text)
{
    while (text.size && memchr(" \t\r\n", *text.data, 4)) text.data++, text.size--;
    return text;
}

static struct status array_lines(struct slice text, struct buffer *lines)
{
    struct tree tree = { 0 };

    TRY(tree_read(&tree, text));
    for (size_t i = 0; i < node_count(tree.root); i++) {
        node_write(node_item(tree.root, i), false, lines);
        buffer_add_byte(lines, '\n');
    }
    tree_close(&tree);
    return OK;
}

struct status lease_lines(struct slice text, struct buffer *lines)
{
    struct slice start = skip_blanks(text);

    if (!start.size) return failed(STATUS_CORRUPT, "there is nothing in it");
    if (*start.data == '[') return array_lines(text, lines);
    if (*start.data != '{')
        return failed(STATUS_CORRUPT, "it has to be a JSON array, or a JSON object on each line");
    buffer_add(lines, text);
    return OK;
}

/* The first line with what ends it. */
static size_t line_size(struct slice rest)
{
    const char *end = rest.size ? memchr(rest.data, '\n', rest.size) : NULL;

    return end ? (size_t)(end + 1 - rest.data) : rest.size;
}

bool lease_chunk(struct slice *rest, struct slice *chunk, size_t *count)
{
    *chunk = (struct slice){ rest->data, 0 };
    *count = 0;
    while (rest->size && *count < LEASE_LINES_MAX) {
        struct slice line = { rest->data, line_size(*rest) };
        if (*count && chunk->size + line.size > LEASE_BYTES_MAX) break;
        *count += skip_blanks(line).size > 0;
        chunk->size += line.size;
        *rest = (struct slice){ rest->data + line.size, rest->size - line.size };
    }
    return *count > 0;
}

bool lease_ports(struct slice text, uint64_t *from, uint64_t *to)
{
    const char *dash = text.size ? memchr(text.data, '-', text.size) : NULL;

    if (!dash) return false;
    struct slice first = { text.data, (size_t)(dash - text.data) };
    struct slice last  = { dash + 1, text.size - first.size - 1 };
    return text_u64(first, from) && text_u64(last, to) && *from <= *to && *to <= UINT16_MAX;
}

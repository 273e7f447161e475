/* anchor.c -- the file that remembers how far the log had come.
 *
 *     piot anchor 1
 *     <position>
 *     <leaf hash, hex>
 *     <SHA-256 of the lines above, hex>
 *
 * Text, so that an operator at a bad hour can read what is missing. The last
 * line tells a damaged anchor from a damaged log.
 */
#include "core/base/text.h"
#include "core/log/durable.h"
#include "core/log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    HEX_SIZE   = 2 * SHA256_SIZE,
    ANCHOR_MAX = 256, /* three short lines and two hashes take at most 165 */
};
static const char FIRST_LINE[] = "piot anchor 1";

struct status anchor_write(const char *path, const struct anchor *anchor)
{
    char   text[ANCHOR_MAX], hex[HEX_SIZE + 1];
    size_t size;

    text_hex(SLICE_OF(anchor->leaf.bytes), hex);
    size            = (size_t)snprintf(text, sizeof text, "%s\n%llu\n%s\n", FIRST_LINE,
                                       (unsigned long long)anchor->position, hex);
    struct hash sum = crypto_sha256((struct slice){ text, size });
    text_hex(SLICE_OF(sum.bytes), hex);
    size += (size_t)snprintf(text + size, sizeof text - size, "%s\n", hex);
    ensure(size < sizeof text);
    return durable_write(path, (struct slice){ text, size }, DURABLE_REPLACE);
}

/* All of a file that fits into `text`; one that does not is cut, and so damaged. */
static struct status read_small(const char *path, char text[ANCHOR_MAX], size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT) return failed(STATUS_NOT_FOUND, "there is no %s", path);
    if (fd < 0) return durable_failed("opening", path);
    ssize_t       got    = read(fd, text, ANCHOR_MAX);
    struct status status = got < 0 ? durable_failed("reading", path) : OK;
    close(fd);
    *size = got > 0 ? (size_t)got : 0;
    return status;
}

static bool take_line(struct slice *rest, struct slice *line)
{
    const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;

    if (!end) return false;
    *line = (struct slice){ rest->data, (size_t)(end - rest->data) };
    *rest = (struct slice){ end + 1, rest->size - line->size - 1 };
    return true;
}

static bool parse(struct slice text, struct anchor *anchor)
{
    struct slice rest = text, first, position, leaf, sum;
    struct hash  wanted;

    if (!take_line(&rest, &first) || !take_line(&rest, &position) || !take_line(&rest, &leaf))
        return false;
    struct hash found = crypto_sha256((struct slice){ text.data, text.size - rest.size });
    return take_line(&rest, &sum) && rest.size == 0 && slice_equal(first, slice_text(FIRST_LINE)) &&
           text_unhex(sum, wanted.bytes, SHA256_SIZE) &&
           memcmp(&found, &wanted, sizeof found) == 0 && text_u64(position, &anchor->position) &&
           text_unhex(leaf, anchor->leaf.bytes, SHA256_SIZE);
}

struct status anchor_read(const char *path, struct anchor *anchor)
{
    char   text[ANCHOR_MAX];
    size_t size = 0;

    TRY(read_small(path, text, &size));
    if (!parse((struct slice){ text, size }, anchor))
        return failed(STATUS_CORRUPT, "%s is damaged", path);
    return OK;
}

struct status anchor_check(struct reader *reader, uint32_t partition, const struct anchor *anchor)
{
    struct log_record record;
    struct arena      arena = { 0 };
    uint64_t          head;

    if (anchor->position == 0) return OK;
    TRY(log_head(reader, partition, &head));
    if (head < anchor->position)
        return failed(STATUS_CORRUPT,
                      "the log ends at %llu, but it had come to %llu: %llu events are missing",
                      (unsigned long long)head, (unsigned long long)anchor->position,
                      (unsigned long long)(anchor->position - head));
    struct status status = log_read_record(reader, partition, anchor->position, &arena, &record);
    if (status.code == STATUS_NOT_FOUND)
        status =
            failed(STATUS_CORRUPT, "event %llu is missing", (unsigned long long)anchor->position);
    else if (status.code == STATUS_OK && !slice_equal(record.leaf, SLICE_OF(anchor->leaf.bytes)))
        status = failed(STATUS_CORRUPT, "event %llu is not the one that stood there",
                        (unsigned long long)anchor->position);
    arena_free(&arena);
    return status;
}

#include "core/vault/vault_mark.h"

#include "core/base/crypto.h"
#include "core/base/durable.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    HEX_SIZE = 2 * SHA256_SIZE,
    MARK_MAX = 128, /* two short lines and a hash take at most 99 */
};
static const char FIRST_LINE[] = "piot vault 1";

static size_t write_lines(char text[MARK_MAX], uint64_t changes)
{
    char hex[HEX_SIZE + 1];
    int  size = snprintf(text, MARK_MAX, "%s\n%llu\n", FIRST_LINE, (unsigned long long)changes);

    ensure(size > 0 && size + HEX_SIZE + 1 < MARK_MAX);
    struct hash sum = crypto_sha256((struct slice){ text, (size_t)size });
    text_hex(SLICE_OF(sum.bytes), hex);
    return (size_t)size + (size_t)snprintf(text + size, MARK_MAX - (size_t)size, "%s\n", hex);
}

struct status vault_mark_write(const char *path, uint64_t changes)
{
    char   text[MARK_MAX];
    size_t size = write_lines(text, changes);

    return durable_write(path, (struct slice){ text, size }, DURABLE_REPLACE);
}

/* There is one text for each count: the number is read, and all written once more. */
static bool parse(struct slice text, uint64_t *changes)
{
    char        again[MARK_MAX];
    size_t      lead = sizeof FIRST_LINE;
    const char *end  = text.size > lead ? memchr(text.data + lead, '\n', text.size - lead) : NULL;

    if (!end) return false;
    struct slice number = { text.data + lead, (size_t)(end - text.data) - lead };
    return text_u64(number, changes) &&
           slice_equal(text, (struct slice){ again, write_lines(again, *changes) });
}

struct status vault_mark_read(const char *path, uint64_t *changes)
{
    char text[MARK_MAX];
    int  fd = durable_open(path, O_RDONLY);

    if (fd < 0 && errno == ENOENT) return failed(STATUS_NOT_FOUND, "there is no %s", path);
    if (fd < 0) return durable_failed("opening", path);
    ssize_t       got    = read(fd, text, sizeof text);
    struct status status = got < 0 ? durable_failed("reading", path) : OK;
    close(fd);
    TRY(status);
    return parse((struct slice){ text, (size_t)got }, changes)
               ? OK
               : failed(STATUS_CORRUPT, "%s is damaged", path);
}

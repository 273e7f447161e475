#include "core/vault/vault_master.h"

#include "core/base/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* Never beside keys: under a new master key none of them could be opened, and what
 * they seal would be lost without anybody having said so. */
static struct status make(const char *folder, const char *path)
{
    char          keys[PATH_MAX];
    uint8_t       fresh[AES_KEY_SIZE];
    struct status status;

    TRY(durable_join(keys, folder, "keys"));
    if (access(keys, F_OK) == 0)
        return failed(STATUS_CORRUPT, "%s is gone, but the keys under it are there: bring it back",
                      path);
    crypto_random(fresh, sizeof fresh);
    status = durable_write(path, SLICE_OF(fresh), DURABLE_NEW);
    crypto_wipe(fresh, sizeof fresh);
    return status;
}

/* Root may read what belongs to the service: tools run so. */
static struct status check(int fd, const char *path)
{
    struct stat found;

    if (fstat(fd, &found) != 0) return durable_failed("looking at", path);
    if (!S_ISREG(found.st_mode)) return failed(STATUS_INVALID, "%s is not a file", path);
    if (geteuid() != 0 && found.st_uid != geteuid())
        return failed(STATUS_INVALID, "%s belongs to user %u, not to us: chown it", path,
                      (unsigned)found.st_uid);
    if (found.st_mode & 077)
        return failed(STATUS_INVALID,
                      "%s has mode %04o, so others may read everybody's data: make it 0600", path,
                      (unsigned)found.st_mode & 07777);
    if (found.st_size != AES_KEY_SIZE)
        return failed(STATUS_CORRUPT, "%s has %lld bytes instead of %d", path,
                      (long long)found.st_size, AES_KEY_SIZE);
    return OK;
}

struct status vault_master_read(const char *path, const char *folder, uint8_t key[AES_KEY_SIZE])
{
    struct status status;

    int fd = durable_open(path, O_RDONLY);
    if (fd < 0 && errno == ENOENT && folder) {
        TRY(make(folder, path));
        fd = durable_open(path, O_RDONLY);
    }
    if (fd < 0 && errno == ENOENT) return failed(STATUS_NOT_FOUND, "there is no %s", path);
    if (fd < 0) return durable_failed("opening", path);
    status = check(fd, path);
    if (status.code == STATUS_OK && read(fd, key, AES_KEY_SIZE) != AES_KEY_SIZE)
        status = durable_failed("reading", path);
    close(fd);
    return status;
}

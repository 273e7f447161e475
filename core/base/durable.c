#include "core/base/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DURABLE_LOOK_MS = 10 }; /* for a descriptor, again */

int durable_open(const char *path, int flags)
{
    int64_t until = clock_monotonic_us() + DURABLE_WAIT;
    int     fd;

    while ((fd = open(path, flags | O_CLOEXEC, 0600)) < 0 && (errno == EMFILE || errno == ENFILE) &&
           clock_monotonic_us() < until)
        poll(NULL, 0, DURABLE_LOOK_MS);
    return fd;
}

struct status durable_failed(const char *doing, const char *path)
{
    return failed(STATUS_IO, "%s %s: %s", doing, path, strerror(errno));
}

struct status durable_join(char *path, const char *folder, const char *name)
{
    int size = snprintf(path, PATH_MAX, "%s/%s", folder, name);

    ensure(size > 0);
    return size < PATH_MAX ? OK : failed(STATUS_INVALID, "the path of %s is too long", name);
}

/* As the system knows it; of one that is not there, as it would. */
static struct status resolve(const char *path, char *real)
{
    char above[PATH_MAX], name[PATH_MAX], way[PATH_MAX];

    if (realpath(path, real)) return OK;
    if (errno != ENOENT || strlen(path) >= PATH_MAX) return durable_failed("looking for", path);
    snprintf(above, sizeof above, "%s", path); /* both take a copy of their own apart */
    snprintf(name, sizeof name, "%s", path);
    if (!realpath(dirname(above), way)) return durable_failed("looking for", path);
    return durable_join(real, way, basename(name));
}

struct status durable_within(const char *path, const char *folder, bool *within)
{
    char real[PATH_MAX], around[PATH_MAX];

    TRY(resolve(path, real));
    TRY(resolve(folder, around));
    size_t size = strlen(around);
    *within     = strncmp(real, around, size) == 0 && strchr("/", real[size]);
    return OK;
}

/* The names in the folder that holds `path`. */
static struct status sync_folder_of(const char *path)
{
    char          folder[PATH_MAX];
    const char   *name   = strrchr(path, '/');
    struct status status = OK;
    int           fd;

    snprintf(folder, sizeof folder, "%.*s", name ? (int)(name + 1 - path) : 2, name ? path : "./");
    fd = durable_open(folder, O_RDONLY | O_DIRECTORY);
    if (fd < 0) return durable_failed("opening", folder);
    if (fsync(fd) != 0) status = durable_failed("syncing", folder);
    close(fd);
    return status;
}

static struct status write_all(int fd, const char *path, struct slice bytes)
{
    while (bytes.size) {
        ssize_t wrote = write(fd, bytes.data, bytes.size);

        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return durable_failed("writing", path);
        bytes = (struct slice){ bytes.data + wrote, bytes.size - (size_t)wrote };
    }
    return fsync(fd) == 0 ? OK : durable_failed("syncing", path);
}

static struct status write_fresh(const char *path, struct slice bytes)
{
    struct status status;
    int           fd;

    if (unlink(path) != 0 && errno != ENOENT) return durable_failed("removing", path);
    fd = durable_open(path, O_WRONLY | O_CREAT | O_EXCL);
    if (fd < 0) return durable_failed("creating", path);
    status = write_all(fd, path, bytes);
    if (close(fd) != 0 && status.code == STATUS_OK) status = durable_failed("closing", path);
    return status;
}

/* link() refuses a name that is taken, which rename() would replace. */
static struct status give_name(const char *fresh, const char *path, enum durable_mode mode)
{
    if (mode == DURABLE_REPLACE)
        return rename(fresh, path) == 0 ? OK : durable_failed("renaming", fresh);
    if (link(fresh, path) != 0)
        return errno == EEXIST ? failed(STATUS_CONFLICT, "%s exists already", path)
                               : durable_failed("naming", path);
    return unlink(fresh) == 0 ? OK : durable_failed("removing", fresh);
}

struct status durable_write(const char *path, struct slice bytes, enum durable_mode mode)
{
    char fresh[PATH_MAX];
    int  size = snprintf(fresh, sizeof fresh, "%s.new", path);

    ensure(size > 0);
    if (size >= PATH_MAX) return failed(STATUS_INVALID, "the path of a file is too long");
    TRY(write_fresh(fresh, bytes));
    TRY(give_name(fresh, path, mode));
    return sync_folder_of(path);
}

static struct status read_all(int fd, const char *path, size_t size_max, struct buffer *bytes)
{
    char        part[65536];
    struct stat found;
    ssize_t     got;

    if (fstat(fd, &found) != 0) return durable_failed("looking at", path);
    if (!S_ISREG(found.st_mode)) return failed(STATUS_CORRUPT, "%s is no file", path);
    if ((uint64_t)found.st_size > size_max)
        return failed(STATUS_CORRUPT, "%s is larger than anything a log has", path);
    while ((got = read(fd, part, sizeof part)) > 0)
        buffer_add(bytes, (struct slice){ part, (size_t)got });
    return got == 0 ? OK : durable_failed("reading", path);
}

struct status durable_read(const char *path, size_t size_max, struct buffer *bytes)
{
    int fd = durable_open(path, O_RDONLY);

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? failed(STATUS_NOT_FOUND, "there is no %s", path)
                   : durable_failed("opening", path);
    struct status status = read_all(fd, path, size_max, bytes);
    close(fd);
    return status;
}

struct status durable_rename(const char *from, const char *to)
{
    if (rename(from, to) != 0) return durable_failed("renaming", from);
    return sync_folder_of(to);
}

static struct status make_level(const char *path)
{
    if (mkdir(path, 0700) != 0) return errno == EEXIST ? OK : durable_failed("making", path);
    return sync_folder_of(path);
}

struct status durable_folder(const char *path)
{
    char level[PATH_MAX];

    if (strlen(path) >= sizeof level)
        return failed(STATUS_INVALID, "the path of a folder is too long");
    memcpy(level, path, strlen(path) + 1);
    for (char *slash = strchr(level, '/'); slash; slash = strchr(slash + 1, '/')) {
        if (slash == level) continue; /* the root is there */
        *slash = '\0';
        TRY(make_level(level));
        *slash = '/';
    }
    return make_level(path);
}

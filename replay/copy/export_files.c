#include "replay/copy/export_files.h"

#include "core/base/durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void files_open(struct files *files, const char *folder)
{
    *files = (struct files){ .folder = folder };
}

bool files_have(const struct files *files, const char *path)
{
    char full[PATH_MAX];

    return durable_join(full, files->folder, path).code == STATUS_OK && access(full, F_OK) == 0;
}

/* Every folder on the way to `path`, below the first, which is there. */
static struct status make_way(struct files *files, const char *path)
{
    char        way[PATH_MAX];
    const char *end = strrchr(path, '/');

    snprintf(way, sizeof way, "%.*s", (int)(end - path), path);
    if (strcmp(way, files->made) == 0) return OK;
    for (char *slash = way + strlen(files->folder) + 1; slash;) {
        slash = strchr(slash, '/');
        if (slash) *slash = '\0';
        if (mkdir(way, 0777) != 0 && errno != EEXIST) return durable_failed("making", way);
        if (slash) *slash++ = '/';
    }
    snprintf(files->made, sizeof files->made, "%s", way);
    return OK;
}

static bool has_bytes(int fd, struct slice bytes)
{
    char        part[65536];
    struct stat found;
    size_t      at = 0;

    if (fstat(fd, &found) != 0 || found.st_size != (off_t)bytes.size) return false;
    while (at < bytes.size) {
        ssize_t got = read(fd, part, sizeof part);
        if (got <= 0 || (size_t)got > bytes.size - at ||
            memcmp(part, bytes.data + at, (size_t)got) != 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

static bool is_there(const char *path, struct slice bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) return false;
    bool same = has_bytes(fd, bytes);
    close(fd);
    return same;
}

static struct status write_fresh(const char *fresh, struct slice bytes)
{
    struct status status = OK;
    int           fd     = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (fd < 0) return durable_failed("creating", fresh);
    while (bytes.size && status.code == STATUS_OK) {
        ssize_t wrote = write(fd, bytes.data, bytes.size);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) status = durable_failed("writing", fresh);
        else bytes = (struct slice){ bytes.data + wrote, bytes.size - (size_t)wrote };
    }
    if (close(fd) != 0 && status.code == STATUS_OK) status = durable_failed("closing", fresh);
    return status;
}

struct status files_put(struct files *files, const char *path, struct slice bytes)
{
    char full[PATH_MAX], fresh[PATH_MAX];

    TRY(durable_join(full, files->folder, path));
    if (is_there(full, bytes)) {
        files->kept++;
        return OK;
    }
    if (snprintf(fresh, sizeof fresh, "%s.new", full) >= (int)sizeof fresh)
        return failed(STATUS_INVALID, "the path of %s is too long", path);
    TRY(make_way(files, full));
    TRY(write_fresh(fresh, bytes));
    if (rename(fresh, full) != 0) return durable_failed("renaming", fresh);
    files->written++;
    return OK;
}

struct status files_drop_but(struct files *files, const char *path, unsigned number)
{
    char           full[PATH_MAX], kept[16];
    struct status  status = OK;
    struct dirent *entry;

    TRY(durable_join(full, files->folder, path));
    DIR *folder = opendir(full);
    if (!folder) return errno == ENOENT ? OK : durable_failed("looking into", full);
    snprintf(kept, sizeof kept, "%u", number);
    while (status.code == STATUS_OK && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, kept) == 0) continue;
        if (unlinkat(dirfd(folder), entry->d_name, 0) != 0)
            status = durable_failed("removing a file of", full);
    }
    closedir(folder);
    return status;
}

struct status files_sync(struct files *files)
{
    int fd = open(files->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) return durable_failed("opening", files->folder);
    struct status status = syncfs(fd) == 0 ? OK : durable_failed("syncing", files->folder);
    close(fd);
    return status;
}

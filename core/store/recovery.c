/* recovery.c -- the way back after a damaged or torn WAL.
 *
 * RocksDB's lenient recovery keeps everything before the first damaged record
 * and drops the rest, whether that was a torn tail nobody was promised or a
 * year of acknowledged events. Only the layer above can tell, so it is shown a
 * copy first, and the store itself is touched only after it said yes.
 *
 * The copy stands beside the store, at PATH.recovery, so that tables can be hard
 * linked: RocksDB never changes one, it only adds and removes names. Meanwhile
 * the store's LOCK is held. A copy that a crash left behind is swept away first.
 */
#include "core/base/durable.h"
#include "core/base/report.h"
#include "core/store/backup.h"
#include "core/store/rocks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".recovery"

struct file_pair {
    char from[PATH_MAX], to[PATH_MAX];
};

static void path_join(char path[PATH_MAX], const char *folder, const char *name)
{
    int size = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    ensure(size > 0 && size < PATH_MAX); /* store_attempt() limits the folder */
}

static bool is_table(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && strcmp(dot, ".sst") == 0;
}

/* What RocksDB makes again by itself. */
static bool is_left_out(const char *name)
{
    return strcmp(name, "LOCK") == 0 || strncmp(name, "LOG", 3) == 0;
}

static struct status bytes_move(int from, int to)
{
    char    block[1 << 16];
    ssize_t got;
    while ((got = read(from, block, sizeof block)) > 0)
        for (ssize_t done = 0, wrote; done < got; done += wrote)
            if ((wrote = write(to, block + done, (size_t)(got - done))) <= 0)
                return file_failed("writing", "the copy");
    return got == 0 ? OK : file_failed("reading", "for the copy");
}

static struct status file_copy(const struct file_pair *pair)
{
    int from = durable_open(pair->from, O_RDONLY);
    if (from < 0) return file_failed("opening", pair->from);
    int           to     = durable_open(pair->to, O_WRONLY | O_CREAT | O_EXCL);
    struct status status = to < 0 ? file_failed("making", pair->to) : bytes_move(from, to);
    if (to >= 0 && close(to) != 0 && status.code == STATUS_OK)
        status = file_failed("closing", pair->to);
    close(from);
    return status;
}

static struct status file_take(const char *from, const char *to, const char *name)
{
    struct file_pair pair;
    struct stat      about;
    path_join(pair.from, from, name);
    path_join(pair.to, to, name);
    if (stat(pair.from, &about) != 0) return file_failed("looking at", pair.from);
    if (!S_ISREG(about.st_mode) || is_left_out(name)) return OK;
    if (is_table(name) && link(pair.from, pair.to) == 0) return OK;
    return file_copy(&pair); /* also a table, where the file system knows no links */
}

static struct status file_remove(const char *from, const char *to, const char *name)
{
    (void)to;
    char path[PATH_MAX];
    path_join(path, from, name);
    return unlink(path) == 0 ? OK : file_failed("removing", path);
}

static struct status files_each(const char *from, const char *to,
                                struct status (*act)(const char *from, const char *to,
                                                     const char *name))
{
    DIR *folder = opendir(from);
    if (!folder) return file_failed("opening", from);
    struct status  status = OK;
    struct dirent *entry;
    while (status.code == STATUS_OK && (entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = act(from, to, entry->d_name);
    closedir(folder);
    return status;
}

struct status store_remove(const char *folder)
{
    if (access(folder, F_OK) != 0) return OK;
    TRY(files_each(folder, NULL, file_remove));
    return rmdir(folder) == 0 ? OK : file_failed("removing", folder);
}

static struct status copy_make(const char *path, const char *copy)
{
    TRY(store_remove(copy));
    if (mkdir(copy, 0700) != 0) return file_failed("making", copy);
    return files_each(path, copy, file_take);
}

/* Opens the copy as the store would be and asks whether that may stand. */
static struct status copy_check(const char *copy, const struct store_options *options)
{
    struct store *store = NULL;
    TRY(store_attempt(&store, options, copy, rocksdb_point_in_time_recovery));
    struct status answer = options->accept(options->context, store_reader(store));
    store_close(store);
    return answer;
}

/* RocksDB's own kind of lock, on its own file. It belongs to the process, and
 * ends with any closing of that file: so it is let go just before RocksDB takes
 * it. Who slips in between finds the same damage and must ask the same. */
static struct status lock_take(const char *path, int *lock)
{
    char         name[PATH_MAX];
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    path_join(name, path, "LOCK");
    *lock = durable_open(name, O_RDWR | O_CREAT);
    if (*lock < 0) return file_failed("opening", name);
    if (fcntl(*lock, F_SETLK, &whole) == 0) return OK;
    close(*lock);
    return failed(STATUS_CONFLICT, "somebody else has %s open", path);
}

static struct status recovery_rehearse(const struct store_options *options, const char *copy)
{
    int lock;
    TRY(lock_take(options->path, &lock));
    struct status status = copy_make(options->path, copy);
    if (status.code == STATUS_OK) status = copy_check(copy, options);
    struct status removed = store_remove(copy);
    close(lock);
    return status.code == STATUS_OK ? removed : status;
}

/* A reader changes nothing on disk, so it needs no copy: it is shown itself. */
static struct status recovery_look(struct store **store, const struct store_options *options)
{
    TRY(store_attempt(store, options, options->path, rocksdb_point_in_time_recovery));
    struct status answer = options->accept(options->context, store_reader(*store));
    if (answer.code != STATUS_OK) {
        store_close(*store);
        *store = NULL;
    }
    return answer;
}

static struct status recovery_accept(struct store **store, const struct store_options *options)
{
    char copy[PATH_MAX];
    if (options->read_only) return recovery_look(store, options);
    size_t length = strlen(options->path);
    while (length > 1 && options->path[length - 1] == '/')
        length--; /* beside the store, not inside it */
    int size = snprintf(copy, sizeof copy, "%.*s" SUFFIX, (int)length, options->path);
    ensure(size > 0 && (size_t)size < sizeof copy);
    TRY(recovery_rehearse(options, copy));
    return store_attempt(store, options, options->path, rocksdb_point_in_time_recovery);
}

struct status recovery_run(struct store **store, const struct store_options *options,
                           struct status refused)
{
    report(REPORT_WARNING, "store", "%s; trying what comes before the damage", refused.text);
    struct status status = recovery_accept(store, options);
    if (status.code == STATUS_OK) {
        report(REPORT_WARNING, "store", "recovered what comes before the damage: accepted");
        return OK;
    }
    report(REPORT_ERROR, "store", "not recovered: %s", status.text);
    if (status.code == STATUS_IO || status.code == STATUS_CONFLICT) return status;
    return failed(STATUS_CORRUPT, "%.120s; not recovered: %.100s", refused.text, status.text);
}

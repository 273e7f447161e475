#include "cli/tool/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"

enum {
    TRIES        = 5, /* of opening beside a running piotd */
    TRY_PAUSE_MS = 200,
};

static const char *directory_path(struct arena *arena, const struct directory_options *options,
                                  const char *chosen, const char *name)
{
    return chosen ? chosen : arena_print(arena, "%s/%s", options->data, name).data;
}

static struct status directory_accept_recovered(void *context, struct reader *recovered)
{
    struct directory *directory = context;

    if (!directory->anchor.data) return OK;
    if (!directory->keyed)
        return failed(STATUS_CORRUPT, "the log was damaged, and without its key's file log.key.pub "
                                      "nobody can say whether the anchor is its own");
    return anchor_reached(directory->anchor, &directory->key, recovered);
}

/* -- opening ------------------------------------------------------------------------------ */

static struct status directory_check_there(const char *data, const char *store)
{
    struct stat found;

    if (stat(data, &found))
        return failed(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "cannot look into %s: %s",
                      data, strerror(errno));
    if (stat(store, &found) || !S_ISDIR(found.st_mode))
        return failed(STATUS_NOT_FOUND, "%s is no data directory of piotd: there is no store in it",
                      data);
    return OK;
}

static struct status directory_read_anchor(struct directory *directory, const char *path,
                                           bool chosen, struct slice *note)
{
    struct status status = anchor_read(path, &directory->arena, note);

    if (status.code == STATUS_OK) return OK;
    *note = (struct slice){ 0 };
    return status.code == STATUS_NOT_FOUND && !chosen ? OK : status;
}

struct status directory_key(const char *given, struct note_key *key)
{
    return strchr(given, '+') ? note_key_parse(slice_text(given), key)
                              : checkpoint_key_read(given, key);
}

/* What was given; else what the service left beside its key. */
static struct status directory_read_key(struct directory               *directory,
                                        const struct directory_options *options)
{
    const char   *path   = directory_path(&directory->arena, options, options->key, "log.key.pub");
    struct status status = options->key ? directory_key(options->key, &directory->key)
                                        : checkpoint_key_read(path, &directory->key);

    directory->keyed = status.code == STATUS_OK;
    return status.code == STATUS_NOT_FOUND && !options->key ? OK : status;
}

static struct status directory_open_once(struct directory               *directory,
                                         const struct directory_options *options,
                                         enum directory_use              use)
{
    const char *vault        = directory_path(&directory->arena, options, options->vault, "vault");
    struct store_options how = {
        .path        = directory_path(&directory->arena, options, NULL, "store"),
        .read_only   = use != DIRECTORY_WRITE,
        .any_version = use == DIRECTORY_TRY,
        .accept      = directory_accept_recovered,
        .context     = directory,
    };

    const char *anchor = directory_path(&directory->arena, options, options->anchor, "anchor");

    TRY(directory_check_there(options->data, how.path));
    TRY(directory_read_key(directory, options));
    TRY(directory_read_anchor(directory, anchor, options->anchor != NULL, &directory->anchor));
    store_families_all(how.families);
    TRY(store_open(&directory->store, &how));
    TRY(directory_read_anchor(directory, anchor, options->anchor != NULL,
                              &directory->anchor_after));
    if (use == DIRECTORY_LOG) return OK;
    if (access(vault, F_OK) != 0) /* opened for writing, one would be made */
        return failed(STATUS_NOT_FOUND, "there is no vault at %s: --vault says where it is", vault);
    return vault_open(&directory->vault, vault, use != DIRECTORY_WRITE);
}

struct status directory_open(struct directory *directory, const struct directory_options *options,
                             enum directory_use use)
{
    struct status status = OK;

    for (unsigned tries = 0; tries < TRIES; tries++) {
        *directory = (struct directory){ 0 };
        status     = directory_open_once(directory, options, use);
        if (status.code == STATUS_OK) return OK;
        directory_close(directory);
        if (use == DIRECTORY_WRITE || !directory_in_use(options)) break;
        poll(NULL, 0, TRY_PAUSE_MS);
    }
    return status;
}

void directory_close(struct directory *directory)
{
    vault_close(directory->vault);
    store_close(directory->store);
    arena_free(&directory->arena);
    *directory = (struct directory){ 0 };
}

/* -- what was signed ------------------------------------------------------------------------ */

struct status directory_read_checkpoint(const char *path, const struct note_key *key,
                                        struct arena *arena, struct slice *note,
                                        struct checkpoint *head)
{
    TRY(anchor_read(path, arena, note));
    struct status status = checkpoint_open(*note, key, head);
    return status.code == STATUS_OK ? OK : failed(STATUS_INVALID, "%s: %.200s", path, status.text);
}

struct status directory_head(struct directory *directory, struct slice *note,
                             struct checkpoint *head)
{
    if (!directory->keyed)
        return failed(STATUS_INVALID, "without the log's key nobody can say which checkpoint is "
                                      "its own: --key");
    *note = directory->anchor; /* the newest of all, but there may be none */
    if (!note->data) TRY(checkpoint_last(store_reader(directory->store), &directory->arena, note));
    if (!note->data)
        return failed(STATUS_NOT_FOUND, "the log has not been signed yet: a piotd does that");
    return checkpoint_open(*note, &directory->key, head);
}

/* -- looking from outside ------------------------------------------------------------------- */

bool directory_in_use(const struct directory_options *options)
{
    struct arena arena = { 0 };
    struct flock lock  = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int  fd   = open(directory_path(&arena, options, NULL, "store/LOCK"), O_RDONLY | O_CLOEXEC);
    bool used = fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;

    if (fd >= 0) close(fd);
    arena_free(&arena);
    return used;
}

uint64_t directory_mark(const struct directory_options *options)
{
    struct arena   arena  = { 0 };
    DIR           *folder = opendir(directory_path(&arena, options, NULL, "store"));
    uint64_t       mark   = 0;
    struct dirent *entry;
    struct stat    found;

    while (folder && (entry = readdir(folder)) != NULL) {
        if (fstatat(dirfd(folder), entry->d_name, &found, 0)) continue;
        if (strncmp(entry->d_name, "LOG", 3) == 0) continue; /* RocksDB's diary */
        mark += (uint64_t)found.st_ino * 31 + (uint64_t)found.st_size;
    }
    if (folder) closedir(folder);
    arena_free(&arena);
    return mark;
}

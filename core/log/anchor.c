#include "core/log/anchor.h"

#include "core/base/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { ANCHOR_MAX = 8192 }; /* a checkpoint with its witnesses' lines */

struct status anchor_read(const char *path, struct arena *arena, struct slice *note)
{
    int fd = durable_open(path, O_RDONLY);

    if (fd < 0 && errno == ENOENT) return failed(STATUS_NOT_FOUND, "there is no %s", path);
    if (fd < 0) return durable_failed("opening", path);
    char   *text = arena_take(arena, ANCHOR_MAX);
    ssize_t got  = read(fd, text, ANCHOR_MAX);
    close(fd);
    if (got < 0) return durable_failed("reading", path);
    if (got == ANCHOR_MAX) return failed(STATUS_CORRUPT, "%s is too long for an anchor", path);
    *note = (struct slice){ text, (size_t)got };
    return OK;
}

/* -- swapping ----------------------------------------------------------------------- */

/* The folder is what can be locked: the file itself is replaced. -1: errno says why. */
static int lock_folder_of(const char *path)
{
    char        folder[PATH_MAX];
    const char *name = strrchr(path, '/');

    snprintf(folder, sizeof folder, "%.*s", name ? (int)(name + 1 - path) : 2, name ? path : "./");
    int fd = durable_open(folder, O_RDONLY | O_DIRECTORY);
    if (fd < 0 || flock(fd, LOCK_EX) == 0) return fd;
    close(fd);
    return -1;
}

static struct status holds(const char *path, struct slice was)
{
    struct arena  arena  = { 0 };
    struct slice  found  = { 0 };
    struct status status = anchor_read(path, &arena, &found);

    if (status.code == STATUS_NOT_FOUND) status = OK;
    if (status.code == STATUS_OK && !slice_equal(found, was))
        status = failed(STATUS_CONFLICT,
                        "%s is not what it was: another process signs a log "
                        "under it",
                        path);
    arena_free(&arena);
    return status;
}

struct status anchor_swap(const char *path, struct slice was, struct slice now)
{
    int           lock = lock_folder_of(path);
    struct status status;

    if (lock < 0) return durable_failed("locking the folder of", path);
    status = holds(path, was);
    if (status.code == STATUS_OK) status = durable_write(path, now, DURABLE_REPLACE);
    close(lock);
    return status;
}

/* -- the gate -------------------------------------------------------------------------- */

struct status anchor_reached(struct slice note, const struct note_key *key, struct reader *reader)
{
    struct checkpoint anchored;
    struct status     status = checkpoint_open(note, key, &anchored);

    if (status.code != STATUS_OK)
        return failed(status.code, "the anchor is damaged: %.200s", status.text);
    return checkpoint_check(reader, &anchored);
}

static struct status size_of(struct slice note, uint64_t *size)
{
    struct checkpoint checkpoint;
    struct slice      text, lines;

    TRY(note_split(note, &text, &lines));
    TRY(checkpoint_parse(text, &checkpoint));
    *size = checkpoint.size;
    return OK;
}

static struct status covers(struct slice note, struct slice shown)
{
    uint64_t anchored, signed_up_to;

    TRY(size_of(shown, &signed_up_to));
    if (!note.data)
        return failed(STATUS_CORRUPT,
                      "the anchor is gone, but the log was signed up to %llu: "
                      "bring it back",
                      (unsigned long long)signed_up_to);
    TRY(size_of(note, &anchored));
    if (signed_up_to <= anchored) return OK;
    return failed(STATUS_CORRUPT,
                  "the anchor knows the log up to %llu, but it was signed up to "
                  "%llu: the anchor is an old one",
                  (unsigned long long)anchored, (unsigned long long)signed_up_to);
}

struct status anchor_covers(struct slice note, struct reader *reader)
{
    struct arena  arena = { 0 };
    struct slice  shown;
    struct status status = checkpoint_last(reader, &arena, &shown);

    if (status.code == STATUS_OK && shown.data) status = covers(note, shown);
    arena_free(&arena);
    return status;
}

struct status anchor_check(const char *path, const struct note_key *key, struct reader *reader,
                           struct arena *arena, struct slice *note)
{
    struct status status = anchor_read(path, arena, note);

    if (status.code == STATUS_NOT_FOUND) *note = (struct slice){ 0 };
    else TRY(status);
    if (note->data) TRY(anchor_reached(*note, key, reader));
    return anchor_covers(*note, reader);
}

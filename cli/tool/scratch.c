#include "cli/tool/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    FOLDERS_OPEN_MAX = 16, /* descriptors nftw() may hold */
    SWEEPS           = 3,  /* threads still at work may add a file behind our back */
};

static struct {
    char      path[PATH_MAX];
    sigset_t  signals;
    int       signalled, closing; /* a signal came; scratch_close() was called */
    pthread_t watch;
} scratch;

static int scratch_drop_file(const char *path, const struct stat *found, int type,
                             struct FTW *place)
{
    (void)found, (void)type, (void)place;
    remove(path); /* what resists is reported by being there */
    return 0;
}

void scratch_remove(const char *path)
{
    for (int i = 0; i < SWEEPS && access(path, F_OK) == 0; i++)
        nftw(path, scratch_drop_file, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void *scratch_watch(void *context)
{
    struct pollfd           fds[] = { { .fd = scratch.closing, .events = POLLIN },
                                      { .fd = scratch.signalled, .events = POLLIN } };
    struct signalfd_siginfo signal;

    (void)context;
    while (poll(fds, COUNT(fds), -1) <= 0) {}
    if (fds[0].revents) return NULL;
    ensure(read(scratch.signalled, &signal, sizeof signal) == sizeof signal);
    scratch_remove(scratch.path);
    _exit(128 + (int)signal.ssi_signo);
}

static void scratch_let_go(void)
{
    scratch_remove(scratch.path);
    if (scratch.signalled >= 0) close(scratch.signalled);
    if (scratch.closing >= 0) close(scratch.closing);
    pthread_sigmask(SIG_UNBLOCK, &scratch.signals, NULL);
}

struct status scratch_open(const char **path)
{
    const char *folder = getenv("TMPDIR");

    if (!folder || !*folder) folder = "/tmp";
    if (snprintf(scratch.path, sizeof scratch.path, "%s/piot-XXXXXX", folder) >=
        (int)sizeof scratch.path)
        return failed(STATUS_IO, "the path in $TMPDIR is too long");
    if (!mkdtemp(scratch.path))
        return failed(STATUS_IO, "cannot make a scratch directory in %s: %s", folder,
                      strerror(errno));
    sigemptyset(&scratch.signals);
    sigaddset(&scratch.signals, SIGINT);
    sigaddset(&scratch.signals, SIGTERM);
    sigaddset(&scratch.signals, SIGHUP);
    ensure(pthread_sigmask(SIG_BLOCK, &scratch.signals, NULL) == 0);
    scratch.signalled = signalfd(-1, &scratch.signals, SFD_CLOEXEC);
    scratch.closing   = eventfd(0, EFD_CLOEXEC);
    *path             = scratch.path;
    if (scratch.signalled >= 0 && scratch.closing >= 0 &&
        !pthread_create(&scratch.watch, NULL, scratch_watch, NULL))
        return OK;
    scratch_let_go();
    return failed(STATUS_LIMIT, "a scratch directory cannot be watched over: out of descriptors");
}

void scratch_close(void)
{
    ensure(eventfd_write(scratch.closing, 1) == 0);
    pthread_join(scratch.watch, NULL);
    scratch_let_go();
}

struct status scratch_store_open(struct store **store, const struct reader *log)
{
    char                 path[PATH_MAX];
    const char          *folder;
    struct store_options how = { .path = path, .partition = reader_partition(log) };

    TRY(scratch_open(&folder));
    snprintf(path, sizeof path, "%s/views", folder);
    store_families_all(how.families);
    struct status status = store_open(store, &how);
    if (status.code != STATUS_OK) scratch_close();
    return status;
}

void scratch_store_close(struct store *store)
{
    store_close(store);
    scratch_close();
}

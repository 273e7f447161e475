/* main.c -- piotd: read the settings, open the service, wait for a signal, close it. */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "api/ground/ground.h"
#include "api/service/service.h"
#include "core/base/queue.h"
#include "core/base/report.h"

/* A thread's own arena keeps what it once needed; more than a few arenas would let
 * bursts on many threads add up. */
enum { MALLOC_ARENAS = 4 };

/* A memtable is made of blocks of 1 MiB that live for seconds, the cache of blocks of some
 * KiB that live for long. From one heap they leave holes that are kept; so what is large
 * comes from the kernel and goes back there. Left alone, malloc raises this limit beyond
 * the first large block it frees. */
enum { MALLOC_LARGE = 512 * 1024 };

static struct settings settings;
static struct {
    struct queue *failures;
    struct status why; /* good once something was pushed */
} failure;

static void on_failure(void *context, struct status why)
{
    (void)context;
    failure.why = why;
    queue_push(failure.failures, &failure);
}

/* From here on signals come through a descriptor, to main() alone: threads that are started
 * later inherit the mask. The rest of those that would end a program mean nothing to us. */
static struct status catch_signals(int *signals)
{
    static const int heard[]   = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };
    static const int ignored[] = { SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,
                                   SIGPIPE, SIGPOLL, SIGPWR,  SIGSTKFLT };
    sigset_t         set;

    sigemptyset(&set);
    for (size_t i = 0; i < COUNT(heard); i++) sigaddset(&set, heard[i]);
    for (size_t i = 0; i < COUNT(ignored); i++) ensure(signal(ignored[i], SIG_IGN) != SIG_ERR);
    ensure(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    *signals = signalfd(-1, &set, SFD_CLOEXEC);
    return *signals >= 0 ? OK
                         : failed(STATUS_LIMIT, "no signals can be heard: %s", strerror(errno));
}

/* A hang-up asks many programs to read their settings again; it must not end this one. */
static bool is_end(int signals)
{
    struct signalfd_siginfo signal;

    if (read(signals, &signal, sizeof signal) != sizeof signal) return false;
    if (signal.ssi_signo != SIGHUP) return true;
    report(REPORT_NOTICE, "api",
           "SIGHUP: settings are read at the start only; restart piotd to "
           "change them");
    return false;
}

/* Until somebody wants an end, or the service cannot go on: false. */
static bool wait_for_end(int signals)
{
    struct pollfd fds[] = { { .fd = signals, .events = POLLIN },
                            { .fd = queue_fd(failure.failures), .events = POLLIN } };

    for (;;) {
        if (poll(fds, COUNT(fds), -1) <= 0) continue;
        if (fds[1].revents && queue_pop(failure.failures)) return false; /* `why` is there now */
        if (fds[0].revents && is_end(signals)) return true;
    }
}

/* What crashes leaves no copy of its memory: keys are in it. A sanitizer, which looks into its
 * own process, needs leave for that. */
static void leave_no_core(void)
{
#if !defined(PIOT_SANITIZED)
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
        report(REPORT_WARNING, "api", "a crash would leave keys in a core dump: %s",
               strerror(errno));
#endif
}

static struct status set_reports(void)
{
    static const char *const levels[] = { "error", "warning", "notice", "debug" };

    for (size_t i = 0; i < COUNT(levels); i++) {
        if (strcmp(settings.report_level, levels[i])) continue;
        report_set((struct report_settings){ (enum report_level)i, settings.report_json });
        return OK;
    }
    return failed(STATUS_INVALID, "setting report_level has to be error, warning, notice or debug");
}

static void show_help(void)
{
    struct buffer text = { 0 };

    settings_help(&text);
    fwrite(text.data, 1, text.size, stdout);
    buffer_free(&text);
}

static int say(struct status status)
{
    report(REPORT_ERROR, "api", "%s", status.text);
    return status.code == STATUS_INVALID ? 2 : 1;
}

static int serve(int signals)
{
    struct service *service;
    struct slice    url;
    struct status   status = service_open(&service, &settings, on_failure, NULL);

    if (status.code != STATUS_OK) return say(status);
    url = service_url(service);
    report(REPORT_NOTICE, "api", "piotd " PIOTD_VERSION " serves at %.*s", (int)url.size, url.data);
    bool asked = wait_for_end(signals);
    report(REPORT_NOTICE, "api", asked ? "stopping" : "stopping: %s", failure.why.text);
    service_close(service);
    return asked ? 0 : 1;
}

int main(int count, char **arguments)
{
    enum settings_task task;
    struct status      status;
    int                signals, outcome;

    mallopt(M_ARENA_MAX, MALLOC_ARENAS);
    mallopt(M_MMAP_THRESHOLD, MALLOC_LARGE);
    mallopt(M_TRIM_THRESHOLD, MALLOC_LARGE);
    status = settings_start(&settings, count, (const char *const *)arguments,
                            (const char *const *)environ, &task);
    if (status.code != STATUS_OK) return say(status);
    if (task == SETTINGS_HELP) show_help();
    if (task == SETTINGS_VERSION) puts("piotd " PIOTD_VERSION);
    if (task != SETTINGS_RUN) return 0;
    status = set_reports();
    leave_no_core();
    if (status.code == STATUS_OK) status = queue_open(&failure.failures, 1);
    if (status.code == STATUS_OK) status = catch_signals(&signals);
    if (status.code != STATUS_OK) return say(status);
    outcome = serve(signals);
    close(signals);
    queue_close(failure.failures);
    settings_free(&settings);
    return outcome;
}

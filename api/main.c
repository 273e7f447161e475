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

static struct settings settings; /* as they are in use */
static struct settings as_read;  /* the same before any were made to fit this machine */
static struct {
    int                count;
    const char *const *words;
} command_line;
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
 * later inherit the mask. The rest of those that would end a program mean nothing to us: a file
 * that may grow no more is a write that fails. */
static struct status catch_signals(int *signals)
{
    static const int heard[]   = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGXCPU };
    static const int ignored[] = { SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,
                                   SIGPIPE, SIGPOLL, SIGPWR,  SIGSTKFLT, SIGXFSZ };
    sigset_t         set;

    sigemptyset(&set);
    for (size_t i = 0; i < COUNT(heard); i++) sigaddset(&set, heard[i]);
    for (size_t i = 0; i < COUNT(ignored); i++) ensure(signal(ignored[i], SIG_IGN) != SIG_ERR);
    for (int i = SIGRTMIN; i <= SIGRTMAX; i++) ensure(signal(i, SIG_IGN) != SIG_ERR);
    ensure(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    *signals = signalfd(-1, &set, SFD_CLOEXEC);
    return *signals >= 0 ? OK
                         : failed(STATUS_LIMIT, "no signals can be heard: %s", strerror(errno));
}

static struct status read_settings(struct settings *into, enum settings_task *task)
{
    return settings_start(into, command_line.count, command_line.words,
                          (const char *const *)environ, task);
}

static struct status reports_of(const struct settings *from, struct report_settings *reports)
{
    static const char *const levels[] = { "error", "warning", "notice", "debug" };

    for (size_t i = 0; i < COUNT(levels); i++) {
        if (strcmp(from->report_level, levels[i])) continue;
        *reports = (struct report_settings){ (enum report_level)i, from->report_json };
        return OK;
    }
    return failed(STATUS_INVALID, "setting report_level has to be error, warning, notice or debug");
}

/* All or nothing: what may be wrong comes first. */
static struct status take_over(struct service *service, const struct settings *fresh)
{
    struct report_settings reports;
    struct buffer          taken = { 0 }, waiting = { 0 };

    TRY(reports_of(fresh, &reports));
    TRY(service_reread(service, fresh));
    settings_take_over(&settings, fresh, NULL, NULL);
    settings_take_over(&as_read, fresh, &taken, &waiting);
    report(REPORT_NOTICE, "api", "SIGHUP: settings read again; changed: %.*s%s", (int)taken.size,
           taken.size ? taken.data : "", taken.size ? "" : "none");
    if (waiting.size)
        report(REPORT_WARNING, "api", "SIGHUP: a change of these needs a restart: %.*s",
               (int)waiting.size, waiting.data);
    report_set(reports);
    buffer_free(&taken);
    buffer_free(&waiting);
    return OK;
}

static void read_again(struct service *service)
{
    struct settings    fresh;
    enum settings_task task;
    struct status      status = read_settings(&fresh, &task);

    if (status.code == STATUS_OK) status = take_over(service, &fresh);
    if (status.code != STATUS_OK)
        report(REPORT_ERROR, "api", "SIGHUP: no setting is changed: %s", status.text);
    settings_free(&fresh);
}

static bool is_end(int signals, struct service *service)
{
    struct signalfd_siginfo signal;

    if (read(signals, &signal, sizeof signal) != sizeof signal) return false;
    if (signal.ssi_signo != SIGHUP) return true;
    read_again(service);
    return false;
}

/* Until somebody wants an end, or the service cannot go on: false. */
static bool wait_for_end(int signals, struct service *service)
{
    struct pollfd fds[] = { { .fd = signals, .events = POLLIN },
                            { .fd = queue_fd(failure.failures), .events = POLLIN } };

    for (;;) {
        if (poll(fds, COUNT(fds), -1) <= 0) continue;
        if (fds[1].revents && queue_pop(failure.failures)) return false; /* `why` is there now */
        if (fds[0].revents && is_end(signals, service)) return true;
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
    struct report_settings reports;

    TRY(reports_of(&settings, &reports));
    report_set(reports);
    return OK;
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
    bool asked = wait_for_end(signals, service);
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
    command_line.count = count;
    command_line.words = (const char *const *)arguments;
    status             = read_settings(&settings, &task);
    if (status.code != STATUS_OK) return say(status);
    if (task == SETTINGS_HELP) show_help();
    if (task == SETTINGS_VERSION) puts("piotd " PIOTD_VERSION);
    if (task != SETTINGS_RUN) return 0;
    as_read       = settings;
    as_read.arena = (struct arena){ 0 }; /* its texts so far are the other's */
    status        = set_reports();
    leave_no_core();
    if (status.code == STATUS_OK) status = queue_open(&failure.failures, 1);
    if (status.code == STATUS_OK) status = catch_signals(&signals);
    if (status.code != STATUS_OK) return say(status);
    outcome = serve(signals);
    close(signals);
    queue_close(failure.failures);
    settings_free(&as_read);
    settings_free(&settings);
    return outcome;
}

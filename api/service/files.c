#include "api/service/files.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "api/courier/courier.h"
#include "api/service/health.h"
#include "core/base/report.h"
#include "core/store/store.h"
#include "core/vault/vault.h"

enum {
    FILES_OWN       = 96, /* logs, locks, keys, anchor, the ends that wake threads */
    FILES_LOOP      = 8,  /* a loop's own: epoll, what wakes it, where it listens */
    FILES_DELIVERY  = 3,  /* a webhook under way: its socket, and two of its look-up by name */
    FILES_SLOW      = 1,  /* one that has been so for long: its socket */
    FILES_CHORES    = 64, /* a backup, a rebuild, the archive */
    FILES_STORE_MIN = 64,
    CONNECTIONS_MIN = 16, /* of a loop: as the setting's least */
};

struct files_shares files_shares_of(const struct settings *settings, size_t loops, size_t limit)
{
    size_t rest = FILES_OWN + FILES_CHORES + VAULT_FILES_MAX + SCRAPERS_MAX + FILES_LOOP * loops +
                  (FILES_DELIVERY + FILES_SLOW * COURIER_SLOW_SHARE) * settings->webhooks_at_once;
    struct files_shares shares = { .needed = rest + FILES_STORE_MIN + CONNECTIONS_MIN * loops };

    ensure(loops > 0);
    if (limit < shares.needed) return shares;
    shares.store = FILES_STORE_MIN + (limit - shares.needed) / 4;
    if (shares.store > STORE_FILES_MAX) shares.store = STORE_FILES_MAX;
    shares.connections = (limit - rest - shares.store) / loops;
    if (shares.connections > settings->connections_max)
        shares.connections = settings->connections_max;
    ensure(shares.connections >= CONNECTIONS_MIN);
    ensure(rest + shares.store + shares.connections * loops <= limit);
    return shares;
}

/* As far as it may be raised without leave. */
static struct status raise_limit(size_t *limit)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return failed(STATUS_IO, "how many files may be open is not known: %s", strerror(errno));
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        report(REPORT_WARNING, "api", "the limit of open files stays as it is: %s",
               strerror(errno));
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur > INT32_MAX)
        files.rlim_cur = INT32_MAX; /* RLIM_INFINITY */
    *limit = files.rlim_cur;
    return OK;
}

struct status files_share(struct settings *settings, size_t loops, size_t *store_files)
{
    size_t limit = 0;

    TRY(raise_limit(&limit));
    struct files_shares shares = files_shares_of(settings, loops, limit);
    if (!shares.connections)
        return failed(STATUS_LIMIT,
                      "%zu files may be open, and at least %zu are needed: raise the limit "
                      "(ulimit -n, or LimitNOFILE= of the unit)",
                      limit, shares.needed);
    if (shares.connections < settings->connections_max)
        report(REPORT_WARNING, "api",
               "%zu files may be open, so connections_max is %zu instead of %llu: raise the "
               "limit (ulimit -n, or LimitNOFILE= of the unit)",
               limit, shares.connections, (unsigned long long)settings->connections_max);
    settings->connections_max = shares.connections;
    *store_files              = shares.store;
    return OK;
}

#include "api/chores/backups.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/call/query.h"
#include "core/base/report.h"
#include "projections/projection.h"
#include "replay/copy/backup.h"

enum { SIGNED_WITHIN_MS = 3000, LOOK_AGAIN_MS = 20 };

struct backups {
    struct service *service;
    char            scratch[PATH_MAX];
    pthread_t       thread;
    bool            begun; /* the thread is to be joined */

    pthread_mutex_t lock;  /* for all below */
    struct arena    arena; /* of the list */
    struct backup  *list;  /* oldest first */
    size_t          count;
    uint32_t        number;   /* of the last that was begun; 0: none yet */
    int64_t         begun_us; /* and when */
    bool            running;
    struct status   outcome; /* of it, once it has ended */
    uint64_t        failures;

    struct slice note; /* the thread's: what it works with */
    struct arena work;
    uint32_t     keep;
};

static void lock(struct backups *backups) { ensure(pthread_mutex_lock(&backups->lock) == 0); }

static void unlock(struct backups *backups) { ensure(pthread_mutex_unlock(&backups->lock) == 0); }

/* -- the thread -------------------------------------------------------------------------- */

/* Reading takes a while, so only the exchange is under the lock. */
static struct status read_list(struct backups *backups)
{
    struct arena   fresh  = { 0 };
    struct backup *list   = NULL;
    size_t         count  = 0;
    struct status  status = backup_list(backups->service->settings.backup_folder, &fresh, &list,
                                        &count);

    if (status.code == STATUS_OK) {
        lock(backups);
        struct arena old = backups->arena;
        backups->arena   = fresh;
        backups->list    = list;
        backups->count   = count;
        fresh            = old;
        unlock(backups);
    }
    arena_free(&fresh);
    return status;
}

/* What is acknowledged when a backup is asked for shall be below its checkpoint, and the next
 * of those is signed within a second. A later one serves as well, an older one at worst. */
static struct status await_checkpoint(struct backups *backups)
{
    struct service   *service      = backups->service;
    uint64_t          wanted       = ledger_figures(service->ledger).position;
    struct checkpoint signed_up_to = { 0 };

    for (int left = SIGNED_WITHIN_MS; left > 0; left -= LOOK_AGAIN_MS) {
        arena_reset(&backups->work);
        if (!ledger_checkpoint(service->ledger, &backups->work, &backups->note))
            backups->note = (struct slice){ 0 };
        else TRY(checkpoint_open(backups->note, &service->signer.key, &signed_up_to));
        if (signed_up_to.size >= wanted || atomic_load(&service->stopping)) break;
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
    return OK;
}

static struct status take(struct backups *backups)
{
    struct service        *service  = backups->service;
    const struct settings *settings = &service->settings;
    bool                   vault    = *settings->backup_vault_folder;
    struct backup          taken;

    TRY(await_checkpoint(backups));
    TRY(backup_take(
        &(struct backup_order){
            .store        = service->store,
            .vault        = vault ? service->vault : NULL,
            .key          = &service->signer.key,
            .folds        = all_folds,
            .note         = backups->note,
            .folder       = settings->backup_folder,
            .vault_folder = settings->backup_vault_folder,
            .scratch      = backups->scratch,
            .keep         = backups->keep,
        },
        &backups->work, &taken));
    report(REPORT_NOTICE, "backups", "backup %u is taken, up to %llu", taken.number,
           (unsigned long long)taken.position);
    return read_list(backups);
}

static void *work(void *argument)
{
    struct backups *backups = argument;
    struct status   status  = take(backups);

    if (status.code != STATUS_OK) report(REPORT_ERROR, "backups", "no backup: %s", status.text);
    lock(backups);
    backups->outcome = status;
    backups->failures += status.code != STATUS_OK;
    backups->running = false;
    unlock(backups);
    return NULL;
}

/* -- opening and closing ------------------------------------------------------------------- */

struct status backups_open(struct backups **opened, struct service *service)
{
    struct backups *backups = calloc(1, sizeof *backups);

    ensure(backups != NULL && pthread_mutex_init(&backups->lock, NULL) == 0);
    backups->service = service;
    int size         = snprintf(backups->scratch, sizeof backups->scratch, "%s/backup.frozen",
                                service->settings.data);
    *opened          = backups;
    if (size >= PATH_MAX)
        return failed(STATUS_INVALID, "the path of the data directory is too "
                                      "long");
    if (!*service->settings.backup_folder) return OK;
    struct status status = read_list(backups);
    if (status.code != STATUS_OK)
        report(REPORT_WARNING, "backups", "the list of backups cannot be read: %s", status.text);
    return OK;
}

static void join(struct backups *backups)
{
    if (backups->begun) ensure(pthread_join(backups->thread, NULL) == 0);
    backups->begun = false;
}

void backups_close(struct backups *backups)
{
    if (!backups) return;
    join(backups);
    pthread_mutex_destroy(&backups->lock);
    arena_free(&backups->arena);
    arena_free(&backups->work);
    free(backups);
}

/* -- asking -------------------------------------------------------------------------------- */

/* With the lock held, and no thread running. */
static struct status start(struct backups *backups, uint32_t keep)
{
    struct service *service = backups->service;

    TRY(backup_next(service->settings.backup_folder, &backups->number));
    join(backups);
    backups->keep     = keep;
    backups->begun_us = clock_now(&service->clock);
    if (pthread_create(&backups->thread, NULL, work, backups))
        return failed(STATUS_LIMIT, "no thread could be started for the backup");
    backups->begun = backups->running = true;
    return OK;
}

enum backups_start backups_start(struct backups *backups, uint32_t keep, uint32_t *number,
                                 struct status *why)
{
    enum backups_start result = BACKUPS_RUNNING;

    if (!*backups->service->settings.backup_folder) return BACKUPS_NO_FOLDER;
    lock(backups);
    if (!backups->running) {
        *why   = start(backups, keep);
        result = why->code == STATUS_OK ? BACKUPS_STARTED : BACKUPS_UNABLE;
    }
    *number = backups->number;
    unlock(backups);
    return result;
}

static const struct backup *find(const struct backups *backups, uint32_t number)
{
    for (size_t i = 0; i < backups->count; i++)
        if (backups->list[i].number == number) return &backups->list[i];
    return NULL;
}

static void put_number(struct json *json, struct arena *arena, uint32_t number)
{
    json_put_text(json, "backupId", arena_print(arena, "%u", number));
}

static void show_done(const struct backups *backups, const struct backup *backup,
                      struct arena *arena, struct json *json)
{
    json_object(json);
    put_number(json, arena, backup->number);
    json_put_text(json, "status", SLICE("done"));
    json_put_instant(json, "takenAt", backup->taken_us);
    json_put_position(json, "position",
                      log_position(service_reader(backups->service), backup->position));
    json_put_u64(json, "size", backup->size);
    json_object_end(json);
}

/* The last one, while it runs or after it failed. */
static bool is_last(const struct backups *backups, uint32_t number)
{
    return backups->number == number && number &&
           (backups->running || backups->outcome.code != STATUS_OK);
}

static void show_last(const struct backups *backups, struct arena *arena, struct json *json)
{
    json_object(json);
    put_number(json, arena, backups->number);
    json_put_text(json, "status", backups->running ? SLICE("running") : SLICE("failed"));
    json_put_instant(json, "takenAt", backups->begun_us);
    if (!backups->running) json_put_text(json, "reason", slice_text(backups->outcome.text));
    json_object_end(json);
}

bool backups_show(struct backups *backups, uint32_t number, struct arena *arena, struct json *json)
{
    lock(backups);
    const struct backup *done = find(backups, number);
    bool                 last = is_last(backups, number);
    if (last) show_last(backups, arena, json);
    else if (done) show_done(backups, done, arena, json);
    unlock(backups);
    return last || done;
}

size_t backups_numbers(struct backups *backups, uint32_t before, uint32_t *numbers, size_t max)
{
    size_t count = 0;

    lock(backups);
    uint32_t last = is_last(backups, backups->number) ? backups->number : 0;
    if (last && last < before && count < max) numbers[count++] = last;
    for (size_t i = backups->count; i-- > 0 && count < max;)
        if (backups->list[i].number < before && backups->list[i].number != last)
            numbers[count++] = backups->list[i].number;
    unlock(backups);
    return count;
}

struct backups_figures backups_figures(struct backups *backups)
{
    struct backups_figures figures = { 0 };

    lock(backups);
    if (backups->count)
        figures.last_s = (uint64_t)(backups->list[backups->count - 1].taken_us / SECOND);
    figures.failures = backups->failures;
    figures.running  = backups->running;
    unlock(backups);
    return figures;
}

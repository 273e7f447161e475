#include "api/chores/backups.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/call/query.h"
#include "core/base/report.h"
#include "projections/projection.h"
#include "replay/copy/backup.h"

#define BACKUPS_SIGNED_WITHIN (3 * SECOND)
#define BACKUPS_LOOK_AGAIN    (20 * MILLISECOND)

struct backups {
    struct chore  *chore;
    struct ground *ground;
    char           scratch[PATH_MAX];

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
    struct status  status = backup_list(backups->ground->settings->backup_folder, &fresh, &list,
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
    struct ground    *ground       = backups->ground;
    uint64_t          wanted       = ledger_figures(ground->ledger).position;
    struct checkpoint signed_up_to = { 0 };

    for (int64_t left = BACKUPS_SIGNED_WITHIN; left > 0; left -= BACKUPS_LOOK_AGAIN) {
        arena_reset(&backups->work);
        if (!ledger_checkpoint(ground->ledger, &backups->work, &backups->note))
            backups->note = (struct slice){ 0 };
        else TRY(checkpoint_open(backups->note, &ground->signer.key, &signed_up_to));
        if (signed_up_to.size >= wanted || atomic_load(&ground->stopping)) break;
        chore_rest(backups->chore, BACKUPS_LOOK_AGAIN);
    }
    return OK;
}

static struct status take(struct backups *backups)
{
    struct ground         *ground   = backups->ground;
    const struct settings *settings = ground->settings;
    bool                   vault    = *settings->backup_vault_folder;
    struct backup          taken;

    if (ledger_room(ground->ledger) != LEDGER_ROOM_ENOUGH) /* the store's links become bytes */
        return failed(STATUS_LIMIT, "there is too little room on the data directory's disk");
    TRY(await_checkpoint(backups));
    TRY(backup_take(
        &(struct backup_order){
            .store        = ground->store,
            .vault        = vault ? ground->vault : NULL,
            .key          = &ground->signer.key,
            .folds        = all_folds,
            .note         = backups->note,
            .folder       = settings->backup_folder,
            .vault_folder = settings->backup_vault_folder,
            .scratch      = backups->scratch,
            .keep         = backups->keep,
        },
        &backups->work, &taken));
    report(REPORT_NOTICE, "backups", "backup %u is taken, up to %llu", taken.number,
           (unsigned long long)taken.position.number);
    return read_list(backups);
}

static int64_t backups_step(struct chore *chore)
{
    struct backups *backups = chore_kept(chore);

    lock(backups);
    bool wanted = backups->running;
    unlock(backups);
    if (!wanted) return CHORE_UNTIL_WOKEN;
    struct status status = take(backups);
    if (status.code != STATUS_OK) report(REPORT_ERROR, "backups", "no backup: %s", status.text);
    lock(backups);
    backups->outcome = status;
    backups->failures += status.code != STATUS_OK;
    backups->running = false;
    unlock(backups);
    return CHORE_UNTIL_WOKEN;
}

/* -- opening and closing ------------------------------------------------------------------- */

static struct status backups_open(struct chore *chore)
{
    struct backups        *backups  = calloc(1, sizeof *backups);
    const struct settings *settings = chore_ground(chore)->settings;

    ensure(backups != NULL && pthread_mutex_init(&backups->lock, NULL) == 0);
    backups->chore  = chore;
    backups->ground = chore_ground(chore);
    chore_keep(chore, backups);
    int size = snprintf(backups->scratch, sizeof backups->scratch, "%s/backup.frozen",
                        settings->data);
    if (size >= PATH_MAX)
        return failed(STATUS_INVALID, "the path of the data directory is too long");
    if (!*settings->backup_folder) return OK;
    struct status status = read_list(backups);
    if (status.code != STATUS_OK)
        report(REPORT_WARNING, "backups", "the list of backups cannot be read: %s", status.text);
    return OK;
}

static void backups_close(struct chore *chore)
{
    struct backups *backups = chore_kept(chore);

    pthread_mutex_destroy(&backups->lock);
    arena_free(&backups->arena);
    arena_free(&backups->work);
    free(backups);
}

const struct chore_row backups_chore = {
    .name  = "backups",
    .open  = backups_open,
    .step  = backups_step,
    .close = backups_close,
};

/* -- asking -------------------------------------------------------------------------------- */

static struct backups *backups_of(const struct ground *ground)
{
    return chore_own(ground, &backups_chore);
}

/* With the lock held, while none is taken. */
static struct status begin(struct backups *backups, uint32_t keep)
{
    TRY(backup_next(backups->ground->settings->backup_folder, &backups->number));
    backups->keep     = keep;
    backups->begun_us = clock_now(&backups->ground->clock);
    backups->running  = true;
    chore_wake(backups->chore);
    return OK;
}

enum backups_start backups_start(struct ground *ground, uint32_t keep, uint32_t *number,
                                 struct status *why)
{
    struct backups    *backups = backups_of(ground);
    enum backups_start result  = BACKUPS_RUNNING;

    if (!*ground->settings->backup_folder) return BACKUPS_NO_FOLDER;
    lock(backups);
    if (!backups->running) {
        *why   = begin(backups, keep);
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

static void show_done(const struct backup *backup, struct arena *arena, struct json *json)
{
    json_object(json);
    put_number(json, arena, backup->number);
    json_put_text(json, "status", SLICE("done"));
    json_put_instant(json, "takenAt", backup->taken_us);
    json_put_position(json, "position", backup->position);
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

bool backups_show(struct ground *ground, uint32_t number, struct arena *arena, struct json *json)
{
    struct backups *backups = backups_of(ground);

    lock(backups);
    const struct backup *done = find(backups, number);
    bool                 last = is_last(backups, number);
    if (last) show_last(backups, arena, json);
    else if (done) show_done(done, arena, json);
    unlock(backups);
    return last || done;
}

size_t backups_numbers(struct ground *ground, uint32_t before, uint32_t *numbers, size_t max)
{
    struct backups *backups = backups_of(ground);
    size_t          count   = 0;

    lock(backups);
    uint32_t last = is_last(backups, backups->number) ? backups->number : 0;
    if (last && last < before && count < max) numbers[count++] = last;
    for (size_t i = backups->count; i-- > 0 && count < max;)
        if (backups->list[i].number < before && backups->list[i].number != last)
            numbers[count++] = backups->list[i].number;
    unlock(backups);
    return count;
}

struct backups_figures backups_figures(struct ground *ground)
{
    struct backups        *backups = backups_of(ground);
    struct backups_figures figures = { 0 };

    lock(backups);
    if (backups->count)
        figures.last_s = (uint64_t)(backups->list[backups->count - 1].taken_us / SECOND);
    figures.failures = backups->failures;
    figures.running  = backups->running;
    unlock(backups);
    return figures;
}

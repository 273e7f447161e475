/* eraser.c -- when what is done, and the files; eraser_rows.c has the rows. */
#include "api/chores/eraser.h"

#include <stdlib.h>

#include "api/chores/eraser_internal.h"
#include "api/chores/wipe.h"
#include "core/base/report.h"
#include "core/facts/names.h"

enum {
    LOOK_EVERY_MS = 1000, /* for what is due by the clock */
};

/* Where anything of a person may stand. Leases first: RocksDB's list of files names the
 * first and last key of each until it changes again, and a lease's key is an address. */
static const enum family personal[] = {
    FAMILY_leases,   FAMILY_personal, FAMILY_registry, FAMILY_accounts,
    FAMILY_networks, FAMILY_devices,  FAMILY_consents, FAMILY_commands,
    FAMILY_tokens,   FAMILY_outbox,   FAMILY_timers,   FAMILY_idempotency,
};

static bool stopping(const struct eraser *eraser) { return chore_stopping(&eraser->chore); }

/* -- what is open ---------------------------------------------------------------------------- */

static struct status destroy(struct eraser *eraser, const struct id *accounts, size_t count)
{
    for (size_t i = 0; i < count; i++) TRY(eraser_erase_rows(eraser, accounts[i]));
    TRY(wipe_files(&eraser->chore, true, personal, COUNT(personal)));
    eraser->wiped_us = clock_monotonic_us();
    for (size_t i = 0; i < count; i++) {
        struct errand errand         = { .alongside = NULL };
        struct intent intent         = { .type = INTENT_note_destroyed, .stream = accounts[i] };
        intent.note_destroyed.master = vault_master_number(eraser->chore.service->vault);
        TRY(chore_ask(&eraser->chore, &errand, intent));
    }
    return OK;
}

static struct status complete(struct eraser *eraser, struct id account)
{
    struct errand errand = { .alongside = NULL };
    struct intent intent = { .type = INTENT_complete_erasure, .stream = account };

    intent.complete_erasure.master = vault_master_number(eraser->chore.service->vault);
    return chore_ask(&eraser->chore, &errand, intent);
}

/* A page of open erasures, by what each waits for. */
struct open {
    struct id to_destroy[ERASURES_AT_ONCE], to_complete[ERASURES_AT_ONCE];
    size_t    destroy_count, complete_count;
    bool      rotation_due;
};

static struct status look(struct eraser *eraser, struct open *open)
{
    struct service *service = eraser->chore.service;
    struct reader  *reader  = service_reader(service);
    uint64_t        master  = vault_master_number(service->vault);
    int64_t         now_us  = clock_now(&service->clock);
    struct arena    arena   = { 0 };
    struct id       accounts[ERASURES_AT_ONCE];
    size_t count = view_list_open_erasure(reader, name_system(), (struct id){ { 0 } }, accounts,
                                          COUNT(accounts));

    *open = (struct open){ .rotation_due = false };
    for (size_t i = 0; i < count; i++) {
        struct open_erasure_row row;
        if (!view_get_open_erasure(reader, name_system(), accounts[i], &arena, &row)) continue;
        if (!row.destroyed_at) open->to_destroy[open->destroy_count++] = accounts[i];
        else if (row.master < master) open->to_complete[open->complete_count++] = accounts[i];
        else if (row.destroyed_at <= now_us - service->settings.master_key_rotate_within)
            open->rotation_due = true;
    }
    arena_free(&arena);
    return reader_failure(reader);
}

static struct status step(struct eraser *eraser)
{
    struct open open;
    int64_t     again_us = eraser->wiped_us + eraser->chore.service->settings.wipe_every;

    TRY(look(eraser, &open));
    if (open.destroy_count && (!eraser->wiped_us || clock_monotonic_us() >= again_us))
        TRY(destroy(eraser, open.to_destroy, open.destroy_count));
    if (open.rotation_due) TRY(vault_rotate_master(eraser->chore.service->vault));
    for (size_t i = 0; i < open.complete_count; i++) TRY(complete(eraser, open.to_complete[i]));
    return OK;
}

/* -- the thread -------------------------------------------------------------------------------- */

static void *work(void *argument)
{
    struct eraser *eraser = argument;

    while (!stopping(eraser)) {
        struct status status = step(eraser);
        if (status.code != STATUS_OK && !stopping(eraser))
            report(REPORT_ERROR, "eraser", "tried again in a moment: %s", status.text);
        chore_rest(&eraser->chore, LOOK_EVERY_MS);
    }
    return NULL;
}

struct status eraser_open(struct eraser **opened, struct service *service)
{
    struct eraser *eraser = calloc(1, sizeof *eraser);

    ensure(eraser != NULL);
    struct status status = chore_open(&eraser->chore, service);
    *opened              = status.code == STATUS_OK ? eraser : NULL;
    if (!*opened) free(eraser);
    return status;
}

struct status eraser_start(struct eraser *eraser)
{
    return chore_start(&eraser->chore, work, eraser);
}

void eraser_stop(struct eraser *eraser)
{
    if (!eraser) return;
    store_compact_no_more(eraser->chore.service->store);
    chore_stop(&eraser->chore);
}

void eraser_close(struct eraser *eraser)
{
    if (!eraser) return;
    chore_close(&eraser->chore);
    free(eraser);
}

void eraser_committed(struct eraser *eraser, const struct commit *commit)
{
    if (!eraser) return;
    for (size_t i = 0; i < commit->count; i++)
        if (commit->events[i].type == EVENT_account_erased) {
            chore_wake(&eraser->chore);
            return;
        }
}

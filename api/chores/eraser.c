/* eraser.c -- when what is done, and the files; eraser_rows.c has the rows. */
#include "api/chores/eraser.h"

#include <stdlib.h>

#include "api/chores/eraser_internal.h"
#include "api/chores/wipe.h"
#include "core/base/report.h"
#include "core/facts/names.h"

#define ERASER_LOOK_EVERY SECOND /* for what is due by the clock */

/* Where anything of a person may stand. Leases and grants first: RocksDB's list of files names
 * the first and last key of each until it changes again, and a lease's key is an address, a
 * grant's a device's name. */
static const enum family personal[] = {
    FAMILY_leases,   FAMILY_grants,  FAMILY_personal,    FAMILY_registry,   FAMILY_accounts,
    FAMILY_networks, FAMILY_devices, FAMILY_consents,    FAMILY_commands,   FAMILY_tokens,
    FAMILY_outbox,   FAMILY_timers,  FAMILY_idempotency, FAMILY_detections,
};

/* -- what is open ---------------------------------------------------------------------------- */

static bool has_room(const struct eraser *eraser)
{
    return ledger_room(chore_ground(eraser->chore)->ledger) == LEDGER_ROOM_ENOUGH;
}

static struct status destroy(struct eraser *eraser, const struct id *accounts, size_t count)
{
    for (size_t i = 0; i < count; i++) TRY(eraser_erase_rows(eraser, accounts[i]));
    if (!has_room(eraser)) return OK; /* the files are rewritten when there is room for that */
    TRY(wipe_files(eraser->chore, true, personal, COUNT(personal)));
    eraser->wiped_us = clock_monotonic_us();
    for (size_t i = 0; i < count; i++) {
        struct chore_request request = { .from_reserve = true };
        struct intent        intent  = { .type = INTENT_note_destroyed, .stream = accounts[i] };
        intent.note_destroyed.master = vault_master_number(chore_ground(eraser->chore)->vault);
        TRY(chore_submit(eraser->chore, &request, intent));
    }
    return OK;
}

static struct status complete(struct eraser *eraser, struct id account)
{
    struct chore_request request = { .from_reserve = true };
    struct intent        intent  = { .type = INTENT_complete_erasure, .stream = account };

    intent.complete_erasure.master = vault_master_number(chore_ground(eraser->chore)->vault);
    return chore_submit(eraser->chore, &request, intent);
}

/* A page of open erasures, by what each waits for. */
struct open {
    struct id to_destroy[ERASURES_AT_ONCE], to_complete[ERASURES_AT_ONCE];
    size_t    destroy_count, complete_count;
    bool      rotation_due;
};

static struct status look(struct eraser *eraser, struct open *open)
{
    struct ground *ground = chore_ground(eraser->chore);
    struct reader *reader = eraser->reader;
    uint64_t       master = vault_master_number(ground->vault);
    int64_t        now_us = clock_now(&ground->clock);
    struct arena   arena  = { 0 };
    struct id      accounts[ERASURES_AT_ONCE];
    size_t count = view_list_open_erasure(reader, name_system(), NO_ID, accounts, COUNT(accounts));

    *open = (struct open){ .rotation_due = false };
    for (size_t i = 0; i < count; i++) {
        struct open_erasure_row row;
        if (!view_get_open_erasure(reader, name_system(), accounts[i], &arena, &row)) continue;
        if (!row.destroyed_at) open->to_destroy[open->destroy_count++] = accounts[i];
        else if (row.master < master) open->to_complete[open->complete_count++] = accounts[i];
        else if (row.destroyed_at <= now_us - ground->settings->master_key_rotate_within)
            open->rotation_due = true;
    }
    arena_free(&arena);
    return reader_failure(reader);
}

static struct status eraser_do_due(struct eraser *eraser)
{
    struct open open;
    int64_t     again_us = eraser->wiped_us + chore_ground(eraser->chore)->settings->wipe_every;

    TRY(look(eraser, &open));
    if (open.destroy_count && (!eraser->wiped_us || clock_monotonic_us() >= again_us))
        TRY(destroy(eraser, open.to_destroy, open.destroy_count));
    if (open.rotation_due && has_room(eraser))
        TRY(vault_rotate_master(chore_ground(eraser->chore)->vault));
    for (size_t i = 0; i < open.complete_count; i++) TRY(complete(eraser, open.to_complete[i]));
    return OK;
}

/* -- the chore --------------------------------------------------------------------------------- */

static int64_t eraser_step(struct chore *chore)
{
    struct eraser *eraser = chore_kept(chore);
    struct arena   arena  = { 0 };

    eraser->reader       = reader_new(chore_ground(chore)->store, &arena);
    struct status status = eraser_do_due(eraser);
    arena_free(&arena);
    if (status.code != STATUS_OK) chore_report(chore, "tried again in a moment", status);
    return ERASER_LOOK_EVERY;
}

static bool eraser_concerns(const struct commit *commit)
{
    for (size_t i = 0; i < commit->count; i++)
        if (commit->events[i].type == EVENT_account_erased) return true;
    return false;
}

static struct status eraser_open(struct chore *chore)
{
    struct eraser *eraser = calloc(1, sizeof *eraser);

    ensure(eraser != NULL);
    eraser->chore = chore;
    chore_keep(chore, eraser);
    return OK;
}

static void eraser_close(struct chore *chore) { free(chore_kept(chore)); }

const struct chore_row eraser_chore = {
    .name     = "eraser",
    .open     = eraser_open,
    .step     = eraser_step,
    .concerns = eraser_concerns,
    .close    = eraser_close,
};

#include "api/chores/expiry.h"

#include <stdlib.h>

#include "api/chores/expiry_internal.h"
#include "api/chores/wipe.h"
#include "core/base/report.h"
#include "core/facts/names.h"

enum { ACCOUNTS_AT_ONCE = 256 }; /* listed */

#define EXPIRY_SHORTEST (100 * MILLISECOND) /* between two looks, whatever is set */

/* -- one account -------------------------------------------------------------------------- */

static bool is_left_alone(struct reader *reader, struct id account, struct arena *arena)
{
    struct account_row row;

    return !view_get_account(reader, account, NO_ID, arena, &row) || row.hold.size ||
           row.status == ACCOUNT_erasing || row.status == ACCOUNT_erased;
}

static void settle(struct chore_request *request, struct batch *batch)
{
    expiry_rows_put(request->context, batch);
}

/* A hold or an erasure that came meanwhile has the last word: then nothing goes. */
static struct status have_it_done(struct expiry *expiry, const struct expiry_look *look)
{
    struct chore_request request = { .change  = CHANGE_expire_reports,
                                     .make    = settle,
                                     .context = (void *)look };
    struct intent        intent  = { .type = INTENT_expire_reports, .stream = look->account };

    intent.expire_reports = (struct expire_reports){ .until   = look->until_us,
                                                     .reports = look->drop_count };
    TRY(chore_submit(expiry->chore, &request, intent));
    if (request.item.outcome.refusal == ACCEPTED) expiry->dropped += look->drop_count;
    return OK;
}

static struct status go_through(struct expiry *expiry, struct reader *reader, struct id account)
{
    struct ground     *ground = chore_ground(expiry->chore);
    struct expiry_look look   = {
          .account  = account,
          .until_us = clock_now(&ground->clock) - ground->settings->reports_kept,
    };
    struct arena arena = { 0 };
    bool         left  = is_left_alone(reader, account, &arena);

    arena_free(&arena);
    if (left) return reader_failure(reader);
    do {
        TRY(expiry_rows_look(reader, ground->vault, &look));
        if (expiry_rows_worth(&look)) TRY(have_it_done(expiry, &look));
    } while (look.more && !chore_stopping(expiry->chore));
    return OK;
}

/* -- all of them ------------------------------------------------------------------------------ */

/* One account whose rows cannot be read does not keep the others waiting. */
static void try_one(struct expiry *expiry, struct id account)
{
    struct arena   arena  = { 0 };
    struct reader *reader = reader_new(chore_ground(expiry->chore)->store, &arena);
    struct status  status = go_through(expiry, reader, account);

    arena_free(&arena);
    if (status.code == STATUS_OK) return;
    if (!expiry->left_out++) expiry->failure = status;
}

static struct status go_through_all(struct expiry *expiry, struct reader *reader)
{
    struct id accounts[ACCOUNTS_AT_ONCE], after = NO_ID;
    size_t    count;

    do {
        count = view_list_listed_account(reader, name_system(), after, accounts, ACCOUNTS_AT_ONCE);
        for (size_t i = 0; i < count && !chore_stopping(expiry->chore); i++)
            try_one(expiry, after = accounts[i]);
    } while (count == ACCOUNTS_AT_ONCE && !chore_stopping(expiry->chore));
    return reader_failure(reader);
}

static void are_wiped(struct chore_request *request, struct batch *batch)
{
    (void)request;
    expiry_rows_wiped(batch);
}

/* A row says that there is something to wipe, so a kill in between forgets nothing. */
static struct status wipe(struct expiry *expiry, struct reader *reader)
{
    static const enum family held[]  = { FAMILY_personal, FAMILY_devices }; /* which shows them */
    struct chore_request     request = { .make = are_wiped };

    if (!expiry_rows_unwiped(reader)) return reader_failure(reader);
    TRY(wipe_files(expiry->chore, false, held, COUNT(held)));
    return chore_change(expiry->chore, &request, CHANGE_note_reports_wiped);
}

static void pass(struct expiry *expiry)
{
    struct arena   arena  = { 0 };
    struct reader *reader = reader_new(chore_ground(expiry->chore)->store, &arena);

    expiry->dropped = expiry->left_out = 0;
    struct status listed               = go_through_all(expiry, reader);
    struct status status               = wipe(expiry, reader);
    arena_free(&arena);
    if (chore_stopping(expiry->chore)) return;
    if (expiry->dropped)
        report(REPORT_NOTICE, "expiry", "%llu reports lost their values, as they were old",
               (unsigned long long)expiry->dropped);
    if (expiry->left_out)
        report(REPORT_ERROR, "expiry", "%llu accounts were left out, the first because: %s",
               (unsigned long long)expiry->left_out, expiry->failure.text);
    if (listed.code != STATUS_OK)
        report(REPORT_ERROR, "expiry", "not all accounts were looked at: %s", listed.text);
    if (status.code != STATUS_OK)
        report(REPORT_ERROR, "expiry", "files hold what expired until later: %s", status.text);
}

static int64_t expiry_step(struct chore *chore)
{
    int64_t every = chore_ground(chore)->settings->reports_look_every;

    pass(chore_kept(chore));
    return every < EXPIRY_SHORTEST ? EXPIRY_SHORTEST : every;
}

static bool expiry_is_wanted(const struct settings *settings) { return settings->reports_kept > 0; }

static struct status expiry_open(struct chore *chore)
{
    struct expiry *expiry = calloc(1, sizeof *expiry);

    ensure(expiry != NULL);
    expiry->chore = chore;
    chore_keep(chore, expiry);
    return OK;
}

static void expiry_close(struct chore *chore) { free(chore_kept(chore)); }

const struct chore_row expiry_chore = {
    .name   = "expiry",
    .wanted = expiry_is_wanted,
    .open   = expiry_open,
    .step   = expiry_step,
    .close  = expiry_close,
};

#include "api/expiry.h"

#include <stdlib.h>

#include "api/expiry_room.h"
#include "core/base/report.h"
#include "core/facts/names.h"

enum {
    ACCOUNTS_AT_ONCE = 256, /* listed */
    SHORTEST_MS      = 100, /* between two looks, whatever is set */
};

/* -- one account -------------------------------------------------------------------------- */

static bool is_left_alone(struct reader *reader, struct id account, struct arena *arena)
{
    struct account_row row;

    return !view_get_account(reader, account, (struct id){ { 0 } }, arena, &row) ||
           row.hold.size || slice_equal(row.status, SLICE("erasing")) ||
           slice_equal(row.status, SLICE("erased"));
}

static void settle(struct errand *errand, struct batch *batch)
{
    expiry_rows_put(errand->context, batch);
}

/* A hold or an erasure that came meanwhile has the last word: then nothing goes. */
static struct status have_it_done(struct expiry *expiry, const struct expiry_look *look)
{
    struct errand errand = { .alongside = settle, .context = (void *)look };
    struct intent intent = { .type = INTENT_expire_reports, .stream = look->account };

    intent.expire_reports = (struct expire_reports){ .until   = look->until_us,
                                                     .reports = look->drop_count };
    TRY(chore_ask(&expiry->chore, &errand, intent));
    if (errand.item.outcome.refusal == ACCEPTED) expiry->dropped += look->drop_count;
    return OK;
}

static struct status go_through(struct expiry *expiry, struct id account)
{
    struct service    *service = expiry->service;
    struct expiry_look look    = {
        .account  = account,
        .until_us = clock_now(&service->clock) - service->settings.reports_kept,
    };
    struct arena arena = { 0 };
    bool         left  = is_left_alone(service_reader(service), account, &arena);

    arena_free(&arena);
    if (left) return OK;
    do {
        TRY(expiry_rows_look(service_reader(service), service->vault, &look));
        if (expiry_rows_worth(&look)) TRY(have_it_done(expiry, &look));
    } while (look.more && !chore_stopping(&expiry->chore));
    return OK;
}

/* -- all of them ------------------------------------------------------------------------------ */

static struct status go_through_all(struct expiry *expiry)
{
    struct reader *reader = service_reader(expiry->service);
    struct id      accounts[ACCOUNTS_AT_ONCE], after = { { 0 } };
    size_t         count;

    expiry->dropped = 0;
    do {
        count = view_list_listed_account(reader, name_system(), after, accounts,
                                         ACCOUNTS_AT_ONCE);
        for (size_t i = 0; i < count && !chore_stopping(&expiry->chore); i++)
            TRY(go_through(expiry, after = accounts[i]));
    } while (count == ACCOUNTS_AT_ONCE && !chore_stopping(&expiry->chore));
    if (!expiry->dropped) return OK;
    report(REPORT_NOTICE, "expiry", "%llu reports lost their values, as they were old",
           (unsigned long long)expiry->dropped);
    TRY(store_compact(expiry->service->store, FAMILY_personal));
    return store_compact(expiry->service->store, FAMILY_devices); /* replaced values, in clear */
}

static void *work(void *owner)
{
    struct expiry *expiry = owner;
    int64_t        every  = expiry->service->settings.reports_look_every / MILLISECOND;

    while (!chore_stopping(&expiry->chore)) {
        struct status status = go_through_all(expiry);
        if (status.code != STATUS_OK && !chore_stopping(&expiry->chore))
            report(REPORT_ERROR, "expiry", "looked at again later: %s", status.text);
        chore_rest(&expiry->chore, every < SHORTEST_MS ? SHORTEST_MS : (int)every);
    }
    return NULL;
}

struct status expiry_start(struct expiry **opened, struct service *service)
{
    *opened = NULL;
    if (!service->settings.reports_kept) return OK;
    struct expiry *expiry = calloc(1, sizeof *expiry);
    ensure(expiry != NULL);
    expiry->service      = service;
    struct status status = chore_start(&expiry->chore, service, work, expiry);
    if (status.code == STATUS_OK) *opened = expiry;
    else free(expiry);
    return status;
}

void expiry_stop(struct expiry *expiry)
{
    if (!expiry) return;
    store_compact_no_more(expiry->service->store);
    chore_stop(&expiry->chore);
}

void expiry_close(struct expiry *expiry)
{
    if (!expiry) return;
    chore_close(&expiry->chore);
    free(expiry);
}

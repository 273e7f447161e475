#include "api/chores/offboarder.h"

#include "core/base/clock.h"
#include "projections/projection.h"

enum { VENDORS_AT_ONCE = 16, GRANTS_AT_ONCE = CHORE_REQUESTS_MAX };
#define LOOK_AGAIN SECOND

struct leaving {
    struct chore  *chore;
    struct reader *reader;
    struct arena   arena;
    struct id      vendor;
};

/* -- its grants end ------------------------------------------------------------------------ */

static bool is_live(struct leaving *on, struct id consent, struct consent_row *row)
{
    struct vendor_grant_row grant;

    return view_get_vendor_grant(on->reader, on->vendor, consent, &on->arena, &grant) &&
           grant.live && view_get_consent(on->reader, consent, NO_ID, &on->arena, row);
}

/* Of the next few after `after`, which goes on to the last of them. */
static struct status end_some(struct leaving *on, struct id *after, bool *more)
{
    struct chore_request requests[GRANTS_AT_ONCE];
    struct id            consents[GRANTS_AT_ONCE];
    size_t               due = 0;
    size_t count = view_list_vendor_grant(on->reader, on->vendor, *after, consents, GRANTS_AT_ONCE);

    *more = count == GRANTS_AT_ONCE;
    for (size_t i = 0; i < count; i++) {
        struct consent_row row;
        *after = consents[i];
        if (!is_live(on, consents[i], &row)) continue;
        struct intent *intent = &requests[due].item.intent;
        requests[due++]       = (struct chore_request){ .chore = on->chore };
        *intent = (struct intent){ .type = INTENT_revoke_consent, .stream = row.account };
        intent->revoke_consent = (struct revoke_consent){ .consent = consents[i],
                                                          .reason  = SLICE("vendor-offboarded") };
    }
    arena_reset(&on->arena);
    TRY(reader_failure(on->reader));
    return due ? chore_submit_all(on->chore, requests, due) : OK;
}

static struct status end_grants(struct leaving *on)
{
    struct id after = NO_ID;
    bool      more  = true;

    while (more && !chore_stopping(on->chore)) TRY(end_some(on, &after, &more));
    return OK;
}

/* -- and the vendor knows -------------------------------------------------------------------- */

static uint64_t live_grants(struct leaving *on)
{
    struct vendor_grants_row grants;

    view_get_vendor_grants(on->reader, on->vendor, NO_ID, &on->arena, &grants);
    return grants.live;
}

/* Has it yet to say of one that it knows, and time to? */
static bool is_awaited(struct leaving *on)
{
    struct id consents[GRANTS_AT_ONCE], after = NO_ID;
    size_t    count;

    do {
        count = view_list_vendor_grant(on->reader, on->vendor, after, consents, GRANTS_AT_ONCE);
        for (size_t i = 0; i < count; i++) {
            struct consent_row row;
            after = consents[i];
            if (view_get_consent(on->reader, after, NO_ID, &on->arena, &row) && !row.overdue)
                return true;
        }
        arena_reset(&on->arena);
    } while (count == GRANTS_AT_ONCE && !chore_stopping(on->chore));
    return chore_stopping(on->chore);
}

/* `again`: something of it was left, and nothing will wake us for that. */
static struct status go_on(struct leaving *on, bool *again)
{
    struct chore_request request = { .chore = on->chore };
    struct intent        intent  = { .type = INTENT_end_offboarding, .stream = on->vendor };

    if (live_grants(on)) TRY(end_grants(on));
    bool lives = live_grants(on) > 0;
    *again |= lives;
    if (lives || is_awaited(on)) return reader_failure(on->reader);
    TRY(reader_failure(on->reader));
    return chore_submit(on->chore, &request, intent);
}

/* -- the chore ------------------------------------------------------------------------------- */

static struct status go_on_with(struct chore *chore, struct id vendor, bool *again)
{
    struct arena   of_reader = { 0 };
    struct leaving on        = { .chore  = chore,
                                 .vendor = vendor,
                                 .reader = reader_new(chore_ground(chore)->store, &of_reader) };
    struct status  status    = go_on(&on, again);

    arena_free(&on.arena);
    arena_free(&of_reader);
    return status;
}

static int64_t offboarder_step(struct chore *chore)
{
    struct arena   arena  = { 0 };
    struct reader *reader = reader_new(chore_ground(chore)->store, &arena);
    struct id      vendors[VENDORS_AT_ONCE], after = NO_ID;
    bool           again = false;
    size_t         count;

    do {
        count = view_list_leaving_vendor(reader, name_system(), after, vendors, VENDORS_AT_ONCE);
        for (size_t i = 0; i < count && !chore_stopping(chore); i++) {
            struct status status = go_on_with(chore, after = vendors[i], &again);
            if (status.code == STATUS_OK) continue;
            chore_report(chore, "an offboarding goes on in a moment", status);
            again = true;
        }
    } while (count == VENDORS_AT_ONCE && !chore_stopping(chore));
    if (reader_failure(reader).code != STATUS_OK) {
        chore_report(chore, "who is leaving is looked up again in a moment",
                     reader_failure(reader));
        again = true;
    }
    arena_free(&arena);
    return again ? LOOK_AGAIN : CHORE_UNTIL_WOKEN;
}

static bool offboarder_concerns(const struct commit *commit)
{
    for (size_t i = 0; i < commit->count; i++) switch (commit->events[i].type) {
        case EVENT_vendor_offboarding:
        case EVENT_withdrawal_acknowledged:
        case EVENT_withdrawal_overdue:
        case EVENT_account_erased: return true;
        default: break;
        }
    return false;
}

const struct chore_row offboarder_chore = {
    .name     = "offboarder",
    .step     = offboarder_step,
    .concerns = offboarder_concerns,
};

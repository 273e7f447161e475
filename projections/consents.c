/* consents.c -- every question a person was asked, and every grant that came of it.
 *
 * A question is in its account's inbox until it is answered or lapses; a grant taken
 * back is among the open withdrawals until its vendor says it knows. That it said so late
 * stays on record: `overdue` is not taken back. A receipt is made of the events that told what
 * became of a consent, so the view says where they stand.
 */
#include "projections/grants.h"

/* Until it is answered, anything may be the answer. */
static bool is_open(const struct consent_row *row)
{
    return consent_state_may_become(row->status, CONSENT_denied);
}

static bool find(struct batch *batch, struct arena *scratch, const struct event *event,
                 struct id consent, struct consent_row *row)
{
    bool found = view_get_consent(batch_reader(batch), consent, NO_ID, scratch, row) &&
                 AS_WRITTEN(batch, row->status != CONSENT_none) &&
                 PROMISED(batch, id_equal(row->account, event->stream)) &&
                 AS_WRITTEN(batch, row->requested_at > 0) &&
                 PROMISED(batch, row->requested_at < event->recorded_at) &&
                 PROMISED(batch, row->changed > 0 && row->changed < event->position) &&
                 AS_WRITTEN(batch, id_given(row->device) == (row->granted_at > 0)) &&
                 AS_WRITTEN(batch, row->acknowledged_at == 0 || row->ended_at > 0);

    row->changed = event->position;
    return found;
}

static void note_event(struct batch *batch, const struct event *event, struct id consent)
{
    PROMISED(batch, id_kind(consent) == ID_consent);
    view_put_consent_event(batch, consent, event->id,
                           &(struct consent_event_row){ .position = event->position });
}

static void requested(struct batch *batch, const struct event *event)
{
    const struct consent_requested *it  = &event->consent_requested;
    struct consent_row              row = {
                     .account          = event->stream,
                     .status           = CONSENT_requested,
                     .vendor           = it->vendor,
                     .network          = it->network,
                     .gateway          = it->gateway,
                     .claim            = it->claim,
                     .detection        = it->detection,
                     .model            = it->model,
                     .guarded          = it->guarded,
                     .capabilities     = it->capabilities,
                     .purposes         = it->purposes,
                     .notice_version   = it->notice_version,
                     .notice_language  = it->notice_language,
                     .notice_text      = it->notice_text,
                     .display_name     = it->display_name,
                     .vendor_device_id = it->vendor_device_id,
                     .requested_at     = event->recorded_at,
                     .lapses_at        = it->lapses_at,
                     .changed          = event->position,
    };

    PROMISED(batch, id_kind(event->stream) == ID_account);
    PROMISED(batch, id_kind(it->vendor) == ID_vendor);
    view_put_consent(batch, it->consent, NO_ID, &row);
    view_put_account_consent(batch, event->stream, it->consent,
                             &(struct account_consent_row){ { 0 } });
    view_put_inbox(batch, event->stream, it->consent, &(struct inbox_row){ { 0 } });
    note_event(batch, event, it->consent);
}

/* The question reached the app; or it did and will be answered later; or it is asked again. */
static void noticed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id          consent = event_field_id(event, "consent");
    struct consent_row row;

    if (!find(batch, scratch, event, consent, &row)) return;
    PROMISED(batch, is_open(&row));
    if (event->type == EVENT_consent_notified) {
        PROMISED(batch, consent_state_may_become(row.status, CONSENT_notified));
        row.status = CONSENT_notified;
    } else {
        row.postponed_until = event->consent_postponed.until;
    }
    view_put_consent(batch, consent, NO_ID, &row);
}

static void reopened(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id          consent = event->consent_reopened.consent;
    struct consent_row row;

    if (!find(batch, scratch, event, consent, &row)) return;
    PROMISED(batch, is_open(&row) || row.status == CONSENT_denied);
    row.status          = CONSENT_requested;
    row.reason          = (struct slice){ 0 };
    row.postponed_until = 0;
    view_put_consent(batch, consent, NO_ID, &row);
    view_put_inbox(batch, event->stream, consent, &(struct inbox_row){ { 0 } });
}

static void granted(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct consent_granted *it = &event->consent_granted;
    struct consent_row            row;

    if (!find(batch, scratch, event, it->consent, &row)) return;
    PROMISED(batch, is_open(&row));
    PROMISED(batch, !row.granted_at);
    PROMISED(batch, id_equal(row.vendor, it->vendor));
    PROMISED(batch, id_kind(it->device) == ID_device);
    row.status       = CONSENT_granted;
    row.device       = it->device;
    row.network      = it->network;
    row.bond         = it->bond;
    row.capabilities = it->capabilities;
    row.purposes     = it->purposes;
    row.granted_at   = event->recorded_at;
    row.expires_at   = it->expires_at;
    view_put_consent(batch, it->consent, NO_ID, &row);
    view_erase_inbox(batch, event->stream, it->consent);
    grant_stands(batch, scratch, it->consent, &row, GRANT_LIVES);
    note_event(batch, event, it->consent);
}

static void not_granted(struct batch *batch, struct arena *scratch, const struct event *event,
                        struct id consent, enum consent_state status, struct slice reason)
{
    struct consent_row row;

    ensure(status == CONSENT_denied || status == CONSENT_lapsed);
    if (!find(batch, scratch, event, consent, &row)) return;
    PROMISED(batch, consent_state_may_become(row.status, status));
    PROMISED(batch, !row.granted_at);
    row.status = status;
    row.reason = reason;
    view_put_consent(batch, consent, NO_ID, &row);
    view_erase_inbox(batch, event->stream, consent);
}

/* -- the end of a grant, and its going on ------------------------------------ */

static void ended(struct batch *batch, struct arena *scratch, const struct event *event,
                  struct id consent, enum consent_state status, struct slice reason,
                  int64_t acknowledge_by)
{
    struct consent_row row;

    ensure(status == CONSENT_withdrawn || status == CONSENT_revoked);
    if (!find(batch, scratch, event, consent, &row)) return;
    PROMISED(batch, consent_state_may_become(row.status, status));
    PROMISED(batch, row.granted_at > 0 && !row.ended_at);
    row.status         = status;
    row.reason         = reason;
    row.ended_at       = event->recorded_at;
    row.acknowledge_by = acknowledge_by;
    view_put_consent(batch, consent, NO_ID, &row);
    grant_stands(batch, scratch, consent, &row, GRANT_ENDS);
    view_put_open_withdrawal(batch, name_system(), consent, &(struct open_withdrawal_row){ { 0 } });
    note_event(batch, event, consent);
}

static void withdrawn(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct consent_withdrawn *it = &event->consent_withdrawn;

    ended(batch, scratch, event, it->consent, CONSENT_withdrawn, it->reason, it->acknowledge_by);
}

static void revoked(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct consent_revoked *it = &event->consent_revoked;

    ended(batch, scratch, event, it->consent, CONSENT_revoked, it->reason, it->acknowledge_by);
}

static void expired(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id          consent = event->consent_expired.consent;
    struct consent_row row;

    if (!find(batch, scratch, event, consent, &row)) return;
    PROMISED(batch, consent_state_may_become(row.status, CONSENT_expired));
    PROMISED(batch, row.expires_at > 0);
    row.status = CONSENT_expired;
    view_put_consent(batch, consent, NO_ID, &row);
    grant_stands(batch, scratch, consent, &row, GRANT_IS_GONE);
    note_event(batch, event, consent);
}

static void changed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct consent_changed *it = &event->consent_changed;
    struct consent_row            row;

    if (!find(batch, scratch, event, it->consent, &row)) return;
    PROMISED(batch, row.status == CONSENT_granted && id_equal(row.device, it->device));
    row.capabilities = it->capabilities;
    row.expires_at   = it->expires_at;
    view_put_consent(batch, it->consent, NO_ID, &row);
    note_event(batch, event, it->consent);
}

static void renewed(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id          consent = event->consent_renewed.consent;
    struct consent_row row;

    if (!find(batch, scratch, event, consent, &row)) return;
    PROMISED(batch, row.status == CONSENT_granted || row.status == CONSENT_expired);
    PROMISED(batch, row.granted_at > 0 && !row.ended_at);
    row.status     = CONSENT_granted;
    row.expires_at = event->consent_renewed.expires_at;
    view_put_consent(batch, consent, NO_ID, &row);
    grant_stands(batch, scratch, consent, &row, GRANT_LIVES);
    note_event(batch, event, consent);
}

static void acknowledged(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id          consent = event->withdrawal_acknowledged.consent;
    struct consent_row row;

    if (!find(batch, scratch, event, consent, &row)) return;
    PROMISED(batch, row.ended_at > 0 && !row.acknowledged_at);
    PROMISED(batch, id_equal(row.vendor, event->withdrawal_acknowledged.vendor));
    row.acknowledged_at = event->recorded_at;
    view_put_consent(batch, consent, NO_ID, &row);
    view_erase_open_withdrawal(batch, name_system(), consent);
    grant_stands(batch, scratch, consent, &row, GRANT_IS_GONE);
    note_event(batch, event, consent);
}

static void overdue(struct batch *batch, struct arena *scratch, const struct event *event)
{
    struct id          consent = event->withdrawal_overdue.consent;
    struct consent_row row;

    if (!find(batch, scratch, event, consent, &row)) return;
    PROMISED(batch, row.ended_at > 0 && !row.acknowledged_at);
    row.overdue = true;
    view_put_consent(batch, consent, NO_ID, &row);
}

/* -- forgetting who was asked -------------------------------------------------- */

/* What its vendor has yet to acknowledge stays, without what is personal. */
static void forget(struct batch *batch, struct arena *scratch, struct id account, struct id consent)
{
    struct consent_row row;

    bool listed_is_there = view_get_consent(batch_reader(batch), consent, NO_ID, scratch, &row);
    if (!AS_WRITTEN(batch, listed_is_there)) return;
    AS_WRITTEN(batch, row.status != CONSENT_none);
    AS_WRITTEN(batch, id_equal(row.account, account));
    PROMISED(batch, !is_open(&row)); /* each was answered before the account went */
    EACH_LISTED(batch, consent_event, consent, event,
                view_erase_consent_event(batch, consent, event));
    if (row.ended_at && !row.acknowledged_at) {
        row.notice_text = row.display_name = row.vendor_device_id = (struct slice){ NULL, 0 };
        view_put_consent(batch, consent, NO_ID, &row);
        return;
    }
    view_erase_consent(batch, consent, NO_ID);
    view_erase_account_consent(batch, account, consent);
    view_erase_inbox(batch, account, consent);
    grant_stands(batch, scratch, consent, &row, GRANT_IS_GONE);
}

static void forget_all(struct batch *batch, struct arena *scratch, struct id account)
{
    EACH_LISTED(batch, account_consent, account, consent, forget(batch, scratch, account, consent));
    EACH_LISTED(batch, blocked_vendor, account, vendor,
                view_erase_blocked_vendor(batch, account, vendor));
}

static void apply(struct batch *batch, struct arena *scratch, const struct event *event)
{
    const struct consent_denied *denied = &event->consent_denied;
    const struct consent_lapsed *lapsed = &event->consent_lapsed;

    switch (event->type) {
    case EVENT_consent_requested: requested(batch, event); break;
    case EVENT_consent_notified:
    case EVENT_consent_postponed: noticed(batch, scratch, event); break;
    case EVENT_consent_reopened: reopened(batch, scratch, event); break;
    case EVENT_consent_granted: granted(batch, scratch, event); break;
    case EVENT_consent_denied:
        not_granted(batch, scratch, event, denied->consent, CONSENT_denied, denied->reason);
        break;
    case EVENT_consent_lapsed:
        not_granted(batch, scratch, event, lapsed->consent, CONSENT_lapsed, lapsed->reason);
        break;
    /* clang-format off */
    case EVENT_consent_withdrawn: withdrawn(batch, scratch, event); break;
    case EVENT_consent_revoked:   revoked(batch, scratch, event); break;
    case EVENT_consent_expired:   expired(batch, scratch, event); break;
    case EVENT_consent_changed:   changed(batch, scratch, event); break;
    case EVENT_consent_renewed:   renewed(batch, scratch, event); break;
    case EVENT_withdrawal_acknowledged: acknowledged(batch, scratch, event); break;
    case EVENT_withdrawal_overdue:      overdue(batch, scratch, event); break;
    case EVENT_vendor_blocked:
        view_put_blocked_vendor(batch, event->stream, event->vendor_blocked.vendor,
                                &(struct blocked_vendor_row){ .blocked_at = event->recorded_at });
        break;
    case EVENT_vendor_unblocked:
        view_erase_blocked_vendor(batch, event->stream, event->vendor_unblocked.vendor);
        break;
    case EVENT_account_erased:          forget_all(batch, scratch, event->stream); break;
    default: break; /* not about consents */
        /* clang-format on */
    }
}

const struct fold fold_consents = {
    .name         = "consents",
    .families     = { FAMILY_consents, FAMILY_grants },
    .family_count = 2,
    .apply        = apply,
};

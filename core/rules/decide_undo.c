/* decide_undo.c -- an answer taken back, for as long as that is possible, and a vendor that
 * may ask again.
 *
 *     answer          undone                               what its vendor hears
 *     grant           withdrawn, and the question is       grant-created at once, and then
 *                     asked again under another id         grant-withdrawn
 *     a no            the question waits again             nothing: grant-refused is sent once
 *                                                          the no is settled
 *     later           the same                             nothing
 *
 * A no keeps its claim until it is settled, so that in the meantime nobody else is asked about
 * the device.
 */
#include "core/rules/ruling.h"

/* Is it the question that is asked about its device, or a no that is not settled yet? */
static bool is_open(struct ruling *on, struct id id, const struct consent_record *consent)
{
    struct asked_record asked;

    return known_asked(on, on->intent->stream, consent->claim, &asked) &&
           id_equal(asked.consent, id);
}

static void reopen(struct ruling *on, struct id id, const struct consent_record *consent)
{
    struct bond_record bond;

    *happened(on, consent_reopened) = (struct consent_reopened){ .consent   = id,
                                                                 .vendor    = consent->vendor,
                                                                 .lapses_at = consent->lapses_at,
                                                                 .reason    = consent->reason };
    if (is(consent->reason, "never-vendor") &&
        AS_WRITTEN(on, known_bond(on, on->intent->stream, consent->vendor, &bond)) && bond.blocked)
        *happened(on, vendor_unblocked) = (struct vendor_unblocked){ .vendor = consent->vendor };
}

/* The vendor may have used the grant by now, so it ends like any other. */
static void undo_grant(struct ruling *on, struct id id, const struct consent_record *consent)
{
    struct thing_model_record model;

    rules_end_grant(on, id, consent, END_WITHDRAWN, UNDONE);
    if (!AS_WRITTEN(on, known_thing_model(on, consent->vendor, name_model(consent->model), &model)))
        return;
    rules_question(on,
                   &(struct request_consent){ .claim            = consent->claim,
                                              .detection        = consent->detection,
                                              .vendor           = consent->vendor,
                                              .gateway          = consent->gateway,
                                              .ownership_epoch  = consent->ownership_epoch,
                                              .model            = consent->model,
                                              .method           = consent->method,
                                              .confidence       = consent->confidence,
                                              .vendor_device_id = consent->vendor_device_id,
                                              .display_name     = consent->display_name },
                   &model, id);
}

enum refusal decide_undo_answer(struct ruling *on, const struct undo_answer *intent)
{
    struct account_record account;
    struct consent_record consent;

    if (!rules_account_lives(on, &account) ||
        !known_consent(on, on->intent->stream, intent->consent, &consent))
        return REFUSED_consent_unknown;
    if (!consent.undo_until) return REFUSED_nothing_to_undo;
    if (on->now_us >= consent.undo_until) return REFUSED_undo_too_late;
    switch (consent.status) {
    case CONSENT_requested:
    case CONSENT_denied:
        if (!is_open(on, intent->consent, &consent)) return REFUSED_nothing_to_undo;
        reopen(on, intent->consent, &consent);
        return ACCEPTED;
    case CONSENT_granted: undo_grant(on, intent->consent, &consent); return ACCEPTED;
    case CONSENT_none:
    case CONSENT_notified:
    case CONSENT_lapsed:
    case CONSENT_withdrawn:
    case CONSENT_revoked:
    case CONSENT_expired: return REFUSED_nothing_to_undo; /* it ended otherwise */
    }
    impossible("a consent in a state of no list");
}

/* -- a no stands ---------------------------------------------------------------------- */

void rules_settle_denial(struct ruling *on, struct id id, const struct consent_record *consent)
{
    ensure(consent->status == CONSENT_denied);
    AS_WRITTEN(on, consent->undo_until > 0 && id_kind(consent->claim) == ID_claim);
    *happened(on, denial_settled) = (struct denial_settled){ .consent   = id,
                                                             .claim     = consent->claim,
                                                             .detection = consent->detection,
                                                             .vendor    = consent->vendor,
                                                             .reason    = consent->reason };
}

enum refusal decide_settle_denial(struct ruling *on, const struct settle_denial *intent)
{
    struct consent_record consent;

    if (!known_consent(on, on->intent->stream, intent->consent, &consent))
        return REFUSED_consent_unknown;
    if (consent.status == CONSENT_denied && consent.undo_until <= on->now_us &&
        is_open(on, intent->consent, &consent))
        rules_settle_denial(on, intent->consent, &consent);
    return ACCEPTED;
}

/* -- blocked vendors -------------------------------------------------------------------- */

enum refusal decide_unblock_vendor(struct ruling *on, const struct unblock_vendor *intent)
{
    struct bond_record bond;

    if (!known_bond(on, on->intent->stream, intent->vendor, &bond) || !bond.blocked)
        return REFUSED_vendor_not_blocked;
    *happened(on, vendor_unblocked) = (struct vendor_unblocked){ .vendor = intent->vendor };
    return ACCEPTED;
}

/* fold_consent.c -- the registry's part of an account that is about consents: questions,
 * their answers, and the grants that came of them. */
#include "core/rules/folding.h"

/* -- questions ------------------------------------------------------------------ */

void registry_consent_requested(struct folding *on, const struct consent_requested *fields)
{
    struct asked_record   asked;
    struct consent_record before;

    PROMISED(on, !registry_get_asked(on->reader, on->stream, fields->claim, on->arena, &asked));
    PROMISED(on,
             !registry_get_consent(on->reader, on->stream, fields->consent, on->arena, &before));
    registry_put_consent(on->batch, on->stream, fields->consent,
                         &(struct consent_record){ .status           = CONSENT_requested,
                                                   .claim            = fields->claim,
                                                   .detection        = fields->detection,
                                                   .vendor           = fields->vendor,
                                                   .gateway          = fields->gateway,
                                                   .network          = fields->network,
                                                   .ownership_epoch  = fields->ownership_epoch,
                                                   .model            = fields->model,
                                                   .guarded          = fields->guarded,
                                                   .capabilities     = fields->capabilities,
                                                   .purposes         = fields->purposes,
                                                   .vendor_device_id = fields->vendor_device_id,
                                                   .display_name     = fields->display_name,
                                                   .method           = fields->method,
                                                   .confidence       = fields->confidence,
                                                   .lapses_at        = fields->lapses_at });
    registry_put_asked(on->batch, on->stream, fields->claim,
                       &(struct asked_record){ .consent = fields->consent });
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, account_lives(&it)); it.prompts_open++);
    BEGIN_OR_CHANGE(on, bond, it, on->stream, fields->vendor,
                    PROMISED(on, !it.blocked || id_given(fields->reopens));
                    it.prompts_open++);
}

MEANS_NOTHING(consent_not_requested, "the claim hears of it")

void registry_consent_postponed(struct folding *on, const struct consent_postponed *fields)
{
    CHANGE(on, consent, it, on->stream, fields->consent,
           PROMISED(on, it.status == CONSENT_requested);
           it.undo_until = fields->undo_until);
}

void registry_consent_notified(struct folding *on, const struct consent_notified *fields)
{
    CHANGE(on, consent, it, on->stream, fields->consent,
           PROMISED(on, it.status == CONSENT_requested && !it.notified);
           it.notified = true);
}

/* Nothing of the question is open any more, not even that its answer may be undone. */
static void not_asked(struct folding *on, struct id consent, struct id claim)
{
    struct asked_record asked;

    PROMISED(on, registry_get_asked(on->reader, on->stream, claim, on->arena, &asked) &&
                     id_equal(asked.consent, consent));
    registry_erase_asked(on->batch, on->stream, claim);
}

/* A question no longer waits, whatever the answer was. */
static void answered(struct folding *on, struct id vendor)
{
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, it.prompts_open > 0);
           it.prompts_open -= it.prompts_open > 0);
    CHANGE(on, bond, it, on->stream, vendor, PROMISED(on, it.prompts_open > 0);
           it.prompts_open -= it.prompts_open > 0);
}

static void consent_is(struct folding *on, struct id consent, enum consent_state status)
{
    CHANGE(on, consent, it, on->stream, consent,
           PROMISED(on, consent_state_may_become(it.status, status));
           it.status = status);
}

void registry_consent_denied(struct folding *on, const struct consent_denied *fields)
{
    answered(on, fields->vendor);
    if (!fields->undo_until) not_asked(on, fields->consent, fields->claim);
    consent_is(on, fields->consent, CONSENT_denied);
    CHANGE(on, consent, it, on->stream, fields->consent, it.reason = fields->reason,
           it.undo_until = fields->undo_until);
}

void registry_consent_lapsed(struct folding *on, const struct consent_lapsed *fields)
{
    answered(on, fields->vendor);
    not_asked(on, fields->consent, fields->claim);
    consent_is(on, fields->consent, CONSENT_lapsed);
}

void registry_denial_settled(struct folding *on, const struct denial_settled *fields)
{
    not_asked(on, fields->consent, fields->claim);
    CHANGE(on, consent, it, on->stream, fields->consent,
           PROMISED(on, it.status == CONSENT_denied && it.undo_until > 0));
}

/* It waits as if nobody had answered; that it reached the app is noted anew. */
void registry_consent_reopened(struct folding *on, const struct consent_reopened *fields)
{
    struct consent_record before;

    if (!PROMISED(on, registry_get_consent(on->reader, on->stream, fields->consent, on->arena,
                                           &before)))
        return;
    PROMISED(on, before.undo_until > 0 && id_equal(before.vendor, fields->vendor));
    if (before.status == CONSENT_denied) {
        consent_is(on, fields->consent, CONSENT_requested);
        CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, account_lives(&it));
               it.prompts_open++);
        CHANGE(on, bond, it, on->stream, fields->vendor, it.prompts_open++);
    }
    CHANGE(on, consent, it, on->stream, fields->consent,
           PROMISED(on, it.status == CONSENT_requested);
           it.undo_until = 0, it.notified = false, it.reason = (struct slice){ 0 });
}

void registry_vendor_unblocked(struct folding *on, const struct vendor_unblocked *fields)
{
    CHANGE(on, bond, it, on->stream, fields->vendor, PROMISED(on, it.blocked); it.blocked = false);
}

void registry_vendor_blocked(struct folding *on, const struct vendor_blocked *fields)
{
    CHANGE(on, bond, it, on->stream, fields->vendor, it.blocked = true);
}

/* -- grants ----------------------------------------------------------------------- */

void registry_consent_granted(struct folding *on, const struct consent_granted *fields)
{
    answered(on, fields->vendor);
    not_asked(on, fields->consent, fields->claim);
    CHANGE(on, consent, it, on->stream, fields->consent,
           PROMISED(on, it.status == CONSENT_requested && !id_given(it.device));
           PROMISED(on, id_equal(it.vendor, fields->vendor) && id_equal(it.claim, fields->claim));
           it.status = CONSENT_granted, it.device = fields->device, it.network = fields->network,
           it.capabilities = fields->capabilities, it.expires_at = fields->expires_at,
           it.undo_until = fields->undo_until);
    BEGIN_OR_CHANGE(on, bond, it, on->stream, fields->vendor,
                    PROMISED(on, !it.grants || id_equal(it.name, fields->bond));
                    it.grants++, it.name = fields->bond);
}

/* A grant is over. When it was the vendor's last one here, the name that
 * pairwise references are made of goes with it, so a later grant links to none. */
static void ended(struct folding *on, struct id consent, struct id vendor,
                  enum consent_state status, struct slice reason)
{
    CHANGE(on, consent, it, on->stream, consent,
           PROMISED(on, consent_state_may_become(it.status, status));
           PROMISED(on, id_equal(it.vendor, vendor)); it.status = status, it.reason = reason);
    CHANGE(on, bond, it, on->stream, vendor, PROMISED(on, it.grants > 0);
           it.grants -= it.grants > 0; if (it.grants == 0) it.name = NO_ID);
}

void registry_consent_withdrawn(struct folding *on, const struct consent_withdrawn *fields)
{
    ended(on, fields->consent, fields->vendor, CONSENT_withdrawn, fields->reason);
}

void registry_consent_revoked(struct folding *on, const struct consent_revoked *fields)
{
    ended(on, fields->consent, fields->vendor, CONSENT_revoked, fields->reason);
}

/* An expired grant may be renewed, so its bond stays. */
void registry_consent_expired(struct folding *on, const struct consent_expired *fields)
{
    consent_is(on, fields->consent, CONSENT_expired);
}

void registry_consent_changed(struct folding *on, const struct consent_changed *fields)
{
    CHANGE(on, consent, it, on->stream, fields->consent,
           PROMISED(on, it.status == CONSENT_granted && id_equal(it.device, fields->device));
           it.capabilities = fields->capabilities, it.expires_at = fields->expires_at);
    CHANGE(on, device, it, on->stream, fields->device, PROMISED(on, it.status == DEVICE_active);
           it.capabilities = fields->capabilities);
}

void registry_consent_renewed(struct folding *on, const struct consent_renewed *fields)
{
    CHANGE(on, consent, it, on->stream, fields->consent,
           PROMISED(on, it.status == CONSENT_granted || it.status == CONSENT_expired);
           it.status = CONSENT_granted, it.expires_at = fields->expires_at);
}

void registry_withdrawal_acknowledged(struct folding                       *on,
                                      const struct withdrawal_acknowledged *fields)
{
    CHANGE(on, consent, it, on->stream, fields->consent, PROMISED(on, !it.acknowledged);
           PROMISED(on, it.status == CONSENT_withdrawn || it.status == CONSENT_revoked);
           it.acknowledged = true);
}

MEANS_NOTHING(withdrawal_overdue, "the vendor may still say so")

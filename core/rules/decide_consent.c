/* decide_consent.c -- the question and its answer: requested, notified, then granted,
 * denied or lapsed. What becomes of a grant is in decide_grant.c. */
#include "core/rules/notice.h"
#include "core/rules/ruling.h"

/* -- asking --------------------------------------------------------------------- */

/* Why this account is not asked now; NULL: it is. */
static const char *spared(struct ruling *on, const struct request_consent *intent)
{
    struct account_record account;
    struct bond_record    bond;
    struct vendor_record  vendor;

    if (!rules_account_lives(on, &account)) return "account-unknown";
    known_bond(on, on->intent->stream, intent->vendor, &bond);
    AS_WRITTEN(on, account.prompts_open >= bond.prompts_open);
    AS_WRITTEN(on, known_vendor(on, intent->vendor, NO_ID, &vendor)); /* they stay forever */
    uint64_t vendor_max = vendor.prompts_open_max ? vendor.prompts_open_max
                                                  : on->policy->vendor_prompts_open_max;
    if (bond.blocked) return "vendor-blocked";
    if (account.prompts_open >= on->policy->prompts_open_max) return "budget";
    if (bond.prompts_open >= vendor_max) return "vendor-budget";
    return NULL;
}

/* What the person reads, in their language. */
static struct notice notice(struct ruling *on, const struct request_consent *intent,
                            struct id network, const struct thing_model_record *model)
{
    struct account_record          account;
    struct vendor_record           vendor;
    struct network_record          joined = { .none_ = { 0 } };
    struct model_definition_record definition;
    struct id                      name = name_model(intent->model);

    AS_WRITTEN(on, known_account(on, on->intent->stream, NO_ID, &account));
    AS_WRITTEN(on, known_vendor(on, intent->vendor, NO_ID, &vendor));
    AS_WRITTEN(on, known_model_definition(on, intent->vendor, name, &definition));
    if (id_given(network)) AS_WRITTEN(on, known_network(on, on->intent->stream, network, &joined));
    return notice_write(account.language,
                        &(struct notice_facts){ .vendor       = vendor.name,
                                                .display_name = intent->display_name,
                                                .network      = joined.name,
                                                .title        = model->title,
                                                .definition   = definition.definition,
                                                .capabilities = model->capabilities,
                                                .purposes     = model->purposes },
                        on->arena);
}

/* What the log may say of the notice forever. A notice can be guessed, so a bare hash
 * would outlive the person's being forgotten; the salt is forgotten with the text. */
static struct slice notice_hash(struct ruling *on, struct slice salt, struct slice text)
{
    ensure(salt.size == SALT_SIZE && text.size > 0);
    struct hash hash = crypto_sha256_two(salt, text);

    return arena_copy(on->arena, SLICE_OF(hash.bytes));
}

void rules_question(struct ruling *on, const struct request_consent *intent,
                    const struct thing_model_record *model, struct id reopens)
{
    struct id     network = rules_network_of(on, intent->gateway);
    struct notice shown   = notice(on, intent, network, model);
    struct slice  salt    = rules_new_salt(on);

    *happened(on, consent_requested) = (struct consent_requested){
        .consent          = rules_new_id(on, ID_consent),
        .claim            = intent->claim,
        .detection        = intent->detection,
        .vendor           = intent->vendor,
        .gateway          = intent->gateway,
        .network          = network,
        .ownership_epoch  = intent->ownership_epoch,
        .model            = intent->model,
        .method           = intent->method,
        .confidence       = intent->confidence,
        .guarded          = model->guarded,
        .capabilities     = model->capabilities,
        .purposes         = model->purposes,
        .notice_version   = shown.version,
        .notice_language  = shown.language,
        .lapses_at        = on->now_us + on->policy->consent_lapse,
        .notice_hash      = notice_hash(on, salt, shown.text),
        .reopens          = reopens,
        .vendor_device_id = intent->vendor_device_id,
        .display_name     = shown.device,
        .notice_text      = shown.text,
        .notice_salt      = salt
    };
}

enum refusal decide_request_consent(struct ruling *on, const struct request_consent *intent)
{
    struct asked_record       asked;
    struct thing_model_record model;
    const char               *why = spared(on, intent);

    ensure(id_kind(intent->claim) == ID_claim && on->policy->consent_lapse > 0);
    if (known_asked(on, on->intent->stream, intent->claim, &asked)) return ACCEPTED;
    if (why) {
        *happened(on, consent_not_requested) = (struct consent_not_requested){
            .claim           = intent->claim,
            .detection       = intent->detection,
            .vendor          = intent->vendor,
            .ownership_epoch = intent->ownership_epoch,
            .reason          = slice_text(why)
        };
        return ACCEPTED;
    }
    if (!AS_WRITTEN(on, known_thing_model(on, intent->vendor, name_model(intent->model), &model)))
        return ACCEPTED;
    rules_question(on, intent, &model, NO_ID);
    return ACCEPTED;
}

enum refusal decide_note_notified(struct ruling *on, const struct note_notified *intent)
{
    struct consent_record consent;

    if (!known_consent(on, on->intent->stream, intent->consent, &consent))
        return REFUSED_consent_unknown;
    ensure(id_kind(intent->consent) == ID_consent);
    AS_WRITTEN(on, consent.status != CONSENT_none);
    if (consent.notified || consent.status != CONSENT_requested) return ACCEPTED;
    *happened(on, consent_notified) = (struct consent_notified){ .consent = intent->consent };
    return ACCEPTED;
}

/* -- answering ------------------------------------------------------------------ */

static enum refusal grant(struct ruling *on, const struct decide_consent *intent,
                          const struct consent_record *consent)
{
    struct network_record network;
    struct bond_record    bond;
    struct id    chosen  = id_given(intent->network_id) ? intent->network_id : consent->network;
    struct texts granted = intent->capabilities.items ? intent->capabilities
                                                      : consent->capabilities;

    if (!rules_vendor_works(on, consent->vendor)) return REFUSED_vendor_unavailable;
    if (!id_given(chosen)) return REFUSED_network_required;
    if (!known_network(on, on->intent->stream, chosen, &network))
        return id_given(intent->network_id) ? REFUSED_network_unknown : REFUSED_network_required;
    if (!granted.count) return REFUSED_capability_required;
    for (size_t i = 0; i < granted.count; i++)
        if (!texts_have(consent->capabilities, granted.items[i]))
            return REFUSED_capability_not_requested;
    if (intent->expires_at && intent->expires_at <= on->now_us) return REFUSED_already_expired;
    if (consent->guarded && !id_equal(intent->here, consent->gateway))
        return REFUSED_same_network_required;

    ensure(consent_state_may_become(consent->status, CONSENT_granted));
    struct id device = rules_new_id(on, ID_device);
    AS_WRITTEN(on, known_bond(on, on->intent->stream, consent->vendor, &bond));
    AS_WRITTEN(on, bond.prompts_open > 0 && (bond.grants > 0) == id_given(bond.name));
    AS_WRITTEN(on, !id_given(consent->device) && id_kind(consent->claim) == ID_claim);
    *happened(on, consent_granted) = (struct consent_granted){
        .consent          = intent->consent,
        .claim            = consent->claim,
        .detection        = consent->detection,
        .vendor           = consent->vendor,
        .device           = device,
        .network          = chosen,
        .bond             = id_given(bond.name) ? bond.name : intent->consent,
        .ownership_epoch  = consent->ownership_epoch,
        .capabilities     = granted,
        .purposes         = consent->purposes,
        .expires_at       = intent->expires_at,
        .undo_until       = on->now_us + on->policy->undo_for,
        .model            = consent->model,
        .vendor_device_id = consent->vendor_device_id
    };
    *happened(on, device_added) = (struct device_added){
        .device           = device,
        .consent          = intent->consent,
        .claim            = consent->claim,
        .vendor           = consent->vendor,
        .network          = chosen,
        .model            = consent->model,
        .vendor_device_id = consent->vendor_device_id,
        .name             = intent->name.size ? intent->name : consent->display_name
    };
    return ACCEPTED;
}

static enum refusal deny(struct ruling *on, const struct decide_consent *intent,
                         const struct consent_record *consent)
{
    struct bond_record bond;

    ensure(consent_state_may_become(consent->status, CONSENT_denied));
    AS_WRITTEN(on, known_bond(on, on->intent->stream, consent->vendor, &bond));
    AS_WRITTEN(on, id_kind(consent->claim) == ID_claim);
    *happened(on, consent_denied) = (struct consent_denied){
        .consent         = intent->consent,
        .claim           = consent->claim,
        .detection       = consent->detection,
        .vendor          = consent->vendor,
        .ownership_epoch = consent->ownership_epoch,
        .reason          = intent->decision,
        .undo_until      = on->now_us + on->policy->undo_for
    };
    if (is(intent->decision, "never-vendor") && !bond.blocked)
        *happened(on, vendor_blocked) = (struct vendor_blocked){ .vendor = consent->vendor };
    return ACCEPTED;
}

enum refusal decide_decide_consent(struct ruling *on, const struct decide_consent *intent)
{
    struct consent_record consent;
    struct asked_record   asked;

    if (!known_consent(on, on->intent->stream, intent->consent, &consent))
        return REFUSED_consent_unknown;
    if (consent.status != CONSENT_requested) return REFUSED_consent_already_decided;
    if (!AS_WRITTEN(on, known_asked(on, on->intent->stream, consent.claim, &asked) &&
                            id_equal(asked.consent, intent->consent)))
        return ACCEPTED;
    if (is(intent->decision, "grant")) return grant(on, intent, &consent);
    if (is(intent->decision, "deny") || is(intent->decision, "not-mine") ||
        is(intent->decision, "never-vendor"))
        return deny(on, intent, &consent);
    if (!is(intent->decision, "later")) return REFUSED_decision_unknown;
    *happened(on, consent_postponed) = (struct consent_postponed){
        .consent    = intent->consent,
        .until      = on->now_us + on->policy->postponed_for,
        .undo_until = on->now_us + on->policy->undo_for
    };
    return ACCEPTED;
}

/* -- ending without an answer ------------------------------------------------------ */

static void lapse(struct ruling *on, struct id id, const struct consent_record *consent,
                  struct slice reason)
{
    ensure(reason.size > 0);
    AS_WRITTEN(on, consent_state_may_become(consent->status, CONSENT_lapsed));
    AS_WRITTEN(on, id_kind(consent->claim) == ID_claim);
    /* clang-format off */
    *happened(on, consent_lapsed) = (struct consent_lapsed){
        .consent         = id,
        .claim           = consent->claim,
        .detection       = consent->detection,
        .vendor          = consent->vendor,
        .ownership_epoch = consent->ownership_epoch,
        .reason          = reason };
    /* clang-format on */
}

void rules_end_question(struct ruling *on, struct id id, const struct consent_record *consent,
                        struct slice reason)
{
    if (consent->status == CONSENT_denied) rules_settle_denial(on, id, consent);
    else lapse(on, id, consent, reason);
}

enum refusal decide_lapse_consent(struct ruling *on, const struct lapse_consent *intent)
{
    struct consent_record consent;

    if (!known_consent(on, on->intent->stream, intent->consent, &consent))
        return REFUSED_consent_unknown;
    if (consent.status == CONSENT_requested)
        lapse(on, intent->consent, &consent, SLICE("unanswered"));
    return ACCEPTED;
}

enum refusal decide_retract_request(struct ruling *on, const struct retract_request *intent)
{
    struct asked_record   asked;
    struct consent_record consent;

    if (!known_asked(on, on->intent->stream, intent->claim, &asked) ||
        !AS_WRITTEN(on, known_consent(on, on->intent->stream, asked.consent, &consent)))
        return ACCEPTED;
    AS_WRITTEN(on, id_equal(consent.claim, intent->claim));
    rules_end_question(on, asked.consent, &consent, intent->reason);
    return ACCEPTED;
}

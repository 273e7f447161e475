/* decide_erasure.c -- forgetting a person: asked for, carried out bit by bit, held up by law.
 *
 *     account-erasure-requested   nobody is let in any more; the login is free
 *     … one question, grant, device's commands or gateway a step …
 *     account-erased              every fold drops what is personal
 *     personal-data-destroyed     so are key, ciphertexts and old files
 *     erasure-completed           and no copy of them can be opened
 *
 * A step is small because a decision and what follows from it are bounded, while what
 * an account may have is not. Grants are withdrawn first, so their vendors are told;
 * those notices name the grant alone, which its vendor was given together with its own
 * name for the device: waiting with the key until every vendor has answered would leave
 * a person's wish to the slowest of them. A withdrawal that is not acknowledged yet
 * stays in the registry without what is personal, and its vendor is reminded of it.
 */
#include "core/rules/ruling.h"

#define ERASED SLICE("account-erased")

bool rules_account_lives(struct ruling *on, struct account_record *account)
{
    if (!known_account(on, on->intent->stream, NO_ID, account)) return false;
    switch (account->status) {
    case ACCOUNT_none:
    case ACCOUNT_opened:
    case ACCOUNT_active: return true;
    case ACCOUNT_erasing:
    case ACCOUNT_erased: return false;
    }
    impossible("an account in a state of no list");
}

/* -- the law ---------------------------------------------------------------------- */

enum refusal decide_hold_account(struct ruling *on, const struct hold_account *intent)
{
    struct account_record account;

    if (!known_account(on, on->intent->stream, NO_ID, &account)) return REFUSED_account_unknown;
    if (!rules_account_lives(on, &account)) return REFUSED_account_erased;
    if (account.held) return ACCEPTED;
    AS_WRITTEN(on, !account.destroyed && !account.forgotten);
    *happened(on, legal_hold_placed) = (struct legal_hold_placed){ .reason = intent->reason };
    return ACCEPTED;
}

enum refusal decide_release_hold(struct ruling *on, const struct release_hold *intent)
{
    struct account_record account;

    if (!known_account(on, on->intent->stream, NO_ID, &account)) return REFUSED_account_unknown;
    AS_WRITTEN(on, !account.held || account_state_may_become(account.status, ACCOUNT_erasing));
    if (account.held)
        *happened(on,
                  legal_hold_released) = (struct legal_hold_released){ .reason = intent->reason };
    return ACCEPTED;
}

/* -- what is not kept forever ---------------------------------------------------------- */

/* Which reports count no more is for those to say who see the views. */
enum refusal decide_expire_reports(struct ruling *on, const struct expire_reports *intent)
{
    struct account_record account;

    if (!known_account(on, on->intent->stream, NO_ID, &account)) return REFUSED_account_unknown;
    if (!rules_account_lives(on, &account)) return REFUSED_account_erased;
    if (account.held) return REFUSED_account_on_hold;
    if (intent->reports)
        *happened(on, reports_expired) = (struct reports_expired){ .until   = intent->until,
                                                                   .reports = intent->reports };
    return ACCEPTED;
}

/* -- the wish --------------------------------------------------------------------- */

enum refusal decide_erase_account(struct ruling *on, const struct erase_account *intent)
{
    struct account_record account;

    (void)intent;
    if (!known_account(on, on->intent->stream, NO_ID, &account)) return REFUSED_account_unknown;
    if (account.held) return REFUSED_account_on_hold;
    if (rules_account_lives(on, &account) && AS_WRITTEN(on, id_kind(account.login) == ID_login))
        *happened(on, account_erasure_requested) = (struct account_erasure_requested){
            .login = account.login
        };
    return ACCEPTED;
}

enum refusal decide_release_login(struct ruling *on, const struct release_login *intent)
{
    struct login_record login;

    ensure(id_kind(intent->account) == ID_account);
    if (!known_login(on, on->intent->stream, NO_ID, &login) ||
        !id_equal(login.account, intent->account))
        return ACCEPTED;
    *happened(on, login_released) = (struct login_released){ .account = intent->account };
    return ACCEPTED;
}

/* -- step by step: each says whether there was something to end ----------------------- */

static bool end_a_question(struct ruling *on)
{
    struct id             claim, account = on->intent->stream;
    struct asked_record   asked;
    struct consent_record consent;

    if (!registry_list_asked(on->registry, account, NO_ID, &claim, 1)) return false;
    if (!known_asked(on, account, claim, &asked) ||
        !known_consent(on, account, asked.consent, &consent))
        rules_contradicted(on, "an open question is not known");
    else if (AS_WRITTEN(on, id_equal(consent.claim, claim)))
        rules_end_question(on, asked.consent, &consent, ERASED);
    return true;
}

static bool end_device(struct ruling *on, struct id id)
{
    struct device_record device;

    if (!known_device(on, on->intent->stream, id, &device))
        rules_contradicted(on, "a listed device is not known");
    else if (device.status == DEVICE_removed) return rules_await_no_more(on, id);
    else rules_end_grant_of(on, &device, END_WITHDRAWN, ERASED);
    return true;
}

static bool end_a_device(struct ruling *on)
{
    struct id devices[32], after = NO_ID;
    size_t    count;

    do {
        count = registry_list_device(on->registry, on->intent->stream, after, devices,
                                     COUNT(devices));
        for (size_t i = 0; i < count; i++)
            if (end_device(on, after = devices[i])) return true;
    } while (count == COUNT(devices));
    ensure(on->out->count == 0); /* else it was a step */
    return false;
}

static bool release_a_gateway(struct ruling *on)
{
    struct id                gateway, account = on->intent->stream;
    struct attachment_record attachment;

    if (!registry_list_attachment(on->registry, account, NO_ID, &gateway, 1)) return false;
    AS_WRITTEN(on, known_attachment(on, account, gateway, &attachment));
    AS_WRITTEN(on, id_kind(gateway) == ID_gateway); /* it is to hear of it */
    *happened(on, gateway_detached) = (struct gateway_detached){ .gateway = gateway,
                                                                 .network = attachment.network };
    return true;
}

enum refusal decide_go_on_erasing(struct ruling *on, const struct go_on_erasing *intent)
{
    struct account_record account;

    (void)intent;
    if (!known_account(on, on->intent->stream, NO_ID, &account)) return REFUSED_account_unknown;
    if (account.status != ACCOUNT_erasing || end_a_question(on) || end_a_device(on) ||
        release_a_gateway(on))
        return ACCEPTED;
    AS_WRITTEN(on, !account.prompts_open && !account.held);
    *happened(on, account_erased) = (struct account_erased){ .none_ = { 0 } };
    return ACCEPTED;
}

/* -- afterwards ------------------------------------------------------------------------ */

static bool is_erased(struct ruling *on, struct account_record *account)
{
    if (!known_account(on, on->intent->stream, NO_ID, account)) return false;
    AS_WRITTEN(on, !account->destroyed || account->status == ACCOUNT_erased);
    AS_WRITTEN(on, !account->forgotten || account->destroyed);
    return account->status == ACCOUNT_erased;
}

enum refusal decide_note_destroyed(struct ruling *on, const struct note_destroyed *intent)
{
    struct account_record account;

    if (!is_erased(on, &account)) return REFUSED_account_unknown;
    if (!account.destroyed)
        *happened(on, personal_data_destroyed) = (struct personal_data_destroyed){
            .master = intent->master
        };
    return ACCEPTED;
}

enum refusal decide_complete_erasure(struct ruling *on, const struct complete_erasure *intent)
{
    struct account_record account;

    if (!is_erased(on, &account)) return REFUSED_account_unknown;
    if (account.destroyed && !account.forgotten)
        *happened(on, erasure_completed) = (struct erasure_completed){ .master = intent->master };
    return ACCEPTED;
}

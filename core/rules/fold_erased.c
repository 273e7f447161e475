/* fold_erased.c -- the registry when a person is forgotten.
 *
 * An account that was erased must look the same whether it is folded now, with what is
 * personal still readable, or ever after, with none of it. So all its records go, but
 * for its own, which says that it was, and for grants whose vendors have yet to say
 * that they know: those lose what is personal.
 */
#include "core/rules/folding.h"

#define DROP_ALL(on, name, first) \
    EACH(on, name, first, each, registry_erase_##name((on)->batch, (first), each))

void registry_account_erasure_requested(struct folding                         *on,
                                        const struct account_erasure_requested *fields)
{
    (void)fields;
    CHANGE(on, account, it, on->stream, NO_ID,
           PROMISED(on, account_state_may_become(it.status, ACCOUNT_erasing) && !it.held);
           it.status = ACCOUNT_erasing, it.activation_hash = (struct slice){ 0 });
}

/* Does its vendor still have to say that it knows the end? */
static bool is_owed(const struct consent_record *it)
{
    return !it->acknowledged && (it->status == CONSENT_withdrawn || it->status == CONSENT_revoked);
}

static void drop_consent(struct folding *on, struct id id)
{
    struct consent_record it;

    if (!PROMISED(on, registry_get_consent(on->reader, on->stream, id, on->arena, &it))) return;
    if (!is_owed(&it)) {
        registry_erase_consent(on->batch, on->stream, id);
        return;
    }
    it.vendor_device_id = it.display_name = (struct slice){ NULL, 0 };
    registry_put_consent(on->batch, on->stream, id, &it);
}

static void drop_device(struct folding *on, struct id id)
{
    struct device_record device;

    PROMISED(on, registry_get_device(on->reader, on->stream, id, on->arena, &device) &&
                     device.status == DEVICE_removed);
    DROP_ALL(on, open_command, id);
    registry_erase_device(on->batch, on->stream, id);
}

void registry_account_erased(struct folding *on, const struct account_erased *fields)
{
    struct account_record account;

    (void)fields;
    PROMISED(on, registry_get_account(on->reader, on->stream, NO_ID, on->arena, &account) &&
                     account_state_may_become(account.status, ACCOUNT_erased));
    PROMISED(on, !account.held && !account.prompts_open);
    EACH(on, consent, on->stream, each, drop_consent(on, each));
    EACH(on, device, on->stream, each, drop_device(on, each));
    DROP_ALL(on, session, on->stream);
    DROP_ALL(on, push, on->stream);
    DROP_ALL(on, network, on->stream);
    DROP_ALL(on, attachment, on->stream);
    DROP_ALL(on, bond, on->stream);
    DROP_ALL(on, asked, on->stream);
    DROP_ALL(on, command, on->stream);
    registry_put_account(on->batch, on->stream, NO_ID,
                         &(struct account_record){ .status = ACCOUNT_erased });
}

void registry_personal_data_destroyed(struct folding                       *on,
                                      const struct personal_data_destroyed *fields)
{
    (void)fields;
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, it.status == ACCOUNT_erased);
           PROMISED(on, !it.destroyed); it.destroyed = true);
}

void registry_erasure_completed(struct folding *on, const struct erasure_completed *fields)
{
    (void)fields;
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, it.destroyed && !it.forgotten);
           it.forgotten = true);
}

void registry_legal_hold_placed(struct folding *on, const struct legal_hold_placed *fields)
{
    (void)fields;
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, !it.held); it.held = true);
}

void registry_legal_hold_released(struct folding *on, const struct legal_hold_released *fields)
{
    (void)fields;
    CHANGE(on, account, it, on->stream, NO_ID, PROMISED(on, it.held); it.held = false);
}

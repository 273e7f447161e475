/* vault_tie.c -- what the log remembers of its vault: how many changes it had seen.
 *
 * A key is durable in the vault before the log has anything that is sealed under it; so a vault
 * that has seen fewer changes than the last turn says has lost keys, and new ones made in their
 * place would leave what was sealed unreadable. The row is put with the turn that needs it.
 */
#include "core/ledger/turn.h"
#include "core/store/key.h"

static struct key vault_tie_key(const struct reader *reader)
{
    struct key key = reader_key(reader);

    key_add_bytes(&key, SLICE("vault changes"));
    return key;
}

struct status ledger_vault_changes(struct store *store, uint64_t *changes)
{
    struct arena   arena  = { 0 };
    struct reader *reader = reader_new(store, &arena);
    struct key     key    = vault_tie_key(reader);
    struct slice   value;
    struct status  status = reader_get(reader, FAMILY_meta, key_slice(&key), &arena, &value);

    *changes = 0;
    if (status.code == STATUS_OK && value.data && (!key_read_u64(&value, changes) || value.size))
        status = failed(STATUS_CORRUPT, "what the log remembers of its vault is cut");
    arena_free(&arena);
    return status;
}

struct status vault_tie_check(struct ledger *ledger)
{
    uint64_t has = vault_changes(ledger->settings.vault);

    ensure(!ledger->vault_tied); /* once, before any turn */
    TRY(ledger_vault_changes(ledger->settings.store, &ledger->vault_tied));
    return has >= ledger->vault_tied
               ? OK
               : failed(STATUS_CORRUPT, "the vault has seen %llu changes, and its log %llu",
                        (unsigned long long)has, (unsigned long long)ledger->vault_tied);
}

void vault_tie_note(struct ledger *ledger)
{
    uint64_t   has   = vault_changes(ledger->settings.vault);
    struct key value = { .size = 0 };

    ensure(has >= ledger->vault_tied);
    ensure(batch_count(ledger->batch) > 0); /* it goes with a turn, and makes none */
    if (has == ledger->vault_tied) return;
    struct key key = vault_tie_key(batch_reader(ledger->batch));
    key_add_u64(&value, has);
    batch_put(ledger->batch, FAMILY_meta, key_slice(&key), key_slice(&value));
    ledger->vault_tied = has;
}

/* even.c -- rows that say nothing, so that a request's part of a turn looks like another's.
 *
 *     meta   "even", number in the turn (u32) -> zeros
 *
 * Each turn writes over those of the turns before, so they take up no room.
 */
#include "core/ledger/turn.h"
#include "core/store/key.h"

static void even_put(struct ledger *ledger, struct slice zeros)
{
    struct key key = batch_key(ledger->batch);

    key_add_bytes(&key, SLICE("even"));
    key_add_u32(&key, ledger->even_rows++);
    batch_put(ledger->batch, FAMILY_meta, key_slice(&key), zeros);
}

void even_out(struct ledger *ledger, struct even least, size_t count, size_t size)
{
    size_t own     = batch_count(ledger->batch) - count;
    size_t missing = least.rows > own ? least.rows - own : 0;

    for (; missing; missing--) {
        size_t now  = batch_size(ledger->batch) - size;
        size_t room = least.bytes > now ? (least.bytes - now) / missing : 0;
        even_put(ledger, (struct slice){ arena_array(&ledger->arena, char, room + 1), room });
    }
}

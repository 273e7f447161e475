#include "api/chores/wipe.h"

#include "api/chores/rebuilds.h"

#define WIPE_TRY_AGAIN (50 * MILLISECOND)

/* While it is looked at, what is rewritten would stay; and it takes room. */
static bool has_to_wait(struct ground *ground)
{
    return rebuilds_running(ground) || store_snapshots(ground->store) ||
           ledger_room(ground->ledger) != LEDGER_ROOM_ENOUGH;
}

struct status wipe_files(struct chore *chore, bool vault, const enum family *families, size_t count)
{
    struct ground *ground = chore_ground(chore);

    while (has_to_wait(ground)) {
        if (chore_stopping(chore)) return failed(STATUS_CONFLICT, "the service stops");
        chore_rest(chore, WIPE_TRY_AGAIN);
    }
    if (vault) TRY(vault_wipe(ground->vault));
    for (size_t i = 0; i < count; i++) TRY(store_compact(ground->store, families[i]));
    return OK;
}

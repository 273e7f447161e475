#include "api/chores/wipe.h"

#include "api/chores/rebuilds.h"

enum { TRY_AGAIN_MS = 50 };

static bool is_looked_at(struct service *service)
{
    return rebuilds_running(service->rebuilds) || store_snapshots(service->store);
}

struct status wipe_files(struct chore *chore, bool vault, const enum family *families, size_t count)
{
    struct service *service = chore->service;

    while (is_looked_at(service)) {
        if (chore_stopping(chore)) return failed(STATUS_CONFLICT, "the service stops");
        chore_rest(chore, TRY_AGAIN_MS);
    }
    if (vault) TRY(vault_wipe(service->vault));
    for (size_t i = 0; i < count; i++) TRY(store_compact(service->store, families[i]));
    return OK;
}

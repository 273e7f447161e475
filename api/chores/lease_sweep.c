#include "api/chores/lease_sweep.h"

#include <stdlib.h>

#include "core/leases/leases.h"

static void lease_sweep_in_turn(struct chore_request *request, struct batch *batch)
{
    const struct ground *ground = chore_ground(request->chore);

    leases_sweep(batch, request->context, clock_now(&ground->clock), ground->settings->lease_life);
}

static int64_t lease_sweep_step(struct chore *chore)
{
    struct sweep_place  *place   = chore_kept(chore);
    struct chore_request request = { .make = lease_sweep_in_turn, .context = place };
    struct status        status  = chore_change(chore, &request, CHANGE_sweep_leases);

    if (status.code != STATUS_OK) chore_report(chore, "no lease was forgotten", status);
    return place->key.size ? SWEEP_SOON : SWEEP_EVERY;
}

static struct status lease_sweep_open(struct chore *chore)
{
    struct sweep_place *place = calloc(1, sizeof *place);

    ensure(place != NULL);
    chore_keep(chore, place);
    return OK;
}

static void lease_sweep_close(struct chore *chore) { free(chore_kept(chore)); }

const struct chore_row lease_sweep_chore = {
    .name  = "lease sweep",
    .open  = lease_sweep_open,
    .step  = lease_sweep_step,
    .close = lease_sweep_close,
};

#include "api/chores/lease_sweep.h"

#include <stdlib.h>

#include "api/places/resolve.h"
#include "core/facts/names.h"

static void lease_sweep_in_turn(struct errand *errand, struct batch *batch)
{
    const struct ground *ground = chore_ground(errand->chore);

    resolve_sweep(batch, errand->context, clock_now(&ground->clock), ground->settings->lease_life);
}

static int64_t lease_sweep_step(struct chore *chore)
{
    struct sweep_place *place  = chore_kept(chore);
    struct errand       errand = { .alongside = lease_sweep_in_turn, .context = place };
    struct intent       intent = { .type = INTENT_sweep_leases, .stream = name_system() };
    struct status       status = chore_ask(chore, &errand, intent);

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

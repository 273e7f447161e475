#include "api/app/passwords.h"

static struct status passwords_open(struct chore *chore)
{
    return worker_open(chore, chore_ground(chore)->settings->passwords_max, NULL);
}

const struct chore_row passwords_chore = {
    .name  = "passwords",
    .open  = passwords_open,
    .step  = worker_step,
    .drain = worker_drain,
    .close = worker_close,
};

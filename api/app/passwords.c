#include "api/app/passwords.h"

#include <unistd.h>

static struct status passwords_open(struct chore *chore)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    long threads    = processors < PASSWORDS_AT_ONCE_MAX ? processors : PASSWORDS_AT_ONCE_MAX;

    return worker_open(chore, chore_ground(chore)->settings->passwords_max,
                       threads > 1 ? (size_t)threads : 1, NULL);
}

const struct chore_row passwords_chore = {
    .name  = "passwords",
    .open  = passwords_open,
    .step  = worker_step,
    .drain = worker_drain,
    .close = worker_close,
};
